package conformance

import (
	"slices"
	"strings"
)

// mutator spoils a draft, or changes it into something that is still good.
type mutator struct {
	name  string
	apply func(d *draft, roll *dice)
}

// jsonMutators change the JSON texts; the signature is then made over the result.
var jsonMutators = []mutator{
	{"value", replaceValue},
	{"claim", addClaim},
	{"header parameter", addParameter},
	{"duplicate", duplicateMember},
	{"delete", deleteMember},
	{"rename", renameMember},
	{"reorder", reorderMembers},
	{"white space", whiteSpace},
	{"around", aroundJSON},
	{"string content", stringContent},
	{"not an object", notAnObject},
	{"octet", flipJSON},
	{"depth", deepValue},
	{"time", timeValue},
	{"audience", audienceValue},
}

// values are the replacements of a member.
var values = []string{
	`null`, `true`, `false`, `0`, `-0`, `1`, `-1`, `1.5`, `""`, `" "`, `"x"`, `[]`, `{}`, `[null]`, `{"a":1}`, `"JWT"`, `"jwt"`, `"at+jwt"`,
	`"AT+JWT"`, `"application/jwt"`, `"application/at+jwt"`, `"application/application/jwt"`, `"JWS"`, `"JOSE"`, `"secevent+jwt"`, `"ada@example.com"`,
	`"none"`, `"None"`, `"HS256"`, `"hs256"`, `"RS256"`, `"ES256"`, `"EdDSA"`, `"PS256"`, `"HS256 "`, `"\u0048S256"`, `"https://issuer.example"`,
	`"https:\/\/issuer.example"`, `"https://issuer.example/"`, `"api"`, `"\u0061pi"`, `["api"]`, `["other"]`, `"1760000900"`,
	`"\ud800"`, `"\udc00\ud800"`, `"\ud83d\ude00"`, `"\u0000"`, `"é"`, `["exp"]`, `["b64"]`, `[1,"api"]`,
}

func (d *draft) values() []string {
	if d.raw == "" {
		return values
	}
	return append(slices.Clone(values), d.raw)
}

func replaceValue(d *draft, roll *dice) {
	o := d.object(roll)
	if len(o.members) > 0 {
		o.members[roll.n(len(o.members))].value = pick(roll, d.values())
	}
}

func addClaim(d *draft, roll *dice) {
	names := []string{`"name"`, `"admin"`, `""`, `"iss "`, `"Exp"`, `"EXP"`, `"Sub"`, `"\u0073ub"`, `"\u0065xp"`, `"client_id"`, `"scope"`, `"scp"`, `"nonce"`, `"a.b"`, `"𝕖xp"`}
	insert(&d.payload, roll, member{pick(roll, names), pick(roll, d.values())})
}

func addParameter(d *draft, roll *dice) {
	parameters := []member{
		{`"crit"`, `["exp"]`}, {`"crit"`, `[]`}, {`"crit"`, `["b64"]`}, {`"crit"`, `null`}, {`"crit"`, `"exp"`}, {`"b64"`, `true`}, {`"b64"`, `false`},
		{`"zip"`, `"DEF"`}, {`"zip"`, `null`}, {`"cty"`, `"JWT"`}, {`"cty"`, `"json"`}, {`"kid"`, `"1"`}, {`"kid"`, `""`}, {`"kid"`, `1`}, {`"kid"`, `null`},
		{`"kid"`, `"../../etc/passwd"`}, {`"kid"`, `["1"]`}, {`"jku"`, `"https://attacker.example/keys"`}, {`"x5u"`, `"https://attacker.example/cert"`},
		{`"jwk"`, `{"kty":"oct","k":"AAAA"}`}, {`"jwk"`, `1`}, {`"x5c"`, `[]`}, {`"x5t"`, `"AA"`}, {`"ALG"`, `"none"`}, {`"Typ"`, `"JWS"`}, {`"\u0061lg"`, `"none"`},
		{`"epk"`, `{}`}, {`"enc"`, `"A128GCM"`}, {`"iss"`, `"https://issuer.example"`}, {`"exp"`, `1`}, {`"url"`, `"https://a.example"`}, {`"nonce"`, `"x"`}, {`"ppt"`, `1}`},
	}
	insert(&d.header, roll, pick(roll, parameters))
}

func insert(o *object, roll *dice, m member) {
	o.members = slices.Insert(o.members, roll.n(len(o.members)+1), m)
}

func duplicateMember(d *draft, roll *dice) {
	o := d.object(roll)
	if len(o.members) == 0 {
		return
	}
	m := o.members[roll.n(len(o.members))]
	switch roll.n(4) {
	case 0: // the same again
	case 1:
		m.value = pick(roll, d.values())
	case 2: // the same name, spelt otherwise
		m.name = escaped(m.name)
	case 3:
		m.name, m.value = escaped(m.name), pick(roll, d.values())
	}
	insert(o, roll, m)
}

// escaped spells the first letter of a quoted name as an escape.
func escaped(name string) string {
	const hex = "0123456789abcdef"
	if len(name) < 3 || name[1] == '\\' {
		return name
	}
	return `"\u00` + string(hex[name[1]>>4]) + string(hex[name[1]&15]) + name[2:]
}

func deleteMember(d *draft, roll *dice) {
	o := d.object(roll)
	if i := roll.n(len(o.members)); len(o.members) > 0 {
		o.members = slices.Delete(o.members, i, i+1)
	}
}

