package oauth

import (
	"context"
	"fmt"
	"math"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// Issuer issues access tokens. *login.Issuer and *login.Manager are ones.
type Issuer interface {
	Issue(g login.Grant) (login.Token, error)
}

// ClientCredentials returns middleware for a token endpoint: it answers forms whose
// grant_type is client_credentials (RFC 6749 section 4.4) itself, and leaves every other
// request to the next handler, such as [login.Manager.TokenHandler].
//
//	clients := oauth.ClientCredentials(auth, checkService)
//	mux.Handle("POST /token", clients(auth.TokenHandler(checkPassword)))
//
// check authenticates the client as a [ClientCheck] does, and returns the grant of its
// token. A public client has no secret, and is refused before. A scope in the request
// narrows the scopes of the grant; if it leaves none, the answer is invalid_scope. There
// is no cookie and no refresh token.
//
// ClientCredentials panics if an argument is nil.
func ClientCredentials(issuer Issuer, check func(ctx context.Context, c *Client) (login.Grant, error)) func(http.Handler) http.Handler {
	if issuer == nil || check == nil {
		panic("oauth: ClientCredentials: the issuer or the check is nil")
	}
	own := handler(func(w http.ResponseWriter, r *http.Request) error { return logIn(w, r, issuer, check) })
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isClientGrant(w, r) {
				own.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// isClientGrant looks at the grant_type of a form. A form that is read stays in the
// request for the next handler. A JSON object would not, and is none of RFC 6749.
func isClientGrant(w http.ResponseWriter, r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || kind != "application/x-www-form-urlencoded" {
		return false
	}
	// The next handler finds the same fault in a form that cannot be read.
	form, err := oauth.ReadForm(w, r)
	return err == nil && form.GrantType == "client_credentials"
}

func logIn(w http.ResponseWriter, r *http.Request, issuer Issuer, check func(context.Context, *Client) (login.Grant, error)) error {
	c, form, err := readClient(w, r)
	if err != nil {
		return err
	}
	if c.Secret == "" && !otherProof(r) { // RFC 6749 section 4.4: no public clients
		return errClient
	}
	var grant login.Grant
	err = checkClient(r.Context(), c, func(ctx context.Context, c *Client) (err error) {
		grant, err = check(ctx, c)
		return err
	})
	if err != nil {
		return err
	}
	narrowed, err := narrow(&grant, form.Scopes)
	if err != nil {
		return err
	}
	token, err := issuer.Issue(grant)
	if err != nil {
		return fmt.Errorf("issuing the token of a client: %w", err)
	}
	tokens := &oauth.Tokens{AccessToken: token.Reveal()}
	if expires := token.ExpiresAt(); !expires.IsZero() {
		tokens.ExpiresIn = int64(math.Ceil(time.Until(expires).Seconds()))
	}
	if narrowed {
		tokens.SetScope(grant.Scopes)
	}
	return tokens.Write(w, r)
}

// narrow removes scopes that were not requested from the grant. It reports whether a
// requested one is not granted.
func narrow(g *login.Grant, requested []string) (bool, error) {
	if len(requested) == 0 {
		return false, nil
	}
	granted := slices.DeleteFunc(slices.Clone(g.Scopes), func(s string) bool { return !slices.Contains(requested, s) })
	if len(granted) == 0 {
		return false, oauth.ErrScope
	}
	g.Scopes = granted
	return slices.ContainsFunc(requested, func(s string) bool { return !slices.Contains(granted, s) }), nil
}
