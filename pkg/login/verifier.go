package login

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Verifier checks tokens. It knows nothing of users or HTTP: most services
// want a [Manager], which has one inside. It is safe for concurrent use.
type Verifier struct {
	rules
	source         keys.Source
	requireSubject bool
	onEvent        func(context.Context, Event)
	algorithms     map[string]keys.Algorithm // by JWS name; read only
	headers        headerMemo
	scratch        sync.Pool // of *scratch
}

// errNoVerifier answers for a Verifier that no constructor made.
var errNoVerifier = errors.New("the verifier was not made by NewVerifier")

// NewVerifier returns a verifier over keys: a [*keys.VerificationKey], a
// [*keys.SigningKey] or a [*keys.Set]. It uses what config says of tokens, and
// refuses what makes no sense there.
func NewVerifier(source keys.Source, config Config) (*Verifier, error) {
	return newVerifier(source, config, false)
}

// newVerifier is NewVerifier; with requireSubject a token without a sub is refused.
func newVerifier(source keys.Source, config Config, requireSubject bool) (*Verifier, error) {
	rules, err := newRules(config)
	if source == nil || len(source.Snapshot().VerificationKeys()) == 0 {
		err = errors.Join(errors.New("there is no key to verify with"), err)
	}
	if err != nil {
		return nil, fmt.Errorf("making a verifier: %w", err)
	}
	v := &Verifier{
		rules:          rules,
		source:         source,
		requireSubject: requireSubject,
		onEvent:        config.OnEvent,
		algorithms:     make(map[string]keys.Algorithm),
	}
	for _, alg := range keys.Algorithms() {
		v.algorithms[alg.String()] = alg
	}
	v.scratch.New = func() any { return new(scratch) }
	return v, nil
}

// Verify returns the claims of a token that passed every check. The error
// matches [ErrInvalidToken] and one sentinel for each check that failed, or
// [ErrUnavailable] when the revocation store did not answer. With an error
// there are no claims.
func (v *Verifier) Verify(ctx context.Context, token string) (*Claims, error) {
	if v == nil || v.source == nil {
		return nil, errNoVerifier
	}
	if v.onEvent == nil {
		return v.verify(ctx, token)
	}
	start := time.Now()
	c, err := v.verify(ctx, token)
	event := Event{Reason: Reason(err), Err: err, Duration: time.Since(start)}
	if err == nil {
		event.KeyID, event.Subject, event.TokenID = c.KeyID, c.Subject, c.ID
	}
	v.onEvent(ctx, event)
	return c, err
}

func (v *Verifier) verify(ctx context.Context, token string) (*Claims, error) {
	opened, err := v.open(token)
	if err != nil {
		return nil, err
	}
	c := new(Claims)
	if err := v.admit(ctx, &opened, c); err != nil {
		return nil, err
	}
	return c, nil
}

// verifyInto is Verify without the event. It fills *c with data that the
// caller owns; after an error *c says nothing.
func (v *Verifier) verifyInto(ctx context.Context, token string, c *Claims) error {
	*c = Claims{}
	if v == nil || v.source == nil {
		return errNoVerifier
	}
	opened, err := v.open(token)
	if err != nil {
		return err
	}
	if err := v.admit(ctx, &opened, c); err != nil {
		*c = Claims{}
		return err
	}
	return nil
}

// admit reads and judges the claims of a token whose signature is good.
func (v *Verifier) admit(ctx context.Context, o *opened, c *Claims) error {
	shape, err := readClaims(o.payload, c)
	if err != nil {
		return err
	}
	c.KeyID = o.key.ID()
	if failed := v.judge(o.header, shape, c); len(failed) == 1 {
		return failed[0]
	} else if len(failed) > 1 {
		return failed
	}
	return v.askRevocations(ctx, c)
}
