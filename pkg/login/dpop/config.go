package dpop

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Mode selects the tokens that are accepted.
type Mode uint8

// The modes.
const (
	Off      Mode = iota // proofs are ignored, and every token is a bearer token
	Accepted             // tokens that are bound need a proof, and others do not
	Required             // every token is bound and needs a proof
)

// Config configures the check of proofs.
type Config struct {
	Mode Mode
	// Origins are the addresses under which clients reach the service, such as
	// https://api.example.com, and with the prefix of the path that a proxy cuts off,
	// if it does. The htu of a proof is compared with them and the path of the request:
	// the Host header is not trusted, since a proof for another host must not count
	// here. It must be set unless Mode is Off.
	Origins []string
	// Algorithms lists the algorithms of proofs that are accepted. If nil, all of public
	// keys are.
	Algorithms []keys.Algorithm
	// Window is how old a proof may be, and how far its clock may be ahead. If zero, it
	// is 1 minute.
	Window time.Duration
	// RequireNonce makes each proof have a nonce of this service (section 9), whose time
	// counts in place of iat: a proof cannot be made in advance, and the clocks of
	// clients do not matter. A client gets its first one with a refusal.
	RequireNonce bool
	// NonceKey is a secret of at least 32 bytes that the instances of a service share, so
	// that each accepts the nonces of the others. If nil, it is random.
	NonceKey []byte
	// Replays remembers the proofs that were used. Instances of a service share it, or
	// each accepts a proof once. If nil, it is [Memory].
	Replays Replays
	// Now is the clock. If nil, it is time.Now.
	Now func() time.Time
}

const (
	defaultWindow = time.Minute
	maxWindow     = 10 * time.Minute
	leastNonceKey = 32
)

// New returns the check, nil if Mode is Off. The error reports every mistake in c.
func New(c Config) (*Checker, error) {
	if c.Mode == Off {
		return nil, c.checkOff()
	}
	ch := &Checker{mode: c.Mode, window: c.Window, replays: c.Replays, now: c.Now, algorithms: c.Algorithms}
	var errs []error
	if c.Mode > Required {
		errs = append(errs, fmt.Errorf("Config.DPoP.Mode is %d: give Off, Accepted or Required", c.Mode))
	}
	if len(c.Origins) == 0 {
		errs = append(errs, errors.New("Config.DPoP.Origins is empty: list the addresses under which clients reach the service"))
	}
	for _, origin := range c.Origins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			errs = append(errs, fmt.Errorf("Config.DPoP.Origins: %q is not an address such as https://api.example.com", origin))
			continue
		}
		ch.origins = append(ch.origins, origin)
	}
	if c.Window < 0 || c.Window > maxWindow {
		errs = append(errs, fmt.Errorf("Config.DPoP.Window is %v: give at most %v", c.Window, maxWindow))
	}
	if c.NonceKey != nil && (len(c.NonceKey) < leastNonceKey || !c.RequireNonce) {
		errs = append(errs, fmt.Errorf("Config.DPoP.NonceKey is for RequireNonce and has at least %d bytes", leastNonceKey))
	}
	errs = append(errs, ch.fillDefaults(), ch.checkAlgorithms())
	if c.RequireNonce {
		ch.nonces = newNonces(c.NonceKey)
	}
	return ch, errors.Join(errs...)
}

// checkOff refuses settings without a Mode: a forgotten one must not turn the check off.
func (c *Config) checkOff() error {
	if len(c.Origins)+len(c.Algorithms)+len(c.NonceKey) > 0 || c.Window != 0 || c.RequireNonce || c.Replays != nil {
		return errors.New("Config.DPoP is set, and its Mode is not: give Accepted or Required")
	}
	return nil
}

func (c *Checker) fillDefaults() error {
	if c.window == 0 {
		c.window = defaultWindow
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.replays == nil {
		c.replays = &Memory{Now: c.now}
	}
	if c.algorithms != nil && len(c.algorithms) == 0 {
		return errors.New("Config.DPoP.Algorithms is empty: list the algorithms to accept, or leave it nil")
	}
	if c.algorithms == nil {
		c.algorithms = slices.DeleteFunc(keys.Algorithms(), isForSecrets)
	}
	return nil
}

func (c *Checker) checkAlgorithms() error {
	for _, alg := range c.algorithms {
		if isForSecrets(alg) || !slices.Contains(keys.Algorithms(), alg) {
			return fmt.Errorf("Config.DPoP.Algorithms: %v is not an algorithm of public keys", alg)
		}
	}
	return nil
}

func isForSecrets(alg keys.Algorithm) bool { return alg.Type() == "oct" }
