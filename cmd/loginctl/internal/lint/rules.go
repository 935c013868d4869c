package lint

// rule is a rule of lint. Scripts rely on its ID.
type rule struct {
	ID    string
	Level string
	About string // for help and the man page
	Fix   string // says how to fix a finding
}

// Rules returns all rules in the order of help.
func Rules() []rule {
	return []rule{
		{"file-unknown", "error", "neither a token, a key, a key set nor a secret", "lint reads JWTs, PEM, JWK, JWK Sets and one-line HMAC secrets"},
		{"file-unread", "error", "a file that could not be read", "check its name and who may read it: ls -l"},
		{"file-skipped", "note", "a file of a folder that was not looked into", "lint a FIFO or a large file by its own name"},
		{"key-not-opened", "note", "an encrypted key that was not looked into: only its encryption was", "give its passphrase: --passphrase-file SOURCE"},
		{"file-mode", "error", "a private file that every user of the machine can open", "chmod 600 it, and replace its content if others were on the machine"},
		{"file-mode-token", "warn", "a file with a token that other users can open", "chmod 600 it: the holder of a token acts as its subject"},
		{"file-mode-group", "warn", "a private file that its group can open", "chmod 600 it, unless the group is there for this"},

		{"token-malformed", "error", "not three canonical base64url parts with a JSON object in the first two", "copy it completely, and have the issuer fixed if it makes such tokens"},
		{"token-duplicate", "error", "a name twice in the header or the claims: readers disagree on which counts", "have the issuer write each name once"},
		{"token-too-large", "error", "over 16 KiB, which verify refuses", "leave out claims that the service can look up by the subject"},
		{"token-cookie", "warn", "over the 4096 bytes that a browser keeps of a cookie", "leave out claims, or send it in the Authorization header"},
		{"cookie-too-large", "error", "a cookie over 4096 bytes, which browsers drop", "leave out claims, or send the token in the Authorization header"},
		{"cookie-plain", "error", "a cookie without Secure: it is sent in the clear too", "leave out --insecure"},
		{"cookie-script", "error", "a cookie without HttpOnly: scripts in the page can read it", "add HttpOnly; loginctl cookie does"},
		{"cookie-same-site", "warn", "a cookie that other sites can send requests with", "set SameSite=Lax or Strict"},
		{"cookie-domain", "note", "a cookie for all hosts of a domain", "leave out --domain, and name it __Host-NAME"},
		{"token-encrypted", "note", "a JWE: only the header can be read", "lint the token inside"},
		{"token-refresh", "error", "a refresh token: its holder is logged in for weeks", "end its session, which loginctl decode names, and keep refresh tokens in memory or in a store for secrets"},
		{"alg-none", "error", "no signature at all", "mint it with a key"},
		{"alg-unknown", "error", "an algorithm that verify does not know", "use RS256, PS256, ES256, EdDSA or HS256, or one of their longer forms"},
		{"header-remote-key", "error", "jku or x5u, which send a verifier to fetch the key from where the token says", "leave it out; verifiers take keys from their own configuration"},
		{"header-own-key", "error", "jwk or x5c, a key that the token brings along to be checked with", "leave it out; verifiers take keys from their own configuration"},
		{"header-extension", "error", "crit, b64 or zip, which verify refuses", "leave it out"},
		{"kid-missing", "note", "no kid: after a rotation each key has to be tried", "mint it with a key that has one: --kid"},
		{"kid-suspect", "warn", "a kid that looks like a path or a query", "use the RFC 7638 thumbprint: loginctl key thumbprint"},
		{"typ-missing", "note", "no typ to tell this kind of token from others (RFC 8725 section 3.11)", "mint it with --typ, such as at+jwt for access tokens"},

		{"exp-missing", "error", "no exp: it is valid for ever", "mint it with --expires"},
		{"expired", "note", "exp is past", "mint a new one"},
		{"life-long", "warn", "valid for more than 24 hours", "mint shorter ones: --expires 15m"},
		{"time-milliseconds", "error", "exp, nbf or iat after the year 9999, which verify refuses: milliseconds, mostly", "write seconds: divide by 1000"},
		{"time-order", "error", "nbf is not before exp: it is never valid", "mint it with --not-before earlier than --expires"},
		{"iat-future", "warn", "issued in the future: a clock is wrong", "set the issuer's clock"},
		{"iat-missing", "note", "no iat: its age cannot be told", "have the issuer write it"},
		{"iss-missing", "warn", "no iss: another issuer's token could pass for it", "mint it with --iss and verify with --iss"},
		{"aud-missing", "warn", "no aud: a token for one service is good at another", "mint it with --aud and verify with --aud"},
		{"sub-missing", "note", "no sub: it belongs to no user, and a login manager refuses it", "mint it with --sub"},
		{"jti-missing", "note", "no jti: it cannot be revoked by itself", "have the issuer write one; mint does"},
		{"claim-type", "error", "a registered claim of the wrong type (RFC 7519 section 4.1)", "times are numbers, iss, sub and jti strings, aud a string or a list of strings"},
		{"scopes-type", "warn", "scopes that are neither a list of strings nor a string: they grant nothing", "mint it with --scopes"},
		{"claim-sensitive", "warn", "a claim named like a secret: every holder of the token can read it", "leave it out; a signed token hides nothing"},

		{"key-weak", "error", "a key that is too weak to be used", "make a new one: loginctl keygen"},
		{"key-unusable", "error", "a damaged key, or one of a kind that is not used here", "make a new one, or convert it as the message says"},
		{"key-plain", "note", "a private key that is not encrypted", "loginctl key passwd FILE encrypts it in place"},
		{"key-rsa-bits", "note", "RSA of fewer than 3072 bits, the least for use beyond 2030 (NIST SP 800-57)", "make the next one with 3072 bits, the default of loginctl keygen"},
		{"kdf-cheap", "warn", "a passphrase that can be tried faster than OWASP advises", "loginctl key passwd FILE encrypts it again at today's cost"},
		{"kdf-legacy", "error", "RFC 1423 encryption: one round of MD5 and no integrity", "loginctl key passwd FILE encrypts it again as PKCS #8"},
		{"cipher-old", "warn", "encrypted with DES or 3DES", "loginctl key passwd FILE encrypts it again with AES-256"},
		{"cert-expired", "warn", "a certificate outside its dates; only its key is used, so nothing else will notice", "make a new certificate, or keep the public key alone: loginctl key public"},

		{"set-private", "error", "a private key or a secret in a JWK Set, which is for publishing", "replace that key: it counts as lost if the set was published"},
		{"set-duplicate", "error", "a kid twice in a JWK Set", "loginctl jwks remove takes both out; loginctl jwks add adds them again, each under a different kid"},
		{"set-empty", "warn", "a JWK Set without a key that verifies anything", "loginctl jwks add FILE KEY"},
		{"set-kid-missing", "warn", "a key without a kid in a JWK Set: tokens cannot name it", "loginctl jwks remove it, and loginctl jwks add it again, which gives it one"},
		{"set-alg-missing", "note", "a key without alg in a JWK Set: verifiers have to guess its algorithm", "take it out with loginctl jwks remove and add it again, which writes it"},
		{"set-key-unused", "note", "a key in a JWK Set that is not used here", "leave it if others use it"},

		{"secret-short", "error", "an HMAC secret shorter than the 32 bytes of HS256 (RFC 7518 section 3.2)", "make a new one: loginctl keygen hmac"},
		{"secret-guessable", "error", "an HMAC secret that is a known example, or follows a pattern", "make a new one: loginctl keygen hmac"},
		{"secret-words", "warn", "an HMAC secret that looks made up by a person", "make a new one: loginctl keygen hmac"},
		{"secret-blank", "error", "blanks around an HMAC secret, which mint and verify refuse: some programs cut them", "remove them; one newline at the end is cut everywhere here"},
		{"secret-env", "note", "NAME=value, a line for a shell: --secret-file refuses it", "cut the name off for --secret-file: cut -d= -f2- FILE"},
		{"secret-refused", "error", "a text that mint and verify refuse as an HMAC secret", "keep the secret alone in the file, in one line; loginctl keygen hmac makes one"},
		{"secret-placeholder", "error", "a placeholder where a secret belongs: everyone can guess it", "set the value before the file is made; loginctl keygen hmac makes a secret"},
		{"secret-is-key", "error", "a key where a secret belongs: anyone who has the public key can sign", "make a new secret: loginctl keygen hmac"},
	}
}
