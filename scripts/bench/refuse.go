package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/measure"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// The refused tokens, which are the columns of the group. The good token and
// the long good one are there for the floor alone.
const (
	goodToken     = "good"
	wrongAlg      = "wrong alg"
	wrongAlgLong  = "wrong alg, 12 KiB"
	algNone       = "alg none"
	noDots        = "no dots"
	noDotsLong    = "no dots, 12 KiB"
	tooLong       = "too long, 20 KiB"
	tooLongest    = "too long, 1 MiB"
	badSignature  = "bad signature"
	badNested     = "bad signature, 12 KiB of nested claims"
	refusedLength = 12 << 10
)

// quickRefusals are the columns that are refused without any cryptography, each with its long twin.
func quickRefusals() [][2]string {
	return [][2]string{{wrongAlg, wrongAlgLong}, {algNone, algNone}, {noDots, noDotsLong}, {tooLong, tooLongest}}
}

var errAccepted = errors.New("a bad token is accepted")

// runRefuse measures what it costs to say no.
func runRefuse(b *bench) error {
	k := b.key("HS256")
	tokens, err := refusedTokens(k)
	if err != nil {
		return err
	}
	var rows []measure.Row
	for _, v := range peers.Verifiers() {
		switch v.Name {
		case peers.Floor:
			for _, t := range []fixture.Bad{{Name: goodToken}, {Name: badSignature}, {Name: badNested}} {
				row, err := floorRow(v, k, t.Name)
				if err != nil {
					return err
				}
				rows = append(rows, row)
			}
		default:
			for _, t := range tokens {
				row, err := refuseRow(v, k, t)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", v.Name, t.Name, err)
				}
				rows = append(rows, row)
			}
		}
	}
	return b.measure("refuse", rows, false)
}

// floorRow is the bare check of a good token as long as the refused one.
func floorRow(v peers.Verifier, k fixture.Key, column string) (measure.Row, error) {
	claims := any(fixture.Good())
	if column == badNested {
		claims = nested()
	}
	token, err := k.Token(claims)
	if err != nil {
		return measure.Row{}, err
	}
	verify, err := v.Open(k)
	return measure.Row{Name: v.Name, Column: column, New: func() measure.Op {
		return func() error {
			_, _, err := verify(token)
			return err
		}
	}}, err
}

func refuseRow(v peers.Verifier, k fixture.Key, t fixture.Bad) (measure.Row, error) {
	verify, err := v.Open(k)
	return measure.Row{Name: v.Name, Column: t.Name, New: func() measure.Op {
		return func() error {
			if _, _, err := verify(t.Token); err == nil {
				return errAccepted
			}
			return nil
		}
	}}, err
}

func refusedTokens(k fixture.Key) ([]fixture.Bad, error) {
	good, err := k.Token(fixture.Good())
	if err != nil {
		return nil, err
	}
	long, err := k.Token(nested())
	if err != nil {
		return nil, err
	}
	forged := func(token string) string { return fixture.Replace(token, 2, strings.Repeat("x", 32)) }
	return []fixture.Bad{
		{Name: wrongAlg, Token: fixture.Replace(good, 0, fixture.Header("RS256"))},
		{Name: wrongAlgLong, Token: fixture.Replace(long, 0, fixture.Header("RS256"))},
		{Name: algNone, Token: fixture.Replace(good, 0, fixture.Header("none"))},
		{Name: noDots, Token: strings.ReplaceAll(good, ".", "A")},
		{Name: noDotsLong, Token: strings.Repeat("A", refusedLength)},
		{Name: tooLong, Token: good + strings.Repeat("A", 20<<10)},
		{Name: tooLongest, Token: good + strings.Repeat("A", 1<<20)},
		{Name: badSignature, Token: forged(good)},
		{Name: badNested, Token: forged(long)},
	}, nil
}

// nested is a claims set of about twelve KiB whose JSON is slow to read.
func nested() map[string]any {
	list := make([]any, 0, refusedLength/12)
	for range cap(list) {
		list = append(list, []any{[]any{[]any{1}}})
	}
	return map[string]any{"deep": list}
}
