package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/guards"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// target is a number that was set before the work began: of the row one, or of
// one over other, round by round. It is judged by the median.
type target struct {
	what       string
	least      bool // must is the least allowed, not the most
	must       float64
	one, other id
	unit       float64 // the divisor of the number, one if zero
	wall       bool    // by the clock, which says nothing while others use the cores
}

// on names a row on one core.
func on(group, key, by, unit string) id {
	return id{fmt.Sprintf("%s/key=%s/by=%s", group, strings.ReplaceAll(key, " ", "_"), strings.ReplaceAll(by, " ", "_")), 1, unit}
}

// ratio is a target of at most so many times the CPU time of another row.
func ratio(must float64, what, group, key, by, otherKey, otherBy string) target {
	return target{what: what, must: must, one: on(group, key, by, cpu), other: on(group, otherKey, otherBy, cpu)}
}

// atMost is a target of one number.
func atMost(must float64, what string, one id, unit float64) target {
	return target{what: what, must: must, one: one, unit: unit}
}

// scaling is a target of how much more two cores do than one.
func scaling(must float64, what, group, key, by string) target {
	one := on(group, key, by, wall)
	two := one
	two.procs = allCores()
	return target{what: what + ": two cores / one, in throughput", must: must, one: one, other: two, least: true, wall: true}
}

// inverse is a target of at least so many times the CPU time.
func inverse(t target) target {
	t.least = true
	return t
}

func targets() []target {
	var list []target
	for _, more := range [][]target{
		verifyTargets(), middlewareTargets(), refuseTargets(), cacheTargets(), mintTargets(), batchTargets(), processTargets(),
	} {
		list = append(list, more...)
	}
	return append(list,
		ratio(1.1, "open an encrypted key / PBKDF2 alone", "Keys", "PBKDF2", peers.Loginctl, "PBKDF2", "key derivation alone"),
		ratio(1.1, "open an encrypted key / scrypt alone", "Keys", "scrypt", peers.Loginctl, "scrypt", "key derivation alone"))
}

func verifyTargets() []target {
	list := []target{
		ratio(0.30, "verify HS256 / golang-jwt into a struct", "Verify", "HS256", peers.Loginctl, "HS256", peers.GolangJWT),
		atMost(12, "verify HS256, allocations", on("Verify", "HS256", peers.Loginctl, allocs), 1),
	}
	for _, key := range fixture.Columns()[1:] {
		list = append(list, ratio(1.06, "verify "+key+" / floor", "Verify", key, peers.Loginctl, key, peers.Floor))
	}
	return list
}

func mintTargets() []target {
	list := []target{ratio(0.6, "mint HS256 / golang-jwt", "Mint", "HS256", peers.Loginctl, "HS256", peers.GolangJWT)}
	for i, must := range []float64{1.06, 1.06, 1.12, 1.25} {
		key := fixture.Columns()[1+i]
		list = append(list, ratio(must, "mint "+key+" / bare signing", "Mint", key, peers.Loginctl, key, peers.Floor))
	}
	return list
}

func middlewareTargets() []target {
	const group, rsa = "Middleware", "RS256-2048"
	list := []target{
		ratio(0.10, "middleware HS256 / fastest net/http peer", group, "HS256", guards.Loginctl, "HS256", guards.JWTAuth),
		atMost(15, "middleware HS256, allocations", on(group, "HS256", guards.Loginctl, allocs), 1),
		ratio(1.08, "middleware RS256-2048 / floor", group, rsa, guards.Loginctl, rsa, peers.Floor),
		ratio(1.12, "middleware EdDSA / floor", group, "EdDSA", guards.Loginctl, "EdDSA", peers.Floor),
	}
	for _, key := range fixture.Columns() {
		list = append(list, ratio(1.1, "middleware "+key+": cookie / header", group, key, guards.ByCookie, key, guards.Loginctl))
	}
	for _, key := range []string{"HS256", rsa, "EdDSA"} {
		list = append(list,
			ratio(3.5, "cached middleware "+key+" / context value only", group, key, guards.Cached, key, guards.ContextOnly),
			atMost(3, "cached middleware "+key+", allocations", on(group, key, guards.Cached, allocs), 1),
			scaling(1.7, "cached middleware "+key, group, key, guards.Cached))
	}
	return append(list, inverse(ratio(60, "fastest net/http peer / cached middleware, RS256-2048", group, rsa, guards.JWTAuth, rsa, guards.Cached)))
}

