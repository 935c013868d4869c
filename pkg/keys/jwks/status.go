package jwks

import (
	"time"

	"github.com/loginctl/loginctl/pkg/internal/outbound"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Status describes the keys of a [Client] for a health page. It can be encoded as
// JSON. Addresses are without their query.
type Status struct {
	URL        string    `json:"url"`         // of the JWK Set; the issuer before discovery
	Read       time.Time `json:"read"`        // when the keys were last read or confirmed; zero if never
	FreshUntil time.Time `json:"fresh_until"` // when they are read again
	UsedUntil  time.Time `json:"used_until"`  // when tokens are refused if no read succeeds before
	Keys       []Key     `json:"keys"`        // one for each algorithm of a key
	Skipped    []string  `json:"skipped"`     // entries of the set that are not used, with the reason
	Failures   int       `json:"failures"`    // failed reads since Read
	Error      string    `json:"error"`       // of the last read; empty if it succeeded
	RetryAt    time.Time `json:"retry_at"`    // no read before; zero if the last one succeeded
}

// Key is a key of a [Status].
type Key struct {
	ID        string         `json:"kid"`
	Algorithm keys.Algorithm `json:"alg"`
}

// Ready reports whether tokens can be verified now.
func (s Status) Ready() bool { return len(s.Keys) > 0 && time.Now().Before(s.UsedUntil) }

// Status returns the current state. It does not read the set.
func (c *Client) Status() Status {
	s := c.load()
	if s == nil {
		return Status{Error: errNoClient.Error()}
	}
	status := Status{URL: outbound.Display(s.address(c.fetcher)), Failures: s.failures, RetryAt: s.retryAt, Keys: []Key{}, Skipped: []string{}}
	if s.snapshot != noKeys {
		status.Read, status.FreshUntil, status.UsedUntil = s.read, s.freshUntil(), s.usedUntil
		for _, k := range s.snapshot.VerificationKeys() {
			status.Keys = append(status.Keys, Key{k.ID(), k.Algorithm()})
		}
		for _, skipped := range s.set.Skipped() {
			status.Skipped = append(status.Skipped, keyerr.Entry(skipped.Position, skipped.ID, skipped.Err))
		}
	}
	if s.err != nil {
		status.Error = s.err.Error()
	}
	return status
}
