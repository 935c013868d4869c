// Package outcome classifies errors: one table gives each its word, its exit code and
// the hint that says what to do next.
package outcome

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
)

// Failure is an error as it is shown: a message, a stable word for scripts, an exit
// code, and hints that say what to do next.
type Failure struct {
	Message    string
	Word       string
	Exit       int
	Hints      []string
	cause      error
	KeepResult bool // the result is printed too, such as the report on a bad token
	Parts      Parts
}

// Parts are the values that a refusal is about, for programs. A time is RFC 3339, and
// expected is the time of the check then; a time span is in seconds.
type Parts struct {
	Missing  []string `json:"missing,omitempty"`
	Expected any      `json:"expected,omitempty"`
	Actual   any      `json:"actual,omitempty"`
}

// With returns the failure with its parts.
func (f *Failure) With(p Parts) *Failure {
	f.Parts = p
	return f
}

func (f *Failure) Error() string { return f.Message }
func (f *Failure) Unwrap() error { return f.cause }

// Row is a row of the table of failures: the error that it is for, its word, its exit
// code and its hint.
type Row struct {
	Is   error
	Word string
	Exit int
	Hint string
}

// The errors of the command itself, beside those of the libraries.
var (
	ErrInterrupted   = errors.New("interrupted")
	ErrTerminated    = errors.New("ended by SIGTERM")
	ErrUsage         = errors.New("wrong usage")
	ErrNoToken       = errors.New("no token given")
	ErrClaimMissing  = errors.New("a claim that is needed is missing")
	ErrClaimMismatch = errors.New("a claim is not as --claim requires")
	ErrSubject       = errors.New("the subject is not that of --sub")
	ErrTooOld        = errors.New("issued longer ago than --max-age allows")
	ErrExpiresSoon   = errors.New("expires sooner than --min-ttl allows")
	ErrUnreachable   = errors.New("the key set of an issuer could not be read")
	ErrBadSet        = errors.New("the answer of an issuer is not a usable key set")
	ErrKeyMismatch   = errors.New("the keys do not belong together")
	ErrLint          = errors.New("lint found something")
	ErrNotFound      = errors.New("neither a file nor a token")
	ErrIO            = errors.New("a file could not be read or written")
	ErrTooMuch       = errors.New("too much input")
	ErrInternal      = errors.New("anything else")
)

