package oauth

import (
	"context"
	"errors"
	"fmt"
	"math"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// Issuer issues access tokens. *login.Issuer, *login.Manager and *session.Manager are
// ones.
type Issuer interface {
	Issue(g login.Grant) (login.Token, error)
}

// ClientLogin configures [ClientCredentials].
type ClientLogin struct {
	// Issuer issues the tokens. It must be set.
	Issuer Issuer
	// Check authenticates the client as a [ClientCheck] does, and returns the grant of
	// its token. It must be set. A public client has no secret, and is refused before.
	Check func(ctx context.Context, c *Client) (login.Grant, error)
	// OnEvent receives each decision with the action "login": that of a
	// [login.Config], usually.
	//
	// If nil, events are dropped.
	OnEvent func(context.Context, login.Event)
}

// ClientCredentials returns middleware for a token endpoint: it answers forms whose
// grant_type is client_credentials (RFC 6749 section 4.4) itself, and leaves every other
// request to the next handler, such as the TokenHandler of a [login.Manager] or of a
// session.Manager.
//
//	config := oauth.ClientLogin{Issuer: auth, Check: checkService}
//	asClient, err := oauth.ClientCredentials(config)
//	mux.Handle("POST /token", asClient(auth.TokenHandler(checkPassword)))
//
// A scope in the request narrows the scopes of the grant; if it leaves none, the answer
// is invalid_scope. There is no cookie, no session and no refresh token. Keys that cannot
// sign are answered 503.
//
// It returns an error if c is not complete.
func ClientCredentials(c ClientLogin) (func(http.Handler) http.Handler, error) {
	if c.Issuer == nil || c.Check == nil {
		return nil, errors.New("the client_credentials grant is not complete: set Issuer and Check")
	}
	own := handler(c.serve)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isClientGrant(w, r) {
				own.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
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

func (c *ClientLogin) serve(w http.ResponseWriter, r *http.Request) error {
	start := time.Now()
	grant, narrowed, err := c.grant(w, r)
	var token login.Token
	if err == nil {
		token, err = c.issue(grant)
	}
	c.report(r, start, grant, token, err)
	if err != nil {
		return err
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

// grant returns the grant of an authentic client. It reports whether a requested scope is
// not granted.
func (c *ClientLogin) grant(w http.ResponseWriter, r *http.Request) (g login.Grant, narrowed bool, err error) {
	client, form, err := readClient(w, r)
	if err != nil {
		return login.Grant{}, false, err
	}
	if client.Secret == "" && !otherProof(r) { // RFC 6749 section 4.4: no public clients
		return login.Grant{}, false, errClient
	}
	err = checkClient(r.Context(), client, func(ctx context.Context, client *Client) (err error) {
		g, err = c.Check(ctx, client)
		return err
	})
	if err != nil {
		return login.Grant{}, false, err
	}
	narrowed, err = narrow(&g, form.Scopes)
	return g, narrowed, err
}

func (c *ClientLogin) issue(g login.Grant) (login.Token, error) {
	token, err := c.Issuer.Issue(g)
	if errors.Is(err, keys.ErrNoSigningKey) { // a set may have one again in a minute
		return token, fmt.Errorf("%w: issuing the token of a client: %w", login.ErrUnavailable, err)
	}
	if err != nil {
		return token, fmt.Errorf("issuing the token of a client: %w", err)
	}
	return token, nil
}

func (c *ClientLogin) report(r *http.Request, start time.Time, g login.Grant, token login.Token, err error) {
	if c.OnEvent == nil {
		return
	}
	e := login.Event{
		Action: "login", Reason: login.Reason(err), Err: err, Duration: time.Since(start),
		Method: r.Method, Pattern: r.Pattern, RemoteAddr: r.RemoteAddr,
	}
	if err == nil {
		e.Subject, e.TokenID = g.Subject, token.ID()
	}
	c.OnEvent(r.Context(), e)
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
