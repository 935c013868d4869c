package login

import (
	"net/http"
	"slices"
)

// Require returns middleware that lets a request through if it carries a valid
// token of a known user with all of scopes, if any are given. [Manager.User]
// and [Manager.Principal] then give the handler the user. Everything else is
// answered by [Config.OnError].
//
// Guards of one manager can be nested: the token of a request is verified and
// its user loaded once. OPTIONS gets no free pass: CORS middleware goes outside.
//
// A scope that is empty, cannot be written into a token or is missing in
// [Config.Scopes], where those are set, panics.
func (m *Manager[U]) Require(scopes ...string) func(http.Handler) http.Handler {
	return m.middleware(m.mustRequire("Require", scopes, false))
}

// RequireAny is [Manager.Require] for a token with at least one of scopes. It
// panics when there are none.
func (m *Manager[U]) RequireAny(scopes ...string) func(http.Handler) http.Handler {
	if len(scopes) == 0 {
		panic("login: RequireAny: no scopes are given, so that no token would do")
	}
	return m.middleware(m.mustRequire("RequireAny", scopes, true))
}

func (m *Manager[U]) middleware(rule scopeRule) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if next == nil {
			panic("login: the guarded handler is nil")
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if v, r := m.enter(w, r, rule); v != nil {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// Handle is [Manager.Require] around a handler that is given the user and the
// claims:
//
//	mux.Handle("GET /me", auth.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*User]) {
//		fmt.Fprintln(w, p.User.Name)
//	}))
func (m *Manager[U]) Handle(h func(http.ResponseWriter, *http.Request, *Principal[U]), scopes ...string) http.Handler {
	if h == nil {
		panic("login: Handle: the handler is nil")
	}
	rule := m.mustRequire("Handle", scopes, false)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v, r := m.enter(w, r, rule); v != nil {
			h(w, r, v.principal())
		}
	})
}

// Optional returns a handler that serves every request: with a user where
// there is a valid token, and as anonymous otherwise. [Manager.User] tells
// which, and [Manager.Principal] says why there is no user.
//
// Whatever is wrong with the token or how it was sent makes a request
// anonymous, a cookie on another site's unsafe request included. A loader or a
// store that is down does not: the request is refused.
func (m *Manager[U]) Optional(next http.Handler) http.Handler {
	if next == nil {
		panic("login: Optional: the handler is nil")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !m.ready() {
			WriteError(w, r, errNotConfigured)
			return
		}
		var d decision[U]
		m.decide(&d, r, scopeRule{})
		d.anonymous = d.err != nil && Status(d.err) < http.StatusInternalServerError
		m.report(r.Context(), &d)
		addVary(w.Header(), m.vary, d.memory())
		if d.err != nil && !d.anonymous {
			m.answer(w, r, d.err)
			return
		}
		next.ServeHTTP(w, d.request(r))
	})
}

// enter decides about a request. It answers one that is refused, and returns
// the request to go on with and its visit for one that is let in.
func (m *Manager[U]) enter(w http.ResponseWriter, r *http.Request, rule scopeRule) (*visit[U], *http.Request) {
	if !m.ready() {
		WriteError(w, r, errNotConfigured)
		return nil, r
	}
	var d decision[U]
	m.decide(&d, r, rule)
	m.report(r.Context(), &d)
	addVary(w.Header(), m.vary, d.memory())
	if d.err != nil {
		m.answer(w, r, d.err)
		return nil, r
	}
	return d.visit, d.request(r)
}

// addVary has caches keep the answers to different credentials apart. Where
// there is no Vary yet, it is put into memory, which is of one string.
func addVary(h http.Header, names string, memory []string) {
	present := h["Vary"]
	switch {
	case len(present) == 0:
		memory[0] = names
		h["Vary"] = memory
	case !slices.Contains(present, names):
		h["Vary"] = append(present, names)
	}
}

// memory is where a header field of the answer can be put: in the visit, as
// long as nobody else sees it. Requests share none, for what writes an answer
// may change its header in place.
func (d *decision[U]) memory() []string {
	if d.fresh {
		return d.visit.vary[:]
	}
	return make([]string, 1)
}
