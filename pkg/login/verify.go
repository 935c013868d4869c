package login

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
	"github.com/loginctl/loginctl/pkg/login/internal/tokencache"
)

// verification is one token on its way through check.
type verification struct {
	token    string
	snapshot *keys.Snapshot
	known    *verifiedHeader // remembered from another token; nil if it is not

	// Set on the way, in this order.
	key    *keys.VerificationKey // the signature is good
	header *verifiedHeader
	types  claimTypes
	claims *Claims
	now    time.Time
}

// check takes a token through the steps that the documentation of [Verifier]
// numbers. [Verifier.Verify] and [Verifier.Inspect] both come here. It stops at the
// first failure, but all claims are validated together.
func (v *Verifier) check(ctx context.Context, t *verification) error {
	if len(t.token) > v.maxToken {
		return ErrTooLarge
	}
	s, _ := v.scratch.Get().(*jws.Scratch)
	if s == nil {
		s = new(jws.Scratch)
	}
	defer func() {
		if cap(s.Header)+cap(s.Payload)+cap(s.Signature) <= maxScratch {
			v.scratch.Put(s)
		}
	}()

	header := t.known // a remembered header has passed steps 1 and 2 under the same keys
	if header == nil {
		h, err := verifyHeader(t.token, s) // 1
		if err != nil {
			return err
		}
		if header, err = v.selectKeys(t.snapshot, &h); err != nil { // 2
			if header, err = v.selectRefreshedKeys(ctx, t, &h, err); err != nil {
				return err
			}
		}
	}
	input, err := s.DecodeSegments(t.token, len(header.text)) // 3
	if err != nil {
		return err
	}
	key, err := header.selection.Verify(input, s.Signature) // 4
	if err != nil {
		return signatureFailure(err)
	}
	t.key, t.header = key, header
	c := &Claims{KeyID: key.ID()}
	if t.types, err = readClaims(string(s.Payload), c); err != nil { // 5
		return err
	}
	t.claims = c
	return v.checkClaims(ctx, t)
}

// checkClaims is step 6 of check and all that follows it.
func (v *Verifier) checkClaims(ctx context.Context, t *verification) error {
	c := t.claims
	t.now = v.now()
	if v.claimRules.used {
		v.claimRules.read(c, &t.types)
	}
	err := v.validateClaims(t.header, t.types, c, t.now) // 6
	if v.claimRules.used {
		err = joinFailures(err, v.claimRules.validate(c))
	}
	if err == nil && v.subjectOf != nil {
		err = v.nameSubject(ctx, c)
	}
	if err != nil || v.accepts == nil && v.revocations == nil {
		return err
	}
	return v.accept(ctx, c)
}

// nameSubject replaces the subject of signed claims by that of [Config.SubjectOf].
func (v *Verifier) nameSubject(ctx context.Context, c *Claims) error {
	given := new(Claims)
	c.copyTo(given, nil)
	subject, err := v.subjectOf(given)
	if err != nil {
		return callbackError(ctx, "Config.SubjectOf", err, ErrInvalidToken, ErrInsufficientScope, ErrForbidden, ErrUserNotFound)
	}
	if subject == "" {
		return &ClaimError{Claim: "sub", Err: ErrClaims, detail: "has no user here (Config.SubjectOf)"}
	}
	c.Subject = subject
	return nil
}

// signatureFailure returns the error for a signature that no selected key made.
func signatureFailure(err error) error {
	if errors.Is(err, keys.ErrUnknownKey) { // more keys than are tried
		return unknownKey(err)
	}
	return ErrSignature
}

// maxScratch is the most memory that is kept for the next verification.
const maxScratch = 64 << 10

// verifiedToken is a token that passed every check.
type verifiedToken struct {
	header *verifiedHeader
	types  claimTypes
	claims Claims
}

// verify is [Verifier.Verify] without the event. The cache stands around check:
// it knows the token, or the token is checked and then stored.
//
// If shared is true, the claims may be those in the cache. They must not be
// changed, nor given to code outside of this package.
func (v *Verifier) verify(ctx context.Context, token string, shared bool) (*Claims, error) {
	if v.trust != nil { // there are several issuers, or tokens that are not a JWS
		if c, done, err := v.verifyChosen(ctx, token, shared); done {
			return c, err
		}
	}
	var snapshot *keys.Snapshot
	var err error
	if v.remote == nil { // as for most; a call would be one more for each request
		snapshot = v.source.Snapshot()
	} else if snapshot, err = v.currentKeys(ctx); err != nil {
		return nil, err
	}
	t := verification{token: token, snapshot: snapshot}
	var key tokencache.Key
	remember := false
	if t.known = v.headers.find(t.snapshot, token); t.known != nil && t.known.cacheable {
		if key, remember = v.cache.KeyOf(token); remember {
			if e := v.cache.Get(key, t.snapshot); e != nil {
				return v.verifyCached(ctx, key, e, shared)
			}
		}
	}
	err = v.check(ctx, &t)
	if t.known == nil && t.header != nil {
		t.known = v.headers.remember(t.snapshot, t.header)
		if t.known != nil && t.known.cacheable {
			key, remember = v.cache.KeyOf(token)
		}
	}
	if err != nil {
		return nil, err
	}
	if remember {
		e := new(tokencache.Entry[verifiedToken])
		e.Value.header, e.Value.types = t.known, t.types
		t.claims.copyTo(&e.Value.claims, nil)
		v.cache.Put(key, t.snapshot, t.claims.ExpiresAt, t.now, e)
	}
	return t.claims, nil
}

