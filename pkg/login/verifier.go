package login

import (
	"context"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Verifier checks tokens. It knows nothing of users or HTTP.
type Verifier struct{}

// NewVerifier returns a verifier over keys.
func NewVerifier(source keys.Source, config Config) (*Verifier, error) { panic("stub") }

// Verify returns the claims of a token that passed every check. The error
// matches [ErrInvalidToken] and one sentinel for each check that failed, or
// [ErrUnavailable] when the revocation store did not answer.
func (v *Verifier) Verify(ctx context.Context, token string) (*Claims, error) { panic("stub") }

// Examine checks a token as Verify does and reports all it found, for tools
// that show it. A program that lets somebody in wants [Verifier.Verify].
func (v *Verifier) Examine(ctx context.Context, token string) *Report { panic("stub") }

// Report is what [Verifier.Examine] found.
type Report struct {
	Algorithm keys.Algorithm
	KeyID     string  // of the key that verified it
	Type      string  // header typ as written
	Header    []byte  // JSON; nil when it could not be read
	Signed    bool    // the signature is good
	Claims    *Claims // nil unless Signed and readable; checks may still have failed
	Failures  []error // nil when the token is valid; each matches one sentinel; claims failures are *ClaimError
}

// Valid reports whether every check passed.
func (r *Report) Valid() bool { return r.Signed && r.Claims != nil && len(r.Failures) == 0 }

// Unverified is a token that was read and NOT verified: its claims may be
// anybody's. It is a type that no guard accepts.
type Unverified struct {
	Header  []byte // JSON
	Payload []byte // JSON object
}

// DecodeUnverified reads a token of at most 16 KiB without checking its signature.
func DecodeUnverified(token string) (*Unverified, error) { panic("stub") }
