package conformance

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// broken lists the rules that a token breaks under a credential and a setting. It is
// written from the RFCs and the design alone, slowly and on the standard library, and
// shares no code with the verifier: our verifier must accept exactly the tokens that
// break no rule, even where other verifiers disagree.
func broken(c credential, s setting, token string) []string {
	var rules ruleSet
	if len(token) > 16<<10 {
		return []string{"size: over 16 KiB"}
	}
	if strings.Count(token, ".") != 2 {
		return []string{"segments: not three"}
	}
	if strings.IndexByte(token, '.') > 8<<10 {
		return []string{"size: a header over 8 KiB"}
	}
	dot := strings.LastIndexByte(token, '.')
	parts := strings.Split(token, ".")
	decoded := make([][]byte, 3)
	for i, part := range parts {
		decoded[i] = rules.base64(part)
	}
	if len(rules) > 0 {
		return rules // the other rules need a readable token
	}
	rules.header(c, s, decoded[0])
	if !c.good(token[:dot], decoded[2]) {
		rules.add("signature: not good")
	}
	rules.claims(s, decoded[1])
	slices.Sort(rules)
	return slices.Compact(rules)
}

type ruleSet []string

func (r *ruleSet) add(rule string) { *r = append(*r, rule) }

func (r *ruleSet) check(good bool, rule string) {
	if !good {
		r.add(rule)
	}
}

func (r *ruleSet) base64(part string) []byte {
	switch {
	case part == "":
		r.add("segments: an empty one")
	case strings.Trim(part, "\r\n") != part || strings.ContainsAny(part, "\r\n"):
		r.add("base64url: a line break")
	case strings.TrimLeft(part, alphabet) != "":
		r.add("base64url: another character")
	case len(part)%4 == 1:
		r.add("base64url: no such length")
	default:
		b, _ := base64.RawURLEncoding.DecodeString(part)
		r.check(base64.RawURLEncoding.EncodeToString(b) == part, "base64url: unused bits set")
		return b
	}
	return nil
}

// object reads a JSON object by the strict rules (RFC 8259, RFC 7493). It
// returns nil for text that is not an object.
func (r *ruleSet) object(data []byte) map[string]json.RawMessage {
	r.check(utf8.Valid(data), "JSON: not UTF-8")
	if !json.Valid(data) {
		r.add("JSON: no JSON")
		return nil
	}
	r.check(!unpairedSurrogate(data), "JSON: an unpaired surrogate")
	var top map[string]json.RawMessage
	if err := json.Unmarshal(data, &top); err != nil || top == nil {
		r.add("JSON: no object")
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // 1e400 is no float64, and would end the walk
	deepest, longest, duplicate := walk(decoder)
	r.check(deepest <= 32, "JSON: deeper than 32")
	r.check(longest <= 1024, "JSON: a number of over 1024 characters")
	r.check(!duplicate, "JSON: a duplicate name")
	return top
}

// walk returns how deep a JSON text is nested, how long its longest number is
// and whether any object in it has a name twice.
func walk(d *json.Decoder) (deepest, longest int, duplicate bool) {
	type frame struct {
		names map[string]bool // nil for an array
		value bool            // the next string is a value, not a name
	}
	var stack []frame
	for {
		token, err := d.Token()
		if err != nil { // io.EOF: it is valid
			return deepest, longest, duplicate
		}
		if number, ok := token.(json.Number); ok {
			longest = max(longest, len(number))
		}
		top := len(stack) - 1
		name := top >= 0 && stack[top].names != nil && !stack[top].value
		if text, ok := token.(string); ok && name {
			duplicate = duplicate || stack[top].names[text]
			stack[top].names[text] = true
			stack[top].value = true
			continue
		}
		if top >= 0 && token != json.Delim('}') && token != json.Delim(']') {
			stack[top].value = false
		}
		switch token {
		case json.Delim('{'):
			stack = append(stack, frame{names: map[string]bool{}})
		case json.Delim('['):
			stack = append(stack, frame{})
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:top]
		}
		deepest = max(deepest, len(stack))
	}
}

