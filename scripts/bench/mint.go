package main

import (
	"fmt"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/measure"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// runMint measures every minter with every key, after checking what they mint.
func runMint(b *bench) error {
	var rows []measure.Row
	for _, m := range peers.Minters() {
		for _, k := range b.keys {
			if !b.wants(m.Name, k.Name) {
				continue
			}
			if err := m.Check(k); err != nil {
				return fmt.Errorf("%s with %s does not do the work: %w", m.Name, k.Name, err)
			}
			row, err := mintRow(m, k)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
	}
	return b.measure("mint", rows, true)
}

func mintRow(m peers.Minter, k fixture.Key) (measure.Row, error) {
	open, err := opener(k, m.Open, m.PerWorker)
	if err != nil {
		return measure.Row{}, err
	}
	return measure.Row{Name: m.Name, Column: k.Name, New: func() measure.Op {
		mint := open()
		return func() error {
			_, err := mint()
			return err
		}
	}}, nil
}
