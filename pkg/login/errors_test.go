package login

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

func TestReason(t *testing.T) {
	missing := &ClaimError{Claim: "exp", Err: ErrClaims, Missing: true}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, "ok"},
		{ErrMalformed, "malformed"},
		{jws.ErrSegments, "malformed"},
		{ErrTooLarge, "too_large"},
		{ErrAlgorithm, "algorithm_not_allowed"},
		{ErrUnknownKey, "unknown_key"},
		{ErrSignature, "bad_signature"},
		{ErrExpired, "expired"},
		{ErrNotYetValid, "not_yet_valid"},
		{ErrIssuer, "issuer_mismatch"},
		{ErrAudience, "audience_mismatch"},
		{ErrClaims, "claim_invalid"},
		{ErrRevoked, "revoked"},
		{ErrInvalidToken, "invalid_token"},
		{ErrNoToken, "no_token"},
		{ErrBadRequest, "bad_request"},
		{ErrInsufficientScope, "scope_missing"},
		{&ScopeError{Required: []string{"read"}}, "scope_missing"},
		{ErrCrossOrigin, "cross_origin"},
		{ErrForbidden, "forbidden"},
		{ErrBadCredentials, "bad_credentials"},
		{ErrUserNotFound, "user_not_found"},
		{ErrUnavailable, "unavailable"},
		{context.DeadlineExceeded, "unavailable"},
		{context.Canceled, "canceled"},
		{fmt.Errorf("%w: %w", ErrUnavailable, context.Canceled), "unavailable"},
		{errors.New("something else"), "internal"},
		{fmt.Errorf("reading: %w", ErrExpired), "expired"},
		{missing, "claim_missing"},
		{&ClaimError{Claim: "sub", Err: ErrClaims}, "claim_invalid"},
		{&ClaimError{Claim: "iss", Err: ErrIssuer}, "issuer_mismatch"},
		{failures{missing, ErrExpired}, "claim_missing"},
		{failures{ErrExpired, missing}, "expired"},
		{fmt.Errorf("wrapped: %w", failures{&ClaimError{Err: ErrAudience}, missing}), "audience_mismatch"},
	} {
		if got := Reason(tt.err); got != tt.want {
			t.Errorf("Reason(%v) is %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestSentinels(t *testing.T) {
	tokenErrors := []error{ErrMalformed, ErrTooLarge, ErrAlgorithm, ErrUnknownKey, ErrSignature, ErrExpired,
		ErrNotYetValid, ErrIssuer, ErrAudience, ErrClaims, ErrRevoked}
	others := []error{ErrNoToken, ErrBadRequest, ErrInsufficientScope, ErrCrossOrigin, ErrForbidden,
		ErrBadCredentials, ErrUserNotFound, ErrUnavailable}
	for _, err := range tokenErrors {
		if !errors.Is(err, ErrInvalidToken) {
			t.Errorf("%q does not match ErrInvalidToken", err)
		}
		for _, other := range append(tokenErrors, others...) {
			also := err == ErrTooLarge && (other == ErrMalformed || other == ErrBadRequest)
			if errors.Is(err, other) != (err == other || also) {
				t.Errorf("errors.Is(%q, %q) is %v", err, other, errors.Is(err, other))
			}
		}
	}
	for _, err := range others {
		if errors.Is(err, ErrInvalidToken) {
			t.Errorf("%q matches ErrInvalidToken", err)
		}
	}
}

// The error of a store is not a failure of the request's token.
func TestReasonOfAnOutage(t *testing.T) {
	err := fmt.Errorf("%w: %w", ErrUnavailable, &ClaimError{Claim: "jti", Missing: true})
	if got := Reason(err); got != "unavailable" {
		t.Errorf("got %s", got)
	}
}

func TestErrorTexts(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&ClaimError{Claim: "exp", Err: ErrExpired, Time: noon}, "token has expired: exp is 2026-03-01T12:00:00Z"},
		{&ClaimError{Claim: "exp", Err: ErrClaims, Missing: true}, "token claims are not acceptable: exp is missing"},
		{&ClaimError{Claim: "sub", Err: ErrClaims}, "token claims are not acceptable: sub is not valid"},
		{&ClaimError{Claim: "iss", Err: ErrIssuer}, "token issuer is not accepted"},
		{&ClaimError{Claim: "x"}, "token claims are not acceptable"},
		{&ClaimError{Claim: "nbf", Err: ErrNotYetValid, Time: noon.In(time.FixedZone("", 3600))}, "token is not valid yet: nbf is 2026-03-01T12:00:00Z"},
		{failures{ErrExpired, ErrAudience}, "token has expired; token audience is not accepted"},
		{ErrTooLarge, "token is too large"},
		{jws.ErrHeaderBase64, "token is malformed: the header is not canonical base64url"},
		{jws.ClaimsFailures[jws.TooDeep], "token is malformed: the claims set is nested deeper than 32 levels"},
		{&ScopeError{Required: []string{"a", "b"}}, "insufficient scope: needs a and b"},
		{&ScopeError{Required: []string{"a", "b"}, Any: true}, "insufficient scope: needs one of a, b"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}
