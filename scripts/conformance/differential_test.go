package conformance

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var mutators = slices.Concat(jsonMutators, tokenMutators)

// disagreement is a token that two verifiers, or we and our own rules, see differently.
type disagreement struct {
	peer string
	what string // "accepts", "refuses", "reads otherwise"
	rule string // the broken rule, or the peer's objection
}

func (d disagreement) String() string { return d.peer + " " + d.what + ": " + d.rule }

// compare shows a token to our rules, to us and to every peer. An error is a bug
// of ours; disagreements are to be looked up in the tables.
func compare(c credential, s setting, token string) ([]disagreement, error) {
	rules, mine := broken(c, s, token), ours(c, s, token)
	switch {
	case mine.err == nil && len(rules) > 0:
		return nil, fmt.Errorf("accepted, although it breaks %q", rules)
	case mine.err != nil && len(rules) == 0:
		return nil, fmt.Errorf("refused (%v), although it breaks no rule", mine.err)
	}
	var found []disagreement
	for _, peer := range peers {
		theirs := peer.check(c, s, token)
		switch {
		case mine.err != nil && theirs.err == nil:
			for _, rule := range rules {
				found = append(found, disagreement{peer.name, "accepts", rule})
			}
		case mine.err == nil && theirs.err != nil:
			found = append(found, disagreement{peer.name, "refuses", objection(peer.name, theirs.err)})
		case mine.err == nil && mine.subject != theirs.subject:
			found = append(found, disagreement{peer.name, "reads otherwise", "sub"})
		case mine.err == nil && mine.expires != theirs.expires:
			found = append(found, disagreement{peer.name, "reads otherwise", otherTime(mine.expires, theirs.expires)})
		}
	}
	return found, nil
}

// otherTime names how a time is read otherwise.
func otherTime(ours, theirs int64) string {
	if ours-theirs == 1 || theirs-ours == 1 {
		return "exp, by a second"
	}
	return "exp"
}

// build makes a token from a program: a credential, a setting, then mutators until the
// program is used up.
func build(program []byte, raw string) (c credential, s setting, token, how string) {
	roll := &dice{program}
	ring := keyring()
	// Half of the tokens are HS256, whose signature costs next to nothing.
	c = ring[0]
	if i := roll.n(2 * len(ring)); i < len(ring) {
		c = ring[i]
	}
	s = pick(roll, settings)
	d := newDraft(c, s, raw)
	var names []string
	for steps := 0; steps < 6 && !roll.empty(); steps++ {
		m := pick(roll, mutators)
		names = append(names, m.name)
		m.apply(d, roll)
	}
	return c, s, d.token(), c.name + ", " + s.name + ": " + strings.Join(names, ", ")
}

// TestDifferential runs a fixed corpus: every mutator alone under many rolls of
// the dice, and random programs of several.
func TestDifferential(t *testing.T) {
	seen := map[string]int{}
	tokens, accepted := 0, 0
	try := func(program []byte) {
		tokens++
		c, s, token, how := build(program, "")
		found, err := compare(c, s, token)
		if err != nil {
			t.Errorf("%s (program %x): %v", how, program, err)
			return
		}
		if len(broken(c, s, token)) == 0 {
			accepted++
		}
		for _, d := range found {
			seen[d.String()]++
			if !known(d) {
				t.Errorf("%s (program %x): no table knows that %s", how, program, d)
			}
		}
	}
	seed := rand.NewChaCha8([32]byte{})
	for m := range mutators {
		for range 200 {
			program := binary.LittleEndian.AppendUint64(nil, seed.Uint64())
			program[2] = byte(m)
			try(program)
		}
	}
	for range 7000 {
		program := make([]byte, 4+seed.Uint64()%16)
		if _, err := seed.Read(program); err != nil {
			t.Fatal(err)
		}
		try(program)
	}
	t.Logf("%d tokens, %d of them good, %d verifiers beside ours", tokens, accepted, len(peers))
	for _, d := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%6d × %s", seen[d], d)
	}
	if accepted == 0 || accepted == tokens {
		t.Error("the corpus does not hold both good and bad tokens")
	}
}

// FuzzDifferential is for long runs: go test -run '^$' -fuzz FuzzDifferential.
// With -short it looks for our faults alone: a fault of a peer that no table
// knows yet is a row to write, not a reason to stop who has not touched it.
func FuzzDifferential(f *testing.F) {
	for m := range mutators {
		f.Add([]byte{0, byte(m), byte(m), 1, 2, 3}, "")
	}
	f.Add([]byte{0, 0, 27, 0}, `{"alg":"HS256"}`)
	f.Fuzz(func(t *testing.T, program []byte, raw string) {
		c, s, token, how := build(program, raw)
		found, err := compare(c, s, token)
		if err != nil {
			t.Errorf("%s: %v", how, err)
		}
		for _, d := range found {
			if !testing.Short() && !known(d) {
				t.Errorf("%s: no table knows that %s", how, d)
			}
		}
	})
}
