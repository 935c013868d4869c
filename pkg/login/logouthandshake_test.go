package login_test

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/revocation"
)

// TestLogoutByHandshakeFromAnotherSite: the token of a handshake is the page's own, but
// the cookies beside it are the user's.
func TestLogoutByHandshakeFromAnotherSite(t *testing.T) {
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	m, err := login.New(key, login.ClaimsOnly, login.Config{
		Locations: login.InCookie | login.InWebSocket, Revocations: new(revocation.Memory),
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := m.Issue(login.Grant{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	for _, protocol := range []string{"", "access_token, x"} {
		r := httptest.NewRequest("GET", "/logout", nil)
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "same-site")
		r.Header.Set("Connection", "Upgrade")
		r.Header.Set("Upgrade", "websocket")
		r.Header.Set("Sec-WebSocket-Protocol", protocol)
		w := httptest.NewRecorder()
		if err := m.SetCookie(w, token); err != nil {
			t.Fatal(err)
		}
		r.AddCookie(w.Result().Cookies()[0])
		w = httptest.NewRecorder()
		if err := m.Logout(w, r); !errors.Is(err, login.ErrCrossOrigin) || w.Header()["Set-Cookie"] != nil {
			t.Errorf("protocol %q: %v, cookies %d", protocol, err, len(w.Header()["Set-Cookie"]))
		}
		if _, err := m.AuthenticateToken(t.Context(), token.Reveal()); err != nil {
			t.Errorf("protocol %q: the token is %v", protocol, err)
		}
	}
}
