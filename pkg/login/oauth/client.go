package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// A ClientCheck authenticates a client. It returns [login.ErrBadCredentials] for an
// unknown client as well as for a wrong secret, and an error that matches
// [login.ErrUnavailable] if it cannot tell.
type ClientCheck = func(ctx context.Context, c *Client) error

// Client is the client that sends a request. Every way to print it leaves out the secret.
type Client struct {
	// ID and Secret are those of the Authorization header (Basic) or of the form (RFC
	// 6749 section 2.3.1). A public client has no secret. Both are empty for a client
	// that authenticates in another way: a check that looks at Request for that must
	// refuse the empty ID otherwise.
	ID, Secret string
	// Request is the request. Its form is read already.
	Request *http.Request
}

var _ fmt.Formatter = Client{}

// Format writes the ID for every verb and flag of package fmt.
func (c Client) Format(f fmt.State, _ rune) { io.WriteString(f, "client "+strconv.Quote(c.ID)) }

// LogValue makes package log/slog write the ID.
func (c Client) LogValue() slog.Value { return slog.StringValue("client " + strconv.Quote(c.ID)) }

// readClient returns the client of a request and its other parameters.
func readClient(w http.ResponseWriter, r *http.Request) (*Client, *oauth.Form, error) {
	form, err := oauth.ReadForm(w, r)
	if err != nil {
		return nil, nil, err
	}
	c := &Client{Request: r}
	for name, to := range map[string]*string{"client_id": &c.ID, "client_secret": &c.Secret} {
		if *to, err = one(form.Others, name); err != nil {
			return nil, nil, err
		}
	}
	id, secret, ok := r.BasicAuth()
	if !ok {
		return c, form, nil
	}
	id, err1 := url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	switch {
	case err1 != nil || err2 != nil:
		return nil, nil, &oauth.FormError{Code: "invalid_request", Text: "the client credentials are not encoded as in a form"}
	// RFC 6749 section 2.3: a client uses one method at a time.
	case c.Secret != "" || c.ID != "" && c.ID != id:
		return nil, nil, &oauth.FormError{Code: "invalid_request", Text: "the client authenticates in two ways"}
	}
	c.ID, c.Secret = id, secret
	return c, form, nil
}

// one returns a parameter that is sent at most once (RFC 6749 section 3.2).
func one(values url.Values, name string) (string, error) {
	switch sent := values[name]; len(sent) {
	case 0:
		return "", nil
	case 1:
		return sent[0], nil
	}
	return "", &oauth.FormError{Code: "invalid_request", Text: "a parameter is sent more than once"}
}

// authenticate reads a request for a token, and returns the token of an authentic client.
func authenticate(w http.ResponseWriter, r *http.Request, check ClientCheck) (*Client, string, error) {
	c, form, err := readClient(w, r)
	if err != nil {
		return nil, "", err
	}
	if err := checkClient(r.Context(), c, check); err != nil {
		return nil, "", err
	}
	token, err := one(form.Others, "token")
	if err == nil && token == "" {
		err = &oauth.FormError{Code: "invalid_request", Text: "token is missing"}
	}
	return c, token, err
}

// otherProof reports whether a client may authenticate without a secret: by a token, a
// certificate or an assertion.
func otherProof(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return (strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "DPoP")) && strings.TrimSpace(token) != "" ||
		r.TLS != nil && len(r.TLS.VerifiedChains) > 0 ||
		r.PostForm.Get("client_assertion") != ""
}

// errClient means that a client is not authentic.
var errClient = fmt.Errorf("the client is not authentic: %w", login.ErrBadCredentials)

func checkClient(ctx context.Context, c *Client, check ClientCheck) error {
	if c.ID == "" && !otherProof(c.Request) {
		return errClient
	}
	err := check(ctx, c)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: checking the client: %w", login.ErrUnavailable, ctx.Err())
	case errors.Is(err, login.ErrUnavailable):
		return err
	case errors.Is(err, login.ErrBadCredentials), errors.Is(err, login.ErrUserNotFound), errors.Is(err, login.ErrForbidden):
		return errClient
	}
	return err
}

// refuse answers with an error of RFC 6749 section 5.2. Its texts are constants.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	refusal, after := oauth.Refusal{Status: http.StatusInternalServerError, Code: "server_error", Text: "internal server error"}, ""
	retry, isRetry := errors.AsType[*login.RetryError](err)
	form, isForm := errors.AsType[*oauth.FormError](err)
	switch {
	case login.Status(err) == http.StatusServiceUnavailable:
		refusal, after = oauth.Refusal{Status: http.StatusServiceUnavailable, Code: "temporarily_unavailable", Text: "try again later"}, "5"
	case isRetry:
		refusal = oauth.Refusal{Status: http.StatusTooManyRequests, Code: "too_many_requests", Text: "too many attempts, try again later"}
		after = strconv.FormatInt(int64(retry.After.Seconds())+1, 10)
	case isForm:
		refusal = oauth.Refusal{Status: http.StatusBadRequest, Code: form.Code, Text: form.Text}
	case errors.Is(err, errClient):
		w.Header().Set("WWW-Authenticate", `Basic realm="client", charset="UTF-8"`)
		refusal = oauth.Refusal{Status: http.StatusUnauthorized, Code: "invalid_client", Text: "the client is not authentic"}
	}
	refusal.Write(w, r, after)
}

// handler returns a handler of POST requests.
func handler(serve func(w http.ResponseWriter, r *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			answer.Method(w, r, "POST")
			return
		}
		if err := serve(w, r); err != nil {
			refuse(w, r, err)
		}
	})
}
