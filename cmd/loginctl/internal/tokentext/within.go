package tokentext

import (
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// inCommand takes the token out of the command line of an HTTP client, or out of the
// lines of a request.
func inCommand(text string) (string, bool, error) {
	first, _, _ := strings.Cut(text, "\n")
	if !clients().MatchString(text) && !strings.HasSuffix(strings.TrimRight(first, "\r"), " HTTP/1.1") && !strings.HasSuffix(strings.TrimRight(first, "\r"), " HTTP/2") {
		return "", false, nil
	}
	return one(compact().FindAllString(text, -1), ErrNone)
}

// The patterns are compiled when a command first needs them.
var (
	clients = pattern(`^(\$ |PS> )?(curl|wget|http|https|xh|grpcurl|websocat|Invoke-(RestMethod|WebRequest)|irm|iwr)(\.exe)?\s`)
	compact = pattern(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)
)

// pattern returns a function that compiles a regular expression once.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// one returns the one token of a list, which may have it several times.
func one(tokens []string, otherwise error) (string, bool, error) {
	slices.Sort(tokens)
	switch tokens = slices.Compact(tokens); len(tokens) {
	case 0:
		return "", true, otherwise
	case 1:
		return tokens[0], true, nil
	}
	return "", true, ErrSeveral
}

// inManifest takes the one token out of the values of YAML lines, such as the manifest
// of a Kubernetes Secret, where it is in base64.
func inManifest(text string) (string, bool, error) {
	if !strings.Contains(text, "\n") || !strings.Contains(text, ": ") {
		return "", false, nil
	}
	var tokens []string
	for line := range strings.Lines(text) {
		_, value, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		tokens = appendToken(tokens, strings.Trim(strings.TrimSpace(value), `"'`))
	}
	if len(tokens) == 0 {
		return "", false, nil
	}
	return one(tokens, ErrNone)
}

// appendToken appends the token that value is, or is the base64 of.
func appendToken(tokens []string, value string) []string {
	if inner, ok := encoded(value); ok {
		value = inner
	}
	if shaped(value) {
		return append(tokens, value)
	}
	return tokens
}

// anywhereInJSON takes the one token out of the strings of JSON, at any depth.
func anywhereInJSON(text string) (string, bool, error) {
	var tokens []string
	d := jsontext.NewDecoder(strings.NewReader(text))
	for {
		part, err := d.ReadToken()
		if err == io.EOF {
			return one(tokens, ErrJSON)
		}
		if err != nil {
			return "", true, ErrJSON
		}
		if part.Kind() == '"' {
			tokens = appendToken(tokens, part.String())
		}
	}
}

// queryOf returns the query and the fragment of a URL, of the path of one, or of a
// query alone.
func queryOf(text string) (query string, ok bool) {
	begins := strings.HasPrefix(text, "?") || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "/")
	switch {
	case strings.ContainsAny(text, " \t\r\n"):
		return "", false
	case strings.Contains(text, "://") || begins && strings.ContainsAny(text, "?#"):
		u, err := url.Parse(text)
		if err != nil {
			return "", false
		}
		// An application may have a path of its own after the #, and a query behind that.
		fragment := u.Fragment
		if _, after, nested := strings.Cut(fragment, "?"); nested {
			fragment = after
		}
		return u.RawQuery + "&" + fragment, true
	case strings.Contains(text, "&") && strings.Contains(text, "=eyJ"):
		return strings.TrimLeft(text, "?#"), true
	}
	return "", false
}
