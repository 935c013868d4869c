package jwks

import (
	"context"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Remote is a [keys.Source] whose keys are published by another party, such as an
// OpenID provider. There may not be any keys yet, they may be outdated, and newer
// ones may exist. [Client] implements it over HTTPS.
//
// A verifier calls Current once for each token. If the keys have no key for the token
// ([keys.Snapshot.Select] returns [keys.ErrUnknownKey] or [keys.ErrAlgorithm]), it
// calls Refresh once, and tries again if the result is another snapshot. It must answer
// an error of either method as an outage, never as a bad token.
type Remote interface {
	keys.Source

	// Current returns the keys to verify a token with. It waits for the first
	// keys at most as long as ctx. An error means that the keys are not known.
	Current(ctx context.Context) (*keys.Snapshot, error)

	// Refresh returns newer keys than have, which has no key for a token. It
	// returns have itself if there are no newer keys, or if the publisher was
	// asked too recently. An error means that the publisher did not answer.
	Refresh(ctx context.Context, have *keys.Snapshot) (*keys.Snapshot, error)
}
