package conformance

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// The four others: golang-jwt reads claims into a map, or into a struct.
const (
	inMap    = "golang-jwt"
	inStruct = "golang-jwt structs"
	inJose   = "go-jose"
	inJWX    = "jwx"
)

// lenient lists the tokens that others accept and we refuse. The rule is in [broken]; the
// reason says why they accept, and who asks for the rule.
var lenient = []struct {
	rule   string
	peers  []string
	reason string
}{
	{"JSON: a duplicate name", []string{inMap, inStruct, inJWX}, "the last one, or the first, wins silently; RFC 7515 section 4 and RFC 7519 section 4 allow to refuse, RFC 8725 section 2.6 says why"},
	{"JSON: deeper than 32", []string{inMap, inStruct, inJose, inJWX}, "encoding/json goes down 10,000 levels; the limit is ours"},
	{"JSON: a number of over 1024 characters", []string{inMap, inStruct, inJose, inJWX}, "they have no limit, or a higher one; RFC 8259 section 6 lets a reader set one"},
	{"JSON: not UTF-8", []string{inMap, inStruct, inJose, inJWX}, "encoding/json puts U+FFFD in place of what is no UTF-8; RFC 8259 section 8.1, RFC 8725 section 3.7"},
	{"JSON: an unpaired surrogate", []string{inMap, inStruct, inJose, inJWX}, "encoding/json puts U+FFFD in its place, so that different names become one; RFC 7493 section 2.1"},
	{"JSON: no JSON", []string{inMap, inStruct, inJWX}, "golang-jwt reads the first value and leaves what follows unread, jwx finds its parameters with a lenient scanner; RFC 7519 section 7.2"},
	{"base64url: a line break", []string{inMap, inStruct, inJose, inJWX}, "encoding/base64 skips line breaks, in strict mode too; RFC 7515 section 2"},
	{"base64url: another character", []string{inJWX}, "jwx takes padding and the standard alphabet as well; RFC 7515 section 2"},
	{"base64url: unused bits set", []string{inJose, inJWX}, "the bits of the last character that encode nothing are not looked at, so that one token has several texts; RFC 4648 section 3.5"},
	{"alg: not the key's", []string{inMap, inStruct, inJWX}, "of two alg members another one is read than we would; see the duplicate name"},
	{"kid: no string", []string{inMap, inStruct, inJose, inJWX}, "kid is not read where the key is given; null counts as absent; RFC 7515 section 4.1.4"},
	{"kid: not the key's", []string{inMap, inStruct, inJose, inJWX}, "as above: who is given one key does not look at kid; RFC 7515 section 4.1.4"},
	{"typ: not accepted", []string{inMap, inStruct, inJose, inJWX}, "typ is not read; RFC 8725 section 3.11"},
	{"crit: present", []string{inMap, inStruct, inJose, inJWX}, "golang-jwt does not know crit; go-jose and jwx take null or an empty list for none; RFC 7515 section 4.1.11"},
	{"b64: present", []string{inMap, inStruct, inJose, inJWX}, "without crit it is taken for an unknown parameter; RFC 7797 section 7 has it not used in a JWT"},
	{"zip: present", []string{inMap, inStruct, inJose, inJWX}, "an unknown parameter in a JWS; refused as ASVS asks, since a token that says it is compressed is not one"},
	{"exp: over", []string{inMap, inStruct, inJose, inJWX}, "go-jose lets exp pass when it is this very second, RFC 7519 section 4.1.4 does not; and other members are read as exp, see the duplicate name"},
	{"exp: missing", []string{inStruct}, "a struct's fields match names in any case: EXP is read as exp; RFC 7519 section 4"},
	{"exp: no number", []string{inStruct, inJWX}, "a struct: as above; jwx takes a string of digits, RFC 7519 section 2 has a number"},
	{"exp: null", []string{inStruct}, "as above"},
	{"nbf: to come", []string{inMap, inStruct, inJose, inJWX}, "1e19 and more wrap around to the past in golang-jwt; parts of a second are dropped; RFC 7519 section 4.1.5"},
	{"nbf: null", []string{inStruct, inJose}, "null counts as absent, where RFC 7519 section 4.1.5 has a number"},
	{"nbf: no number", []string{inStruct, inJWX}, "another member is read as nbf, see the duplicate name; jwx as for exp"},
	{"iat: to come", []string{inMap, inStruct, inJose, inJWX}, "as nbf: large numbers wrap around, parts of a second are dropped"},
	{"iat: null", []string{inStruct, inJose}, "as nbf"},
	{"iat: no number", []string{inStruct, inJWX}, "as nbf"},
	{"exp: after the year 9999", []string{inMap, inStruct, inJose, inJWX}, "no other verifier has an end of time, so that milliseconds where seconds are meant live for 55,000 years; refusing them is ours"},
	{"nbf: after the year 9999", []string{inMap, inStruct, inJose, inJWX}, "as above; 1e19 and more wrap around to the past in golang-jwt"},
	{"iat: after the year 9999", []string{inMap, inStruct, inJose, inJWX}, "as nbf"},
	{"iss: not ours", []string{inStruct}, "a struct's fields match names in any case, and null leaves what was there; RFC 7519 section 4"},
	{"iss: null", []string{inStruct}, "as above"},
	{"aud: not ours", []string{inMap, inStruct, inJose, inJWX}, "where no audience is configured aud is not looked at, RFC 7519 section 4.1.3 has a token refused that names others; and as above"},
	{"aud: neither string nor list", []string{inMap, inStruct}, "where no audience is configured aud is not looked at; RFC 7519 section 4.1.3"},
	{"aud: null", []string{inMap, inStruct}, "as above"},
	{"aud: a member that is no string", []string{inMap, inStruct, inJWX}, "golang-jwt and jwx leave it out; RFC 7519 section 4.1.3"},
	{"sub: null", []string{inMap, inStruct, inJose}, "null counts as empty; RFC 7519 section 4.1.2"},
	{"sub: no string, or an empty one", []string{inMap, inStruct, inJose, inJWX}, "an empty sub names nobody and is still read as one; refusing it is ours"},
	{"jti: null", []string{inMap, inStruct, inJose}, "jti is not read; RFC 7519 section 4.1.7"},
	{"jti: no string, or an empty one", []string{inMap, inStruct, inJose, inJWX}, "golang-jwt does not read jti; an empty one is refused by us alone"},
	{"size: over 16 KiB", []string{inMap, inStruct, inJose, inJWX}, "they have no limit, or a higher one"},
	{"size: a header over 8 KiB", []string{inMap, inStruct, inJose, inJWX}, "as above"},
}

