package login

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxLoginBytes is the longest login form that is read.
const maxLoginBytes = 64 << 10

// loginForm is the form of a client that logs in.
type loginForm struct {
	username, password string
	scopes             []string
	scoped             bool // scopes were requested
}

// formError is the failure of a form, with its code of RFC 6749 section 5.2. The
// client receives the text, which is a constant.
type formError struct{ code, text string }

func (e *formError) Error() string        { return "login form: " + e.text }
func (e *formError) Is(target error) bool { return target == ErrBadRequest }

// readLogin reads the form from the body, never from the URL.
func (m *Manager[U]) readLogin(w http.ResponseWriter, r *http.Request) (*loginForm, error) {
	if r.Body != nil { // a server always sets it
		r.Body = http.MaxBytesReader(w, r.Body, maxLoginBytes)
	}
	if err := parseForm(r); err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, name := range []string{"grant_type", "username", "password", "scope"} {
		sent := r.PostForm[name]
		if len(sent) > 1 { // RFC 6749 section 3.2
			return nil, &formError{"invalid_request", "a parameter is sent more than once"}
		}
		if len(sent) == 1 {
			values[name] = sent[0]
		}
	}
	if grant := values["grant_type"]; grant != "" && grant != "password" {
		return nil, &formError{"unsupported_grant_type", "grant_type is not password"}
	}
	form := &loginForm{username: values["username"], password: values["password"], scopes: strings.FieldsFunc(values["scope"], isSpace)}
	form.scoped = len(form.scopes) > 0
	if form.username == "" || form.password == "" {
		return nil, &formError{"invalid_request", "username or password is missing"}
	}
	if m.checkScopes(form.scopes) != nil {
		return nil, &formError{"invalid_scope", "a scope is malformed or unknown"}
	}
	return form, nil
}

// parseForm parses the two kinds of forms that browsers send. net/http would add the
// parameters in the URL, so they are hidden from it.
func parseForm(r *http.Request) error {
	address := *r.URL
	address.RawQuery = ""
	defer func(sent *url.URL) { r.URL = sent }(r.URL)
	r.URL = &address
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch kind {
	case "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case "multipart/form-data":
		err = r.ParseMultipartForm(maxLoginBytes)
	default:
		return &formError{"invalid_request", "the body is not a form"}
	}
	if err != nil {
		return &formError{"invalid_request", "the form cannot be read or is too large"}
	}
	return nil
}

// narrow removes scopes from the grant that were not requested. It reports whether a
// requested one is not granted.
func (f *loginForm) narrow(g *Grant) bool {
	if !f.scoped {
		return false
	}
	granted := slices.Clone(g.Scopes)
	g.Scopes = slices.DeleteFunc(granted, func(s string) bool { return !slices.Contains(f.scopes, s) })
	return slices.ContainsFunc(f.scopes, func(s string) bool { return !slices.Contains(g.Scopes, s) })
}
