package main

import (
	"errors"
	"strings"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/measure"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// The refused tokens, which are the columns of the group. The good token and
// the long good one are there for the floor alone.
const (
	goodToken    = "good"
	wrongAlg     = "wrong alg"
	wrongAlgLong = "wrong alg, 11 KiB"
	algNone      = "alg none"
	noDots       = "no dots"
	noDotsLong   = "no dots, 16 KiB"
	tooLong      = "too long, 20 KiB"
	tooLongest   = "too long, 1 MiB"
	badSignature = "bad signature"
	badNested    = "bad signature, 11 KiB of nested claims"
)

// quickRefusals are the columns that are refused without any cryptography.
func quickRefusals() []string {
	return []string{wrongAlg, wrongAlgLong, algNone, noDots, noDotsLong, tooLong, tooLongest}
}

var errAccepted = errors.New("a bad token is accepted")

// runRefuse measures what it costs to say no.
func runRefuse(b *bench) error {
	rows, err := refuseRows(b.key("HS256"))
	if err != nil {
		return err
	}
	return b.measure("refuse", rows, false)
}

func refuseRows(k fixture.Key) ([]measure.Row, error) {
	tokens, err := refusedTokens(k)
	if err != nil {
		return nil, err
	}
	var rows []measure.Row
	for _, v := range peers.Verifiers() {
		verify, err := v.Open(k)
		if err != nil {
			return nil, err
		}
		if _, _, err := verify(tokens.good); err != nil { // and no verifier has only ever seen bad ones
			return nil, err
		}
		if v.Name == peers.Floor {
			for _, t := range []fixture.Bad{{Name: goodToken, Token: tokens.good}, {Name: badSignature, Token: tokens.good}, {Name: badNested, Token: tokens.long}} {
				rows = append(rows, measure.Row{Name: v.Name, Column: t.Name, New: verifying(verify, t.Token)})
			}
			continue
		}
		for _, t := range tokens.bad {
			rows = append(rows, measure.Row{Name: v.Name, Column: t.Name, New: verifying(refused(verify), t.Token)})
		}
	}
	return rows, nil
}

// refused turns an acceptance into an error and a refusal into none.
func refused(verify peers.Verify) peers.Verify {
	return func(token string) (string, []string, error) {
		if _, _, err := verify(token); err == nil {
			return "", nil, errAccepted
		}
		return "", nil, nil
	}
}

// refusals are the bad tokens, and the good ones that the floor is measured with.
type refusals struct {
	good, long string
	bad        []fixture.Bad
}

func refusedTokens(k fixture.Key) (r refusals, err error) {
	if r.good, err = k.Token(fixture.Good()); err != nil {
		return r, err
	}
	if r.long, err = k.Token(nested()); err != nil {
		return r, err
	}
	forged := strings.Repeat("x", 32)
	r.bad = []fixture.Bad{
		{Name: wrongAlg, Token: fixture.Replace(r.good, 0, fixture.Header("RS256"))},
		{Name: wrongAlgLong, Token: fixture.Replace(r.long, 0, fixture.Header("RS256"))},
		{Name: algNone, Token: fixture.Replace(r.good, 0, fixture.Header("none"))},
		{Name: noDots, Token: strings.ReplaceAll(r.good, ".", "A")},
		{Name: noDotsLong, Token: strings.Repeat("A", 16<<10)},
		{Name: tooLong, Token: r.good + strings.Repeat("A", 20<<10)},
		{Name: tooLongest, Token: r.good + strings.Repeat("A", 1<<20)},
		{Name: badSignature, Token: fixture.Replace(r.good, 2, forged)},
		{Name: badNested, Token: fixture.Replace(r.long, 2, forged)},
	}
	return r, nil
}

// nested is a claims set whose JSON is slow to read; its token is of about eleven KiB.
func nested() map[string]any {
	list := make([]any, 1024)
	for i := range list {
		list[i] = []any{[]any{[]any{1}}}
	}
	return map[string]any{"deep": list}
}
