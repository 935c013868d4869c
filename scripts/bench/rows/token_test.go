package rows

import (
	"strings"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// BenchmarkVerify: token in, subject and scopes out.
func BenchmarkVerify(b *testing.B) {
	for _, column := range fixture.Columns() {
		k := fixture.Open(column, folder)
		good := k.Good(1)[0]
		for _, p := range peers.Verifiers() {
			run(b, row{column, p.Name, verifying(k, p, good, false)})
		}
		// A token as loginctl issues it has a kid in its header, where the key has one.
		issued := fixture.Must(peers.LoginctlMint(k)()())
		run(b, row{column, "loginctl, its own token", verifying(k, peers.Verifiers()[1], issued, false)})
	}
}

// BenchmarkMiddleware: a request with a token, two scopes required, the user
// loaded from memory, beside the bare signature check.
func BenchmarkMiddleware(b *testing.B) {
	for _, column := range fixture.Columns() {
		k := fixture.Open(column, folder)
		good := k.Good(1)[0]
		for _, p := range append(peers.Verifiers()[:1], peers.Guards()...) {
			run(b, row{column, p.Name, verifying(k, p, good, false)})
		}
	}
}

// BenchmarkMint: a token with a new jti of 128 bits.
func BenchmarkMint(b *testing.B) {
	for _, column := range fixture.Columns() {
		k := fixture.Open(column, folder)
		for _, p := range peers.Minters() {
			run(b, row{column, p.Name, func() func() op {
				worker := p.Open(k)
				return func() op {
					mint := worker()
					return func() error { _, err := mint(); return err }
				}
			}})
		}
	}
}

// BenchmarkRefuse is the cost of a refusal, with the kind of token in place of the
// key. The floor verifies good tokens as long as the bad ones.
func BenchmarkRefuse(b *testing.B) {
	k := fixture.Open("HS256", folder)
	good, long := k.Good(1)[0], k.Token(nested())
	forged := strings.Repeat("x", 32)
	for _, kind := range []struct{ name, token, like string }{
		{"good", "", good},
		{"wrong alg", fixture.Replace(good, 0, fixture.Header("RS256")), ""},
		{"wrong alg, 11 KiB", fixture.Replace(long, 0, fixture.Header("RS256")), ""},
		{"alg none", fixture.Replace(good, 0, fixture.Header("none")), ""},
		{"no dots", strings.ReplaceAll(good, ".", "A"), ""},
		{"no dots, 16 KiB", strings.Repeat("A", 16<<10), ""},
		{"too long, 20 KiB", good + strings.Repeat("A", 20<<10), ""},
		{"too long, 1 MiB", good + strings.Repeat("A", 1<<20), ""},
		{"bad signature", fixture.Replace(good, 2, forged), good},
		{"bad signature, 11 KiB of nested claims", fixture.Replace(long, 2, forged), long},
	} {
		for _, p := range peers.Verifiers() {
			if p.Name == "floor" && kind.like != "" {
				run(b, row{kind.name, p.Name, verifying(k, p, kind.like, false)})
			} else if p.Name != "floor" && kind.token != "" {
				run(b, row{kind.name, p.Name, verifying(k, p, kind.token, true)})
			}
		}
	}
}

// nested is a claims set whose JSON is slow to read; its token is of about eleven KiB.
func nested() map[string]any {
	list := make([]any, 1024)
	for i := range list {
		list[i] = []any{[]any{[]any{1}}}
	}
	return map[string]any{"deep": list}
}
