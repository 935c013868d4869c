package adapt_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/adapt"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

func TestAdmit(t *testing.T) {
	auth := logintest.New(t, map[string]string{"ada": "Ada"}, login.Config{})
	for _, tt := range []struct {
		name, token string
		ok          bool
		status      int
	}{
		{"a user", auth.Token("ada", "read"), true, 200},
		{"without the scope", auth.Token("ada"), false, 403},
		{"no token", "", false, 401},
	} {
		w := httptest.NewRecorder()
		r, ok := adapt.Admit(auth.Require("read"), w, logintest.Get("/").Bearer(tt.token).HTTP())
		if ok != tt.ok || w.Code != tt.status {
			t.Errorf("%s: %v, %d", tt.name, ok, w.Code)
		}
		if ok {
			if name, _ := auth.User(r.Context()); name != "Ada" {
				t.Errorf("%s: the user is %q", tt.name, name)
			}
		}
	}
}

func TestGRPCStatus(t *testing.T) {
	for err, want := range map[error]uint32{
		nil: 0, login.ErrBadRequest: 3, login.ErrTooLarge: 3, login.ErrInsufficientScope: 7, login.ErrForbidden: 7,
		login.ErrCrossOrigin: 7, errors.New("bug"): 13, login.ErrUnavailable: 14, context.DeadlineExceeded: 14,
		&login.RetryError{}: 8, &login.RetryError{Locked: true}: 7, login.ErrNoToken: 16, login.ErrExpired: 16, login.ErrUserNotFound: 16, login.ErrBadCredentials: 16,
	} {
		code, message := adapt.GRPCStatus(err)
		if code != want || (message == "") != (err == nil) {
			t.Errorf("%v: %d %q, want %d", err, code, message, want)
		}
	}
	if _, message := adapt.GRPCStatus(fmt.Errorf("%w: secret", login.ErrForbidden)); strings.Contains(message, "secret") {
		t.Error("the message has the text of the error")
	}
}

func TestBearerToken(t *testing.T) {
	for value, want := range map[string]string{
		"Bearer a.b.c": "a.b.c", "bearer  a.b.c": "a.b.c", "Basic a": "", "a.b.c": "", "Bearer": "", "": "",
	} {
		if got := adapt.BearerToken(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}