// strict lists the tokens that others refuse and we accept, with the section of the RFC
// that has us accept. TestAcceptedOnPurpose shows each by an example.
var strict = []struct {
	objection       string
	peers           []string
	says            []string // parts of their errors
	section         string
	header, payload member // added to the ordinary members of the example, or replacing them
	algorithm       string // of the example's key; HS256 if empty
}{
	{
		objection: "a number in the header that a float64 does not hold", peers: []string{inMap, inStruct, inJose},
		says:    []string{"could not JSON decode header", "failed to unmarshal value"},
		section: "RFC 7515 section 4: parameters that are not understood are ignored, and RFC 8259 section 6 sets no limit to a number",
		header:  member{`"x5t"`, `1e400`},
	},
	{
		objection: "a number that a float64 or an int64 does not hold", peers: []string{inStruct, inJose, inJWX},
		says:    []string{"value out of range", "expected number value to unmarshal NumericDate", "of type float64"},
		section: "RFC 7519 section 2: a NumericDate is any JSON numeric value. It is a date beyond all calendars",
		payload: member{`"nbf"`, "-1e400"},
	},
	{
		objection: "a claim of another name is read, and is wrong", peers: []string{inStruct}, says: []string{"could not JSON decode claim", "token has invalid claims"},
		section: "RFC 7519 section 4: names are compared case-sensitively, and claims that are not understood are ignored",
		payload: member{`"Exp"`, `"soon"`},
	},
	{
		objection: "an exp less than a microsecond ahead is over", peers: []string{inMap, inStruct, inJWX}, says: []string{"token is expired"},
		section: "RFC 7519 section 4.1.4: the current time is before it; a float64 has no digits for the difference",
		payload: member{`"exp"`, "1760000000.000000001"},
	},
	{
		objection: "Ed25519 is not EdDSA", peers: []string{inMap, inStruct, inJose, inJWX},
		says:    []string{"signing method (alg) is unavailable", `unexpected signature algorithm "Ed25519"`, `"alg" "Ed25519" does not match`},
		section: "RFC 9864 section 2.2: Ed25519 is the fully specified name of EdDSA with this curve",
		header:  member{`"alg"`, `"Ed25519"`}, algorithm: "EdDSA",
	},
	{
		objection: "the jwk in the header is no public key", peers: []string{inJose}, says: []string{"failed to unmarshal JWK"},
		section: "RFC 7515 section 4.1.3: jwk is optional to understand, and RFC 8725 section 3.10 has keys not taken from it; it is not read at all",
		header:  member{`"jwk"`, `1`},
	},
	{
		objection: "the nonce in the header is no string", peers: []string{inJose}, says: []string{"failed to unmarshal nonce"},
		section: "RFC 7515 section 4: parameters that are not understood are ignored; nonce is one of RFC 8555, where it means something",
		header:  member{`"nonce"`, `["x"]`},
	},
	{
		objection: "the x5c in the header is no list of certificates", peers: []string{inJose}, says: []string{"failed to unmarshal x5c header"},
		section: "RFC 7515 section 4.1.6: x5c is optional to understand; as for jwk it is not read at all",
		header:  member{`"x5c"`, `["AA"]`},
	},
	{
		objection: "cty says JWT and the payload is a claims set", peers: []string{inJWX}, says: []string{"expected nested encrypted/signed payload", "unknown JWT format (pedantic)"},
		section: "RFC 7519 section 5.2: cty is not recommended here, and not forbidden; what it would announce, a nested token, is refused for not being a claims set",
		header:  member{`"cty"`, `"JWT"`},
	},
}

