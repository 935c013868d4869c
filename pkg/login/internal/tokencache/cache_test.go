package tokencache

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math/big"
	"strings"
	"testing"
)

func newHasher() *hasher {
	h := new(hasher)
	h.init()
	return h
}

// The fingerprints of one text are the same, and differ from cache to cache. Those of
// two texts differ.
func TestFingerprints(t *testing.T) {
	a, b := newHasher(), newHasher()
	const text = "every byte of a text counts, those of its last block and its last byte too"
	one := a.hash(text)
	place := maphash.Comparable(a.seed, one)
	if again := a.hash(text); again != one || maphash.Comparable(a.seed, again) != place {
		t.Error("a text has two fingerprints or buckets")
	}
	if other := b.hash(text); other == one || maphash.Comparable(b.seed, one) == place {
		t.Error("two caches make the same fingerprint or bucket")
	}
	same := hasher{keys: a.keys, seed: maphash.MakeSeed()}
	if f := same.hash(text); f != one || maphash.Comparable(same.seed, f) == place {
		t.Error("buckets are not hidden by another seed")
	}
	seen := make(map[fingerprint]string)
	add := func(what, text string) {
		s := a.hash(text)
		if first, ok := seen[s]; ok {
			t.Errorf("%s has the fingerprint of %s", what, first)
		}
		seen[s] = what
	}
	for n := MinToken; n < 200; n++ {
		for _, fill := range []string{"A", "\x00"} { // texts that only differ in length
			add(fmt.Sprintf("%d × %q", n, fill), strings.Repeat(fill, n))
		}
	}
	for i := range text {
		add(fmt.Sprintf("a text with byte %d changed", i), text[:i]+"\xff"+text[i+1:])
	}
	longest := strings.Repeat("x", MaxToken)
	for _, i := range []int{0, blockSize, MaxToken - 1} {
		add(fmt.Sprintf("the longest text with byte %d changed", i), longest[:i]+"y"+longest[i+1:])
	}
}

// The place of a token does not follow from its fingerprint: caches of the same hash
// have different places.
func TestHiddenPlaces(t *testing.T) {
	one, two := New[int](1, 0), New[int](1, 0)
	token := strings.Repeat("A", MinToken)
	one.KeyOf(token)
	two.KeyOf(token)
	seed := two.seed
	two.hasher = one.hasher
	two.seed = seed
	k1, _ := one.KeyOf(token)
	k2, _ := two.KeyOf(token)
	if k1.fingerprint != k2.fingerprint {
		t.Fatal("the same hash has two fingerprints")
	}
	if k1.bucket == k2.bucket {
		t.Error("two caches keep a token at the same place")
	}
}

// Each half of a fingerprint tells texts apart alone: that squares the bound.
func TestHalvesOfFingerprints(t *testing.T) {
	m := newHasher()
	type half struct{ high, low uint64 }
	one, two := make(map[half]bool), make(map[half]bool)
	const texts = 1000
	for i := range texts {
		s := m.hash(fmt.Sprintf("%032d", i))
		one[half{s.high1, s.low1}], two[half{s.high2, s.low2}] = true, true
		if s.high1 == s.high2 || s.low1 == s.low2 {
			t.Fatal("the halves are hashed alike")
		}
	}
	if len(one) != texts || len(two) != texts {
		t.Errorf("%d and %d values for %d texts", len(one), len(two), texts)
	}
}

// Fingerprints follow the paper: the length plus the sum of the products of the words,
// two by two, each with a word of the key added to it.
func TestFingerprintsAreNH(t *testing.T) {
	m := newHasher()
	for _, n := range []int{32, 33, 63, 64, 65, 289, 588, MaxToken - 1, MaxToken} {
		text := strings.Repeat("\xff\x01~\x80\xc3", n/5+1)[:n]
		s := m.hash(text)
		want1, want2 := nh(m.keys[:], text)
		if got1, got2 := number(s.high1, s.low1), number(s.high2, s.low2); got1.Cmp(want1) != 0 || got2.Cmp(want2) != 0 {
			t.Errorf("%d bytes: the fingerprints differ from those of NH", n)
		}
	}
}

func nh(blocks []blockKey, text string) (one, two *big.Int) {
	whole := len(text) / 32 * 32
	padded := text[:whole]
	if whole < len(text) {
		padded += text[len(text)-32:]
	}
	var words [2][]uint64
	for _, k := range blocks {
		words[0], words[1] = append(words[0], k[:4]...), append(words[1], k[4:]...)
	}
	var sums [2]*big.Int
	for half, key := range words {
		sums[half] = big.NewInt(int64(len(text)))
		for i := 0; i < len(padded)/8; i += 2 {
			a := binary.LittleEndian.Uint64([]byte(padded[8*i:])) + key[i]
			b := binary.LittleEndian.Uint64([]byte(padded[8*i+8:])) + key[i+1]
			sums[half].Add(sums[half], new(big.Int).Mul(number(0, a), number(0, b)))
		}
		sums[half].Mod(sums[half], new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return sums[0], sums[1]
}

func number(high, low uint64) *big.Int {
	n := new(big.Int).SetUint64(high)
	return n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(low))
}

// No word of the keys is zero, or occurs twice.
func TestBlockKeys(t *testing.T) {
	m := newHasher()
	seen := map[uint64]bool{0: true}
	for i, k := range m.keys {
		for _, w := range k {
			if seen[w] {
				t.Fatalf("a word of block %d is zero or there twice", i)
			}
			seen[w] = true
		}
	}
}

// Fingerprints differ if one word differs.
func TestFingerprintsDecide(t *testing.T) {
	a := fingerprint{1, 2, 3, 4}
	for _, b := range []fingerprint{{0, 2, 3, 4}, {1, 0, 3, 4}, {1, 2, 0, 4}, {1, 2, 3, 0}} {
		if a.equal(b) || !b.equal(b) {
			t.Errorf("%v and %v", a, b)
		}
	}
}
