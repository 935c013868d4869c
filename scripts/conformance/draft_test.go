package conformance

import (
	"encoding/base64"
	"slices"
	"strings"
)

// dice turns the octets that a fuzzer controls into choices. Once they are used
// up every choice is the first one.
type dice struct{ data []byte }

// n returns a number from 0 to below k.
func (d *dice) n(k int) int {
	if len(d.data) == 0 || k <= 1 {
		return 0
	}
	v := int(d.data[0])
	d.data = d.data[1:]
	if k > 256 && len(d.data) > 0 {
		v = v<<8 | int(d.data[0])
		d.data = d.data[1:]
	}
	return v % k
}

func (d *dice) empty() bool { return len(d.data) == 0 }

func pick[T any](d *dice, from []T) T { return from[d.n(len(from))] }

// member is one member of a JSON object, as text: the name has its quotes.
type member struct{ name, value string }

// object is a JSON object as text, so that every part of it can be spoilt.
type object struct {
	members                   []member
	open, comma, colon, close string
}

func newObject(members ...member) object {
	return object{members: members, open: "{", comma: ",", colon: ":", close: "}"}
}

func (o object) String() string {
	var b strings.Builder
	b.WriteString(o.open)
	for i, m := range o.members {
		if i > 0 {
			b.WriteString(o.comma)
		}
		b.WriteString(m.name + o.colon + m.value)
	}
	b.WriteString(o.close)
	return b.String()
}

// draft is a good token, taken apart, before anything is done to it.
type draft struct {
	credential credential
	header     object
	payload    object
	json       []func(header, payload string) (string, string) // edits of the JSON texts, before signing
	sign       func(input string) []byte                       // nil: the credential's own
	text       []func(string) string                           // edits of the token, after signing
	raw        string                                          // text that the fuzzer supplies
}

func newDraft(c credential, s setting, raw string) *draft {
	d := &draft{
		credential: c,
		header:     newObject(member{`"alg"`, `"` + c.name + `"`}, member{`"typ"`, `"JWT"`}),
		payload: newObject(
			member{`"iss"`, `"` + issuer + `"`}, member{`"aud"`, `"` + audience + `"`}, member{`"sub"`, `"ada@example.com"`},
			member{`"iat"`, `1759999940`}, member{`"nbf"`, `1759999940`}, member{`"exp"`, `1760000900`},
			member{`"jti"`, `"0f8fad5bd9cb469fa165"`}, member{`"scopes"`, `["read","write"]`},
		),
		raw: raw,
	}
	if s.kid != "" {
		set(&d.header, member{`"kid"`, `"` + s.kid + `"`})
	}
	if s.audience == "" {
		d.payload.members = slices.DeleteFunc(d.payload.members, func(m member) bool { return m.name == `"aud"` })
	}
	return d
}

// token signs and encodes the draft.
func (d *draft) token() string {
	header, payload := d.header.String(), d.payload.String()
	for _, edit := range d.json {
		header, payload = edit(header, payload)
	}
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	sign := d.sign
	if sign == nil {
		sign = d.credential.sign
	}
	token := input + "." + base64.RawURLEncoding.EncodeToString(sign(input))
	for _, edit := range d.text {
		token = edit(token)
	}
	return token
}

// resign replaces the signature of a spoilt token by a good one over its text,
// so that another check must refuse it.
func (d *draft) resign() {
	d.text = append(d.text, func(token string) string {
		dot := strings.LastIndexByte(token, '.')
		if dot < 0 {
			return token
		}
		return token[:dot+1] + base64.RawURLEncoding.EncodeToString(d.credential.sign(token[:dot]))
	})
}

// object returns the header or the payload.
func (d *draft) object(roll *dice) *object {
	if roll.n(2) == 0 {
		return &d.payload
	}
	return &d.header
}
