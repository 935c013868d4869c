// Package origin checks that a request with a cookie, which browsers send by
// themselves, comes from a page of the service.
package origin

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Check is [http.CrossOriginProtection] that also covers handshakes. A nil Check
// admits every request.
type Check struct {
	http.CrossOriginProtection
	trust func(r *http.Request, origin string) bool // may be nil
}

// New returns a check that admits pages of the trusted origins too, and of those for
// which trust returns true.
func New(trusted []string, trust func(r *http.Request, origin string) bool) (*Check, error) {
	c := &Check{trust: trust}
	var errs []error
	for _, text := range trusted {
		err := c.AddTrustedOrigin(text)
		if err == nil && (strings.Contains(text, "*") || strings.ToLower(text) != text) {
			// The comparison is exact, and browsers write lower case.
			err = fmt.Errorf("%q matches no origin: write one host, in lower case", text)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return c, errors.Join(errs...)
}

// Request returns an error for an unsafe request from another origin.
//
// [http.CrossOriginProtection] admits GET, HEAD and OPTIONS. A handshake that leaves
// HTTP is a GET, but CORS does not limit the connection that follows: a script of
// another site could read and write in the user's name.
func (c *Check) Request(r *http.Request) error {
	if len(r.Header["Upgrade"]) > 0 {
		return c.Unsafe(r)
	}
	if c == nil {
		return nil
	}
	return c.check(r, r)
}

// Unsafe is Request for a request that changes something with any method.
func (c *Check) Unsafe(r *http.Request) error {
	if c == nil {
		return nil
	}
	unsafe := *r
	unsafe.Method = http.MethodPost
	return c.check(&unsafe, r)
}

// check is CrossOriginProtection.Check that asks trust about an origin that is
// refused. The opaque origin "null" is that of every sandboxed page, so trust is not
// asked about it.
func (c *Check) check(r, asked *http.Request) error {
	err := c.CrossOriginProtection.Check(r)
	if err == nil || c.trust == nil {
		return err
	}
	origin := r.Header["Origin"]
	if len(origin) == 1 && origin[0] != "" && origin[0] != "null" && c.trust(asked, origin[0]) {
		return nil
	}
	return err
}
