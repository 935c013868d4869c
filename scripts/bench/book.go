package main

import (
	"github.com/loginctl/loginctl/scripts/bench/measure"
)

// What a row is measured in.
const (
	cpu          = "cpu"          // ns of CPU an operation, one worker
	wall         = "wall"         // ns an operation, one worker
	parallelWall = "parallelWall" // ns between the ends of two operations, one worker a core
	allocs       = "allocs"       // allocations an operation
	rss          = "rss"          // bytes resident at the peak, of a process
	figure       = "figure"       // a number of its own kind
)

// entry names one measured value.
type entry struct{ group, row, column, field string }

// book holds every value that was measured, for the table of ratios and the targets.
type book struct{ values map[entry]float64 }

func newBook() *book { return &book{values: map[entry]float64{}} }

func (b *book) set(group, row, column, field string, value float64) {
	b.values[entry{group, row, column, field}] = value
}

// enter takes over the results of a group.
func (b *book) enter(group string, results measure.Results) {
	for _, r := range results {
		b.set(group, r.Name, r.Column, cpu, r.CPU)
		b.set(group, r.Name, r.Column, wall, r.Wall)
		b.set(group, r.Name, r.Column, allocs, r.Allocs)
		if r.ParallelWall > 0 {
			b.set(group, r.Name, r.Column, parallelWall, r.ParallelWall)
		}
	}
}

// value finds a number in the book; false when it was not measured.
type value func(*book) (float64, bool)

func of(group, row, column, field string) value {
	return func(b *book) (float64, bool) {
		v, ok := b.values[entry{group, row, column, field}]
		return v, ok
	}
}

// over is a ratio.
func over(a, b value) value {
	return func(book *book) (float64, bool) {
		x, ok := a(book)
		y, known := b(book)
		return x / y, ok && known && y != 0
	}
}

// least is the smallest of the values that were measured, most the largest.
func least(values ...value) value { return choose(func(a, b float64) bool { return a < b }, values) }
func most(values ...value) value  { return choose(func(a, b float64) bool { return a > b }, values) }

func choose(better func(a, b float64) bool, values []value) value {
	return func(b *book) (chosen float64, found bool) {
		for _, v := range values {
			if x, ok := v(b); ok && (!found || better(x, chosen)) {
				chosen, found = x, true
			}
		}
		return chosen, found
	}
}

// constant is a number that is always there.
func constant(v float64) value { return func(*book) (float64, bool) { return v, true } }
