package session_test

import (
	"errors"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/session"
)

func TestInspectAndEndToken(t *testing.T) {
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	store := new(session.Memory)
	m, err := session.New(key, login.ClaimsOnly, login.Config{}, session.Config[*login.Claims]{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	first, err := m.Open(ctx, login.Grant{Subject: "ada", Scopes: []string{"a"}}, session.Device{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := m.Refresh(ctx, first.Refresh.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	c, err := m.InspectToken(ctx, second.Refresh.Reveal())
	if err != nil || c.Subject != "ada" || c.SessionID != second.Session.ID || !c.ExpiresAt.Equal(second.Session.Ends) || len(c.Scopes) != 1 {
		t.Errorf("InspectToken = %+v, %v", c, err)
	}
	for name, token := range map[string]string{
		"an old token": first.Refresh.Reveal(), "an access token": second.Access.Reveal(), "nothing": "",
		"a changed token": second.Refresh.Reveal()[:len(second.Refresh.Reveal())-4] + "AAAA",
	} {
		if c, err := m.InspectToken(ctx, token); c != nil || !errors.Is(err, login.ErrInvalidToken) {
			t.Errorf("InspectToken of %s: %v, %v", name, c != nil, err)
		}
		if name == "an old token" {
			continue
		}
		if err := m.EndToken(ctx, token); !errors.Is(err, login.ErrInvalidToken) {
			t.Errorf("EndToken of %s: %v", name, err)
		}
	}
	// A token of any generation ends the session, for good and for its access tokens.
	for range 2 {
		if err := m.EndToken(ctx, first.Refresh.Reveal()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Refresh(ctx, second.Refresh.Reveal()); !errors.Is(err, session.ErrEnded) {
		t.Errorf("a refresh after that: %v", err)
	}
	if _, err := m.Verify(ctx, second.Access.Reveal()); !errors.Is(err, login.ErrRevoked) {
		t.Errorf("the access token after that: %v", err)
	}
	if _, err := m.InspectToken(ctx, second.Refresh.Reveal()); !errors.Is(err, login.ErrInvalidToken) {
		t.Errorf("InspectToken after that: %v", err)
	}
}
