package login

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/dpop"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
	"github.com/loginctl/loginctl/pkg/login/internal/tokencache"
)

// Verifier checks tokens. It knows no users and no HTTP: most services want a
// [Manager], which contains one. It is safe for concurrent use.
//
// First the length of a token is compared with [Config.MaxTokenBytes]. Then it
// takes six steps and stops at the first that fails:
//
//  1. verifyHeader: the header segment, before anything behind it is looked at, is
//     canonical base64url and strict JSON (RFC 8259 in UTF-8, no name twice, at most
//     32 levels, numbers of at most 1,024 characters, names by exact case). Keys in
//     it (jwk, jku, x5c, x5u) are never read.
//  2. selectKeys: a key has its alg and, where kids tell keys apart, its kid. It has
//     neither crit, b64 nor zip. If the key is missing, a jwks.Remote is asked once
//     for newer keys.
//  3. DecodeSegments: the other two segments are not empty and canonical base64url.
//  4. Selection.Verify: one of the selected keys made the signature.
//  5. readClaims: the claims set is a strict JSON object. No byte of it is read as
//     JSON before the signature is good, but for the choice of an issuer: see below.
//  6. validateClaims: the claims themselves. All failures are reported together,
//     each as a [*ClaimError], the one to answer by first:
//     the header's typ is one of [Config.Types];
//     exp is present, and now is before it (RFC 7519 section 4.1.4);
//     nbf and iat are not in the future; iat may be a minute ahead, because the clocks
//     of issuers differ (dates are compared exactly, none is after the year 9999);
//     iss is [Config.Issuer] or one of AlsoIssuers;
//     aud has one of [Config.Audience] and AlsoAccept, or is absent if no audience
//     is configured (RFC 7519 section 4.1.3);
//     sub and jti are strings that are not empty, and no registered claim is null.
//
// Last, it asks [Config.Check] and [Config.Revocations].
//
// A verifier of several issuers ([NewVerifier]) reads the claims before these steps as
// strictly as step 5 does, for one purpose: iss chooses the issuer whose keys and rules
// apply from a fixed table. Step 6 compares iss again.
type Verifier struct {
	rules
	source     keys.Source
	remote     remoteKeys // source, or nil if the keys are in memory
	required   claimSet   // the claims that a token must have
	onEvent    func(context.Context, Event)
	algorithms map[string]algorithm // by JWS name; read only
	headers    headerMemo
	trust      *trust                                        // nil if there is one issuer and every token is a JWS
	introspect func(context.Context, string) ([]byte, error) // may be nil
	keyless    bool                                          // introspect decides about every token
	documents  Config                                        // for OpenAPI
	cache      *tokencache.Cache[verifiedToken]
	scratch    sync.Pool // of *jws.Scratch
}

// remoteKeys is jwks.Remote, whose package a verifier with keys in memory does not need.
type remoteKeys interface {
	keys.Source
	Current(ctx context.Context) (*keys.Snapshot, error)
	Refresh(ctx context.Context, have *keys.Snapshot) (*keys.Snapshot, error)
}

// algorithm is a JWS algorithm and whether tokens of it are remembered.
type algorithm struct {
	keys.Algorithm
	cacheable bool
}

const defaultCacheSize = 4096

// errNoVerifier is the error of a Verifier that no constructor made.
var errNoVerifier = errors.New("the verifier was not made by NewVerifier")

// NewVerifier returns a verifier with the keys of source: a
// [*keys.VerificationKey], a [*keys.SigningKey], a [*keys.Set], or a jwks.Remote,
// which may have no keys yet. With [Config.Introspect] it may be nil. It uses the
// fields of config that concern tokens and returns an error for invalid ones.
//
// others are verifiers of further issuers, each with the keys and the settings for its
// tokens: audiences, types, algorithms, claims, Check. Each has an Issuer and a
// [Config.SubjectOf], and then config has an Issuer too. A token of another issuer is
// refused with [ErrIssuer]. Revocations and OnEvent of config are for the tokens of all
// issuers; OnEvent of the others is for their own calls of Verify.
func NewVerifier(source keys.Source, config Config, others ...*Verifier) (*Verifier, error) {
	v, err := newVerifier(source, config, false, others...)
	err = errors.Join(err, config.checkDocuments())
	if config.DPoP.Mode != dpop.Off {
		err = errors.Join(err, errors.New("Config.DPoP is set: proofs belong to requests, which a Manager checks"))
	}
	if err != nil {
		return nil, fmt.Errorf("making a verifier: %w", err)
	}
	return v, nil
}

