package main

import (
	"fmt"
	"io"

	"github.com/loginctl/loginctl/scripts/bench/guards"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// target is a number that was set before the work began.
type target struct {
	what  string
	least bool // must is the least allowed, not the most
	must  float64
	value value
	wall  bool // by the clock on the wall, which says nothing while others use the cores
}

func atMost(must float64, what string, v value) target {
	return target{what: what, must: must, value: v}
}

func atLeast(must float64, what string, v value) target {
	return target{what: what, must: must, value: v, least: true}
}

// scaling is how much more two cores do than one.
func scaling(must float64, what string, one, two value) target {
	return target{what: what + ": two cores / one, in throughput", must: must, value: over(one, two), least: true, wall: true}
}

// writeTargets prints every target that something was measured for. Those that
// go by the clock on the wall are not judged if the machine was busy.
func writeTargets(w io.Writer, b *book, busy bool) {
	t := &table{head: []string{"target", "must be", "is", ""}}
	for _, list := range [][]target{
		verifyTargets(), middlewareTargets(), refuseTargets(), cacheTargets(),
		mintTargets(), batchTargets(), processTargets(), keysTargets(),
	} {
		for _, target := range list {
			if v, ok := target.value(b); ok {
				verdict := target.verdict(v)
				if busy && target.wall {
					verdict = "busy"
				}
				t.add(target.what, target.bound(), ratio(v), verdict)
			}
		}
	}
	if len(t.rows) == 0 {
		return
	}
	fmt.Fprint(w, "## Targets\n\n")
	t.write(w)
}

func (t target) bound() string {
	if t.least {
		return "≥ " + ratio(t.must)
	}
	return "≤ " + ratio(t.must)
}

func (t target) verdict(v float64) string {
	if t.least && v >= t.must || !t.least && v <= t.must {
		return "✓"
	}
	return "✗"
}

func verifyTargets() []target {
	row := func(name, column, field string) value { return of("verify", name, column, field) }
	list := []target{
		atMost(0.30, "verify HS256 / golang-jwt into a struct", over(row(peers.Loginctl, "HS256", cpu), row(peers.GolangJWT, "HS256", cpu))),
		atMost(12, "verify HS256, allocations", row(peers.Loginctl, "HS256", allocs)),
	}
	for _, column := range columns()[1:] {
		list = append(list, atMost(1.06, "verify "+column+" / floor", over(row(peers.Loginctl, column, cpu), row(peers.Floor, column, cpu))))
	}
	return list
}

func middlewareTargets() []target {
	row := func(name, column, field string) value { return of("middleware", name, column, field) }
	fastest := func(column string) value {
		var all []value
		for _, peer := range guards.NetHTTP() {
			all = append(all, row(peer, column, cpu))
		}
		return least(all...)
	}
	ours := func(column string) value { return row(guards.Loginctl, column, cpu) }
	list := []target{
		atMost(0.10, "middleware HS256 / fastest net/http peer", over(ours("HS256"), fastest("HS256"))),
		atMost(15, "middleware HS256, allocations", row(guards.Loginctl, "HS256", allocs)),
		atMost(1.08, "middleware RS256-2048 / floor", over(ours("RS256-2048"), row(peers.Floor, "RS256-2048", cpu))),
		atMost(1.12, "middleware EdDSA / floor", over(ours("EdDSA"), row(peers.Floor, "EdDSA", cpu))),
	}
	for _, column := range columns() {
		list = append(list, atMost(1.1, "middleware "+column+": cookie / header", over(row(guards.ByCookie, column, cpu), ours(column))))
	}
	hit := func(column, field string) value { return row(guards.Cached, column, field) }
	for _, column := range []string{"HS256", "RS256-2048", "EdDSA"} {
		list = append(list,
			atMost(3.5, "cached middleware "+column+" / context value only", over(hit(column, cpu), row(guards.ContextOnly, column, cpu))),
			atMost(3, "cached middleware "+column+", allocations", hit(column, allocs)),
			scaling(1.7, "cached middleware "+column, hit(column, wall), hit(column, parallelWall)),
		)
	}
	return append(list, atLeast(60, "fastest net/http peer / cached middleware, RS256-2048", over(fastest("RS256-2048"), hit("RS256-2048", cpu))))
}

func refuseTargets() []target {
	ours := func(column string) value { return of("refuse", peers.Loginctl, column, cpu) }
	floor := func(column string) value { return of("refuse", peers.Floor, column, cpu) }
	var list []target
	for _, column := range quickRefusals() {
		list = append(list, atMost(0.5, "refuse "+column+" / HS256 floor", over(ours(column), floor(goodToken))))
	}
	return append(list,
		atMost(1.3, "refuse bad signature / floor", over(ours(badSignature), floor(badSignature))),
		atMost(1.3, "refuse "+badNested+" / floor as long", over(ours(badNested), floor(badNested))))
}

func cacheTargets() []target {
	row := func(name, column, field string) value { return of("cache", name, column, field) }
	// HMAC tokens are remembered on request only, for this reason: their flood is not a target.
	list := []target{atMost(1.1, "flood of distinct tokens EdDSA: cache / no cache", over(row(floodRow, "EdDSA", cpu), row(floodBareRow, "EdDSA", cpu)))}
	for _, column := range []string{"EdDSA", "HS256"} {
		list = append(list, atMost(1.1, "flood of forged tokens "+column+": cache / no cache", over(row(forgedRow, column, cpu), row(forgedBareRow, column, cpu))))
	}
	for _, column := range []string{"HS256", "RS256-2048", "EdDSA"} {
		list = append(list, scaling(1.7, "hit, 1,000 hot tokens "+column, row(hotRow, column, wall), row(hotRow, column, parallelWall)))
	}
	return append(list, atMost(500, "bytes an entry of a full cache", row(perEntryRow, "HS256", figure)))
}

func mintTargets() []target {
	row := func(name, column string) value { return of("mint", name, column, cpu) }
	beside := func(column, name string) value { return over(row(peers.Loginctl, column), row(name, column)) }
	return []target{
		atMost(0.6, "mint HS256 / golang-jwt", beside("HS256", peers.GolangJWT)),
		atMost(1.06, "mint RS256-2048 / bare signing", beside("RS256-2048", peers.Floor)),
		atMost(1.06, "mint RS256-3072 / bare signing", beside("RS256-3072", peers.Floor)),
		atMost(1.12, "mint ES256 / bare signing", beside("ES256", peers.Floor)),
		atMost(1.25, "mint EdDSA / bare signing", beside("EdDSA", peers.Floor)),
	}
}

func batchTargets() []target {
	row := func(program, alg string, cores int, field string) value {
		return of("batch", batchRow(program, alg, cores), "", field)
	}
	var resident []value
	for _, alg := range []string{"HS256", "RS256"} {
		for _, cores := range batchCores() {
			resident = append(resident, row(batchOwn, alg, cores, rss))
		}
	}
	return []target{
		atLeast(3, "batch HS256, one core: golang-jwt loop / loginctl", over(row(batchLoop, "HS256", 1, cpu), row(batchOwn, "HS256", 1, cpu))),
		scaling(1.5, "batch HS256", row(batchOwn, "HS256", 1, wall), row(batchOwn, "HS256", 2, wall)),
		atMost(1.10, "batch RS256, one core / floor", over(row(batchOwn, "RS256", 1, cpu), row(batchFloor, "RS256", 1, cpu))),
		scaling(1.6, "batch RS256", row(batchOwn, "RS256", 1, wall), row(batchOwn, "RS256", 2, wall)),
		atMost(80, "batch, peak MB resident", over(most(resident...), constant(1e6))),
	}
}

func processTargets() []target {
	row := func(name, field string) value { return of("process", name, "", field) }
	beside := func(name, other string) value { return over(row(name, cpu), row(other, cpu)) }
	return []target{
		atMost(1.2, "loginctl version / urfave/cli no-op", beside(versionRow, noopRow)),
		atMost(0.25, "loginctl version / step version", beside(versionRow, stepRow)),
		atMost(10, "loginctl version, peak MB resident", over(row(versionRow, rss), constant(1e6))),
		atMost(1.4, "loginctl verify / urfave/cli no-op", beside(verifyOne, noopRow)),
	}
}

func keysTargets() []target {
	row := func(name, column string) value { return of("keys", name, column, cpu) }
	beside := func(column string) value { return over(row(peers.Loginctl, column), row(bareDerivation, column)) }
	return []target{
		atMost(1.1, "open an encrypted key / PBKDF2 alone", beside(pbkdf2Column)),
		atMost(1.1, "open an encrypted key / scrypt alone", beside(scryptColumn)),
	}
}
