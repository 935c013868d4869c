package guards

import (
	"net/http"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// Every guard does the same work: see [Check].
func TestGuardsDoEqualWork(t *testing.T) {
	keys, err := fixture.Keys()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		for _, g := range Guards() {
			t.Run(k.Name+"/"+g.Name, func(t *testing.T) {
				if err := g.Check(k); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// The check itself must be able to fail.
func TestCheckRefusesAGuardThatLetsAllIn(t *testing.T) {
	keys, err := fixture.Keys()
	if err != nil {
		t.Fatal(err)
	}
	lax := Guard{Name: "lax", open: func(fixture.Key, http.Handler) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { admit(w, ada) }), nil
	}}
	if lax.Check(keys[0]) == nil {
		t.Error("a guard that lets everything in passed")
	}
}
