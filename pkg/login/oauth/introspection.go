package oauth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
)

// Introspection configures an [IntrospectionHandler].
type Introspection struct {
	// Client authenticates the service that asks. It must be set, and must not admit
	// public clients: the answer tells about users (RFC 7662 section 4).
	Client ClientCheck
	// Access verifies access tokens, with the audiences of the services that ask. It
	// must be set.
	Access Verifier
	// Session returns the subject, scopes, session and expiry of a refresh token as
	// claims, and changes nothing. Its error matches [login.ErrInvalidToken] if the
	// text is not a refresh token that is good. If nil, refresh tokens are not active.
	Session func(ctx context.Context, refreshToken string) (*login.Claims, error)
}

// IntrospectionHandler returns the endpoint at which services ask about tokens (RFC
// 7662). It accepts a POST with a form of token, and answers
//
//	{"active":true,"scope":"posts:read","sub":"ada","exp":1800000000,…}
//
// or {"active":false} for a token that is not good, whatever the reason. An outage is
// answered 503, and says nothing about the token. token_type is Bearer for access
// tokens, and absent for refresh tokens.
//
// It returns an error if c is not complete.
func IntrospectionHandler(c Introspection) (http.Handler, error) {
	if c.Client == nil || c.Access == nil {
		return nil, errors.New("the introspection endpoint is not complete: set Client and Access")
	}
	return handler(c.serve), nil
}

// introspected is the answer of RFC 7662 section 2.2.
type introspected struct {
	Active    bool     `json:"active"`
	Scope     string   `json:"scope,omitzero"`
	ClientID  string   `json:"client_id,omitzero"`
	TokenType string   `json:"token_type,omitzero"`
	Expires   int64    `json:"exp,omitzero"`
	IssuedAt  int64    `json:"iat,omitzero"`
	NotBefore int64    `json:"nbf,omitzero"`
	Subject   string   `json:"sub,omitzero"`
	Audience  []string `json:"aud,omitzero"`
	Issuer    string   `json:"iss,omitzero"`
	ID        string   `json:"jti,omitzero"`
	SessionID string   `json:"sid,omitzero"`

	// TokenUse tells a refresh token from an access token, which has a token_type.
	TokenUse string `json:"token_use,omitzero"`
	// Confirmation is the key that the token is bound to (RFC 9449 section 6.2).
	Confirmation jsontext.Value `json:"cnf,omitzero"`
}

func (c *Introspection) serve(w http.ResponseWriter, r *http.Request) error {
	_, token, err := authenticate(w, r, c.Client)
	if err != nil {
		return err
	}
	found, err := c.inspect(r.Context(), token)
	if err != nil && !isBadToken(err) {
		return err
	}
	body, err := json.Marshal(found)
	if err != nil {
		return err
	}
	answer.Body(w, r, http.StatusOK, "application/json", string(body))
	return nil
}

func (c *Introspection) inspect(ctx context.Context, token string) (introspected, error) {
	claims, err := c.Access.Verify(ctx, token)
	if err == nil {
		found := describe(claims)
		found.TokenType, found.Confirmation = bound(claims)
		return found, nil
	}
	if !isBadToken(err) || c.Session == nil {
		return introspected{}, err
	}
	if claims, err = c.Session(ctx, token); err != nil {
		return introspected{}, err
	}
	found := describe(claims)
	found.TokenUse = "refresh"
	return found, nil
}

// bound returns the type of an access token, and the key that it is bound to.
func bound(c *login.Claims) (tokenType string, confirmation jsontext.Value) {
	var claims struct {
		Confirmation jsontext.Value `json:"cnf"`
	}
	if err := c.Decode(&claims); err != nil || claims.Confirmation == nil {
		return "Bearer", nil
	}
	var key struct {
		Thumbprint string `json:"jkt"`
	}
	if err := json.Unmarshal(claims.Confirmation, &key); err != nil || key.Thumbprint == "" {
		return "Bearer", claims.Confirmation // bound to a certificate (RFC 8705 section 3.2)
	}
	return "DPoP", claims.Confirmation
}

func describe(c *login.Claims) introspected {

	return introspected{
		Active: true, Scope: strings.Join(c.Scopes, " "), ClientID: clientOf(c),
		Expires: seconds(c.ExpiresAt), IssuedAt: seconds(c.IssuedAt), NotBefore: seconds(c.NotBefore),
		Subject: c.Subject, Audience: c.Audience, Issuer: c.Issuer, ID: c.ID, SessionID: c.SessionID,
	}
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
