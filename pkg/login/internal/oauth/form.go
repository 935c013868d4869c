// Package oauth reads the requests to a token endpoint and writes its answers (RFC
// 6749). The login forms of pages are read by the same rules.
package oauth

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// maxForm is the longest body that is read.
const maxForm = 64 << 10

// Form is the request of a client that logs in or refreshes.
type Form struct {
	GrantType          string
	Username, Password string
	RefreshToken       string
	Scopes             []string
	Others             url.Values // the other parameters
}

// ErrBadRequest is exported by package login.
var ErrBadRequest error = jws.NewFailure("ambiguous or malformed credentials")

// FormError is the failure of a form, with its code of RFC 6749 section 5.2. The
// client receives the text, which is a constant.
type FormError struct{ Code, Text string }

func (e *FormError) Error() string        { return "login form: " + e.Text }
func (e *FormError) Is(target error) bool { return target == ErrBadRequest }

// The failures that both kinds of logins have.
var (
	ErrUnsupportedGrant = &FormError{"unsupported_grant_type", "grant_type is not password"}
	ErrNoPassword       = &FormError{"invalid_request", "username or password is missing"}
	ErrScope            = &FormError{"invalid_scope", "a scope is malformed or unknown"}

	errTwice = &FormError{"invalid_request", "a parameter is sent more than once"}
)

// ReadForm reads the body of r, a form or a JSON object. It never reads the URL.
func ReadForm(w http.ResponseWriter, r *http.Request) (*Form, error) {
	if r.Body != nil { // a server always sets it
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	}
	values, err := readValues(r)
	if err != nil {
		return nil, err
	}
	f := new(Form)
	scope := ""
	for name, to := range map[string]*string{
		"grant_type": &f.GrantType, "username": &f.Username, "password": &f.Password,
		"refresh_token": &f.RefreshToken, "scope": &scope,
	} {
		sent := values[name]
		if len(sent) > 1 { // RFC 6749 section 3.2
			return nil, errTwice
		}
		if len(sent) == 1 {
			*to = sent[0]
		}
		delete(values, name)
	}
	// The one separator is a space (RFC 6749 section 3.3).
	f.Scopes = strings.FieldsFunc(scope, func(c rune) bool { return c == ' ' })
	f.Others = values
	return f, nil
}

// readValues returns a copy of the parameters in the body.
func readValues(r *http.Request) (url.Values, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch kind {
	case "application/x-www-form-urlencoded":
		err = parseBody(r, r.ParseForm)
	case "multipart/form-data":
		err = parseBody(r, func() error { return r.ParseMultipartForm(maxForm) })
	case "application/json":
		return readJSON(r)
	default:
		return nil, &FormError{"invalid_request", "the body is neither a form nor JSON"}
	}
	if err != nil {
		return nil, &FormError{"invalid_request", "the form cannot be read or is too large"}
	}
	values := url.Values{}
	for name, sent := range r.PostForm {
		values[name] = append([]string(nil), sent...)
	}
	return values, nil
}

// parseBody calls parse while the query of the URL is hidden: net/http would add its
// parameters, and those end up in logs.
func parseBody(r *http.Request, parse func() error) error {
	var address url.URL
	if r.URL != nil {
		address = *r.URL
	}
	address.RawQuery = ""
	defer func(sent *url.URL) { r.URL = sent }(r.URL)
	r.URL = &address
	return parse()
}

// readJSON reads an object whose members are texts, numbers or booleans. A null
// counts as absent.
func readJSON(r *http.Request) (url.Values, error) {
	failed := &FormError{"invalid_request", "the JSON is not one object of texts, numbers and booleans, or is too large"}
	if r.Body == nil {
		return nil, failed
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, failed
	}
	var members map[string]jsontext.Value
	if err := jsonv2.Unmarshal(body, &members); err != nil || members == nil {
		return nil, failed
	}
	values := url.Values{}
	for name, value := range members {
		switch value.Kind() {
		case '"':
			var text string
			if err := jsonv2.Unmarshal(value, &text); err != nil {
				return nil, failed
			}
			values.Set(name, text)
		case '0', 't', 'f':
			values.Set(name, string(value))
		case 'n':
		default:
			return nil, failed
		}
	}
	return values, nil
}

// Narrow returns the granted scopes that the client asked for, all of them if it asked
// for none. It reports whether one that it asked for is not granted.
func (f *Form) Narrow(granted []string) (scopes []string, narrowed bool) {
	if len(f.Scopes) == 0 {
		return granted, false
	}
	scopes = slices.DeleteFunc(slices.Clone(granted), func(s string) bool { return !slices.Contains(f.Scopes, s) })
	return scopes, slices.ContainsFunc(f.Scopes, func(s string) bool { return !slices.Contains(scopes, s) })
}
