package rows

import (
	"crypto/sha256"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

const (
	hotTokens     = 1000
	floodTokens   = 1 << 16
	memoryEntries = 1 << 16
)

// BenchmarkCache: verified tokens that are remembered. It measures hits, and the
// price of the cache for tokens that never hit it.
func BenchmarkCache(b *testing.B) {
	for _, c := range []struct {
		column string
		size   int // HMAC keys have no cache unless it is asked for
		flood  bool
	}{{"HS256", 4096, true}, {"RS256-2048", 0, false}, {"EdDSA", 0, true}} { // signing RS256 takes too long for floods
		k := keyOf(b, c.column)
		row{k.Name, "SHA-256 of the token alone", false, func() (func() op, error) { return digesting(k) }}.run(b)
		cacheRow(k, "no cache", noCache, 1, nil).run(b)
		cacheRow(k, "hit, one token", c.size, 1, nil).run(b)
		cacheRow(k, "hit, 1,000 hot tokens", c.size, hotTokens, nil).run(b)
		if !c.flood {
			continue
		}
		for _, size := range []int{c.size, noCache} {
			suffix := ""
			if size == noCache {
				suffix = ", no cache"
			}
			cacheRow(k, "flood of distinct tokens"+suffix, size, floodTokens, new(atomic.Uint64)).run(b)
			forged := cacheRow(k, "flood of forged tokens"+suffix, size, floodTokens, new(atomic.Uint64))
			forged.open = func() (func() op, error) { return floodOfForged(k, size) }
			forged.run(b)
		}
	}
	b.Run("key=HS256/by=memory an entry", cacheMemory)
}

// cacheRow verifies one of n tokens after the other. A shared position sees that
// no two workers verify the same; without one each worker goes through them all,
// and all were verified once before.
func cacheRow(k fixture.Key, by string, size, n int, shared *atomic.Uint64) row {
	return row{k.Name, by, true, func() (func() op, error) {
		verify, err := peers.LoginctlVerify(login.Config{CacheSize: size})(k)
		if err != nil {
			return nil, err
		}
		tokens, err := tokensOf(k, n)
		if err != nil {
			return nil, err
		}
		if shared == nil {
			for _, token := range tokens {
				if _, _, err := verify(token); err != nil {
					return nil, err
				}
			}
		}
		return roundRobin(verify, tokens, shared), nil
	}}
}

// floodOfForged verifies tokens that have the signature of another one.
func floodOfForged(k fixture.Key, size int) (func() op, error) {
	verify, err := peers.LoginctlVerify(login.Config{CacheSize: size})(k)
	if err != nil {
		return nil, err
	}
	valid, err := tokensOf(k, floodTokens)
	if err != nil {
		return nil, err
	}
	forged := make([]string, len(valid))
	for i, t := range valid {
		other := valid[(i+1)%len(valid)]
		forged[i] = t[:strings.LastIndexByte(t, '.')] + other[strings.LastIndexByte(other, '.'):]
	}
	return roundRobin(refused(verify), forged, new(atomic.Uint64)), nil
}

func roundRobin(verify peers.Verify, tokens []string, shared *atomic.Uint64) func() op {
	return func() op {
		position := shared
		if position == nil {
			position = new(atomic.Uint64)
		}
		return func() error {
			_, _, err := verify(tokens[position.Add(1)%uint64(len(tokens))])
			return err
		}
	}
}

func digesting(k fixture.Key) (func() op, error) {
	token, err := k.Good()
	return func() op {
		return func() error {
			if sha256.Sum256([]byte(token)) == [sha256.Size]byte{} { // so that it is computed
				return errors.New("the digest is zero")
			}
			return nil
		}
	}, err
}

// cacheMemory fills a cache to its last place and weighs it.
func cacheMemory(b *testing.B) {
	k := keyOf(b, "HS256")
	verify, err := peers.LoginctlVerify(login.Config{CacheSize: memoryEntries})(k)
	if err != nil {
		b.Fatal(err)
	}
	next, err := k.Stream()
	if err != nil {
		b.Fatal(err)
	}
	before := liveHeap()
	for range 2 * memoryEntries { // so that no place stays free
		token, err := next()
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := verify(token); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((liveHeap()-before)/memoryEntries, "B/entry")
	runtime.KeepAlive(verify)
}

// liveHeap is the heap after a collection.
func liveHeap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
