package rows

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// BenchmarkCache: verified tokens that are remembered. It measures hits, and the
// price of the cache for tokens that never hit it.
func BenchmarkCache(b *testing.B) {
	const noCache, byDefault, flood = -1, 0, 1 << 16
	for _, column := range []string{"HS256", "RS256-2048", "EdDSA"} {
		k := fixture.Open(column, folder)
		cached := byDefault
		if column == "HS256" { // HMAC keys have no cache unless it is asked for
			cached = 4096
		}
		run(b, hits(k, "loginctl, no cache", noCache, 1),
			hits(k, "loginctl, hit, one token", cached, 1),
			hits(k, "loginctl, hit, 1,000 hot tokens", cached, 1000))
		if column == "RS256-2048" { // signing takes too long for a flood
			continue
		}
		run(b, misses(k, "loginctl, flood of distinct tokens", cached, flood, false),
			misses(k, "loginctl, flood of distinct tokens, no cache", noCache, flood, false),
			misses(k, "loginctl, flood of forged tokens", cached, flood, true),
			misses(k, "loginctl, flood of forged tokens, no cache", noCache, flood, true))
	}
	bench(b, "HS256", "loginctl, memory an entry", cacheMemory)
}

// hits verifies one of n tokens after the other. All were verified once before.
func hits(k fixture.Key, by string, cache, n int) row {
	return row{k.Name, by, func() func() op {
		verify, tokens := peers.LoginctlVerify(cache)(k)(), tokensOf(k, n)
		for _, token := range tokens {
			fixture.Must(token, verify(token))
		}
		return func() op { return roundRobin(verify, tokens, new(atomic.Uint64), false) }
	}}
}

// misses verifies n tokens, of which two workers never take the same one. A forged
// token has the signature of another one.
func misses(k fixture.Key, by string, cache, n int, forge bool) row {
	return row{k.Name, by, func() func() op {
		verify, tokens, position := peers.LoginctlVerify(cache)(k)(), slices.Clone(tokensOf(k, n)), new(atomic.Uint64)
		if forge {
			for i, other := range tokensOf(k, n) {
				token := tokens[(i+1)%n]
				tokens[(i+1)%n] = token[:strings.LastIndexByte(token, '.')] + other[strings.LastIndexByte(other, '.'):]
			}
		}
		return func() op { return roundRobin(verify, tokens, position, forge) }
	}}
}

// made are the tokens of [tokensOf], which a benchmark asks for each time that it is
// called.
var made = map[string][]string{}

// tokensOf returns n good tokens, each with another jti.
func tokensOf(k fixture.Key, n int) []string {
	name := fmt.Sprintf("%d %s", n, k.Text)
	if made[name] == nil {
		made[name] = k.Good(n)
	}
	return made[name]
}

func roundRobin(verify peers.Verify, tokens []string, position *atomic.Uint64, bad bool) op {
	return func() error { return verdict(verify(tokens[position.Add(1)%uint64(len(tokens))]), bad) }
}

// cacheMemory fills a cache to its last place and weighs it.
func cacheMemory(b *testing.B) {
	const entries, chunk = 1 << 16, 1 << 10
	k := fixture.Open("HS256", folder)
	verify := peers.LoginctlVerify(entries)(k)()
	before := liveHeap()
	for range 2 * entries / chunk { // so that no place stays free
		for _, token := range k.Good(chunk) {
			if err := verify(token); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric((liveHeap()-before)/entries, "B/entry")
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
