package main

// claimRows are the checks of claims: times, issuer, audience, subject, scopes.
var claimRows = []row{
	{"claims: exp", "Verifier.validateClaims", "!late.Before(c.ExpiresAt)", "late.After(now)"},
	{"claims: exp is required", "requiredClaims", "required := claimExp", "required := claim(0)"},
	{"claims: exp at the very second", "Verifier.validateClaims", "!late.Before(c.ExpiresAt)", "late.After(c.ExpiresAt)"},
	{"claims: leeway is not negative", "failing", "now.Add(-v.leeway)", "now.Add(v.leeway)"},
	{"claims: nbf", "Verifier.validateClaims", "soon.Before(c.NotBefore)", "false"},
	{"claims: iat", "Verifier.validateClaims", "soon.Before(c.IssuedAt)", "false"},
	{"claims: iss", "Verifier.validateClaims", `v.issuer != "" && c.Issuer != v.issuer`, "false"},
	{"claims: aud", "failing", "!v.isMeant(c.Audience)", "false"},
	{"claims: aud where none is configured", "isMeant", "len(v.audiences) == 0 && len(audience) == 0", "len(v.audiences) == 0"},
	{"claims: aud exactly", "Verifier.acceptsAudience", "slices.Contains(v.audiences, name)", "slices.ContainsFunc(v.audiences, func(a string) bool { return len(a) > 0 && len(name) > 0 && a[0] == name[0] })"},
	{"claims: sub", "requiredClaims", "required |= claimSub", ""},
	{"claims: jti where revocation is on", "requiredClaims", "required |= claimIat | claimJti", "required |= claimIat"},
	{"claims: iat where revocation is on", "requiredClaims", "required |= claimIat | claimJti", "required |= claimJti"},
	{"claims: wrong types and null", "unfit", "has.wrong | v.required", "v.required"},
	{"claims: empty strings", "string", `value == ""`, "false"},
	{"claims: aud elements are strings", "audienceClaim", "r.wrong |= claimAud r.skip(2)", "r.skip(2)"},

	{"scopes: all are required", "check", "c.HasScopes(r.scopes...) ||", "len(c.Scopes) > 0 && !r.any ||"},
	{"scopes: one is required", "check", "return c.HasScopes(s)", `return s != ""`},

	{"issue: scopes that cannot be written", "checkScope", "c <= ' ' || c > '~'", "c > '~'"},
}
