package main

import (
	"fmt"
	"io"

	"github.com/loginctl/loginctl/scripts/bench/guards"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// columns are the keys, in the order of every table.
func columns() []string { return []string{"HS256", "RS256-2048", "RS256-3072", "ES256", "EdDSA"} }

// writeRatios prints one table: how many times what loginctl takes each other
// row takes.
func writeRatios(w io.Writer, b *book) {
	t := &table{head: append([]string{"how many times what loginctl takes"}, columns()...)}
	for _, v := range peers.Verifiers() {
		t.compare(b, "verify", v.Name, peers.Loginctl)
	}
	for _, m := range peers.Minters() {
		t.compare(b, "mint", m.Name, peers.Loginctl)
	}
	t.compare(b, "middleware", peers.Floor, guards.Loginctl)
	for _, g := range guards.Guards() {
		t.compare(b, "middleware", g.Name, guards.Loginctl)
	}
	for _, peer := range guards.NetHTTP() {
		t.compare(b, "middleware", peer, guards.Cached)
	}
	if len(t.rows) == 0 {
		return
	}
	fmt.Fprintf(w, "## Ratios\n\nCPU of one worker; behind the stroke wall time with all cores at work.\n\n")
	t.write(w)
}

// compare adds a line for a row over ours, if it was measured.
func (t *table) compare(b *book, group, row, ours string) {
	if row == ours {
		return
	}
	label, measured := fmt.Sprintf("%s: %s", group, row), false
	if ours != peers.Loginctl {
		label += " over " + ours
	}
	cells := []string{label}
	for _, column := range columns() {
		cell := "–"
		if one, ok := over(of(group, row, column, cpu), of(group, ours, column, cpu))(b); ok {
			cell, measured = ratio(one), true
		}
		if all, ok := over(of(group, row, column, parallelWall), of(group, ours, column, parallelWall))(b); ok {
			cell += " / " + ratio(all)
		}
		cells = append(cells, cell)
	}
	if measured {
		t.add(cells...)
	}
}
