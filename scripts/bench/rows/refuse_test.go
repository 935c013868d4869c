package rows

import (
	"errors"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// BenchmarkRefuse is the cost of a refusal, with the kind of token in place of the
// key. The floor verifies good tokens as long as the bad ones.
func BenchmarkRefuse(b *testing.B) {
	k := keyOf(b, "HS256")
	tokens, err := refusedTokens(k)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range tokens {
		for _, v := range peers.Verifiers() {
			if t.like == "" && v.Name == peers.Floor || t.token == "" && v.Name != peers.Floor {
				continue
			}
			row{t.name, v.Name, v.Name == peers.Loginctl, func() (func() op, error) {
				verify, err := v.Open(k)
				if err != nil {
					return nil, err
				}
				if v.Name == peers.Floor {
					return func() op { return verifying(verify, t.like) }, nil
				}
				return func() op { return verifying(refused(verify), t.token) }, nil
			}}.run(b)
		}
	}
}

// kind is a bad token, and a good one that the floor is measured with. Either
// may be missing.
type kind struct{ name, token, like string }

func refusedTokens(k fixture.Key) ([]kind, error) {
	good, err := k.Good()
	if err != nil {
		return nil, err
	}
	long, err := k.Token(nested())
	if err != nil {
		return nil, err
	}
	forged := strings.Repeat("x", 32)
	return []kind{
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
	}, nil
}

// nested is a claims set whose JSON is slow to read; its token is of about eleven KiB.
func nested() map[string]any {
	list := make([]any, 1024)
	for i := range list {
		list[i] = []any{[]any{[]any{1}}}
	}
	return map[string]any{"deep": list}
}

var errAccepted = errors.New("a bad token is accepted")

// refused turns an acceptance into an error and a refusal into success.
func refused(verify peers.Verify) peers.Verify {
	return func(token string) (string, []string, error) {
		if _, _, err := verify(token); err == nil {
			return "", nil, errAccepted
		}
		return "", nil, nil
	}
}
