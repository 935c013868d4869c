package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/loginctl/loginctl/pkg/login/dpop"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// checkProof returns an error unless the client may use a verified token in the way that
// it was sent: a token that is bound to a key needs a proof of it, and one that is not
// must not have one. proven is whether the token was behind the word DPoP in r, which is
// nil if there is no request.
func (m *Manager[U]) checkProof(ctx context.Context, r *http.Request, token string, proven bool, c *Claims) error {
	if earlier, ok := ctx.Value(provenKey[U]{m}).(string); ok && earlier == token {
		return nil // the proof of this request cannot be used twice
	}
	thumbprint, bound := confirmation(c)
	err := dpop.ErrBearer
	switch {
	case !proven && !bound && !m.dpop.Required():
		return nil
	case proven && !bound:
		err = dpop.ErrNotBound
	case proven && r != nil:
		err = m.dpop.Check(r, token, thumbprint)
	}
	return proofFailure(ctx, err)
}

// provenKey is the context key under which Reauthenticate puts a token whose proof was
// checked.
type provenKey[U any] struct{ manager *Manager[U] }

// confirmation returns the thumbprint of the key that a token is bound to (RFC 9449
// section 6). A jkt that is not a text is bound to no key that could exist.
func confirmation(c *Claims) (thumbprint string, bound bool) {
	cnf, _ := jws.MemberValue(c.text, "cnf")
	if !strings.HasPrefix(cnf, "{") {
		return "", false
	}
	jkt, bound := jws.MemberValue(cnf, "jkt")
	s := jws.Scanner{Text: jkt}
	if strings.HasPrefix(jkt, `"`) {
		thumbprint, _ = s.Quoted()
	}
	return thumbprint, bound
}

// proofFailure returns the error for a proof: the failure of the token that came with
// it, or an outage of the store.
func proofFailure(ctx context.Context, err error) error {
	const doing = "checking the proof of possession"
	switch _, failed := errors.AsType[*dpop.Error](err); {
	case err == nil:
		return nil
	case failed:
		return fmt.Errorf("%w: %w", ErrInvalidToken, err)
	case ctx.Err() != nil:
		return lateError(ctx, doing, err)
	case errors.Is(err, ErrInvalidToken): // of a store, which says nothing about the token
		return fmt.Errorf("%w: %s: %v", ErrUnavailable, doing, err)
	}
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
}

// offerNonce sends the nonce for the next proof (RFC 9449 section 8.2).
func (m *Manager[U]) offerNonce(w http.ResponseWriter) {
	if nonce := m.dpop.Nonce(); nonce != "" {
		w.Header().Set("DPoP-Nonce", nonce)
	}
}

// checker returns the check of proofs, nil if it is off.
func (c *Config) checker() (*dpop.Checker, error) {
	settings := c.DPoP
	if settings.Now == nil && settings.Mode != dpop.Off {
		settings.Now = c.Now
	}
	checker, err := dpop.New(settings)
	if settings.Mode != dpop.Off && (c.locations()&InHeader == 0 || c.Header != "" || c.Scheme != "") {
		err = errors.Join(err, errors.New("Config.DPoP is set: tokens with a proof are in Authorization, so read InHeader and leave Header and Scheme empty"))
	}
	return checker, err
}
