package main

import (
	"strings"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

func TestParseTakesFlagsAndGroupsInAnyOrder(t *testing.T) {
	o, err := parse([]string{"mint", "--rounds", "7", "verify", "--quick"})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.groups) != 2 || o.groups[0].name != "verify" || o.groups[1].name != "mint" {
		t.Errorf("the groups are %v, want verify and mint in the order of the tables", o.groups)
	}
	if o.rounds != 3 || o.batchTokens != 100_000 {
		t.Errorf("quick means %d rounds and %d tokens", o.rounds, o.batchTokens)
	}
}

func TestParseRefusesAnUnknownGroup(t *testing.T) {
	if _, err := parse([]string{"verify", "everything"}); err == nil || !strings.Contains(err.Error(), "everything") {
		t.Errorf("the error is %v", err)
	}
}

func TestTargetsAreJudged(t *testing.T) {
	b := newBook()
	b.set("verify", peers.Loginctl, "HS256", cpu, 20)
	b.set("verify", peers.GolangJWT, "HS256", cpu, 100)
	b.set("verify", peers.Loginctl, "HS256", allocs, 13)
	var out strings.Builder
	writeTargets(&out, b, false)
	for _, want := range []string{
		"| verify HS256 / golang-jwt into a struct | ≤ 0.30 | 0.20 | ✓ |",
		"| verify HS256, allocations | ≤ 12.0 | 13.0 | ✗ |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "middleware") {
		t.Error("a target is judged that nothing was measured for")
	}
}

func TestLeastAndMostPassOverWhatIsMissing(t *testing.T) {
	b := newBook()
	b.set("g", "a", "", cpu, 3)
	b.set("g", "b", "", cpu, 2)
	values := []value{of("g", "missing", "", cpu), of("g", "a", "", cpu), of("g", "b", "", cpu)}
	if v, ok := least(values...)(b); !ok || v != 2 {
		t.Errorf("least is %v, %v", v, ok)
	}
	if v, ok := most(values...)(b); !ok || v != 3 {
		t.Errorf("most is %v, %v", v, ok)
	}
	if _, ok := over(values[0], values[1])(b); ok {
		t.Error("a ratio without a numerator is known")
	}
}

func TestRatiosNameOnlyWhatWasMeasured(t *testing.T) {
	b := newBook()
	b.set("verify", peers.Loginctl, "EdDSA", cpu, 10)
	b.set("verify", "jwx", "EdDSA", cpu, 25)
	var out strings.Builder
	writeRatios(&out, b)
	if !strings.Contains(out.String(), "| verify: jwx | – | – | – | – | 2.50 |") {
		t.Errorf("the table is\n%s", &out)
	}
	if strings.Contains(out.String(), "go-jose") {
		t.Error("a row that was not measured is in the table")
	}
}

// The refused tokens are refused by every library, and the floor takes its own.
func TestRefusalsAreRefused(t *testing.T) {
	keys, err := fixture.Keys()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := refuseRows(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := r.New()(); err != nil {
			t.Errorf("%s, %s: %v", r.Name, r.Column, err)
		}
	}
}

func TestCacheRowsRun(t *testing.T) {
	keys, err := fixture.Keys()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := cacheRows(keys[0], cacheRequested)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		for op, n := r.New(), 0; n < 3; n++ {
			if err := op(); err != nil {
				t.Errorf("%s, %s: %v", r.Name, r.Column, err)
			}
		}
	}
}
