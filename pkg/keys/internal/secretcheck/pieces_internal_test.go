package secretcheck

import (
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"testing"
	"unicode"
)

// A text that an expression matches has one of its pieces: texts are made from each
// expression, with every alternative and in letters of either case.
func TestPiecesLoseNoMatch(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, p := range patterns() {
		parsed, err := syntax.Parse(p.expression().String(), syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		matched := 0
		for range 2000 {
			var text strings.Builder
			write(&text, parsed, random)
			s := text.String()
			if !p.expression().MatchString(s) { // a word that goes on behind its boundary
				continue
			}
			matched++
			if !p.matches(s, inSmallLetters(s)) {
				t.Fatalf("%q is %s, and has none of %q", s, p.name, p.pieces)
			}
		}
		if matched < 100 {
			t.Errorf("%d texts matched %v", matched, p.expression())
		}
	}
}

// write writes a text that matches an expression.
func write(w *strings.Builder, e *syntax.Regexp, random *rand.Rand) {
	least, most := 1, 1
	switch e.Op {
	case syntax.OpLiteral:
		for _, r := range e.Rune {
			for range random.IntN(4) * int(e.Flags&syntax.FoldCase) {
				r = unicode.SimpleFold(r)
			}
			w.WriteRune(r)
		}
		return
	case syntax.OpCharClass:
		i := 2 * random.IntN(len(e.Rune)/2)
		w.WriteRune(e.Rune[i] + random.Int32N(min(e.Rune[i+1]-e.Rune[i], 1000)+1))
		return
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.WriteRune('a' + random.Int32N(26))
		return
	case syntax.OpAlternate:
		write(w, e.Sub[random.IntN(len(e.Sub))], random)
		return
	case syntax.OpStar, syntax.OpQuest:
		least = 0
	case syntax.OpPlus:
		most = 3
	case syntax.OpRepeat:
		least, most = e.Min, e.Min+2
		if e.Max >= 0 {
			most = min(most, e.Max)
		}
	}
	for range least + random.IntN(most-least+1) {
		for _, sub := range e.Sub {
			write(w, sub, random)
		}
	}
}
