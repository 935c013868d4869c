package login

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
)

// currentKeys returns the keys to verify a token with. The error of a remote source
// matches [ErrUnavailable].
//
// It is called for each token, remembered ones too: a source in memory costs one
// call, and a remote one must be as cheap while its keys are fresh.
func (v *Verifier) currentKeys(ctx context.Context) (*keys.Snapshot, error) {
	if v.remote == nil {
		return v.source.Snapshot(), nil
	}
	snapshot, err := v.remote.Current(ctx)
	if err != nil {
		return nil, keysUnavailable(ctx, err)
	}
	return snapshot, nil
}

// selectRefreshedKeys is selectKeys for a header that failed with cause. It asks a
// remote source for newer keys and, if there are any, verifies t with them.
//
// Only a header that newer keys may help is worth a request to the issuer: an
// algorithm of public keys, and no extension.
func (v *Verifier) selectRefreshedKeys(ctx context.Context, t *verification, h *joseHeader, cause error) (*verifiedHeader, error) {
	alg, known := v.algorithms[h.alg]
	missing := errors.Is(cause, ErrUnknownKey) || errors.Is(cause, ErrAlgorithm)
	if v.remote == nil || !missing || !known || alg.Symmetric() || h.extended {
		return nil, cause
	}
	newer, err := v.remote.Refresh(ctx, t.snapshot)
	if err != nil {
		return nil, keysUnavailable(ctx, err)
	}
	if newer == t.snapshot {
		return nil, cause
	}
	t.snapshot = newer
	return v.selectKeys(newer, h)
}

// keysUnavailable returns the error for a remote source that does not answer.
func keysUnavailable(ctx context.Context, err error) error {
	const doing = "getting the keys of the issuer"
	switch {
	case ctx.Err() != nil:
		return lateError(ctx, doing, err)
	case errors.Is(err, ErrInvalidToken):
		// An outage says nothing about the token, whichever error the source returns.
		return fmt.Errorf("%w: %s: %v", ErrUnavailable, doing, err)
	}
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
}

// unknownKey returns [ErrUnknownKey], with the reason if the JWK Set of the keys has
// the key but it cannot be used ([keys.SkippedKey]).
func unknownKey(err error) error {
	if reason, ok := strings.CutPrefix(err.Error(), keys.ErrUnknownKey.Error()+": "); ok {
		return fmt.Errorf("%w: %s", ErrUnknownKey, reason)
	}
	return ErrUnknownKey
}
