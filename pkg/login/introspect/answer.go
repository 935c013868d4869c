package introspect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

const maxBodyBytes = 64 << 10

// answer is the answer about a token.
type answer struct {
	active  bool
	claims  []byte // JSON; nil unless active
	expires time.Time
}

// until returns the earlier one of a time and exp.
func (a *answer) until(t time.Time) time.Time {
	if !a.expires.IsZero() && a.expires.Before(t) {
		return a.expires
	}
	return t
}

// ask sends one request. The error has nothing of the token.
func (c *Client) ask(ctx context.Context, token string) (answer, error) {
	defer c.closeIdle()
	body, err := c.exchange(ctx, token)
	if err == nil {
		return c.read(body)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	// url.Error repeats the address, with its query.
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return answer{}, err
}

func (c *Client) exchange(ctx context.Context, token string) ([]byte, error) {
	header := http.Header{
		"Accept":       {"application/json"},
		"Content-Type": {"application/x-www-form-urlencoded"},
	}
	form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
	if err := c.config.Authenticate(ctx, header, form); err != nil {
		return nil, fmt.Errorf("authenticating the client: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header = header
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, &statusError{response.StatusCode}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBodyBytes+1))
	if err == nil && len(body) > maxBodyBytes {
		err = errAnswer{fmt.Sprintf("the answer has more than %d bytes", maxBodyBytes)}
	}
	return body, err
}

// statusError is the error for a response with another status than 200.
type statusError struct{ code int }

func (e *statusError) Error() string {
	switch {
	case e.code/100 == 3:
		return fmt.Sprintf("the answer is a redirect (%d), which is not followed; configure the address it leads to", e.code)
	case e.code == http.StatusUnauthorized || e.code == http.StatusForbidden:
		return fmt.Sprintf("the issuer refuses this client (%d): check its credentials", e.code)
	}
	return fmt.Sprintf("the answer is %d %s", e.code, http.StatusText(e.code))
}

// response has the members of an answer that decide here (RFC 7662 section 2.2).
type response struct {
	Active    *bool          `json:"active"`
	Issuer    jsontext.Value `json:"iss"`
	Expires   jsontext.Value `json:"exp"`
	TokenType string         `json:"token_type"`
	TokenUse  string         `json:"token_use"`
	Type      string         `json:"typ"`
}

// read reads the body of an answer. The manager reads the claims again, by its rules.
func (c *Client) read(body []byte) (answer, error) {
	if jws.CheckObject(string(body)) != 0 {
		return answer{}, errAnswer{"the answer is not a strict JSON object"}
	}
	var r response
	if err := json.Unmarshal(body, &r); err != nil || r.Active == nil {
		return answer{}, errAnswer{"the answer has no active that is true or false, or another member of another type than RFC 7662 says"}
	}
	if !*r.Active || !r.isAccessToken() {
		return answer{}, nil
	}
	a := answer{active: true, claims: body}
	if r.Issuer == nil && c.config.Issuer != "" {
		a.claims = withIssuer(body, c.config.Issuer)
	}
	if s := (jws.Scanner{Text: string(r.Expires)}); r.Expires.Kind() == '0' {
		a.expires = s.Date()
	}
	return a, nil
}

// isAccessToken is false for an answer that names another kind of token. Endpoints also
// know refresh tokens, which must not pass for access tokens.
func (r *response) isAccessToken() bool {
	switch strings.ToLower(r.TokenType) {
	case "", "bearer", "dpop", "access_token", "at+jwt":
	default:
		return false
	}
	switch strings.ToLower(r.TokenUse) {
	case "", "access", "access_token":
	default:
		return false
	}
	switch strings.ToLower(r.Type) {
	case "refresh", "offline", "id", "logout", "refresh_token", "id_token":
		return false
	}
	return true
}

// withIssuer adds iss to an object that has members, active at least.
func withIssuer(object []byte, issuer string) []byte {
	quoted, err := jsontext.AppendQuote([]byte(`{"iss":`), issuer)
	if err != nil {
		return object // not UTF-8: the manager then misses iss
	}
	_, members, _ := strings.Cut(string(object), "{")
	return append(append(quoted, ','), members...)
}
