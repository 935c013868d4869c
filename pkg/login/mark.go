package login

import (
	"crypto/rand"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"sync"
)

// sum tells a token from every other. It is two hashes of 128 bits.
type sum struct{ high1, low1, high2, low2 uint64 }

// equal takes the same time wherever two sums differ.
func (s sum) equal(other sum) bool {
	return (s.high1^other.high1)|(s.low1^other.low1)|(s.high2^other.high2)|(s.low2^other.low2) == 0
}

const (
	markBlock  = 32  // bytes
	markBlocks = 192 // as many as there are keys for

	minMarked, maxMarked = markBlock, markBlock * markBlocks // bytes of a token
)

// marker makes marks under keys of its own, which are random, made for each
// cache with its first mark, and used for nothing else.
//
// A sum is NH, the universal hash of UMAC (Black, Halevi, Krawczyk, Krovetz,
// Rogaway: CRYPTO 1999), with words of 64 bits as in VMAC, made twice, under keys
// that have nothing in common. Two texts get the same one with a chance of
// at most 2^-126, whoever chose them, for whoever does not know the keys. And
// nobody learns of those: sums do not leave the cache, are compared in constant
// time, and hash/maphash, with a seed of its own, hides them where they decide
// what memory is looked at. So the time a token takes is no help to guess another.
//
// SHA-256 would be as good and takes several times as long, which would be most
// of the cost of a hit.
type marker struct {
	once sync.Once
	keys *[markBlocks]markKey
	seed maphash.Seed
}

// markKey is what one block is hashed with: four words for the first half of
// the sum and four for the second.
type markKey [2 * markBlock / 8]uint64

func (m *marker) init() {
	m.seed = maphash.MakeSeed()
	m.keys = new([markBlocks]markKey)
	var random [2 * markBlock]byte
	for i := range m.keys {
		rand.Read(random[:]) // never fails: it ends the program first
		for j := range m.keys[i] {
			m.keys[i][j] = binary.LittleEndian.Uint64(random[8*j:])
		}
	}
}

// mark returns what stands for a token of minMarked to maxMarked bytes, which
// takes sees to, in the cache: its sum, and a number that says where to look for it.
func (m *marker) mark(token string) (s sum, place uint64) {
	m.once.Do(m.init)
	s = m.hash(token)
	var b [markBlock]byte
	binary.LittleEndian.PutUint64(b[0:], s.high1)
	binary.LittleEndian.PutUint64(b[8:], s.low1)
	binary.LittleEndian.PutUint64(b[16:], s.high2)
	binary.LittleEndian.PutUint64(b[24:], s.low2)
	return s, maphash.Bytes(m.seed, b[:])
}

// hash returns the sum of a text. Its last block ends where the text ends, so
// that it may overlap the one before it. Texts of different lengths differ all the
// same: the sum begins with the length.
func (m *marker) hash(text string) sum {
	low1, low2 := uint64(len(text)), uint64(len(text))
	var high1, high2 uint64
	for i := range (len(text) + markBlock - 1) / markBlock {
		block := text[min(i*markBlock, len(text)-markBlock):][:markBlock]
		k := &m.keys[i]
		high1, low1 = addProduct(high1, low1, word(block)+k[0], word(block[8:])+k[1])
		high1, low1 = addProduct(high1, low1, word(block[16:])+k[2], word(block[24:])+k[3])
		high2, low2 = addProduct(high2, low2, word(block)+k[4], word(block[8:])+k[5])
		high2, low2 = addProduct(high2, low2, word(block[16:])+k[6], word(block[24:])+k[7])
	}
	return sum{high1, low1, high2, low2}
}

// addProduct adds a product to a number of 128 bits.
func addProduct(high, low, a, b uint64) (uint64, uint64) {
	h, l := bits.Mul64(a, b)
	low, carry := bits.Add64(low, l, 0)
	high, _ = bits.Add64(high, h, carry)
	return high, low
}

// word reads eight bytes of a text.
func word(text string) uint64 {
	_ = text[7]
	return uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
		uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
}
