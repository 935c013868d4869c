package session

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/redact"
)

// A refresh token is
//
//	lrt1.<subject>.<session>.<generation>.<kid>.<signature>
//
// with subject, kid and signature in base64url. It is not a JWT: a long-lived JWT with
// a sub, signed by the key of access tokens, is an access token for every verifier that
// ignores typ. Five dots are not a JWS, and neither is the signed text the input of
// one, which has one dot (RFC 7515 section 5.1). So the same key may sign both.
const tokenPrefix = "lrt1."

// maxRefreshToken is the longest refresh token that is read.
const maxRefreshToken = 4096

// maxTokenKeys is the number of keys of one kid that are tried. Only keys without a kid
// are several.
const maxTokenKeys = 8

// RefreshToken is the token that a client exchanges for the next tokens. Every way to
// print it writes "[redacted]".
type RefreshToken struct {
	redacted

	text    *string
	expires time.Time
}

// redacted has the methods by which a value is printed and logged.
type redacted = redact.Value

// Reveal returns the text of the token, to send it.
func (t RefreshToken) Reveal() string {
	if t.text == nil {
		return ""
	}
	return *t.text
}

// ExpiresAt returns the time when the session ends unless it is refreshed before.
func (t RefreshToken) ExpiresAt() time.Time { return t.expires }

// mintRefresh returns the refresh token of a record. For HMAC, EdDSA and RSA PKCS #1
// keys it is the same text each time.
func mintRefresh(source keys.Source, rec Record) (RefreshToken, error) {
	key, err := source.Snapshot().Signer()
	if err != nil {
		return RefreshToken{}, fmt.Errorf("signing a refresh token: %w", err)
	}
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	input := tokenPrefix + encode(rec.Subject) + "." + rec.ID + "." +
		strconv.FormatUint(rec.Generation, 10) + "." + encode(key.ID())
	signature, err := key.Sign(context.Background(), input)
	if err != nil {
		return RefreshToken{}, fmt.Errorf("signing a refresh token: %w", err)
	}
	text := input + "." + base64.RawURLEncoding.EncodeToString(signature)
	return RefreshToken{text: &text, expires: rec.IdleUntil}, nil
}

// presented is the content of a refresh token whose signature is good.
type presented struct {
	subject, id string
	generation  uint64
}

// openRefresh checks a refresh token. The error matches [login.ErrInvalidToken].
func openRefresh(source keys.Source, token string) (p presented, err error) {
	malformed := fmt.Errorf("refresh token: %w", login.ErrMalformed)
	if len(token) > maxRefreshToken || !strings.HasPrefix(token, tokenPrefix) {
		return p, malformed
	}
	parts := strings.Split(token[len(tokenPrefix):], ".")
	if len(parts) != 5 {
		return p, malformed
	}
	var decoded [3]string // subject, kid, signature
	for i, part := range []string{parts[0], parts[3], parts[4]} {
		// Other spellings of the same bytes would be other tokens.
		text, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil || strings.ContainsAny(part, "\r\n") {
			return p, malformed
		}
		decoded[i] = string(text)
	}
	generation, err := strconv.ParseUint(parts[2], 10, 53)
	if err != nil || strconv.FormatUint(generation, 10) != parts[2] || generation > MaxGeneration {
		return p, malformed
	}
	if !signedBy(source, decoded[1], token[:strings.LastIndexByte(token, '.')], []byte(decoded[2])) {
		return p, fmt.Errorf("refresh token: %w", login.ErrSignature)
	}
	return presented{decoded[0], parts[1], generation}, nil
}

// signedBy reports whether a key of that kid made the signature.
func signedBy(source keys.Source, kid, input string, signature []byte) bool {
	tried := 0
	for _, key := range source.Snapshot().VerificationKeys() {
		if key.ID() != kid || tried == maxTokenKeys {
			continue
		}
		tried++
		if key.Verify(input, signature) == nil {
			return true
		}
	}
	return false
}
