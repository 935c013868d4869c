package tokencache

import (
	"crypto/rand"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// fingerprint tells a token from every other. It is two hashes of 128 bits.
type fingerprint struct{ high1, low1, high2, low2 uint64 }

// equal takes the same time wherever two fingerprints differ.
func (f fingerprint) equal(other fingerprint) bool {
	return (f.high1^other.high1)|(f.low1^other.low1)|(f.high2^other.high2)|(f.low2^other.low2) == 0
}

const (
	blockSize = 32  // bytes
	maxBlocks = 192 // one key for each
)

// The shortest and the longest token that a cache remembers, in bytes.
const (
	MinToken = blockSize
	MaxToken = blockSize * maxBlocks
)

// hasher makes fingerprints under random keys, which are made for each cache and
// never leave it.
//
// A fingerprint is NH, the universal hash of UMAC (Black, Halevi, Krawczyk,
// Krovetz, Rogaway: CRYPTO 1999), with words of 64 bits as in VMAC, made twice
// under independent keys. Without the keys, an adversary finds a collision with
// probability at most 2^-126. Timing does not reveal the keys: fingerprints stay in
// the cache and are compared in constant time, and hash/maphash, with another seed,
// hides them where they select the memory to look at.
//
// SHA-256 would be as good and takes several times as long, which would be most
// of the cost of a hit.
type hasher struct {
	keys *[maxBlocks]blockKey
	seed maphash.Seed
}

// blockKey is the key for one block: four words for the first half of the
// fingerprint and four for the second.
type blockKey [2 * blockSize / 8]uint64

func (h *hasher) init() {
	h.seed = maphash.MakeSeed()
	h.keys = new([maxBlocks]blockKey)
	var random [2 * blockSize]byte
	for i := range h.keys {
		rand.Read(random[:]) // never fails: it ends the program first
		for j := range h.keys[i] {
			h.keys[i][j] = binary.LittleEndian.Uint64(random[8*j:])
		}
	}
}

// bucket returns the number that selects the slots for a fingerprint.
func (h *hasher) bucket(f fingerprint) uint64 {
	var b [32]byte
	binary.LittleEndian.PutUint64(b[0:], f.high1)
	binary.LittleEndian.PutUint64(b[8:], f.low1)
	binary.LittleEndian.PutUint64(b[16:], f.high2)
	binary.LittleEndian.PutUint64(b[24:], f.low2)
	return maphash.Bytes(h.seed, b[:])
}

// fingerprint returns the fingerprint of a token. The caller has checked that its
// length is MinToken to MaxToken.
//
// The last block ends where the token ends, so it may overlap the one before it.
// Tokens of different lengths still differ: the sums begin with the length.
func (h *hasher) fingerprint(token string) fingerprint {
	low1, low2 := uint64(len(token)), uint64(len(token))
	var high1, high2 uint64
	for i := range (len(token) + blockSize - 1) / blockSize {
		block := token[min(i*blockSize, len(token)-blockSize):][:blockSize]
		k := &h.keys[i]
		high1, low1 = addProduct(high1, low1, word(block)+k[0], word(block[8:])+k[1])
		high1, low1 = addProduct(high1, low1, word(block[16:])+k[2], word(block[24:])+k[3])
		high2, low2 = addProduct(high2, low2, word(block)+k[4], word(block[8:])+k[5])
		high2, low2 = addProduct(high2, low2, word(block[16:])+k[6], word(block[24:])+k[7])
	}
	return fingerprint{high1, low1, high2, low2}
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
