package login

import (
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

const (
	defaultCacheSize = 4096
	// cacheWays is how many places a token may be in. Looking at all of them
	// is one or two cache lines of pointers.
	cacheWays = 8
)

// cache remembers what the tokens said that passed every check, so that an
// asymmetric signature is checked once and not with every request. It spares
// the signature and the reading, nothing else: time, issuer, audience and
// revocation are judged again on each use, by the code that judged them first.
//
// It is a table of sets of cacheWays entries behind atomic pointers. There is
// no lock, a hit writes nothing that another core reads, and entries never change.
type cache struct {
	marker
	size   int
	leeway time.Duration
	hmac   bool // HMAC tokens are remembered too
	make   sync.Once
	table  atomic.Pointer[cacheTable]
}

type cacheTable struct {
	slots []atomic.Pointer[verified]
	ways  int
	sets  uint64
	hand  atomic.Uint64 // counts insertions; each sweeps one set more
}

// verified is a token that passed every check.
type verified struct {
	sum      sum
	snapshot *keys.Snapshot // the keys it was checked with
	header   *knownHeader
	shape    shape
	claims   Claims
}

func newVerified(of sum, snapshot *keys.Snapshot, h *knownHeader, has shape, c *Claims) *verified {
	v := &verified{sum: of, snapshot: snapshot, header: h, shape: has}
	c.copyTo(&v.claims)
	return v
}

// newCache returns nil for no cache.
func newCache(size int, leeway time.Duration) *cache {
	if size < 0 {
		return nil
	}
	c := &cache{size: size, leeway: leeway, hmac: size > 0}
	if size == 0 {
		c.size = defaultCacheSize
	}
	return c
}

// takes reports whether such a token with that header is remembered. The header
// has to be remembered itself: it is that of a good token then, and tokens for
// other keys, or for none, do not get as far as the cache.
func (c *cache) takes(h *knownHeader, token string) bool {
	return c != nil && h != nil && h.kept && (c.hmac || !h.symmetric) &&
		len(token) >= minMarked && len(token) <= maxMarked
}

// get returns what is known of the token with that mark under these keys.
func (c *cache) get(of sum, place uint64, snapshot *keys.Snapshot) *verified {
	table := c.table.Load()
	if table == nil {
		return nil
	}
	set := table.set(place)
	for i := range set {
		if known := set[i].Load(); known != nil && known.sum.equal(of) && known.snapshot == snapshot {
			return known
		}
	}
	return nil
}

// put remembers a token in place of one that is of no more use, or else of any.
func (c *cache) put(place uint64, v *verified, now time.Time) {
	c.make.Do(func() { c.table.Store(newCacheTable(c.size)) })
	table := c.table.Load()
	late := now.Add(-c.leeway)
	table.sweep(table.hand.Add(1), v.snapshot, late)
	set := table.set(place)
	victim := &set[place%uint64(len(set))]
	for i := range set {
		old := set[i].Load()
		if old == nil || old.sum.equal(v.sum) || old.useless(v.snapshot, late) {
			victim = &set[i]
			break
		}
	}
	victim.Store(v)
}

func newCacheTable(size int) *cacheTable {
	ways := min(size, cacheWays)
	sets := size / ways
	return &cacheTable{slots: make([]atomic.Pointer[verified], sets*ways), ways: ways, sets: uint64(sets)}
}

// set returns the entries that a place, any number, stands for.
func (t *cacheTable) set(place uint64) []atomic.Pointer[verified] {
	n, _ := bits.Mul64(place, t.sets)
	return t.at(n)
}

func (t *cacheTable) at(n uint64) []atomic.Pointer[verified] {
	return t.slots[int(n)*t.ways:][:t.ways]
}

// sweep empties the places of one set that are of no more use, so that none is
// held for long after its time.
func (t *cacheTable) sweep(turn uint64, snapshot *keys.Snapshot, late time.Time) {
	set := t.at(turn % t.sets)
	for i := range set {
		if old := set[i].Load(); old != nil && old.useless(snapshot, late) {
			set[i].CompareAndSwap(old, nil)
		}
	}
}

// drop forgets a token that was found there and had expired.
func (c *cache) drop(place uint64, v *verified) {
	set := c.table.Load().set(place)
	for i := range set {
		set[i].CompareAndSwap(v, nil)
	}
}

// useless reports that the token had expired at that time, or was checked with
// keys that are no longer those in use.
func (v *verified) useless(snapshot *keys.Snapshot, late time.Time) bool {
	return v.snapshot != snapshot || !late.Before(v.claims.ExpiresAt)
}
