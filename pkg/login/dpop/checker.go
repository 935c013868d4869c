package dpop

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Checker checks proofs. It is safe for concurrent use.
type Checker struct {
	mode       Mode
	origins    []string
	algorithms []keys.Algorithm
	window     time.Duration
	nonces     *nonces // nil if they are not required
	replays    Replays
	now        func() time.Time
}

// Error is the failure of a proof or of the way a token was sent. Its texts are
// constants.
type Error struct {
	// Code is the error of the challenge: invalid_dpop_proof, use_dpop_nonce, or
	// invalid_token for a token that was sent without a proof or is not bound.
	Code string
	text string
}

func (e *Error) Error() string { return "DPoP: " + e.text }

func invalid(text string) error { return &Error{"invalid_dpop_proof", text} }

// The failures of tokens, and those that concern the nonce.
var (
	ErrBearer   error = &Error{"invalid_token", "the token is bound to a key, or must be, and was sent without a proof"}
	ErrNotBound error = &Error{"invalid_token", "the token was sent with a proof and is not bound to a key"}
	errNonce    error = &Error{"use_dpop_nonce", "the proof has no nonce of this service that is recent"}
)

// Check returns nil if r has a proof that the client has the key that a token is bound
// to: its thumbprint is the jkt of the token's cnf. An empty token stands for a request
// to a token endpoint, whose proof has no ath; see [Checker.Thumbprint].
//
// The error is an [*Error], or that of the [Replays].
func (c *Checker) Check(r *http.Request, token, thumbprint string) error {
	found, err := c.check(r, token)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(found.thumbprint), []byte(thumbprint)) != 1 {
		return invalid("another key than that of the token made the proof")
	}
	return c.use(r.Context(), found)
}

// Thumbprint returns the thumbprint of the key that made the proof of a request to a
// token endpoint. A token for its client gets it as the jkt of cnf (section 5).
func (c *Checker) Thumbprint(r *http.Request) (string, error) {
	found, err := c.check(r, "")
	if err == nil {
		err = c.use(r.Context(), found)
	}
	if err != nil {
		return "", err
	}
	return found.thumbprint, nil
}

// check checks a proof except for its key and its use before.
func (c *Checker) check(r *http.Request, token string) (*proof, error) {
	fields := r.Header["Dpop"]
	if len(fields) != 1 {
		return nil, invalid("the request must have one DPoP header")
	}
	p, err := c.read(fields[0])
	if err != nil {
		return nil, err
	}
	switch {
	case p.method != r.Method:
		return nil, invalid("htm is another method")
	case !c.isFor(p.uri, r):
		return nil, invalid("htu is another address")
	case token != "" && subtle.ConstantTimeCompare([]byte(p.tokenHash), []byte(hash(token))) != 1:
		return nil, invalid("ath is not the hash of the token")
	}
	return p, c.checkTime(p)
}

// checkTime checks that a proof is recent: by the time of its nonce, if there must be
// one, and otherwise by iat.
func (c *Checker) checkTime(p *proof) error {
	now := c.now()
	if c.nonces != nil {
		issued, ok := c.nonces.issued(p.nonce)
		if !ok || issued.After(now) || now.Sub(issued) >= nonceLifetime {
			return errNonce
		}
		p.until = issued.Add(nonceLifetime)
		return nil
	}
	if p.issued.Before(now.Add(-c.window)) || p.issued.After(now.Add(c.window)) {
		return invalid("iat is too long ago, or in the future")
	}
	p.until = p.issued.Add(c.window + time.Second)
	return nil
}

// use notes that a proof was used. It is the last check, so that no forged proof can use
// up the jti of another.
func (c *Checker) use(ctx context.Context, p *proof) error {
	unused, err := c.replays.Use(ctx, hash(p.thumbprint+"."+p.id), p.until)
	switch {
	case err != nil:
		return fmt.Errorf("noting the use of a DPoP proof: %w", err)
	case !unused:
		return invalid("the proof was used before")
	}
	return nil
}

// hash is the base64url of SHA-256, as in ath.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Required reports whether every token needs a proof.
func (c *Checker) Required() bool { return c.mode == Required }

// Challenge returns the challenge that names the algorithms (section 7.1), with the code
// of an error unless that is empty.
func (c *Checker) Challenge(code string) string {
	names := make([]string, len(c.algorithms))
	for i, alg := range c.algorithms {
		names[i] = alg.String()
	}
	slices.Sort(names)
	challenge := `DPoP algs="` + strings.Join(names, " ") + `"`
	if code != "" {
		challenge += `, error="` + code + `"`
	}
	return challenge
}

// Nonce returns the value of the DPoP-Nonce header for the next proof (section 8.2),
// empty if nonces are not required.
func (c *Checker) Nonce() string {
	if c.nonces == nil {
		return ""
	}
	return c.nonces.at(c.now())
}
