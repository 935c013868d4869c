package oauth

import (
	"context"
	"errors"
	"net/http"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// Verifier verifies access tokens. *login.Verifier and *login.Manager are ones.
type Verifier interface {
	Verify(ctx context.Context, token string) (*login.Claims, error)
}

// Revocation configures a [RevocationHandler].
type Revocation struct {
	// Client authenticates the client. It must be set. Public clients have no secret,
	// and the check may admit them: who has a token may give it back.
	Client ClientCheck
	// Access verifies access tokens. It must be set.
	Access Verifier
	// Revocations revokes access tokens. If nil, they cannot be revoked, and the answer
	// is unsupported_token_type.
	Revocations login.Revocations
	// EndSession ends the session of a refresh token. Its error matches
	// [login.ErrInvalidToken] if the text is not a refresh token that is good. If nil,
	// there are no refresh tokens.
	EndSession func(ctx context.Context, refreshToken string) error
}

// RevocationHandler returns the endpoint at which clients revoke tokens (RFC 7009). It
// accepts a POST with a form of token, and answers 200 without a body, also for a token
// that is not good. An access token that names another client in client_id is refused
// with invalid_grant. A token_type_hint is ignored, since the tokens differ in form.
//
// It returns an error if c is not complete.
func RevocationHandler(c Revocation) (http.Handler, error) {
	if c.Client == nil || c.Access == nil {
		return nil, errors.New("the revocation endpoint is not complete: set Client and Access")
	}
	return handler(c.serve), nil
}

func (c *Revocation) serve(w http.ResponseWriter, r *http.Request) error {
	client, token, err := authenticate(w, r, c.Client)
	if err != nil {
		return err
	}
	if err := c.revoke(r.Context(), client, token); err != nil && !isBadToken(err) {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	return nil
}

func (c *Revocation) revoke(ctx context.Context, client *Client, token string) error {
	claims, err := c.Access.Verify(ctx, token)
	if err != nil {
		if isBadToken(err) && c.EndSession != nil {
			return c.EndSession(ctx, token)
		}
		return err
	}
	if owner := clientOf(claims); owner != "" && owner != client.ID {
		return &oauth.FormError{Code: "invalid_grant", Text: "the token is one of another client"}
	}
	if c.Revocations == nil {
		return &oauth.FormError{Code: "unsupported_token_type", Text: "access tokens cannot be revoked"}
	}
	return c.Revocations.Revoke(ctx, claims)
}

// isBadToken reports whether an error is about the token, and not an outage.
func isBadToken(err error) bool {
	return errors.Is(err, login.ErrInvalidToken) && login.Status(err) < http.StatusInternalServerError
}

// clientOf returns the client that a token was issued to (RFC 9068 section 2.2), or "".
func clientOf(c *login.Claims) string {
	id, _, _ := claim.At[string](c, "client_id")
	return id
}
