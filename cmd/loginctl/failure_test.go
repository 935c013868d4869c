package main

import (
	"errors"
	"fmt"
	"testing"

	"github.com/loginctl/loginctl/pkg/login"
)

// TestWordsAgree holds that the command and the library use one vocabulary.
func TestWordsAgree(t *testing.T) {
	for _, err := range []error{
		login.ErrMalformed, login.ErrTooLarge, login.ErrAlgorithm, login.ErrUnknownKey, login.ErrSignature, login.ErrExpired,
		login.ErrNotYetValid, login.ErrIssuer, login.ErrAudience, login.ErrClaims, login.ErrRevoked, login.ErrInsufficientScope,
		&login.ClaimError{Claim: "exp", Err: login.ErrExpired}, &login.ClaimError{Claim: "exp", Err: login.ErrClaims, Missing: true},
		&login.ClaimError{Claim: "iss", Err: login.ErrIssuer, Missing: true}, &login.ScopeError{Required: []string{"a"}},
	} {
		f := classify(fmt.Errorf("doing something: %w", err))
		if f.word != login.Reason(err) {
			t.Errorf("%v: %s here, %s in the library", err, f.word, login.Reason(err))
		}
		if f.exit < exitMalformed || f.exit > exitClaims {
			t.Errorf("%v: exit %d", err, f.exit)
		}
	}
}

// TestWorse holds the ranking of several failures: 7 before all, then 3, 4, 6, 5.
func TestWorse(t *testing.T) {
	order := []int{exitOK, exitTime, exitClaims, exitSignature, exitMalformed, exitKey}
	for i, low := range order {
		for _, high := range order[i:] {
			if worse(low, high) != high || worse(high, low) != high {
				t.Errorf("of %d and %d the worse is not %d", low, high, high)
			}
		}
	}
}

// TestOutcomes holds that the table has no row that another hides, and that a
// word always has one exit code.
func TestOutcomes(t *testing.T) {
	codes := map[string]int{}
	for _, o := range outcomes() {
		if f := classify(o.is); f.word != o.word || f.exit != o.exit {
			t.Errorf("%v: %s (%d), and the table says %s (%d)", o.is, f.word, f.exit, o.word, o.exit)
		}
		if code, ok := codes[o.word]; ok && code != o.exit {
			t.Errorf("%s has the exit codes %d and %d", o.word, code, o.exit)
		}
		codes[o.word] = o.exit
	}
	if f := classify(errors.New("what nobody foresaw")); f.exit != exitInternal || f.word != "internal" {
		t.Errorf("an unknown error: %s, %d", f.word, f.exit)
	}
}
