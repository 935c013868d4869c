package login

import (
	"context"
	"net/http"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// discard is a ResponseWriter that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// reset empties the answer, as a new request would.
func (d *discard) reset() { delete(d.header, "Vary") }

// guarded is a handler behind two scopes with a loader from memory, and a
// request that it lets in.
func guarded(t testing.TB, alg keys.Algorithm, source Location, cacheSize int) (http.Handler, *http.Request) {
	t.Helper()
	m, err := New(testKey(alg), loadMember, Config{Locations: source, CacheSize: cacheSize})
	if err != nil {
		t.Fatal(err)
	}
	h := m.Require("posts:read", "posts:write")(nothing)
	token := issue(t, m, "ada@example.com", "posts:read", "posts:write")
	if source == InCookie {
		return h, request("GET", "/posts", "Cookie", "theme=dark; access-token="+token)
	}
	return h, request("GET", "/posts", "Authorization", "Bearer "+token)
}

// allocations returns the allocations of one request after a first one.
func allocations(h http.Handler, r *http.Request) float64 {
	w := &discard{http.Header{}}
	return testing.AllocsPerRun(200, func() {
		h.ServeHTTP(w, r)
		w.reset()
	})
}

// A handler that receives the claims adds the cost of their copy.
func TestHandleAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes allocations of its own")
	}
	m, err := New(testKey(keys.EdDSA), loadMember, Config{})
	if err != nil {
		t.Fatal(err)
	}
	h := m.Handle(func(http.ResponseWriter, *http.Request, *Principal[*member]) {}, "posts:read")
	r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com", "posts:read", "posts:write"))
	if got := allocations(h, r); got > 3 {
		t.Errorf("%v allocations, want at most 3", got)
	}
}

// The allocations of a request through the middleware are bounded.
func TestMiddlewareAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes allocations of its own")
	}
	tests := []struct {
		name      string
		alg       keys.Algorithm
		source    Location
		cacheSize int
		most      float64
	}{
		{"HS256 from the header", keys.HS256, InHeader, 0, 5},
		{"HS256 from the cookie", keys.HS256, InCookie, 0, 5},
		{"EdDSA remembered", keys.EdDSA, InHeader, 0, 2},
		{"EdDSA remembered, from the cookie", keys.EdDSA, InCookie, 0, 2},
		{"HS256 remembered", keys.HS256, InHeader, 64, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, r := guarded(t, tt.alg, tt.source, tt.cacheSize)
			if got := allocations(h, r); got > tt.most {
				t.Errorf("%v allocations, want at most %v", got, tt.most)
			} else {
				t.Logf("%v allocations", got)
			}
		})
	}
}

// nothing is the guarded handler. It is a variable, so that the compiler cannot inline
// it.
var nothing http.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

func BenchmarkMiddleware(b *testing.B) {
	type key struct{}
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nothing.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, members)))
	})
	b.Run("context only", func(b *testing.B) { run(b, bare, request("GET", "/posts")) })
	for _, alg := range []keys.Algorithm{keys.HS256, keys.RS256, keys.EdDSA} {
		for _, source := range []Location{InHeader, InCookie} {
			for _, cached := range []int{-1, 64} {
				name := alg.String() + "/" + source.String()
				if cached > 0 {
					name += "/remembered"
				}
				b.Run(name, func(b *testing.B) {
					h, r := guarded(b, alg, source, cached)
					run(b, h, r)
				})
			}
		}
	}
}

func run(b *testing.B, h http.Handler, r *http.Request) {
	w := &discard{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
		w.reset()
	}
}