var (
	escapes   = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|[^u])`)
	surrogate = regexp.MustCompile(`(?i)^\\ud[89a-f]`)
	high      = regexp.MustCompile(`(?i)^\\ud[89ab]`)
	low       = regexp.MustCompile(`(?i)^\\ud[c-f]`)
)

// unpairedSurrogate reports whether a \u escape is half of a pair without the other half.
func unpairedSurrogate(data []byte) bool {
	matches := escapes.FindAllIndex(data, -1)
	for i := 0; i < len(matches); i++ {
		text := data[matches[i][0]:matches[i][1]]
		if !surrogate.Match(text) {
			continue
		}
		next := i + 1
		if high.Match(text) && next < len(matches) && matches[next][0] == matches[i][1] && low.Match(data[matches[next][0]:]) {
			i = next
			continue
		}
		return true
	}
	return false
}

func (r *ruleSet) header(c credential, s setting, data []byte) {
	top := r.object(data)
	if top == nil {
		return
	}
	alg, ok := text(top["alg"])
	named := alg == c.name || alg == "Ed25519" && c.name == "EdDSA" // RFC 9864 section 2.2
	r.check(ok && named, "alg: not the key's")
	if kid, present := top["kid"]; present {
		id, ok := text(kid)
		r.check(ok, "kid: no string")
		r.check(!ok || s.kid == "" || id == s.kid, "kid: not the key's")
	}
	if typ, present := top["typ"]; present {
		media, ok := text(typ)
		media = strings.TrimPrefix(strings.ToLower(media), "application/")
		r.check(ok && (media == "jwt" || media == "at+jwt"), "typ: not accepted")
	}
	for _, name := range []string{"crit", "b64", "zip"} {
		_, present := top[name]
		r.check(!present, name+": present")
	}
}

// text returns a JSON string's value; ok is false for every other JSON value.
func text(value json.RawMessage) (s string, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	return s, json.Unmarshal(value, &s) == nil
}

func (r *ruleSet) claims(s setting, data []byte) {
	top := r.object(data)
	if top == nil {
		return
	}
	for _, name := range []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti"} {
		r.check(string(top[name]) != "null", name+": null")
	}
	leeway := int64(s.leeway / time.Second)
	if exp, present := r.time(top, "exp"); !present {
		r.check(top["exp"] != nil, "exp: missing")
	} else {
		r.check(exp.Cmp(big.NewRat(clock-leeway, 1)) > 0, "exp: over")
	}
	if nbf, present := r.time(top, "nbf"); present {
		r.check(nbf.Cmp(big.NewRat(clock+leeway, 1)) <= 0, "nbf: to come")
	}
	if iat, present := r.time(top, "iat"); present {
		r.check(iat.Cmp(big.NewRat(clock+max(leeway, 60), 1)) <= 0, "iat: to come")
	}
	iss, ok := text(top["iss"])
	r.check(ok && iss == issuer, "iss: not ours")
	for _, name := range []string{"sub", "jti"} {
		if value, present := top[name]; present && string(value) != "null" {
			content, ok := text(value)
			r.check(ok && content != "", name+": no string, or an empty one")
		}
	}
	r.audience(s, top["aud"])
}

var number = regexp.MustCompile(`^-?[0-9]`)

// time returns a time claim as an exact number. One that is missing is not
// present; one that cannot be a time is reported and not present.
func (r *ruleSet) time(top map[string]json.RawMessage, name string) (*big.Rat, bool) {
	value := top[name]
	if value == nil || string(value) == "null" {
		return nil, false
	}
	if !number.Match(value) {
		r.add(name + ": no number")
		return nil, false
	}
	date := exact(string(value))
	if date.Cmp(big.NewRat(year10000, 1)) >= 0 {
		r.add(name + ": after the year 9999")
		return nil, false
	}
	return date, true
}

// year10000 is the first second that RFC 3339 cannot write.
const year10000 = 253402300800

// exact returns a JSON number's value. An exponent that no token has the digits
// to make up for is cut: a time beyond it is still beyond it.
func exact(number string) *big.Rat {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	if n, err := strconv.Atoi(exponent); exponent != "" && (err != nil || n > 20000 || n < -20000) {
		exponent = strings.TrimRight(exponent, "0123456789") + "20000"
	}
	value, ok := new(big.Rat).SetString(mantissa + "e" + cmp.Or(exponent, "0"))
	if !ok {
		panic("no JSON number: " + number)
	}
	return value
}

func (r *ruleSet) audience(s setting, value json.RawMessage) {
	if name, ok := text(value); ok {
		r.check(s.audience != "" && name == s.audience, "aud: not ours")
		return
	}
	var list []json.RawMessage
	if value == nil || string(value) == "null" || json.Unmarshal(value, &list) != nil {
		r.check(value == nil || string(value) == "null", "aud: neither string nor list")
		r.check(s.audience == "", "aud: not ours")
		return
	}
	found := s.audience == "" && len(list) == 0
	for _, member := range list {
		name, ok := text(member)
		r.check(ok, "aud: a member that is no string")
		found = found || ok && s.audience != "" && name == s.audience
	}
	r.check(found, "aud: not ours")
}
