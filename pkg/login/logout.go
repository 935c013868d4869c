package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Logout clears the cookie, if cookies are read, and revokes the tokens of the
// request, if [Config.Revocations] is set: one in the header as well as one in a
// cookie, up to 32. Without Revocations a token stays valid until it expires. A
// request without a valid token has nothing to revoke. One that is not valid yet is
// revoked too.
//
// The error matches one of:
//
//   - [ErrCrossOrigin] if a page of another site sent the request, with any method.
//     Nothing is changed.
//   - [ErrBadRequest] for a request that a guard would refuse as ambiguous. Its
//     tokens are revoked.
//   - [ErrUnavailable] if the store did not answer. The cookie is cleared, and the
//     token may still be valid.
func (m *Manager[U]) Logout(w http.ResponseWriter, r *http.Request) error {
	if !m.ready() {
		return errNotConfigured
	}
	start := time.Now()
	e := Event{Action: "logout"}
	e.describeRequest(r)
	e.Location, e.Err = m.logout(w, r, &e)
	e.Duration = time.Since(start)
	e.send(r.Context(), m.onEvent)
	if e.Err != nil {
		return &reportedError{e.Err}
	}
	return nil
}

func (m *Manager[U]) logout(w http.ResponseWriter, r *http.Request, e *Event) (Location, error) {
	found, err := m.extractToken(r)
	if m.ambient != 0 && (err != nil || found.location&(m.ambient|InWebSocket) != 0) {
		// Check even without a cookie, and for any method: SameSite may have
		// withheld the cookie, and the response would still delete it. A page of
		// another site can open a handshake with any token, beside our cookie.
		if err := crossOrigin(m.origins.Unsafe(r)); err != nil {
			return found.location, err
		}
	}
	m.ClearCookie(w)
	if errors.Is(err, ErrNoToken) {
		err = nil
	}
	if m.revocations == nil {
		return found.location, err
	}
	var errs []error
	for _, token := range m.allTokens(r) {
		errs = append(errs, m.revoke(r.Context(), token, e)) // go on after an error
	}
	if failed := errors.Join(errs...); failed != nil {
		return found.location, failed
	}
	return found.location, err
}

// revoke revokes a token unless it is invalid already.
func (m *Manager[U]) revoke(ctx context.Context, token string, e *Event) error {
	c, err := m.verifier.verify(ctx, token, false)
	if errors.Is(err, ErrNotYetValid) {
		c, err = m.verifier.early(ctx, token)
	}
	if errors.Is(err, ErrInvalidToken) {
		return nil
	}
	if err != nil {
		return err
	}
	if e.TokenID == "" { // the first token is the one that decides
		e.describe(c)
	}
	return storeError(ctx, m.revocations.Revoke(ctx, c))
}

// RevokeSubject revokes every token of the subject that was issued before t, in
// [Config.Revocations]: those of Config.Issuer and of AlsoIssuers, or those without
// iss if Issuer is empty, and those of further issuers, where the subject is the result
// of [Config.SubjectOf]. Tokens whose iat is later than t by less than Config.Leeway
// are revoked too. See [Revocations] for a user who logs in again at once.
//
// The error matches [ErrUnavailable] if the store did not answer. It is another one
// without Revocations, and for keys that only verify without Config.Issuer: tokens of
// another issuer have an iss, which the store must know. So it is if [Config.Check]
// alone knows the tenants of an issuer.
func (m *Manager[U]) RevokeSubject(ctx context.Context, subject string, t time.Time) error {
	switch {
	case !m.ready():
		return errNotConfigured
	case m.revocations == nil:
		return errors.New("revoking tokens: there is no store: set Config.Revocations")
	case subject == "":
		return errors.New("revoking tokens: the subject is empty")
	}
	if _, err := m.source.Snapshot().Signer(); err != nil && m.verifier.issuer == "" {
		return errors.New("revoking tokens: the iss of the tokens is not known: set Config.Issuer")
	}
	issuers, all := m.verifier.everyIssuer()
	var errs []error
	if !all {
		errs = append(errs, errors.New("revoking tokens: the iss of tokens of all tenants is not known: list them in Config.Tenants"))
	}
	for _, issuer := range issuers {
		errs = append(errs, storeError(ctx, m.revocations.RevokeSubject(ctx, issuer, subject, t)))
	}
	return errors.Join(errs...)
}

// storeError returns the error for a store that was to revoke.
func storeError(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return lateError(ctx, "revoking", err)
	case err != nil:
		return fmt.Errorf("%w: revoking: %w", ErrUnavailable, err)
	}
	return nil
}
