package main

// serviceRows are the checks of the cache and of revocation.
var serviceRows = []row{
	{"revocation: revoked", "askRevocations", "case revoked:", "case revoked && c == nil:"},
	{"revocation: the store fails", "askRevocations", `case err != nil: return fmt.Errorf("…", ErrUnavailable, err)`, ""},
	{"revocation: a store that is cut off", "askRevocations", "case ctx.Err() != nil:", "case false:"},
	{"revocation: a store that is cut off while it revokes", "revoke", "case ctx.Err() != nil:", "case false:"},
	{"revocation: a store that calls its own failure an invalid token", "askRevocations", "errors.Is(err, ErrInvalidToken)", "errors.Is(err, errors.ErrUnsupported)"},
	{"revocation: subjects", "Revoked", "c.IssuedAt.Before(cut)", "cut.IsZero()"},
	{"revocation: keyed by issuer", "Revoked", "revokedID{c.Issuer, c.ID}", `revokedID{"", c.ID}`},

	{"cache: time is judged on a hit", "again", "v.admit(ctx, known.header, known.shape, c, v.now())", "v.askRevocations(ctx, c)"},
	{"cache: revocation is asked on a hit", "again", "err := v.admit(ctx, known.header, known.shape, c, v.now()); err != nil { return nil, err", "failed := v.judge(known.header, known.shape, c, v.now()); len(failed) > 0 { return nil, failed[0]"},
	{"cache: the key set is checked on a hit", "get", "&& known.snapshot == snapshot", ""},
	{"cache: the whole token is hashed", "hash", "(len(text) + markBlock - 1) / markBlock", "len(text) / markBlock"},
	{"cache: a token's length counts", "hash", "uint64(len(text)), uint64(len(text))", "uint64(0), uint64(0)"},
	{"cache: each half of a sum has its own keys", "hasher.fingerprint", "word(block)+k[4], word(block[8:])+k[5]", "word(block)+k[0], word(block[8:])+k[1]"},
	{"cache: the keys of marks are random", "init", "random[:]", "random[:0]"},
	{"cache: sums are compared to their end", "equal", "|(s.low2^other.low2)", ""},
	{"cache: what expired is dropped when it is seen", "verify", "v.cache.drop(place, known)", ""},
	{"cache: what expired is swept", "useless", "|| !late.Before(v.claims.ExpiresAt)", ""},
	{"cache: tokens of retired keys are swept", "useless", "v.snapshot != snapshot ||", ""},
	{"cache: places are hidden", "mark", "return s, maphash.Bytes(m.seed, b[:])", "return s, s.low1 ^ maphash.Bytes(m.seed, b[:])&0"},
	{"cache: tokens that are too long to be hashed", "takes", "&& len(token) <= maxMarked", ""},
	{"cache: tokens that are too short to be hashed", "takes", "len(token) >= minMarked &&", ""},
	{"cache: loaders get a copy", "Value", "return new(claimsCopy).of(l.claims)", "return l.claims"},
	{"cache: stores get a copy", "again", "shared && v.revocations == nil", "shared"},
	{"cache: claims are copied out", "again", "known.claims.copyTo(c)", "*c = known.claims"},
}
