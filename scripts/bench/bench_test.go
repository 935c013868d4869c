package main

import (
	"strings"
	"testing"
)

func TestParseTakesFlagsAndGroupsInAnyOrder(t *testing.T) {
	o, err := parse([]string{"mint", "--rounds", "7", "verify", "--quick"})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.groups) != 2 || o.groups[0].name != "verify" || o.groups[1].name != "mint" {
		t.Errorf("the groups are %v, want verify and mint in the order of the tables", o.groups)
	}
	if batch := strings.Join(o.environment, " "); o.rounds != 3 || !strings.Contains(batch, "BENCH_BATCH_HS256=100000 ") {
		t.Errorf("quick means %d rounds and %s", o.rounds, batch)
	}
}

func TestParseRefusesAnUnknownGroup(t *testing.T) {
	if _, err := parse([]string{"verify", "everything"}); err == nil || !strings.Contains(err.Error(), "everything") {
		t.Errorf("the error is %v", err)
	}
}

// lines are two rounds of a group, as the benchmarks print them.
const lines = `goos: linux
BenchmarkVerify/key=HS256/by=loginctl 	 1 	 300 ns/op	 20 cpu-ns/op	 13 allocs/op
BenchmarkVerify/key=HS256/by=loginctl-2 	 1 	 150 ns/op	 21 cpu-ns/op
BenchmarkVerify/key=HS256/by=golang-jwt 	 1 	 500 ns/op	 100 cpu-ns/op	 50 allocs/op
PASS
BenchmarkVerify/key=HS256/by=loginctl 	 1 	 300 ns/op	 2000 cpu-ns/op	 13 allocs/op
BenchmarkVerify/key=HS256/by=golang-jwt 	 1 	 500 ns/op	 10000 cpu-ns/op	 50 allocs/op
`

func read() samples {
	s := samples{}
	s.read("verify", lines)
	return s
}

func TestSamplesAreReadByRowCoresAndUnit(t *testing.T) {
	s := read()
	one := on("Verify", "HS256", "loginctl", cpu)
	two := one
	two.procs = 2
	if got := s.of(one); len(got) != 2 || got[0] != 20 || got[1] != 2000 {
		t.Errorf("one core took %v", got)
	}
	if got := s.of(two); len(got) != 1 || got[0] != 21 {
		t.Errorf("two cores took %v", got)
	}
	if got := s.of(on("Mint", "HS256", "loginctl", cpu)); got != nil {
		t.Errorf("a group that was not measured took %v", got)
	}
}

func TestTargetsAreJudgedRoundByRound(t *testing.T) {
	var out strings.Builder
	b := &bench{this: read(), out: &out, options: options{only: "loginctl|golang-jwt"}}
	if err := b.writeTargets(false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| verify HS256 / golang-jwt into a struct | ≤ 0.30 | 0.20 | 0.20–0.20 | ✓ |",
		"| verify HS256, allocations | ≤ 12.0 | 13.0 | 13.0–13.0 | ✗ |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "middleware") {
		t.Error("a target is judged that nothing was measured for")
	}
}

func TestATargetWithoutItsRowIsAnError(t *testing.T) {
	b := &bench{this: read(), out: new(strings.Builder)}
	if err := b.writeTargets(false); err == nil || !strings.Contains(err.Error(), "verify ES256 / floor") {
		t.Errorf("the error is %v", err)
	}
}

func TestQuantiles(t *testing.T) {
	for _, test := range []struct {
		name   string
		values series
		want   float64
	}{
		{"of one", series{7}, 7},
		{"of three, unsorted", series{9, 1, 2}, 2},
		{"of four: between the two in the middle", series{4, 1, 3, 100}, 3.5},
	} {
		if got := test.values.median(); got != test.want {
			t.Errorf("the median %s is %v, want %v", test.name, got, test.want)
		}
	}
}

func TestARatioNeedsTheSameRounds(t *testing.T) {
	if r := (series{1, 2}).over(series{1}); r != nil {
		t.Errorf("two rounds over one are %v", r)
	}
	if r := (series{1}).over(series{0}); r != nil {
		t.Errorf("a ratio to nothing is %v", r)
	}
}
