// Package tokencache remembers values by the text of a token and the keys that
// it was verified with.
package tokencache

import (
	"crypto/rand"
	"encoding/binary"
	"hash/maphash"
	"math"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// ways is the number of slots that a token may be in. Looking at all of them
// reads one or two cache lines of pointers.
const ways = 8

// Cache is a table of sets of slots. It takes no lock, a hit writes no memory that
// another core reads, and entries never change. Its memory is allocated with the
// first [Cache.KeyOf]. It is safe for concurrent use.
type Cache[V any] struct {
	hasher
	size   int
	leeway time.Duration
	once   sync.Once
	slots  []atomic.Pointer[Entry[V]]
	ways   int           // slots in a set
	hand   atomic.Uint64 // counts insertions; each sweeps the next set
}

// Entry is a value in a cache.
type Entry[V any] struct {
	Value       V
	fingerprint fingerprint
	snapshot    *keys.Snapshot
	expires     int64 // seconds since 1970, rounded up; time.Time would be three words
}

// Key says where a token is in one cache.
type Key struct {
	fingerprint fingerprint
	bucket      uint64 // a number of 64 bits that selects the set
}

// New returns a cache of size entries, nil if size is not positive. An entry is
// useless from leeway after it expires.
func New[V any](size int, leeway time.Duration) *Cache[V] {
	if size <= 0 {
		return nil
	}
	return &Cache[V]{size: size, leeway: leeway}
}

// KeyOf returns the key of a token. It is false for a token that is too short or
// too long to be remembered.
func (c *Cache[V]) KeyOf(token string) (key Key, ok bool) {
	if len(token) < MinToken || len(token) > MaxToken {
		return Key{}, false
	}
	c.once.Do(func() {
		c.hasher.init()
		c.ways = min(c.size, ways)
		c.slots = make([]atomic.Pointer[Entry[V]], c.size/c.ways*c.ways)
	})
	key.fingerprint = c.hash(token)
	key.bucket = maphash.Comparable(c.seed, key.fingerprint)
	return key, true
}

// Get returns the entry of the token with that key, nil if it is absent or
// was made under another snapshot of the keys.
func (c *Cache[V]) Get(key Key, snapshot *keys.Snapshot) *Entry[V] {
	set := c.set(key.bucket)
	for i := range set {
		e := set[i].Load()
		if e != nil && e.fingerprint.equal(key.fingerprint) && e.snapshot == snapshot {
			return e
		}
	}
	return nil
}

// Put stores an entry until expires, for ever if that is zero. It replaces a useless
// one of its set, or else any.
func (c *Cache[V]) Put(key Key, snapshot *keys.Snapshot, expires, now time.Time, e *Entry[V]) {
	e.fingerprint, e.snapshot, e.expires = key.fingerprint, snapshot, math.MaxInt64
	if !expires.IsZero() {
		e.expires = expires.Add(time.Second - 1).Unix()
	}
	late := now.Add(-c.leeway)
	c.sweep(c.hand.Add(1), snapshot, late)
	set := c.set(key.bucket)
	victim := &set[key.bucket%uint64(len(set))]
	for i := range set {
		old := set[i].Load()
		if old == nil || old.fingerprint.equal(e.fingerprint) || old.useless(snapshot, late) {
			victim = &set[i]
			break
		}
	}
	victim.Store(e)
}

// Drop removes an entry that was found with that key.
func (c *Cache[V]) Drop(key Key, e *Entry[V]) {
	set := c.set(key.bucket)
	for i := range set {
		set[i].CompareAndSwap(e, nil)
	}
}

// Len returns the number of entries. It must not run beside the first KeyOf.
func (c *Cache[V]) Len() (n int) {
	if c == nil {
		return 0
	}
	for i := range c.slots {
		if c.slots[i].Load() != nil {
			n++
		}
	}
	return n
}

// set returns the slots for a bucket.
func (c *Cache[V]) set(bucket uint64) []atomic.Pointer[Entry[V]] {
	n, _ := bits.Mul64(bucket, uint64(len(c.slots)/c.ways))
	return c.slots[int(n)*c.ways:][:c.ways]
}

// sweep empties the useless slots of one set, so that no entry stays for long
// after its time.
func (c *Cache[V]) sweep(turn uint64, snapshot *keys.Snapshot, late time.Time) {
	n := turn % uint64(len(c.slots)/c.ways)
	set := c.slots[int(n)*c.ways:][:c.ways]
	for i := range set {
		if old := set[i].Load(); old != nil && old.useless(snapshot, late) {
			set[i].CompareAndSwap(old, nil)
		}
	}
}

// useless reports that the token had expired at that time, or that its keys are
// no longer those in use.
func (e *Entry[V]) useless(snapshot *keys.Snapshot, late time.Time) bool {
	return e.snapshot != snapshot || late.Unix() >= e.expires
}

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

// hash returns the fingerprint of a token. The caller has checked that its
// length is MinToken to MaxToken.
//
// The last block ends where the token ends, so it may overlap the one before it.
// Tokens of different lengths still differ: the sums begin with the length.
func (h *hasher) hash(token string) fingerprint {
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
