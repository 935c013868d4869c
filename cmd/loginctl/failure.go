package main

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
)

// failure is an error as the user meets it: a message, a stable word for
// scripts, an exit code, and what to do next.
type failure struct {
	message string
	word    string
	exit    int
	hints   []string
	cause   error
	keep    bool // result is the answer all the same, such as the report on a bad token
}

func (f *failure) Error() string { return f.message }
func (f *failure) Unwrap() error { return f.cause }

// outcome is a row of the table that gives every error its word, its exit code
// and its hint.
type outcome struct {
	is   error
	word string
	exit int
	hint string
}

// What the command itself finds wrong, beside the errors of the libraries.
var (
	errInterrupted   = errors.New("interrupted")
	errUsage         = errors.New("wrong usage")
	errNoToken       = errors.New("no token given")
	errClaimMissing  = errors.New("a claim that is needed is missing")
	errClaimMismatch = errors.New("a claim does not say what --claim asks for")
	errSubject       = errors.New("the subject is not that of --sub")
	errTooOld        = errors.New("issued longer ago than --max-age allows")
	errExpiresSoon   = errors.New("expires sooner than --min-ttl allows")
	errKeyMismatch   = errors.New("the keys do not belong together")
	errLint          = errors.New("lint found something")
	errNotFound      = errors.New("neither a file nor a token")
	errIO            = errors.New("a file could not be read or written")
	errTooMuch       = errors.New("too much input")
	errInternal      = errors.New("anything else")
)

// outcomes is that table. The first row that matches counts, so the narrower
// error comes first.
func outcomes() []outcome {
	const passphraseHint = "give it with --passphrase-file FILE, LOGINCTL_PASSPHRASE_FILE or LOGINCTL_PASSPHRASE"
	return []outcome{
		{errUsage, "usage", exitUsage, "for the commands and their flags: " + program + " help"},
		{errNoToken, "no_token", exitUsage, "give it as the argument, as @FILE, in LOGINCTL_TOKEN or on standard input"},
		{errTooMuch, "input_too_large", exitUsage, "claims have at most 64 KiB, what lint reads 1 MiB and a passphrase 4 KiB"},

		{login.ErrTooLarge, "too_large", exitMalformed, "a token has at most 16 KiB"},
		{login.ErrMalformed, "malformed", exitMalformed, "a token is three base64url parts with dots between them: header.claims.signature"},
		{login.ErrAlgorithm, "algorithm_not_allowed", exitSignature, "decode shows its algorithm; if that is the right one, state it with --alg"},
		{login.ErrUnknownKey, "unknown_key", exitSignature, "decode shows the kid it names; use that key, or a key set that holds it"},
		{login.ErrSignature, "bad_signature", exitSignature, "it was signed with another key, or changed on the way"},
		{login.ErrIssuer, "issuer_mismatch", exitClaims, "decode shows its iss; --iss says which is expected"},
		{login.ErrAudience, "audience_mismatch", exitClaims, "say which audience you are with --aud NAME; --any-aud accepts all"},
		{errSubject, "subject_mismatch", exitClaims, "decode shows its sub; --sub says which is expected"},
		{login.ErrInsufficientScope, "scope_missing", exitClaims, "mint one with those scopes: --scopes"},
		{login.ErrRevoked, "revoked", exitClaims, "mint a new one"},
		{errClaimMissing, "claim_missing", exitClaims, "decode shows what it has; mint adds a claim with --claim NAME=TEXT"},
		{errClaimMismatch, "claim_mismatch", exitClaims, "decode shows what it says; --claim NAME=TEXT compares text, --claim NAME:=JSON all else"},
		{login.ErrClaims, "claim_invalid", exitClaims, "decode shows its claims"},
		{login.ErrExpired, "expired", exitTime, "mint a new one; --expires sets how long it lives"},
		{login.ErrNotYetValid, "not_yet_valid", exitTime, "if only the clocks differ, allow for it: --leeway 30s"},
		{errTooOld, "too_old", exitTime, "mint a new one, or allow more: --max-age"},
		{errExpiresSoon, "expires_soon", exitTime, "mint a new one; --expires sets how long it lives"},

		{keyfile.ErrExists, "exists", exitExists, "choose another name, or replace it with --force"},
		{keys.ErrPassphraseRequired, "passphrase_required", exitKey, passphraseHint},
		{keys.ErrWrongPassphrase, "wrong_passphrase", exitKey, "check where the passphrase comes from; exactly one newline at its end is cut"},
		{keys.ErrWeak, "key_too_weak", exitKey, "make a new one: loginctl keygen"},
		{keys.ErrNoKey, "key_not_found", exitKey, "a key is PEM or JWK; for an HMAC secret use --secret-file"},
		{keys.ErrNotSecret, "key_as_secret", exitKey, "for a PEM or JWK key use --key"},
		{keys.ErrUnsupported, "key_unsupported", exitKey, "if the message names a command that converts it, run that; usable are RSA from 2048 bits, EC P-256, P-384, P-521, Ed25519 and HMAC secrets"},
		{keys.ErrNotPrivate, "key_not_private", exitKey, "signing needs the private key"},
		{keys.ErrNotPublic, "key_not_public", exitKey, "an HMAC secret has no public half; never publish it"},
		{keys.ErrAlgorithm, "key_algorithm", exitKey, "--alg must be one that the key can do"},
		{keys.ErrUnknownKey, "key_unknown_id", exitKey, "jwks list shows the kids of a set"},
		{keys.ErrNoSigningKey, "key_not_private", exitKey, "signing needs the private key"},
		{keyfile.ErrNotRegular, "key_unreadable", exitKey, "name a regular file; - is standard input, or with -o standard output"},
		{keys.ErrTooLarge, "key_too_large", exitKey, "a key file has at most 64 KiB, an RSA key at most 8192 bits"},
		{keys.ErrTooCostly, "key_too_costly", exitKey, "encrypt it again with a cheaper derivation: openssl pkcs8 -topk8"},
		{keys.ErrNotEncrypted, "key_not_encrypted", exitKey, "leave the passphrase out"},
		{keys.ErrNoID, "key_no_id", exitKey, "give it one: --kid ID"},
		{keys.ErrDuplicateID, "key_duplicate_id", exitKey, "every key of a set has a kid of its own"},
		{keys.ErrMalformed, "key_malformed", exitKey, "the file may be damaged or cut short"},
		{errKeyMismatch, "key_mismatch", exitClaims, "key thumbprint tells which key a file holds"},

		{errLint, "lint_findings", exitLint, "help lint-rules says what is looked for; --fail-on sets what fails"},
		{errNotFound, "not_found", exitInternal, "a token is three base64url parts with dots between them: header.claims.signature"},
		{keyfile.ErrBusy, "busy", exitInternal, "another process is changing the file: try again"},
		{errIO, "io", exitInternal, "check the name, that its folder is there, who may read and write it (ls -ld), and that the disk has room"},
		{errInternal, "internal", exitInternal, ""},
		{errInterrupted, "interrupted", exitInterrupted, ""},
	}
}

