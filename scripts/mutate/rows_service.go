package main

// serviceRows are the checks of the cache and of revocation.
var serviceRows = []row{
	{"revocation: revoked", "askRevocations", "case revoked:", "case revoked && c == nil:"},
	{"revocation: the store fails", "askRevocations", `case err != nil: return fmt.Errorf("…", ErrUnavailable, err)`, ""},
	{"revocation: a store that is cut off", "askRevocations", "case ctx.Err() != nil:", "case false:"},
	{"revocation: a store that is cut off while it revokes", "storeError", "case ctx.Err() != nil:", "case false:"},
	{"revocation: a store that calls its own failure an invalid token", "askRevocations", "errors.Is(err, ErrInvalidToken)", "errors.Is(err, errors.ErrUnsupported)"},
	{"revocation: subjects", "Memory.Lookup", "ok && issuedAt.Before(cut)", "ok && cut.IsZero()"},
	{"revocation: keyed by issuer", "Memory.Lookup", "revokedID{issuer, id}", `revokedID{"", id}`},

	{"cache: time is judged on a hit", "verifyCached", "v.validateClaims(t.header, t.types, &t.claims, v.now())", "error(nil)"},
	{"cache: revocation is asked on a hit", "verifyCached", "err == nil && (v.accepts != nil || v.revocations != nil)", "false"},
	{"cache: the key set is checked on a hit", "Get", "&& e.snapshot == snapshot", ""},
	{"cache: the whole token is hashed", "hasher.hash", "(len(token) + blockSize - 1) / blockSize", "len(token) / blockSize"},
	{"cache: a token's length counts", "hasher.hash", "uint64(len(token)), uint64(len(token))", "uint64(0), uint64(0)"},
	{"cache: each half of a sum has its own keys", "hasher.hash", "word(block)+k[4], word(block[8:])+k[5]", "word(block)+k[0], word(block[8:])+k[1]"},
	{"cache: the keys of marks are random", "init", "random[:]", "random[:0]"},
	{"cache: sums are compared to their end", "equal", "|(s.low2^other.low2)", ""},
	{"cache: what expired is dropped when it is seen", "verifyCached", "v.cache.Drop(key, e)", ""},
	{"cache: what expired is swept", "useless", "|| !late.Before(e.expires)", ""},
	{"cache: tokens of retired keys are swept", "useless", "v.snapshot != snapshot ||", ""},
	{"cache: places are hidden", "Cache.KeyOf", "maphash.Comparable(c.seed, key.fingerprint)", "key.fingerprint.low1"},
	{"cache: tokens that are too long to be hashed", "Cache.KeyOf", "|| len(token) > MaxToken", ""},
	{"cache: tokens that are too short to be hashed", "Cache.KeyOf", "len(token) < MinToken ||", ""},
	{"cache: loaders get a copy", "Value", "return new(claimsCopy).copyOf(l.claims)", "return l.claims"},
	{"cache: stores get a copy", "askRevocations", "c.copyTo(given, nil)", "given = c"},
	{"cache: claims are copied out", "verifyCached", "t.claims.copyTo(c, nil)", "*c = t.claims"},
}
