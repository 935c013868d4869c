package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/measure"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// Rows of the group.
const (
	hitRow         = "hit, one token"
	hotRow         = "hit, 1,000 hot tokens"
	uncachedRow    = "no cache"
	digestRow      = "SHA-256 of the token alone"
	floodRow       = "flood of distinct tokens"
	floodBareRow   = "flood of distinct tokens, no cache"
	forgedRow      = "flood of forged tokens"
	forgedBareRow  = "flood of forged tokens, no cache"
	perEntryRow    = "memory an entry"
	cacheEntries   = 4096
	hotTokens      = 1000
	memoryEntries  = 1 << 16
	floodTokens    = 1 << 16
	noCache        = -1
	cacheDefault   = 0
	cacheRequested = cacheEntries
)

// runCache measures the cache of verified tokens: hits, and what it costs
// those who never hit it.
func runCache(b *bench) error {
	var rows []measure.Row
	for _, c := range []struct {
		key  string
		size int // HMAC keys have no cache unless it is asked for
	}{{"HS256", cacheRequested}, {"RS256-2048", cacheDefault}, {"EdDSA", cacheDefault}} {
		more, err := cacheRows(b.key(c.key), c.size)
		if err != nil {
			return fmt.Errorf("%s: %w", c.key, err)
		}
		rows = append(rows, more...)
	}
	if err := b.measure("cache", rows, true); err != nil {
		return err
	}
	return b.cacheMemory()
}

func cacheRows(k fixture.Key, size int) ([]measure.Row, error) {
	hot, err := manyTokens(k, hotTokens)
	if err != nil {
		return nil, err
	}
	rows := []measure.Row{
		{Name: digestRow, Column: k.Name, New: func() measure.Op {
			return func() error { return notZero(sha256.Sum256([]byte(hot[0]))) }
		}},
	}
	for _, r := range []struct {
		name   string
		size   int
		tokens []string
	}{{uncachedRow, noCache, hot[:1]}, {hitRow, size, hot[:1]}, {hotRow, size, hot}} {
		verify, err := peers.LoginctlVerify(k, login.Config{CacheSize: r.size})
		if err != nil {
			return nil, err
		}
		for _, token := range r.tokens { // what is hot was seen before
			if _, _, err := verify(token); err != nil {
				return nil, err
			}
		}
		rows = append(rows, measure.Row{Name: r.name, Column: k.Name, New: roundRobin(verify, r.tokens, nil)})
	}
	if k.Name == "RS256-2048" {
		return rows, nil // distinct tokens take too long to sign; EdDSA shows the same
	}
	floods, err := floodRows(k, size)
	return append(rows, floods...), err
}

// notZero makes use of a digest, so that it is computed.
func notZero(digest [sha256.Size]byte) error {
	if digest == [sha256.Size]byte{} {
		return errors.New("the digest is zero")
	}
	return nil
}

// floodRows are rows that never see a token twice in the cache's lifetime.
func floodRows(k fixture.Key, size int) ([]measure.Row, error) {
	valid, err := manyTokens(k, floodTokens)
	if err != nil {
		return nil, err
	}
	forged := make([]string, len(valid))
	for i, t := range valid {
		other := valid[(i+1)%len(valid)] // whose signature has the right length and form
		forged[i] = t[:strings.LastIndexByte(t, '.')] + other[strings.LastIndexByte(other, '.'):]
	}
	var rows []measure.Row
	for _, r := range []struct {
		name    string
		size    int
		tokens  []string
		refused bool
	}{
		{floodRow, size, valid, false}, {floodBareRow, noCache, valid, false},
		{forgedRow, size, forged, true}, {forgedBareRow, noCache, forged, true},
	} {
		verify, err := peers.LoginctlVerify(k, login.Config{CacheSize: r.size})
		if err != nil {
			return nil, err
		}
		if r.refused {
			verify = refused(verify)
		}
		next := new(atomic.Uint64)
		rows = append(rows, measure.Row{Name: r.name, Column: k.Name, New: roundRobin(verify, r.tokens, next)})
	}
	return rows, nil
}

// roundRobin verifies one token after the other; next is shared by the
// workers, so that no two verify the same, or nil for a position of each worker's own.
func roundRobin(verify peers.Verify, tokens []string, next *atomic.Uint64) func() measure.Op {
	return func() measure.Op {
		position := next
		if position == nil {
			position = new(atomic.Uint64)
		}
		return func() error {
			_, _, err := verify(tokens[position.Add(1)%uint64(len(tokens))])
			return err
		}
	}
}

// manyTokens returns n good tokens, each with a jti of its own.
func manyTokens(k fixture.Key, n int) ([]string, error) {
	tokens := make([]string, n)
	next, err := k.Stream()
	if err != nil {
		return nil, err
	}
	for i := range tokens {
		if tokens[i], err = next(); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// cacheMemory fills a cache to its last place and weighs it.
func (b *bench) cacheMemory() error {
	k := b.key("HS256")
	verify, err := peers.LoginctlVerify(k, login.Config{CacheSize: memoryEntries})
	if err != nil {
		return err
	}
	next, err := k.Stream()
	if err != nil {
		return err
	}
	before := liveHeap()
	for range 2 * memoryEntries { // so that no place stays free
		token, err := next()
		if err != nil {
			return err
		}
		if _, _, err := verify(token); err != nil {
			return err
		}
	}
	weight := (liveHeap() - before) / memoryEntries
	runtime.KeepAlive(verify)
	b.book.set("cache", perEntryRow, "HS256", figure, weight)
	_, err = fmt.Fprintf(b.out, "A full cache of %s tokens holds %s bytes an entry.\n\n", number(memoryEntries), number(weight))
	return err
}

// liveHeap is what a collection leaves.
func liveHeap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
