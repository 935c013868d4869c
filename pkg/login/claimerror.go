package login

import "time"

// ClaimError says which claim failed. It matches its Err and [ErrInvalidToken].
// It is only returned for a token whose signature is good.
type ClaimError struct {
	Claim   string    // "exp", "nbf", "iat", "iss", "aud", "sub", "jti", or "typ" for the header parameter
	Err     error     // ErrExpired, ErrNotYetValid, ErrIssuer, ErrAudience, ErrClaims
	Missing bool      // the claim is absent
	Time    time.Time // the time in the claim, for exp, nbf and iat
}

func (e *ClaimError) Error() string {
	switch {
	case e.Missing:
		return e.sentinel() + ": " + e.Claim + " is missing"
	case !e.Time.IsZero():
		return e.sentinel() + ": " + e.Claim + " is " + e.Time.UTC().Format(time.RFC3339)
	case e.Err == ErrClaims:
		return e.sentinel() + ": " + e.Claim + " is not valid"
	}
	return e.sentinel()
}

func (e *ClaimError) sentinel() string {
	if e.Err == nil {
		return ErrClaims.Error()
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *ClaimError) Unwrap() error { return e.Err }
