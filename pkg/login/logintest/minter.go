package logintest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// minter makes claims that a store sees as after a verification: with the text of the
// token, in which it may look for other claims.
type minter struct {
	key    *keys.SigningKey
	reader *login.Verifier
}

func newMinter() (*minter, error) {
	m := new(minter)
	var err error
	if m.key, err = keys.Generate(keys.HS256); err != nil {
		return nil, err
	}
	m.reader, err = m.verifier(login.Config{AllowNoExpiry: true})
	return m, err
}

// verifier returns a verifier of its tokens.
func (m *minter) verifier(config login.Config) (*login.Verifier, error) {
	return login.NewVerifier(m.key, config)
}

// text returns a token with claims. Its session is another one for each jti.
func (m *minter) text(c *login.Claims) string {
	all := map[string]any{"sid": "session of " + c.ID}
	for name, value := range map[string]string{"iss": c.Issuer, "sub": c.Subject, "jti": c.ID} {
		if value != "" {
			all[name] = value
		}
	}
	for name, date := range map[string]time.Time{"iat": c.IssuedAt, "exp": c.ExpiresAt} {
		if !date.IsZero() {
			all[name] = date.Unix()
		}
	}
	token, err := SignClaims(m.key, all)
	if err != nil {
		panic(fmt.Sprintf("logintest: %v", err)) // the claims above can be written
	}
	return token
}

// sign completes claims by their text.
func (m *minter) sign(c *login.Claims) {
	report := m.reader.Inspect(context.Background(), m.text(c))
	if report.Claims == nil {
		panic(errors.Join(report.Failures...)) // as above
	}
	signed := *report.Claims
	signed.Issuer, signed.Subject, signed.ID = c.Issuer, c.Subject, c.ID
	signed.IssuedAt, signed.NotBefore, signed.ExpiresAt = c.IssuedAt, c.NotBefore, c.ExpiresAt
	*c = signed
}
