package main

import (
	"fmt"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/guards"
	"github.com/loginctl/loginctl/scripts/bench/measure"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// runMiddleware measures every guard with every key, beside the bare signature check.
func runMiddleware(b *bench) error {
	var rows []measure.Row
	for _, k := range b.keys {
		row, err := verifyRow(peers.Verifier{Name: peers.Floor, Open: peers.FloorVerify, PerWorker: true}, k)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	for _, g := range guards.Guards() {
		for _, k := range b.keys {
			if !b.wants(g.Name, k.Name) {
				continue
			}
			if err := g.Check(k); err != nil {
				return fmt.Errorf("%s with %s does not do the work: %w", g.Name, k.Name, err)
			}
			row, err := guardRow(g, k)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
	}
	return b.measure("middleware", rows, true)
}

func guardRow(g guards.Guard, k fixture.Key) (measure.Row, error) {
	token, err := g.Token(k, fixture.Good())
	if err != nil {
		return measure.Row{}, err
	}
	handler, err := g.Open(k)
	if err != nil {
		return measure.Row{}, err
	}
	return measure.Row{Name: g.Name, Column: k.Name, New: func() measure.Op {
		return g.Visitor(handler, token).Enter
	}}, nil
}