// Rows returns the table. The first row that matches counts, so a narrow error stands
// before a wide one.
func Rows() []Row {
	const passphraseHint = "give it with --passphrase-file FILE, LOGINCTL_PASSPHRASE_FILE or LOGINCTL_PASSPHRASE"
	return []Row{
		{ErrUsage, "usage", ExitUsage, "for the commands and their flags: " + Program() + " help"},
		{ErrNoToken, "no_token", ExitUsage, "give it as the argument, as @FILE, with --token SOURCE or on standard input"},
		{ErrTooMuch, "input_too_large", ExitUsage, "claims have at most 64 KiB, input of lint 1 MiB and a passphrase 4 KiB"},

		{login.ErrTooLarge, "too_large", ExitMalformed, "a token has at most 16 KiB"},
		{login.ErrMalformed, "malformed", ExitMalformed, "a token is three base64url parts with dots between them: header.claims.signature"},
		{login.ErrAlgorithm, "algorithm_not_allowed", ExitSignature, "decode shows its algorithm; if that is the right one, state it with --alg"},
		{login.ErrUnknownKey, "unknown_key", ExitSignature, "decode shows the kid it names; use that key, or a key set that holds it"},
		{login.ErrSignature, "bad_signature", ExitSignature, "it was signed with another key, or changed after signing"},
		{login.ErrIssuer, "issuer_mismatch", ExitClaims, "decode shows its iss; --iss says which is expected"},
		{login.ErrAudience, "audience_mismatch", ExitClaims, "say which audience you are with --aud NAME; --any-aud accepts all"},
		{ErrSubject, "subject_mismatch", ExitClaims, "decode shows its sub; --sub says which is expected"},
		{login.ErrInsufficientScope, "scope_missing", ExitClaims, "mint a token with them: " + Program() + " mint --scopes …"},
		{login.ErrRevoked, "revoked", ExitClaims, "mint a new one"},
		{ErrClaimMissing, "claim_missing", ExitClaims, "decode shows its claims; mint adds one with --claim NAME=TEXT"},
		{ErrClaimMismatch, "claim_mismatch", ExitClaims, "decode shows its claims; --claim NAME=TEXT compares text, --claim NAME:=JSON everything else"},
		{login.ErrClaims, "claim_invalid", ExitClaims, "decode shows its claims"},
		{login.ErrExpired, "expired", ExitTime, "mint a new one; --expires sets how long it lives"},
		{login.ErrNotYetValid, "not_yet_valid", ExitTime, "if only the clocks differ, allow for it: --leeway 30s"},
		{ErrTooOld, "too_old", ExitTime, "mint a new one, or allow more: --max-age"},
		{ErrExpiresSoon, "expires_soon", ExitTime, "mint a new one; --expires sets how long it lives"},

		{ErrUnreachable, "keys_unreachable", ExitUnreachable, "check the address and the network (a proxy is that of HTTPS_PROXY); a set that was saved before works offline: --jwks FILE"},
		{ErrBadSet, "key_set_unusable", ExitKey, "the address must serve a JWK Set"},
		{login.ErrUnavailable, "unavailable", ExitUnreachable, "the issuer does not answer: try again later"},

		{keyfile.ErrExists, "exists", ExitExists, "choose another name, or replace it with --force"},
		{keys.ErrPassphraseRequired, "passphrase_required", ExitKey, passphraseHint},
		{keys.ErrWrongPassphrase, "wrong_passphrase", ExitKey, "check where the passphrase comes from; exactly one newline at its end is cut"},
		{keys.ErrWeak, "key_too_weak", ExitKey, "make a new one: " + Program() + " keygen -o FILE"},
		{keys.ErrNoKey, "key_not_found", ExitKey, "a key is PEM or JWK; for an HMAC secret use --secret-file"},
		{keys.ErrNotSecret, "key_as_secret", ExitKey, "for a PEM or JWK key use --key"},
		{keys.ErrUnsupported, "key_unsupported", ExitKey, "usable are RSA from 2048 bits, EC P-256, P-384, P-521, Ed25519 and HMAC secrets"},
		{keys.ErrNoSigningKey, "key_not_private", ExitKey, "signing needs the private key"},
		{keys.ErrNotPublic, "key_not_public", ExitKey, "an HMAC secret has no public half; never publish it"},
		{keys.ErrAlgorithm, "key_algorithm", ExitKey, "--alg must be one that the key can do"},
		{keys.ErrUnknownKey, "key_unknown_id", ExitKey, "jwks list shows the kids of a set"},
		{keyfile.ErrNotRegular, "key_unreadable", ExitKey, "name a regular file; - is standard input, or with -o standard output"},
		{keys.ErrTooLarge, "key_too_large", ExitKey, "a key file has at most 64 KiB, an RSA key at most 8192 bits"},
		{keys.ErrTooCostly, "key_too_costly", ExitKey, "encrypt it again with a cheaper derivation: openssl pkcs8 -topk8"},
		{keys.ErrNotEncrypted, "key_not_encrypted", ExitKey, "leave the passphrase out"},
		{keys.ErrKeyID, "key_id", ExitKey, "every key of a set needs a kid of its own: --kid ID"},
		{keys.ErrMalformed, "key_malformed", ExitKey, "the message says what is wrong; for the kind of file: " + Program() + " lint FILE"},
		{ErrKeyMismatch, "key_mismatch", ExitClaims, "key thumbprint tells which key a file holds"},

		{ErrLint, "lint_findings", ExitLint, "help lint-rules lists the rules; --fail-on sets the level that fails"},
		{ErrNotFound, "not_found", ExitInternal, "a token is three base64url parts with dots between them: header.claims.signature"},
		{keyfile.ErrBusy, "busy", ExitInternal, "another process is changing the file: try again"},
		{ErrIO, "io", ExitInternal, "check the name, that its folder is there, who may read and write it (ls -ld), and that the disk has room"},
		{ErrInternal, "internal", ExitInternal, ""},
		{ErrTerminated, "terminated", ExitTerminated, ""},
		{ErrInterrupted, "interrupted", ExitInterrupted, ""},
	}
}