func renameMember(d *draft, roll *dice) {
	o := d.object(roll)
	if len(o.members) == 0 {
		return
	}
	m := &o.members[roll.n(len(o.members))]
	switch roll.n(7) {
	case 0:
		m.name = strings.ToUpper(m.name)
	case 1:
		m.name = strings.ToUpper(m.name[:2]) + m.name[2:]
	case 2:
		m.name = escaped(m.name)
	case 3:
		m.name = strings.Replace(m.name, "s", "ſ", 1) // folds to s
	case 4:
		m.name = m.name[:len(m.name)-1] + ` "`
	case 5:
		m.name = m.name[:len(m.name)-1] + `\u0000"`
	case 6:
		m.name = strings.Trim(m.name, `"`)
	}
}

func reorderMembers(d *draft, roll *dice) {
	o := d.object(roll)
	if n := len(o.members); n > 1 {
		i, j := roll.n(n), roll.n(n)
		o.members[i], o.members[j] = o.members[j], o.members[i]
	}
}

func whiteSpace(d *draft, roll *dice) {
	spaces := []string{" ", "\n", "\t", "\r\n", "\v", "\f", "\u00a0", "\u2028", "\ufeff", "\x00", "/**/", "//\n"}
	o, space := d.object(roll), pick(roll, spaces)
	switch roll.n(4) {
	case 0:
		o.open += space
	case 1:
		o.comma = space + "," + space
	case 2:
		o.colon = space + ":" + space
	case 3:
		o.close = space + o.close
	}
}

func aroundJSON(d *draft, roll *dice) {
	texts := []string{" ", "\n", "\ufeff", "\xff\xfe", "{}", "null", "}", "{", "[", "]", ",", "\x00", "0", `""`, ")]}'\n"}
	o, text := d.object(roll), pick(roll, texts)
	switch roll.n(5) {
	case 0:
		o.open = text + o.open
	case 1:
		o.close += text
	case 2:
		o.close = "," + o.close
	case 3:
		o.open += ","
	case 4:
		o.close = ""
	}
}

func stringContent(d *draft, roll *dice) {
	contents := []string{
		"\xff", "\xc0\x80", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x00", "\x1f", "\x7f", "\n", "\u2028", "\ufffe", `\u0000`, `\ud800`, `\udc00`,
		`\ud800\udc00`, `\x41`, `\'`, `\u12`, `\`, `\/`, `\b`, `"`, "'", "🎉", "\u202e", "e\u0301",
	}
	o := d.object(roll)
	if len(o.members) == 0 {
		return
	}
	m, text := &o.members[roll.n(len(o.members))], pick(roll, contents)
	target := &m.value
	if roll.n(2) == 1 {
		target = &m.name
	}
	if i := strings.LastIndexByte(*target, '"'); i > 0 {
		*target = (*target)[:i] + text + (*target)[i:]
	}
}

func notAnObject(d *draft, roll *dice) {
	texts := []string{"", "null", "true", "1", `"x"`, "[]", `[{"alg":"HS256"}]`, "{}", `{"a"}`, `{"a":}`, `{a:1}`, `{'a':1}`, "\x00", "{", "}"}
	text := pick(roll, texts)
	if d.raw != "" && roll.n(2) == 1 {
		text = d.raw
	}
	part := roll.n(2)
	d.json = append(d.json, func(header, payload string) (string, string) {
		if part == 0 {
			return header, text
		}
		return text, payload
	})
}

func flipJSON(d *draft, roll *dice) {
	part, at, with := roll.n(2), roll.n(4096), byte(roll.n(256))
	flip := func(s string) string {
		if s == "" {
			return s
		}
		i := at % len(s)
		return s[:i] + string([]byte{with}) + s[i+1:]
	}
	d.json = append(d.json, func(header, payload string) (string, string) {
		if part == 0 {
			return header, flip(payload)
		}
		return flip(header), payload
	})
}

func deepValue(d *draft, roll *dice) {
	depth := []int{1, 29, 30, 31, 32, 33, 34, 100, 1000}[roll.n(9)]
	value := strings.Repeat("[", depth) + strings.Repeat("]", depth)
	if roll.n(2) == 1 {
		value = strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth)
	}
	insert(d.object(roll), roll, member{`"deep"`, value})
}

func timeValue(d *draft, roll *dice) {
	times := []string{
		"1760000000", "1759999999", "1760000001", "1760000000.0", "1760000000.5", "1759999999.999999999", "1760000000.000000001", "1.76e9", "1.7600009e9", "17600009000e-1",
		"1760000900.0", "1760000900.9", "0", "0.0", "-0", "-1", "1e0", "1e10", "1E+10", "1e400", "-1e400", "1e-400", "253402300799", "253402300800", "9007199254740993",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e19", "1e18", "10000000000000000000000000", "01760000900", "+1760000900",
		strings.Repeat("9", 1024), strings.Repeat("9", 1025), "1." + strings.Repeat("0", 1023), "0x68e78f84", "NaN", "Infinity", "1_760_000_900", ".5", "1.", "1e", `"1760000900"`, `"2025-10-09T08:53:20Z"`, `[1760000900]`, "null", "true", "99999999999",
	}
	for i := range d.payload.members {
		if d.payload.members[i].name == []string{`"exp"`, `"nbf"`, `"iat"`}[roll.n(3)] {
			d.payload.members[i].value = pick(roll, times)
			return
		}
	}
}

func audienceValue(d *draft, roll *dice) {
	audiences := []string{
		`"api"`, `["api"]`, `["other","api"]`, `["api","api"]`, `["other"]`, `[]`, `""`, `[""]`, `null`, `["api",null]`, `["api",1]`, `[["api"]]`, `{"api":true}`,
		`"API"`, `" api"`, `"api "`, `"ap"`, `"apis"`, `"api,other"`, `"api other"`, `"\u0061pi"`, `1`, `true`,
	}
	for i := range d.payload.members {
		if d.payload.members[i].name == `"aud"` {
			d.payload.members[i].value = pick(roll, audiences)
			return
		}
	}
}
