package main

import (
	"fmt"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/measure"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// runVerify measures every verifier with every key, after checking that all do
// the same work.
func runVerify(b *bench) error {
	var rows []measure.Row
	for _, v := range peers.Verifiers() {
		for _, k := range b.keys {
			if !b.wants(v.Name, k.Name) {
				continue
			}
			if err := v.Check(k); err != nil {
				return fmt.Errorf("%s with %s does not do the work: %w", v.Name, k.Name, err)
			}
			row, err := verifyRow(v, k)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
	}
	own, err := b.ownTokens()
	if err != nil {
		return err
	}
	return b.measure("verify", append(rows, own...), true)
}

// ownRow is a row of tokens as loginctl issues them: with a kid in the header,
// where the key has one.
const ownRow = "loginctl, its own token"

func (b *bench) ownTokens() ([]measure.Row, error) {
	var rows []measure.Row
	for _, m := range peers.Minters() {
		for _, k := range b.keys {
			if m.Name != peers.Loginctl || !b.wants(ownRow, k.Name) {
				continue
			}
			mint, err := m.Open(k)
			if err != nil {
				return nil, err
			}
			token, err := mint()
			if err != nil {
				return nil, err
			}
			verify, err := peers.LoginctlVerify(k, login.Config{CacheSize: -1})
			if err != nil {
				return nil, err
			}
			rows = append(rows, measure.Row{Name: ownRow, Column: k.Name, New: verifying(verify, token)})
		}
	}
	return rows, nil
}

// verifyRow verifies the token that is the same for all.
func verifyRow(v peers.Verifier, k fixture.Key) (measure.Row, error) {
	token, err := k.Token(fixture.Good())
	if err != nil {
		return measure.Row{}, err
	}
	open, err := opener(k, v.Open, v.PerWorker)
	if err != nil {
		return measure.Row{}, err
	}
	return measure.Row{Name: v.Name, Column: k.Name, New: func() measure.Op {
		return verifying(open(), token)()
	}}, nil
}

// verifying verifies one token again and again, with one verifier for all workers.
func verifying(verify peers.Verify, token string) func() measure.Op {
	return func() measure.Op {
		return func() error {
			_, _, err := verify(token)
			return err
		}
	}
}

// opener returns what gives a worker its function: all the same one, as the
// requests of a service share a verifier, or each one of its own.
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