// newVerifier is NewVerifier. If requireSubject is true, a token without sub is
// refused.
func newVerifier(source keys.Source, config Config, requireSubject bool, others ...*Verifier) (*Verifier, error) {
	checked, err := newRules(config)
	source, keyless := config.sourceOr(source)
	remote, _ := source.(remoteKeys)
	_, changes := source.(*keys.Set) // a set may be filled later; until then every token is answered 503
	if source == nil || remote == nil && !changes && len(source.Snapshot().VerificationKeys()) == 0 {
		err = errors.Join(errors.New("there is no key to verify with"), err)
	}
	if err != nil {
		return nil, err
	}
	v := &Verifier{
		rules:      checked,
		source:     source,
		remote:     remote,
		required:   checked.requiredClaims(requireSubject),
		onEvent:    config.OnEvent,
		introspect: config.Introspect,
		keyless:    keyless,
		documents:  config.documents(),
		algorithms: make(map[string]algorithm),
		cache:      tokencache.New[verifiedToken](cmp.Or(config.CacheSize, defaultCacheSize), checked.leeway),
	}
	for _, alg := range keys.Algorithms() {
		if config.Algorithms != nil && !slices.Contains(config.Algorithms, alg) {
			continue
		}
		// Looking up an HMAC token saves little: see Config.CacheSize.
		v.algorithms[alg.String()] = algorithm{alg, config.CacheSize > 0 || config.CacheSize == 0 && alg.Type() != "oct"}
		if alg == keys.EdDSA {
			v.algorithms["Ed25519"] = v.algorithms["EdDSA"] // its name in RFC 9864
		}
	}
	if v.trust, err = newTrust(v, others); err != nil {
		return nil, err
	}
	return v, nil
}

// sourceOr returns source, or one without keys in place of nil if introspection decides
// about every token.
func (c *Config) sourceOr(source keys.Source) (_ keys.Source, keyless bool) {
	if source == nil && c.Introspect != nil {
		return new(keys.Set), true
	}
	return source, false
}

// Verify returns the claims of a token that passed every check. The error matches
// [ErrInvalidToken] and one sentinel for each check that failed, or [ErrUnavailable]
// if a remote key source or the revocation store did not answer. With an error, the
// claims are nil.
func (v *Verifier) Verify(ctx context.Context, token string) (*Claims, error) {
	if v == nil || v.source == nil {
		return nil, errNoVerifier
	}
	if v.onEvent == nil {
		return v.verify(ctx, token, false)
	}
	start := time.Now()
	c, err := v.verify(ctx, token, false)
	e := Event{Action: "authenticate", Reason: Reason(err), Err: err, Duration: time.Since(start)}
	e.describe(c)
	v.onEvent(ctx, e)
	return c, err
}

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

// Report is the result of [Verifier.Inspect].
type Report struct {
	Algorithm keys.Algorithm // of the header; zero if it names no known one
	KeyID     string         // of the key that verified it
	Type      string         // header typ as written
	Header    []byte         // JSON; nil if it could not be read
	Signed    bool           // the signature is good, or Config.Introspect vouches
	Claims    *Claims        // nil unless Signed and readable; some may have failed
	Failures  []error        // nil if the token is valid; each matches one sentinel; those of claims are *ClaimError
}

// Valid reports whether every check passed. It is false for nil.
func (r *Report) Valid() bool { return r != nil && r.Signed && r.Claims != nil && len(r.Failures) == 0 }

// Inspect checks a token as [Verifier.Verify] does and reports every finding, for
// tools that show tokens. A program that admits users calls Verify.
//
// The revocation store is asked when nothing else failed. OnEvent is not called.
func (v *Verifier) Inspect(ctx context.Context, token string) *Report {
	if v == nil || v.source == nil {
		return &Report{Failures: []error{errNoVerifier}}
	}
	r := &Report{}
	v.inspectHeader(token, r)
	t := verification{token: token}
	switch err := v.checkAnew(ctx, &t).(type) {
	case nil:
	case failures:
		r.Failures = err
	default:
		r.Failures = []error{err}
	}
	r.Signed, r.Claims = t.key != nil || t.header == introspectedHeader, t.claims
	if t.key != nil {
		r.KeyID = t.key.ID()
	}
	return r
}

// inspectHeader reports the readable parts of the header, also of one that check
// refuses.
func (v *Verifier) inspectHeader(token string, r *Report) {
	if len(token) > v.maxToken {
		return
	}
	segment, err := jws.HeaderSegment(token)
	if err != nil {
		return
	}
	text, ok := jws.DecodeSegment(nil, segment)
	if !ok || jws.CheckObject(string(text)) != 0 {
		return
	}
	h, _ := readHeader(string(text))
	r.Header, r.Type, r.Algorithm = text, h.typ, v.algorithms[h.alg].Algorithm
}