func refuseTargets() []target {
	var list []target
	for _, kind := range []string{"wrong alg", "wrong alg, 11 KiB", "alg none", "no dots", "no dots, 16 KiB", "too long, 20 KiB", "too long, 1 MiB"} {
		list = append(list, ratio(0.5, "refuse "+kind+" / HS256 floor", "Refuse", kind, peers.Loginctl, "good", peers.Floor))
	}
	const nested = "bad signature, 11 KiB of nested claims"
	return append(list,
		ratio(1.3, "refuse bad signature / floor", "Refuse", "bad signature", peers.Loginctl, "bad signature", peers.Floor),
		ratio(1.3, "refuse "+nested+" / floor as long", "Refuse", nested, peers.Loginctl, nested, peers.Floor))
}

func cacheTargets() []target {
	beside := func(what, key string) target {
		return ratio(1.1, what+" "+key+": cache / no cache", "Cache", key, what, key, what+", no cache")
	}
	// HMAC tokens are remembered on request only, because a flood of distinct ones
	// costs more: that flood has no target.
	list := []target{
		beside("flood of distinct tokens", "EdDSA"),
		beside("flood of forged tokens", "EdDSA"),
		beside("flood of forged tokens", "HS256"),
	}
	for _, key := range []string{"HS256", "RS256-2048", "EdDSA"} {
		list = append(list, scaling(1.7, "hit, 1,000 hot tokens "+key, "Cache", key, "hit, 1,000 hot tokens"))
	}
	return append(list, atMost(500, "bytes an entry of a full cache", on("Cache", "HS256", "memory an entry", entry), 1))
}

func batchTargets() []target {
	const own, rsa = "loginctl verify --batch", "RS256-2048"
	list := []target{
		inverse(ratio(3, "batch HS256, one core: golang-jwt loop / loginctl", "Batch", "HS256", "golang-jwt loop", "HS256", own)),
		scaling(1.5, "batch HS256", "Batch", "HS256", own),
		ratio(1.10, "batch RS256, one core / floor", "Batch", rsa, own, rsa, peers.Floor),
		scaling(1.6, "batch RS256", "Batch", rsa, own),
	}
	for _, key := range []string{"HS256", rsa} {
		one := on("Batch", key, own, rss)
		two := one
		two.procs = allCores()
		list = append(list, atMost(80, "batch "+key+", one core, peak MB resident", one, 1e6),
			atMost(80, "batch "+key+", two cores, peak MB resident", two, 1e6))
	}
	return list
}

func processTargets() []target {
	const noop, version = "urfave-cli no-op", "loginctl version"
	return []target{
		ratio(1.2, "loginctl version / urfave/cli no-op", "Process", "-", version, "-", noop),
		ratio(0.25, "loginctl version / step version", "Process", "-", version, "-", "step version"),
		atMost(10, "loginctl version, peak MB resident", on("Process", "-", version, rss), 1e6),
		ratio(1.4, "loginctl verify / urfave/cli no-op", "Process", "-", "loginctl verify", "-", noop),
	}
}

// optional marks rows of programs that need not be installed.
func optional(name string) bool { return strings.Contains(name, "by=step_") }

// series are the numbers of a target, round by round, nil if it was not measured.
func (t target) series(s samples) series {
	if t.other.name != "" {
		return s.of(t.one).over(s.of(t.other))
	}
	return s.of(t.one)
}

// missing reports whether a group was measured without a row of the target.
func (t target) missing(s samples) bool {
	group, _, _ := strings.Cut(t.one.name, "/")
	return s[strings.ToLower(group)] != nil && len(t.series(s)) == 0 && !optional(t.other.name)
}

// verdict judges a number by the target.
func (t target) verdict(v float64) (bound, verdict string) {
	bound, verdict = "≤ "+number(t.must), "✗"
	if t.least {
		bound = "≥ " + number(t.must)
	}
	if t.least && v >= t.must || !t.least && v <= t.must {
		verdict = "✓"
	}
	return bound, verdict
}

// writeTargets prints every target of the groups that were measured. Those that go
// by the clock are not judged if the machine was busy.
func (b *bench) writeTargets(busy bool) error {
	t := &table{head: []string{"target", "must be", "is", "quartiles", ""}}
	var errs []error
	for _, target := range targets() {
		s := target.series(b.this)
		if len(s) == 0 {
			if target.missing(b.this) && b.only == "" {
				errs = append(errs, fmt.Errorf("the target %q is of a row that was not measured", target.what))
			}
			continue
		}
		for i := range s {
			s[i] /= max(target.unit, 1)
		}
		bound, verdict := target.verdict(s.median())
		if busy && target.wall {
			verdict = "busy"
		}
		t.add(target.what, bound, number(s.median()), s.quartiles(), verdict)
	}
	fmt.Fprint(b.out, "## Targets\n\n")
	t.write(b.out)
	return errors.Join(errs...)
}
