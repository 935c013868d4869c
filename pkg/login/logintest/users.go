package logintest

import (
	"context"
	"maps"
	"sync"

	"github.com/loginctl/loginctl/pkg/login"
)

// Users is a loader over memory. It is safe for concurrent use.
type Users[U any] struct {
	mu    sync.Mutex
	known map[string]U
	err   error
	loads int
}

// NewUsers returns the users of a map from subject to user, which is copied.
func NewUsers[U any](users map[string]U) *Users[U] {
	u := &Users[U]{known: map[string]U{}}
	maps.Copy(u.known, users)
	return u
}

// Load is a [login.Loader].
func (u *Users[U]) Load(_ context.Context, subject string) (U, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.loads++
	user, known := u.known[subject]
	switch {
	case u.err != nil:
		var zero U
		return zero, u.err
	case !known:
		return user, login.ErrUserNotFound
	}
	return user, nil
}

// Set adds a user or replaces one.
func (u *Users[U]) Set(subject string, user U) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.known[subject] = user
}

// Remove removes a user. Their tokens stay valid, but the subject is unknown.
func (u *Users[U]) Remove(subject string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.known, subject)
}

// Fail makes every load return err from now on, such as [login.ErrUnavailable]. A nil
// err ends the outage.
func (u *Users[U]) Fail(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.err = err
}

// Loads returns the number of calls of Load.
func (u *Users[U]) Loads() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.loads
}
