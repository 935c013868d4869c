package session

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

// revokedTable is the view of a feed: a hash table that any number of goroutines
// read without a lock while one adds to it.
//
// A bucket is the head of a list of entries that never change. It is exact: a filter
// that guesses would refuse good tokens.
type revokedTable struct {
	seed    maphash.Seed
	buckets atomic.Pointer[[]atomic.Pointer[revokedEntry]]
	kinds   [keyKinds]atomic.Bool // which kinds of keys there are

	adding sync.Mutex
	count  int // under adding
}

type revokedEntry struct {
	kind       keyKind
	issuer, id string
	until      time.Time
	cut        time.Time // of a subject
	next       *revokedEntry
}

// keyKind is the kind of the ID in an entry.
type keyKind uint8

const (
	keyToken keyKind = iota
	keySession
	keyAnySession // of any issuer
	keySubject
	keyKinds
)

const leastBuckets = 64

func newRevokedTable() *revokedTable {
	t := &revokedTable{seed: maphash.MakeSeed()}
	buckets := make([]atomic.Pointer[revokedEntry], leastBuckets)
	t.buckets.Store(&buckets)
	return t
}

func (t *revokedTable) has(kind keyKind, issuer, id string) bool {
	return t.find(kind, issuer, id) != nil
}

// cut returns the time before which tokens of a subject are revoked.
func (t *revokedTable) cut(issuer, subject string) (time.Time, bool) {
	e := t.find(keySubject, issuer, subject)
	if e == nil {
		return time.Time{}, false
	}
	return e.cut, true
}

func (t *revokedTable) find(kind keyKind, issuer, id string) *revokedEntry {
	if !t.kinds[kind].Load() {
		return nil
	}
	buckets := *t.buckets.Load()
	return findEntry(buckets[t.place(buckets, kind, id)].Load(), kind, issuer, id)
}

func findEntry(e *revokedEntry, kind keyKind, issuer, id string) *revokedEntry {
	for ; e != nil; e = e.next {
		if e.kind == kind && e.id == id && e.issuer == issuer {
			return e
		}
	}
	return nil
}

// place returns the bucket of a key. Their number is a power of two.
func (t *revokedTable) place(buckets []atomic.Pointer[revokedEntry], kind keyKind, id string) uint64 {
	return (maphash.String(t.seed, id) + uint64(kind)) & uint64(len(buckets)-1)
}

// add enters revocations. Those that are there already cost a lookup.
func (t *revokedTable) add(now time.Time, list []Revocation) {
	t.adding.Lock()
	defer t.adding.Unlock()
	buckets := *t.buckets.Load()
	if t.count+len(list) > len(buckets) {
		buckets = t.rebuilt(buckets, now, len(list))
		t.buckets.Store(&buckets)
	}
	for _, r := range list {
		if t.insert(buckets, entryOf(r)) {
			t.count++
		}
	}
}

func entryOf(r Revocation) revokedEntry {
	e := revokedEntry{issuer: r.Issuer, id: r.ID, until: r.Until, cut: r.Before}
	switch {
	case r.Kind == RevokedToken:
		e.kind = keyToken
	case r.Kind == RevokedSubject:
		e.kind = keySubject
	case r.Issuer == "":
		e.kind = keyAnySession
	default:
		e.kind = keySession
	}
	return e
}

// insert enters e unless the table has an entry that revokes as much for as long. A
// new entry of a key hides the old one, which the next rebuild drops.
func (t *revokedTable) insert(buckets []atomic.Pointer[revokedEntry], e revokedEntry) bool {
	bucket := &buckets[t.place(buckets, e.kind, e.id)]
	if old := findEntry(bucket.Load(), e.kind, e.issuer, e.id); old != nil {
		if !e.cut.After(old.cut) && !e.until.After(old.until) {
			return false
		}
		// Revoked tokens stay revoked: the later of both times counts.
		e.cut, e.until = later(e.cut, old.cut), later(e.until, old.until)
	}
	e.next = bucket.Load()
	bucket.Store(&e)
	t.kinds[e.kind].Store(true) // after the entry, for readers that look for the kind first
	return true
}

// rebuilt returns larger buckets, with the entries that are not forgotten yet.
func (t *revokedTable) rebuilt(old []atomic.Pointer[revokedEntry], now time.Time, more int) []atomic.Pointer[revokedEntry] {
	var kept []*revokedEntry
	for i := range old {
		for e := old[i].Load(); e != nil; e = e.next {
			// The first entry of a key in its list is the newest.
			if !e.until.Before(now) && findEntry(old[i].Load(), e.kind, e.issuer, e.id) == e {
				kept = append(kept, e)
			}
		}
	}
	size := leastBuckets
	for size < 2*(len(kept)+more) {
		size *= 2
	}
	buckets := make([]atomic.Pointer[revokedEntry], size)
	for _, e := range kept {
		t.insert(buckets, *e)
	}
	t.count = len(kept)
	return buckets
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
