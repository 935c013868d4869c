package session_test

import (
	"testing"

	"github.com/loginctl/loginctl/pkg/login/session"
	"github.com/loginctl/loginctl/pkg/login/session/sessiontest"
)

func TestMemory(t *testing.T) {
	var store session.Memory
	open := func() (session.Store, error) { return &store, nil }
	if err := sessiontest.CheckStore(t.Context(), open); err != nil {
		t.Error(err)
	}
	log := func() (session.Log, error) { return &store, nil }
	if err := sessiontest.CheckLog(t.Context(), log); err != nil {
		t.Error(err)
	}
}
