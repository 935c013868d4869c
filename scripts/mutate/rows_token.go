package main

// tokenRows are the checks that come before those of claims: form, header, key,
// signature.
var tokenRows = []row{
	{"token: size cap", "Verifier.check", "len(t.token) > v.maxToken", "false"},
	{"token: size cap of a report", "Verifier.inspectHeader", "len(token) > v.maxToken", "false"},
	{"token: empty segments", "decodeSegments", `payload == "" || signature == ""`, "false"},
	{"token: alphabet, line breaks in base64", "decodeSegment", "err == nil && n == size && len(segment)%4 != 1", "err == nil && len(segment)%4 != 1"},
	{"token: canonical base64", "rawURL", "base64.RawURLEncoding.Strict()", "base64.RawURLEncoding"},

	{"json: duplicate names", "member", "!seen.add(name)", "seen.add(name); false"},
	{"json: trailing data", "End", "s.cause == 0 && (s.Peek() != 0 || s.at < len(s.Text))", "false"},
	{"json: nesting", "open", "depth > maxDepth", "false"},
	{"json: long numbers", "number", "s.at-start > maxNumber", "false"},

	{"header: alg is required", "readHeader", "case !h.hasAlg: return h, errNoAlgorithm", ""},
	{"header: alg, kid and typ are strings", "readHeader", "case !allStrings: return h, errHeaderType", ""},
	{"header: crit, b64 and zip", "selectKeys", "case h.extended: return nil, errExtension", ""},
	{"header: typ", "Verifier.describeFailures", "!h.accepted", "false"},

	{"key: algorithm", "Select", "s.anyID: return Selection{keys: s.byAlgorithm[alg], cut: s.cut[alg]}", "s.anyID: return Selection{keys: s.keys}"},
	{"key: kid", "Select", "!named || s.anyID", "true"},
	{"key: kid of the algorithm", "Select", "s.byID[keyName{kid, alg}]", "func() (l []*VerificationKey) { for _, k := range s.keys { if k.ID() == kid { l = append(l, k) } }; return l }()"},
	{"key: eight tries at most", "Snapshot.index", "len(*tried) < maxTried", "true"},

	{"signature: any will do", "Verifier.check", "return signatureFailure(err)", "key = new(keys.VerificationKey)"},
	{"signature: HMAC compared", "verify", "hmac.Equal(m.compute(s, input), signature)", "len(m.compute(s, input)) == len(signature)"},
	{"signature: asymmetric compared", "Verify", "profileOf(k.m.alg).method.Verify(input, signature, k.m.public) != nil", "profileOf(k.m.alg).method == nil"},
	{"signature: before the header is remembered", "find", "list.snapshot != snapshot", "false"},
}
