package main

// tokenRows are the checks that come before those of claims: form, header, key,
// signature.
var tokenRows = []row{
	{"token: size cap", "Verifier.inspectHeader", "len(token) > v.maxToken", "false"},
	{"token: empty segments", "decodeSegments", `payload == "" || signature == ""`, "false"},
	{"token: alphabet, line breaks in base64", "decodeSegment", "err == nil && n == size && len(segment)%4 != 1", "err == nil && len(segment)%4 != 1"},
	{"token: canonical base64", "rawURL", "base64.RawURLEncoding.Strict()", "base64.RawURLEncoding"},

	{"json: duplicate names", "member", "!seen.add(name)", "seen.add(name); false"},
	{"json: trailing data", "end", "s.fault == 0 && (s.peek() != 0 || s.at < len(s.text))", "false"},
	{"json: nesting", "open", "depth > maxDepth", "false"},
	{"json: long numbers", "number", "s.at-start > maxNumber", "false"},

	{"header: alg is required", "readHeader", "case !h.hasAlg: return h, errNoAlgorithm", ""},
	{"header: alg, kid and typ are strings", "readHeader", "case wrong: return h, errHeaderType", ""},
	{"header: crit, b64 and zip", "selectKeys", "case h.extended: return keys.Selection{}, errExtension", ""},
	{"header: typ", "Verifier.describeFailures", "!h.accepted", "false"},

	{"key: algorithm", "Select", "s.anyID { return Selection{keys: s.byAlgorithm[alg]}", "s.anyID { return Selection{keys: s.keys}"},
	{"key: kid", "Select", "!named || s.anyID", "true"},
	{"key: kid of the algorithm", "Select", "one[0].m.alg != alg", "false"},
	{"key: eight tries at most", "Snapshot.index", "len(*tried) < maxTried", "true"},

	{"signature: any will do", "open", "if err != nil { return opened{}, ErrSignature }", "_ = err; if key == nil { key = v.source.Snapshot().VerificationKeys()[0] }"},
	{"signature: HMAC compared", "verify", "hmac.Equal(m.sum(s, input), signature)", "len(m.sum(s, input)) == len(signature)"},
	{"signature: asymmetric compared", "Verify", "k.m.alg.profile().method.Verify(input, signature, k.m.public) != nil", "k.m.alg.profile().method == nil"},
	{"signature: before the header is remembered", "find", "list.snapshot != snapshot", "false"},
}
