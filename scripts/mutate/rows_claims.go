package main

// claimRows are the checks of claims: times, issuer, audience, subject, scopes.
var claimRows = []row{
	{"claims: exp", "Verifier.validateClaims", "!late.Before(c.ExpiresAt)", "late.After(now)"},
	{"claims: exp is required", "requiredClaims", "if !r.noExpiry { required |= claimExp }", ""},
	{"claims: exp at the very second", "Verifier.validateClaims", "!late.Before(c.ExpiresAt)", "late.After(c.ExpiresAt)"},
	{"claims: leeway is not negative", "validateClaims", "now.Add(-v.leeway)", "now.Add(v.leeway)"},
	{"claims: nbf", "Verifier.validateClaims", "soon.Before(c.NotBefore)", "false"},
	{"claims: iat", "Verifier.validateClaims", "soon.Before(c.IssuedAt)", "false"},
	{"claims: iss", "Verifier.validateClaims", `v.issuer != "" && (c.Issuer != v.issuer || v.tenanted)`, "false"},
	{"claims: the tenant in iss is listed", "rules.acceptsIssuer", "r.tenants != nil && !slices.Contains(r.tenants, tenant)", "false"},
	{"claims: the tenant in iss is tid", "rules.acceptsIssuer", "text == tenant", `text != ""`},
	{"issuers: revocations reach the tokens of others", "Verifier.verifyChosen", "err = v.acceptOther(ctx, chosen[0], c)", "err = nil"},
	{"introspection: another kind of token", "Client.read", "!*r.Active || !r.isAccessToken()", "!*r.Active"},
	{"introspection: an answer ends with exp", "answer.until", "!a.expires.IsZero() && a.expires.Before(t)", "false"},
	{"introspection: the rules of claims", "Verifier.checkOpaque", "err = one.checkClaims(ctx, t); err == nil && one != v", "err = nil; one != v"},
	{"introspection: an answer that cannot be read", "introspectionFailure", "errors.Is(err, ErrInvalidToken) && !errors.Is(err, ErrUnavailable)", "true"},
	{"issuers: each says whose its users are", "newTrust", "v.subjectOf == nil", "false"},
	{"claims: aud", "validateClaims", "!v.acceptsAudience(c.Audience)", "false"},
	{"claims: aud where none is configured", "validateClaims", "len(v.audiences)+len(c.Audience) > 0 &&", "len(v.audiences) > 0 &&"},
	{"claims: aud exactly", "Verifier.acceptsAudience", "slices.Contains(v.audiences, name)", "slices.ContainsFunc(v.audiences, func(a string) bool { return len(a) > 0 && len(name) > 0 && a[0] == name[0] })"},
	{"claims: sub", "requiredClaims", "required |= claimSub", ""},
	{"claims: iat where revocation is on", "requiredClaims", "r.revocations != nil || r.maxAge != 0", "r.maxAge != 0"},
	{"claims: wrong types and null", "validateClaims", "types.mistyped | v.required&^types.present", "v.required&^types.present"},
	{"claims: empty strings", "string", `value == ""`, "false"},
	{"claims: aud elements are strings", "readAudience", "r.mistyped |= claimAud r.Skip(2)", "r.Skip(2)"},

	{"scopes: all are required", "check", "missing == 0 || r.any && missing < len(r.scopes)", "missing < len(r.scopes) || missing == 0"},
	{"scopes: one is required", "check", "missing == 0 || r.any && missing < len(r.scopes)", "missing == 0 || r.any"},

	{"issue: scopes that cannot be written", "checkScope", "c <= ' ' || c > '~'", "c > '~'"},
}
