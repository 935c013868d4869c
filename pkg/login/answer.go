package login

import (
	"context"
	"errors"
	"net/http"
)

// An ErrorHandler answers a request that was refused with err. It must write
// an answer: a handler that writes nothing answers 200. Vary and Cache-Control
// are set before it is called.
type ErrorHandler func(w http.ResponseWriter, r *http.Request, err error)

// Deny answers a request that a guard of your own refuses, as the manager's
// guards would:
//
//	if user, ok := auth.User(r.Context()); !ok || !user.Admin {
//		auth.Deny(w, r, login.ErrForbidden)
//		return
//	}
//
// A nil err counts as [ErrForbidden]. Where the client has left, there is nobody
// to answer: then Deny, as the guards do, panics with [http.ErrAbortHandler],
// which the server takes for the end of the request.
func (m *Manager[U]) Deny(w http.ResponseWriter, r *http.Request, err error) {
	if !m.ready() {
		WriteError(w, r, errNotConfigured)
		return
	}
	if err == nil {
		err = ErrForbidden
	}
	if !wasReported(err) {
		m.reportDenial(r.Context(), err)
	}
	addVary(w.Header(), m.vary, make([]string, 1))
	m.answer(w, r, err)
}

// answer has the ErrorHandler answer, unless nobody is there to read it.
func (m *Manager[U]) answer(w http.ResponseWriter, r *http.Request, err error) {
	if clientGone(r.Context(), err) {
		// Returning would have the server write an empty 200. It takes this for
		// "cut the connection", and so do well-behaved handlers around us.
		if r.Context().Value(http.ServerContextKey) != nil {
			panic(http.ErrAbortHandler)
		}
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	m.onError(w, r, err)
}

// clientGone reports whether err is no more than the client's leaving.
func clientGone(ctx context.Context, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled)
}
