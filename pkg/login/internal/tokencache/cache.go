// Package tokencache remembers values by the text of a token and the keys that
// it was verified with.
package tokencache

import (
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
// first [Cache.Key]. It is safe for concurrent use.
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
	expires     time.Time
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

// Key returns the key of a token. It is false for a token that is too short or
// too long to be remembered.
func (c *Cache[V]) Key(token string) (key Key, ok bool) {
	if len(token) < MinToken || len(token) > MaxToken {
		return Key{}, false
	}
	c.once.Do(c.init)
	key.fingerprint = c.fingerprint(token)
	key.bucket = c.bucket(key.fingerprint)
	return key, true
}

func (c *Cache[V]) init() {
	c.hasher.init()
	c.ways = min(c.size, ways)
	c.slots = make([]atomic.Pointer[Entry[V]], c.size/c.ways*c.ways)
}

// Get returns the entry of the token with that key, nil if there is none that was
// made under the same snapshot of the keys.
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

// Put stores an entry. It replaces a useless one of its set, or else any.
func (c *Cache[V]) Put(key Key, snapshot *keys.Snapshot, expires, now time.Time, e *Entry[V]) {
	e.fingerprint, e.snapshot, e.expires = key.fingerprint, snapshot, expires
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

// Len returns the number of entries.
func (c *Cache[V]) Len() (n int) {
	if c == nil {
		return 0
	}
	c.once.Do(c.init)
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
	return e.snapshot != snapshot || !late.Before(e.expires)
}
