package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// mutant is a row that was found in the code.
type mutant struct {
	row
	region *region
	text   string // the whole file, changed
}

// place is where a pattern matches: lexemes from and to of a region.
type place struct {
	region   *region
	from, to int
	bindings map[string]lexeme
}

func (p place) String() string {
	return fmt.Sprintf("%s in %s", p.region.at(p.region.lexemes[p.from].start), p.region)
}

// find returns the mutant of a row.
func (t *tree) find(r row) (mutant, error) {
	places := t.places(r, r.function)
	switch len(places) {
	case 0:
		return mutant{}, fmt.Errorf("%s: %s", r.name, t.nearest(r))
	case 1:
		return t.mutate(r, places[0]), nil
	}
	return mutant{}, fmt.Errorf("%s: the pattern is in more than one place; make it longer, or write Type.%s:%s",
		r.name, r.function, lines(places))
}

// places lists where the pattern of a row is in functions of a name, or in any
// function for an empty one.
func (t *tree) places(r row, function string) []place {
	pattern := lexemes(r.pattern, t.own)
	var places []place
	for _, region := range t.regions {
		if function != "" && !region.called(function) {
			continue
		}
		for i := 0; i+len(pattern) <= len(region.lexemes); i++ {
			if bindings, ok := match(pattern, region.lexemes[i:]); ok {
				places = append(places, place{region, i, i + len(pattern), bindings})
			}
		}
	}
	return places
}

// called reports whether a region has the name that a row gives.
func (r *region) called(function string) bool {
	receiver, name, ok := strings.Cut(function, ".")
	if !ok {
		return unexported(r.name) == unexported(function)
	}
	return unexported(r.name) == unexported(name) && unexported(r.receiver) == unexported(receiver)
}

// mutate puts the replacement into the file.
func (t *tree) mutate(r row, p place) mutant {
	file := t.text[p.region.file]
	start := p.region.start + p.region.lexemes[p.from].start
	end := p.region.start + p.region.lexemes[p.to-1].end
	return mutant{r, p.region, file[:start] + replacement(r.becomes, p.region.code, p.bindings, t.own) + file[end:]}
}

// shown is how many candidates a message names.
const shown = 3

// nearest says where the code of a lost row may be now.
func (t *tree) nearest(r row) string {
	if elsewhere := t.places(r, ""); len(elsewhere) > 0 {
		return fmt.Sprintf("the pattern is not in a function named %s; it is in%s", r.function, lines(elsewhere[:min(shown, len(elsewhere))]))
	}
	why := fmt.Sprintf("the pattern %s is not in %s; most like it:", r.pattern, r.function)
	if !slices.ContainsFunc(t.regions, func(region *region) bool { return region.called(r.function) }) {
		why = fmt.Sprintf("there is no function named %s, and its pattern %s is nowhere; most like it:", r.function, r.pattern)
	}
	return why + t.alike(r)
}

// alike lists the lines that share most words with a row's pattern.
func (t *tree) alike(r row) string {
	pattern := lexemes(r.pattern, t.own)
	type line struct {
		score float64
		text  string
	}
	var found []line
	for _, region := range t.regions {
		bonus := 0.0
		if region.called(r.function) {
			bonus = 0.3
		}
		for i, l := range region.lexemes {
			if i > 0 && !strings.Contains(region.code[region.lexemes[i-1].end:l.start], "\n") {
				continue
			}
			score := shared(pattern, region.lexemes[i:]) + bonus
			text, _, _ := strings.Cut(region.code[l.start:], "\n")
			found = append(found, line{score, fmt.Sprintf("\n\t%s in %s: %s", region.at(l.start), region, text)})
		}
	}
	slices.SortStableFunc(found, func(a, b line) int { return cmp.Compare(b.score, a.score) })
	var text strings.Builder
	for _, l := range found[:min(shown, len(found))] {
		text.WriteString(l.text)
	}
	return text.String()
}

// shared is the part of the pattern's words that are among as many of the code.
func shared(pattern, code []lexeme) float64 {
	left := map[string]int{}
	for _, l := range code[:min(len(pattern), len(code))] {
		left[l.text]++
	}
	n := 0
	for _, l := range pattern {
		if left[l.text] > 0 {
			left[l.text]--
			n++
		}
	}
	return float64(n) / float64(len(pattern))
}

func lines(places []place) string {
	var b strings.Builder
	for _, p := range places {
		fmt.Fprintf(&b, "\n\t%s", p)
	}
	return b.String()
}