// Failed returns the failure of the row for an error, with this message. hints replace
// the hint of the row.
func Failed(is error, message string, hints ...string) *Failure {
	f := &Failure{Message: message, cause: is, Hints: hints}
	for _, o := range Rows() {
		if o.Is != is {
			continue
		}
		f.Word, f.Exit = o.Word, o.Exit
		if len(hints) == 0 && o.Hint != "" {
			f.Hints = []string{o.Hint}
		}
		return f
	}
	panic("no row of the outcomes is for: " + is.Error())
}

// keyErr marks an error about a key: a missing key file is a key that cannot be used,
// not an I/O error.
type keyErr struct{ err error }

func (e *keyErr) Error() string { return e.err.Error() }
func (e *keyErr) Unwrap() error { return e.err }

// KeyError marks err as an error about a key. A nil err stays nil.
func KeyError(err error) error {
	if err == nil {
		return nil
	}
	return &keyErr{err}
}

// Classify returns the failure that an error means, or nil for nil.
func Classify(err error) *Failure {
	if err == nil {
		return nil
	}
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	f = rowOf(err)
	f.cause = err
	return f
}

// rowOf returns the failure of the first row that matches.
func rowOf(err error) *Failure {
	var claim *login.ClaimError
	if errors.As(err, &claim) && claim.Missing {
		return Failed(ErrClaimMissing, err.Error(), missingHint(claim.Claim))
	}
	for _, o := range Rows() {
		if errors.Is(err, o.Is) {
			if (o.Is == keys.ErrUnsupported || o.Is == keys.ErrNoKey) && strings.Contains(err.Error(), " with: ") {
				return Failed(o.Is, err.Error(), "run that command, with the name of the file for FILE, and give the new file")
			}
			return Failed(o.Is, err.Error())
		}
	}
	return unforeseen(err)
}

// missingHint returns the hint for a registered claim that is missing.
func missingHint(claim string) string {
	switch claim {
	case "exp":
		return "mint sets it; to accept a token that never expires: --allow-no-exp"
	case "iss", "aud", "typ":
		return "mint sets it with --" + claim + "; verify asks for it because of its own --" + claim
	}
	return "decode shows which claims it has"
}

// unforeseen returns the failure for an error without a row. Nearly all of them come
// from the operating system.
func unforeseen(err error) *Failure {
	var key *keyErr
	switch {
	case errors.Is(err, fs.ErrInvalid):
		return Failed(ErrUsage, err.Error(), "choose another name")
	case errors.As(err, &key) && errors.Is(err, fs.ErrNotExist):
		return Failed(keys.ErrNoKey, err.Error(), "check the name of the file; "+Program()+" keygen -o FILE makes a key")
	case errors.As(err, &key):
		return Failed(keyfile.ErrNotRegular, err.Error(), systemHints(err, "check that the file may be read: ls -l")...)
	case ofSystem(err):
		return Failed(ErrIO, err.Error(), systemHints(err, "")...)
	}
	return Failed(ErrInternal, err.Error())
}

// ofSystem reports whether an error comes from the operating system. Most have a path,
// but pkg/keys removes it where its own message has one.
func ofSystem(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	var number syscall.Errno
	return errors.As(err, &path) || errors.As(err, &link) || errors.As(err, &call) || errors.As(err, &number)
}