// failed makes the failure of that row, with a message of its own. hints take
// the place of the row's.
func failed(is error, message string, hints ...string) *failure {
	f := &failure{message: message, cause: is, hints: hints}
	for _, o := range outcomes() {
		if o.is != is {
			continue
		}
		f.word, f.exit = o.word, o.exit
		if len(hints) == 0 && o.hint != "" {
			f.hints = []string{o.hint}
		}
		return f
	}
	panic("no row of the outcomes is for: " + is.Error())
}

// keyError is an error about a key, whatever it matches besides: a key file
// that is missing is a key that cannot be used, not an I/O error.
type keyError struct{ err error }

func (e *keyError) Error() string { return e.err.Error() }
func (e *keyError) Unwrap() error { return e.err }

// classify finds what an error means; nil for nil.
func classify(err error) *failure {
	if err == nil {
		return nil
	}
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	f = named(err)
	f.cause = err
	return f
}

// named finds the row of an error.
func named(err error) *failure {
	var claim *login.ClaimError
	if errors.As(err, &claim) && claim.Missing {
		return failed(errClaimMissing, err.Error(), missingHint(claim.Claim))
	}
	for _, o := range outcomes() {
		if errors.Is(err, o.is) {
			return failed(o.is, err.Error())
		}
	}
	return unforeseen(err)
}

// missingHint says what to do about a registered claim that is not there.
func missingHint(claim string) string {
	switch claim {
	case "exp":
		return "mint sets it; to accept a token that never expires: --allow-no-exp"
	case "iss", "aud", "typ":
		return "mint sets it with --" + claim + "; verify asks for it because of its own --" + claim
	}
	return "decode shows which claims it has"
}

// unforeseen is for errors that no row names, nearly all of them the system's.
func unforeseen(err error) *failure {
	var key *keyError
	switch {
	case errors.Is(err, fs.ErrInvalid):
		return failed(errUsage, err.Error(), "choose another name")
	case errors.As(err, &key) && errors.Is(err, fs.ErrNotExist):
		return failed(keys.ErrNoKey, err.Error(), "check the name of the file; "+program+" keygen -o FILE makes a key")
	case errors.As(err, &key):
		return failed(keyfile.ErrNotRegular, err.Error(), "check that the file may be read: ls -l")
	case ofSystem(err):
		return failed(errIO, err.Error())
	}
	return failed(errInternal, err.Error())
}

// ofSystem reports whether the operating system refused something: most often
// with a path, but pkg/keys cuts that off where its message has it already.
func ofSystem(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	var number syscall.Errno
	return errors.As(err, &path) || errors.As(err, &link) || errors.As(err, &call) || errors.As(err, &number)
}
