package jwks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/internal/outbound"
)

// maxDiscovered is how long a discovered jwks_uri is used. A failed read discovers
// it again too.
const maxDiscovered = 24 * time.Hour

// locate returns last with the URL of the set. The ETag of another URL is dropped.
func (f *fetcher) locate(ctx context.Context, last reading) (reading, error) {
	if f.config.URL != "" {
		last.url = f.config.URL
		return last, nil
	}
	if last.url != "" && time.Since(last.discovered) < maxDiscovered {
		return last, nil
	}
	found, err := f.discover(ctx)
	switch {
	case err != nil && last.url == "":
		return reading{}, err
	case err != nil:
		return last, nil // the address was good before, and the set says whether it is still
	}
	if found != last.url {
		last.etag = ""
	}
	last.url, last.discovered = found, time.Now()
	return last, nil
}

// discover returns the jwks_uri of the metadata. The second form is asked for if the
// first is not there.
func (f *fetcher) discover(ctx context.Context) (string, error) {
	found, err := f.metadata(ctx, openIDConfiguration(f.config.Issuer))
	var absent *absentError
	if !errors.As(err, &absent) {
		return found, err
	}
	found, second := f.metadata(ctx, authorizationServer(f.config.Issuer))
	if second != nil {
		return "", fmt.Errorf("%w; %w", err, second)
	}
	return found, nil
}

// openIDConfiguration returns the address of OpenID Connect Discovery 1.0 section 4,
// which appends to the path of the issuer.
func openIDConfiguration(issuer string) string {
	return strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
}

// authorizationServer returns the address of RFC 8414 section 3.1, which inserts
// before the path of the issuer.
func authorizationServer(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return issuer // not reached: Config was checked
	}
	root := u.Scheme + "://" + u.Host
	return root + "/.well-known/oauth-authorization-server" + strings.TrimSuffix(u.EscapedPath(), "/")
}

// absentError is the error of an address without metadata.
type absentError struct{ error }

func (e *absentError) Unwrap() error { return e.error }

// metadata reads the document at an address and returns its jwks_uri.
func (f *fetcher) metadata(ctx context.Context, address string) (string, error) {
	a, err := f.get(ctx, address, "")
	var refused *statusError
	if errors.As(err, &refused) && refused.status/100 == 4 && refused.status != http.StatusTooManyRequests {
		return "", &absentError{err}
	}
	if err != nil {
		return "", err
	}
	// By exact names: encoding/json matches those of a struct in any case.
	var members map[string]json.RawMessage
	var issuer, uri string
	if json.Unmarshal(a.body, &members) != nil || json.Unmarshal(members["issuer"], &issuer) != nil {
		return "", &absentError{fmt.Errorf("reading %s: not the metadata of an issuer", address)}
	}
	if issuer != f.config.Issuer {
		return "", fmt.Errorf("reading %s: the metadata is of the issuer %q; configure exactly that name if it is the one you trust", address, shorten(issuer))
	}
	if json.Unmarshal(members["jwks_uri"], &uri) != nil || uri == "" {
		return "", fmt.Errorf("reading %s: the metadata has no jwks_uri", address)
	}
	if _, err := outbound.ParseURL(uri, f.loopback); err != nil {
		return "", fmt.Errorf("the jwks_uri of %s: %w", address, err)
	}
	return uri, nil
}

// shorten limits text of the issuer in an error.
func shorten(s string) string {
	if len(s) > 128 {
		return s[:128] + "…"
	}
	return s
}