// misread lists verifiers that accept the same token and read another claim in it.
var misread = []struct {
	claim  string
	peers  []string
	reason string
}{
	{"sub", []string{inStruct}, "a struct's fields match names in any case: Sub after sub replaces it (RFC 7519 section 4)"},
	{"exp", []string{inStruct}, "as above"},
	{"exp, by a second", []string{inMap, inStruct, inJose, inJWX}, "1759999999.999999999 goes through a float64, which takes it for the second after"},
}

// known reports whether a table lists a disagreement.
func known(d disagreement) bool {
	switch d.what {
	case "accepts":
		for _, row := range lenient {
			if row.rule == d.rule && slices.Contains(row.peers, d.peer) {
				return true
			}
		}
	case "refuses":
		for _, row := range strict {
			if row.objection == d.rule && slices.Contains(row.peers, d.peer) {
				return true
			}
		}
	case "reads otherwise":
		for _, row := range misread {
			if row.claim == d.rule && slices.Contains(row.peers, d.peer) {
				return true
			}
		}
	}
	return false
}

// objection names the object of a peer's error, or returns the error's text.
func objection(peer string, err error) string {
	for _, row := range strict {
		if !slices.Contains(row.peers, peer) {
			continue
		}
		for _, part := range row.says {
			if strings.Contains(err.Error(), part) {
				return row.objection
			}
		}
	}
	return err.Error()
}

// TestAcceptedOnPurpose shows, for each row of strict, a token that we accept by
// the section that is given and that each of the peers named refuses.
func TestAcceptedOnPurpose(t *testing.T) {
	for _, row := range strict {
		t.Run(row.objection, func(t *testing.T) {
			named := func(c credential) bool { return c.name == cmp.Or(row.algorithm, "HS256") }
			c := keyring()[slices.IndexFunc(keyring(), named)]
			d := newDraft(c, settings[0], "")
			set(&d.header, row.header)
			set(&d.payload, row.payload)
			token := d.token()
			if v := ours(c, settings[0], token); v.err != nil {
				t.Errorf("we refuse (%v), although %s", v.err, row.section)
			}
			for _, peer := range peers {
				err := peer.check(c, settings[0], token).err
				if named := slices.Contains(row.peers, peer.name); named != (err != nil) {
					t.Errorf("%s: %v, listed as refusing: %v", peer.name, err, named)
				}
			}
		})
	}
}

// set puts a member in place of the one of that name, or at the end.
func set(o *object, m member) {
	if m.name == "" {
		return
	}
	i := slices.IndexFunc(o.members, func(have member) bool { return have.name == m.name })
	if i < 0 {
		o.members = append(o.members, m)
		return
	}
	o.members[i] = m
}
