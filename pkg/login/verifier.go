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
//
// It reads tokens with a parser of its own, in this order, and stops at the
// first failure:
//
//  1. The size: [Config.MaxTokenBytes].
//  2. The header, before anything behind it is looked at: canonical base64url,
//     strict JSON (RFC 8259, UTF-8, no name twice, at most 32 levels, numbers of
//     at most 1,024 characters, names by exact case), an alg that a key has, the kid of that key where keys are told
//     apart by it, and neither crit, b64 nor zip. Keys in a header (jwk, jku,
//     x5c, x5u) are never read.
//  3. The other two segments: not empty, canonical base64url.
//  4. The signature.
//  5. The claims: a strict JSON object. No byte of it is read before.
//
// Then, with the signature good, every claim that fails is reported together,
// each as a [*ClaimError], the one to answer by first:
//
//   - the header's typ is one of [Config.Types]. It is judged here and not with
//     the header, so that an error that tells what a token says always stands
//     for a token of the issuer;
//   - exp is there, and now is before it (RFC 7519 section 4.1.4);
//   - nbf and iat are not in the future; dates are numbers of any size, compared exactly;
//   - iss is [Config.Issuer], aud names one of [Config.Audience] and
//     AlsoAccept, or nobody if none is configured (RFC 7519 section 4.1.3);
//   - sub and jti are strings that say something, and no registered claim is null.
//
// Last, [Config.Revocations] is asked.
type Verifier struct {
	rules
	source     keys.Source
	required   claim // the claims that a token must have
	onEvent    func(context.Context, Event)
	algorithms map[string]keys.Algorithm // by JWS name; read only
	headers    headerMemo
	cache      *cache    // nil for none
	scratch    sync.Pool // of *scratch
}

// errNoVerifier answers for a Verifier that no constructor made.
var errNoVerifier = errors.New("the verifier was not made by NewVerifier")

// NewVerifier returns a verifier over keys: a [*keys.VerificationKey], a
// [*keys.SigningKey] or a [*keys.Set]. It uses what config says of tokens, and
// refuses what makes no sense there.
func NewVerifier(source keys.Source, config Config) (*Verifier, error) {
	v, err := newVerifier(source, config, false)
	if err != nil {
		return nil, fmt.Errorf("making a verifier: %w", err)
	}
	return v, nil
}

// newVerifier is NewVerifier; with requireSubject a token without a sub is refused.
func newVerifier(source keys.Source, config Config, requireSubject bool) (*Verifier, error) {
	rules, err := newRules(config)
	if source == nil || len(source.Snapshot().VerificationKeys()) == 0 {
		err = errors.Join(errors.New("there is no key to verify with"), err)
	}
	if err != nil {
		return nil, err
	}
	v := &Verifier{
		rules:      rules,
		source:     source,
		required:   rules.requiredClaims(requireSubject),
		onEvent:    config.OnEvent,
		algorithms: make(map[string]keys.Algorithm),
		cache:      newCache(config.CacheSize, rules.leeway),
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
		return v.verify(ctx, token, nil, false)
	}
	start := time.Now()
	c, err := v.verify(ctx, token, nil, false)
	event := Event{Action: ActionAuthenticate, Reason: Reason(err), Err: err, Duration: time.Since(start)}
	if err == nil {
		event.KeyID, event.Subject, event.TokenID = c.KeyID, c.Subject, c.ID
	}
	v.onEvent(ctx, event)
	return c, err
}

// verifyInto is Verify without the event. It fills *c with data that the
// caller owns; after an error *c says nothing.
func (v *Verifier) verifyInto(ctx context.Context, token string, c *Claims) error {
	*c = Claims{}
	if v == nil || v.source == nil {
		return errNoVerifier
	}
	if _, err := v.verify(ctx, token, c, false); err != nil {
		*c = Claims{}
		return err
	}
	return nil
}

// verifyShared is Verify without the event and without a copy: the claims may
// be those that the cache holds. They must not be changed, nor shown to
// anybody who might.
func (v *Verifier) verifyShared(ctx context.Context, token string) (*Claims, error) {
	return v.verify(ctx, token, nil, true)
}

// verify fills c and returns it. If c is nil it is made once the signature is
// good: refusing a forged token makes none. After an error c is of no use.
// With shared it is not filled from the cache, but what is there returned.
func (v *Verifier) verify(ctx context.Context, token string, c *Claims, shared bool) (*Claims, error) {
	if len(token) > v.maxToken {
		return nil, ErrTooLarge
	}
	snapshot := v.source.Snapshot()
	header := v.headers.find(snapshot, token)
	var mark sum
	var place uint64
	if v.cache.takes(header, token) {
		mark, place = v.cache.mark(token)
		if known := v.cache.get(mark, place, snapshot); known != nil {
			c, err := v.again(ctx, known, c, shared)
			if errors.Is(err, ErrExpired) {
				v.cache.drop(place, known)
			}
			return c, err
		}
	}
	s := v.scratch.Get().(*scratch)
	defer v.putScratch(s)
	o, err := v.open(snapshot, header, token, s)
	if err != nil {
		return nil, err
	}
	c = orNew(c)
	shape, err := o.read(c)
	if err != nil {
		return nil, err
	}
	var known *verified
	if v.cache.takes(o.header, token) {
		if header == nil {
			mark, place = v.cache.mark(token)
		}
		known = newVerified(mark, snapshot, o.header, shape, c) // before anybody else sees c
	}
	now := v.now()
	if err := v.admit(ctx, o.header, shape, c, now); err != nil {
		return nil, err
	}
	if known != nil {
		v.cache.put(place, known, now)
	}
	return c, nil
}

// again judges a token that passed every check before. A store of revocations
// is the service's own, and gets a copy.
func (v *Verifier) again(ctx context.Context, known *verified, c *Claims, shared bool) (*Claims, error) {
	if shared && v.revocations == nil {
		c = &known.claims
	} else {
		c = orNew(c)
		known.claims.copyTo(c)
	}
	if err := v.admit(ctx, known.header, known.shape, c, v.now()); err != nil {
		return nil, err
	}
	return c, nil
}

func orNew(c *Claims) *Claims {
	if c == nil {
		return new(Claims)
	}
	return c
}

// admit judges the claims of a token whose signature is good.
func (v *Verifier) admit(ctx context.Context, h *knownHeader, has shape, c *Claims, now time.Time) error {
	switch failed := v.judge(h, has, c, now); len(failed) {
	case 0:
		return v.askRevocations(ctx, c)
	case 1:
		return failed[0]
	default:
		return failed
	}
}
