package rows

import (
	"testing"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/guards"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// noCache makes every operation a verification.
const noCache = -1

// BenchmarkVerify: token in, subject and scopes out.
func BenchmarkVerify(b *testing.B) {
	for _, column := range fixture.Columns() {
		k := keyOf(b, column)
		for _, v := range peers.Verifiers() {
			verifyRow(k, v, k.Good).run(b)
		}
		// A token as loginctl issues it has a kid in its header, where the key has one.
		own := peers.Verifier{Name: peers.Loginctl, Open: peers.LoginctlVerify(login.Config{CacheSize: noCache})}
		issued := verifyRow(k, own, func() (string, error) {
			mint, err := peers.LoginctlMint(k)
			if err != nil {
				return "", err
			}
			return mint()
		})
		issued.by += ", its own token"
		issued.run(b)
	}
}

// BenchmarkMint: a token with a new jti of 128 bits.
func BenchmarkMint(b *testing.B) {
	for _, column := range fixture.Columns() {
		k := keyOf(b, column)
		for _, m := range peers.Minters() {
			row{k.Name, m.Name, m.Name == peers.Loginctl, func() (func() op, error) {
				open, err := opener(k, m.Open, m.PerWorker)
				return func() op {
					mint := open()
					return func() error {
						_, err := mint()
						return err
					}
				}, err
			}}.run(b)
		}
	}
}

// BenchmarkMiddleware: a request with a token, two scopes required, the user
// loaded from memory, beside the bare signature check.
func BenchmarkMiddleware(b *testing.B) {
	for _, column := range fixture.Columns() {
		k := keyOf(b, column)
		verifyRow(k, peers.Verifier{Name: peers.Floor, Open: peers.FloorVerify, PerWorker: true}, k.Good).run(b)
		for _, g := range guards.Guards() {
			row{k.Name, g.Name, g.Own, func() (func() op, error) {
				token, err := g.Token(k, fixture.Good())
				if err != nil {
					return nil, err
				}
				handler, err := g.Open(k)
				return func() op { return g.Visitor(handler, token).Enter }, err
			}}.run(b)
		}
	}
}

// verifyRow verifies one token again and again.
func verifyRow(k fixture.Key, v peers.Verifier, token func() (string, error)) row {
	return row{k.Name, v.Name, v.Name == peers.Loginctl, func() (func() op, error) {
		text, err := token()
		if err != nil {
			return nil, err
		}
		open, err := opener(k, v.Open, v.PerWorker)
		return func() op { return verifying(open(), text) }, err
	}}
}

func verifying(verify peers.Verify, token string) op {
	return func() error {
		_, _, err := verify(token)
		return err
	}
}

// opener returns the source of each worker's function: the same one for all, as the
// requests of a service share a verifier, or one for each.
func opener[F any](k fixture.Key, open func(fixture.Key) (F, error), perWorker bool) (func() F, error) {
	shared, err := open(k)
	if err != nil || !perWorker {
		return func() F { return shared }, err
	}
	return func() F {
		own, err := open(k)
		if err != nil {
			panic(err) // it opened a moment ago
		}
		return own
	}, nil
}
