package peers

import (
	"slices"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

func keysOf(t *testing.T) []fixture.Key {
	t.Helper()
	keys, err := fixture.Keys()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Every verifier does the same work: see [Check].
func TestVerifiersDoEqualWork(t *testing.T) {
	for _, k := range keysOf(t) {
		for _, v := range Verifiers() {
			t.Run(k.Name+"/"+v.Name, func(t *testing.T) {
				if err := v.Check(k); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestMintersDoEqualWork(t *testing.T) {
	for _, k := range keysOf(t) {
		for _, m := range Minters() {
			t.Run(k.Name+"/"+m.Name, func(t *testing.T) {
				if err := m.Check(k); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// The check itself must be able to fail.
func TestCheckRefusesAVerifierThatChecksNothing(t *testing.T) {
	k := keysOf(t)[0]
	lax := Verifier{Name: "lax", Open: func(fixture.Key) (Verify, error) {
		return func(string) (string, []string, error) { return fixture.Subject, slices.Clone(fixture.Scopes()), nil }, nil
	}}
	if lax.Check(k) == nil {
		t.Error("a verifier that accepts everything passed")
	}
}