// verifyCached checks everything that may have changed since the token was stored.
func (v *Verifier) verifyCached(ctx context.Context, key tokencache.Key, e *tokencache.Entry[verifiedToken], shared bool) (*Claims, error) {
	t := &e.Value
	err := v.validateClaims(t.header, t.types, &t.claims, v.now())
	if err == nil && (v.accepts != nil || v.revocations != nil) {
		err = v.accept(ctx, &t.claims)
	}
	if err != nil {
		if errors.Is(err, ErrExpired) {
			v.cache.Drop(key, e)
		}
		return nil, err
	}
	if shared {
		return &t.claims, nil
	}
	c := new(Claims)
	t.claims.copyTo(c, nil)
	return c, nil
}

// maxHeaders is the number of header texts that are remembered. A service sees one
// for each key that signs and each program that issues.
const maxHeaders = 16

// headerMemo remembers the header texts of tokens whose signature was good, so the
// next one is compared and not parsed. Forged tokens cannot fill it. An entry holds
// for one snapshot of the keys.
type headerMemo struct{ current atomic.Pointer[headerList] }

// headerList never changes.
type headerList struct {
	snapshot *keys.Snapshot
	known    []*verifiedHeader
}

// find returns the header that token begins with, nil if it is not remembered.
func (m *headerMemo) find(snapshot *keys.Snapshot, token string) *verifiedHeader {
	list := m.current.Load()
	if list == nil || list.snapshot != snapshot {
		return nil
	}
	for _, h := range list.known {
		text := h.text
		if len(token) > len(text) && token[len(text)] == '.' && token[:len(text)] == text {
			return h
		}
	}
	return nil
}

// remember adds a header that was not found and returns the one that is kept, nil
// if the memo is full. Of several concurrent calls only one has an effect; later
// tokens make up for the others.
func (m *headerMemo) remember(snapshot *keys.Snapshot, header *verifiedHeader) *verifiedHeader {
	old := m.current.Load()
	next := &headerList{snapshot: snapshot}
	if old != nil && old.snapshot == snapshot {
		for _, h := range old.known {
			if h.text == header.text { // added since this one was not found
				return h
			}
		}
		if len(old.known) == maxHeaders {
			return nil
		}
		next.known = append(next.known, old.known...)
	}
	kept := *header
	kept.text = strings.Clone(header.text) // not the whole token
	next.known = append(next.known, &kept)
	m.current.CompareAndSwap(old, next)
	return &kept
}

// accept asks Config.Check and then the revocation store about a token that passed
// every other check.
func (v *Verifier) accept(ctx context.Context, c *Claims) error {
	if v.accepts != nil {
		given := new(Claims)
		c.copyTo(given, nil) // c may be remembered, and other code might change it
		if err := v.accepts(ctx, given); err != nil {
			return callbackError(ctx, "Config.Check", err, ErrInvalidToken, ErrInsufficientScope, ErrForbidden, ErrUserNotFound)
		}
	}
	if v.revocations == nil {
		return nil
	}
	return askRevocations(ctx, v.revocations, c, v.leeway)
}

// early returns the claims of a token that is not valid yet but good otherwise.
func (v *Verifier) early(ctx context.Context, token string) (*Claims, error) {
	t := verification{token: token}
	err := v.checkAnew(ctx, &t)
	if err == nil { // it has become valid
		return t.claims, nil
	}
	all, several := err.(failures)
	if !several {
		all = failures{err}
	}
	for _, failure := range all {
		if t.claims == nil || !errors.Is(failure, ErrNotYetValid) {
			return nil, err
		}
	}
	return t.claims, nil
}

// checkAnew is check with the current keys of the issuer of t, without the cache.
func (v *Verifier) checkAnew(ctx context.Context, t *verification) (err error) {
	one := v
	if v.trust != nil {
		chosen, introspected, err := v.trust.choose(v, t.token)
		switch {
		case err != nil:
			return err
		case introspected:
			return v.checkOpaque(ctx, chosen, t)
		}
		one = chosen[0]
	}
	if t.snapshot, err = one.currentKeys(ctx); err != nil {
		return err
	}
	if err = one.check(ctx, t); err == nil && one != v {
		err = v.acceptOther(ctx, one, t.claims)
	}
	return err
}
