package lint

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
)

const (
	longLife   = 24 * 60 * 60 // seconds
	clockSlack = time.Minute
)

func (l *linter) claims(c input.Members) {
	l.claimTypes(c)
	l.times(c)
	for _, m := range []struct{ name, says string }{
		{"iss", "who issued it"}, {"aud", "which service it is for"}, {"sub", "who it is about"}, {"jti", "which token it is"},
	} {
		if c[m.name] == nil {
			l.add(m.name+"-missing", "no %s: it does not say %s", m.name, m.says)
		}
	}
	for _, name := range []string{"scopes", "scope", "scp"} {
		if kind := c[name].Kind(); c[name] != nil && kind != '"' && !c.Texts(name) {
			l.add("scopes-type", "%s is not a list of strings", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if sensitive(name) {
			l.add("claim-sensitive", "it has a claim named %s", terminal.Shorten(name))
		}
	}
}

func (l *linter) claimTypes(c input.Members) {
	for _, name := range []string{"iss", "sub", "jti"} {
		if text, ok := c.Text(name); c[name] != nil && (!ok || text == "") {
			l.add("claim-type", "%s is not a string, or an empty one", name)
		}
	}
	if _, ok := c.Text("aud"); c["aud"] != nil && !ok && !c.Texts("aud") {
		l.add("claim-type", "aud is neither a string nor a list of strings")
	}
	for _, name := range []string{"exp", "nbf", "iat"} {
		if c[name] != nil && c[name].Kind() != '0' {
			l.add("claim-type", "%s is not a number", name)
		}
		if fault := verdict.BeyondTime(input.Member{Name: name, Value: c[name]}); fault != "" {
			l.add("time-milliseconds", "%s is %s, %s", name, numberText(c[name]), fault)
		}
	}
}

// numberText writes a number for a message. A long one is cut.
func numberText(number jsontext.Value) string {
	if len(number) > 24 {
		return string(number[:24]) + "…"
	}
	return string(number)
}

// times compares exp, nbf and iat with the clock and each other.
func (l *linter) times(c input.Members) {
	exp, hasExp := moment(c, "exp")
	nbf, hasNbf := moment(c, "nbf")
	iat, hasIat := moment(c, "iat")
	if c["exp"] == nil {
		l.add("exp-missing", "it never expires")
	}
	if c["iat"] == nil {
		l.add("iat-missing", "it does not say when it was issued")
	}
	if hasIat && iat.Sub(l.now) > clockSlack {
		l.add("iat-future", "it was issued %s", timetext.Relative(iat, l.now))
	}
	if !hasExp {
		return
	}
	from := l.now
	if hasIat {
		from = iat
	}
	if life := exp.Unix() - from.Unix(); life > longLife {
		l.add("life-long", "it is valid for %s", timetext.SecondsText(life))
	}
	if hasNbf && !nbf.Before(exp) {
		l.add("time-order", "it is valid from %s until %s", nbf.UTC().Format(time.RFC3339), exp.UTC().Format(time.RFC3339))
	}
	if !l.now.Before(exp) {
		l.add("expired", "it expired %s", timetext.Relative(exp, l.now))
	}
}

// moment returns a claim that is a time in seconds, as verify reads it.
func moment(c input.Members, name string) (time.Time, bool) {
	return verdict.ClaimTime(input.Member{Name: name, Value: c[name]}, time.UTC)
}

// sensitive reports whether the name of a claim says that its value is a secret.
func sensitive(name string) bool {
	name = strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
	for _, word := range []string{"password", "passwd", "passphrase", "secret", "apikey", "privatekey", "accesskey",
		"creditcard", "cardnumber", "cvv", "ssn", "socialsecurity", "pincode"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
