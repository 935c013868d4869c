package login

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// hostile is one example of testdata/hostile.jsonl: a token, the key and the
// expectations it is checked with, and the result that it must have.
type hostile struct {
	ID  string
	Key struct {
		Kind  string
		Value json.RawMessage
	}
	AlgAllowed []string `json:"alg_allowed"`
	Token      string
	Now        int64
	Opts       struct {
		Aud            []string
		Iss            string
		Leeway         int
		RequiredScopes []string `json:"required_scopes"`
		Require        []string
		Typ            []string
	}
	Expect    string
	Reason    string
	ReasonsOK []string `json:"reasons_ok"`
	FailAt    string   `json:"fail_at"`
}

// hostileReasons maps the nine reasons of the examples onto the errors of this package.
var hostileReasons = map[string][]error{
	"malformed":          {ErrMalformed},
	"unsupported_alg":    {ErrAlgorithm},
	"bad_signature":      {ErrSignature, ErrUnknownKey},
	"expired":            {ErrExpired},
	"not_yet_valid":      {ErrNotYetValid},
	"missing_claim":      {ErrClaims, ErrIssuer, ErrAudience},
	"bad_claim":          {ErrClaims, ErrIssuer, ErrAudience},
	"insufficient_scope": {ErrInsufficientScope},
}

func hostileExamples(t testing.TB) []hostile {
	t.Helper()
	data, err := os.ReadFile("testdata/hostile.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var examples []hostile
	for line := range bytes.Lines(data) {
		var h hostile
		if err := json.Unmarshal(line, &h); err != nil {
			t.Fatal(err)
		}
		examples = append(examples, h)
	}
	return examples
}

// Each reason for a refusal is a documented sentinel and a stable word.
func TestHostileExamples(t *testing.T) {
	examples := hostileExamples(t)
	if len(examples) != 65 {
		t.Fatalf("%d examples, want 65", len(examples))
	}
	for _, h := range examples {
		t.Run(h.ID, func(t *testing.T) {
			source, err := h.source()
			if err != nil {
				if h.FailAt != "key_load" {
					t.Errorf("the key is refused: %v", err)
				}
				return
			}
			if err = h.verify(t, source); h.Expect == "accept" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if !h.explains(err) {
				t.Errorf("error %v, want the reason %q or one of %q", err, h.Reason, h.ReasonsOK)
			}
			if words := Reason(err); h.Reason == "missing_claim" && len(h.ReasonsOK) == 0 && words != "claim_missing" {
				t.Errorf("reason %q, want claim_missing", words)
			}
		})
	}
}

func (h *hostile) now() time.Time { return time.Unix(h.Now, 0) }

func (h *hostile) explains(err error) bool {
	for _, reason := range append(h.ReasonsOK, h.Reason) {
		for _, sentinel := range hostileReasons[reason] {
			if errors.Is(err, sentinel) {
				return true
			}
		}
	}
	return false
}

func (h *hostile) verify(t *testing.T, source keys.Source) error {
	config := Config{
		Issuer: h.Opts.Iss,
		Leeway: time.Duration(h.Opts.Leeway) * time.Second,
		Types:  h.Opts.Typ,
		Now:    h.now,
	}
	if len(h.Opts.Aud) > 0 {
		config.Audience, config.AlsoAccept = h.Opts.Aud[0], h.Opts.Aud[1:]
	}
	if slices.Contains(h.Opts.Require, "jti") {
		config.RequiredClaims = []string{"jti"}
	}
	requireSubject := h.Opts.Require == nil || slices.Contains(h.Opts.Require, "sub")
	v, err := newVerifier(source, config, requireSubject)
	if err != nil {
		t.Fatal(err)
	}
	c, err := v.Verify(t.Context(), h.Token)
	switch {
	case err != nil && c != nil:
		t.Error("claims beside an error")
	case err == nil && !c.HasScopes(h.Opts.RequiredScopes...):
		err = &ScopeError{Required: h.Opts.RequiredScopes, Granted: c.Scopes}
	}
	if report := v.Inspect(t.Context(), h.Token); report.Valid() != (c != nil) {
		t.Errorf("Inspect says valid=%v, Verify says %v", report.Valid(), err)
	}
	return err
}

// source is the key, or one for each algorithm where several are allowed.
func (h *hostile) source() (keys.Source, error) {
	if h.Key.Kind == "jwks" {
		return keys.ParseJWKS(h.Key.Value, nil)
	}
	var all []*keys.VerificationKey
	for i, name := range h.AlgAllowed {
		key, err := h.key(name)
		if err == nil && len(h.AlgAllowed) > 1 {
			key, err = key.WithID(fmt.Sprint(i))
		}
		if err != nil {
			return nil, err
		}
		all = append(all, key)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return keys.NewSet(nil, all...)
}

func (h *hostile) key(name string) (*keys.VerificationKey, error) {
	alg, err := keys.ParseAlgorithm(name)
	if err != nil {
		return nil, err
	}
	if h.Key.Kind == "jwk" && alg.Type() == "oct" {
		key, err := keys.Parse(h.Key.Value)
		if err != nil {
			return nil, err
		}
		return key.VerificationKey(), nil
	}
	if h.Key.Kind == "jwk" {
		return keys.ParsePublic(h.Key.Value)
	}
	var text string
	if err := json.Unmarshal(h.Key.Value, &text); err != nil {
		return nil, err
	}
	if h.Key.Kind == "hmac" {
		secret, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		key, err := keys.ParseSecret(secret, alg)
		if err != nil {
			return nil, err
		}
		return key.VerificationKey(), nil
	}
	key, err := keys.ParsePublic([]byte(text))
	if err != nil {
		return nil, err
	}
	return key.As(alg)
}
