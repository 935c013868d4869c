package session

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// Session is a login as its user sees it in a list.
type Session struct {
	ID, Subject string
	Device      string   // Device.Label
	Scopes      []string // granted at the login
	Remember    bool     // only in a Pair
	Created     time.Time
	Seen        time.Time // the last refresh
	Ends        time.Time // unless it is refreshed before
	Current     bool      // it is the one of the request
}

func sessionOf(rec Record) Session {
	return Session{
		ID: rec.ID, Subject: rec.Subject, Device: rec.Device, Scopes: rec.Scopes,
		Created: rec.Created, Seen: rec.Rotated, Ends: rec.IdleUntil,
	}
}

// List returns the live sessions of a subject, the one that was seen last first. If ctx
// is that of a request behind a guard, its own session is Current.
func (m *Manager[U]) List(ctx context.Context, subject string) ([]Session, error) {
	records, err := m.config.Store.List(ctx, subject, m.now())
	if err != nil {
		return nil, unavailable("listing sessions", err)
	}
	current := m.current(ctx)
	list := make([]Session, 0, len(records))
	for _, rec := range records {
		s := sessionOf(rec)
		s.Current = s.ID == current
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Session) int {
		return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// current returns the ID of the session of a request, or "".
func (m *Manager[U]) current(ctx context.Context) string {
	p, err := m.Principal(ctx)
	if err != nil {
		return ""
	}
	return p.Claims.SessionID
}

// End ends a session of a subject: it cannot be refreshed, and its access tokens are
// refused here at once and by other replicas as [Feed] has it. To end one that is not
// there is not an error.
func (m *Manager[U]) End(ctx context.Context, subject, id string) error {
	_, err := m.end(ctx, subject, id)
	return err
}

// end is End. It reports whether the store has the session, ended as it is now.
func (m *Manager[U]) end(ctx context.Context, subject, id string) (known bool, err error) {
	ended, err := m.config.Store.End(ctx, subject, id)
	if err != nil {
		return false, unavailable("ending a session", err)
	}
	if !ended {
		// Another call has ended it, or the subject has no such session. Only the first
		// may enter the feed: a user could have sessions of others refused otherwise,
		// and fill the memory with invented ones.
		rec, found, err := m.config.Store.Get(ctx, subject, id)
		if err != nil {
			return false, unavailable("ending a session", err)
		}
		if !found || !rec.Ended {
			return false, nil
		}
	}
	m.feed.Add(endedSession(id, m.now()))
	if ended {
		m.report(ctx, login.Event{Action: "end", Subject: subject, SessionID: id})
	}
	return true, nil
}

// EndAll ends the sessions of a subject but one, and returns their number. A page "log
// out my other devices" gives the SessionID of its own claims as except; if it is
// empty, all end.
func (m *Manager[U]) EndAll(ctx context.Context, subject, except string) (int, error) {
	ended, err := m.config.Store.EndAll(ctx, subject, except)
	if err != nil {
		return 0, unavailable("ending sessions", err)
	}
	for _, id := range ended {
		m.feed.Add(endedSession(id, m.now()))
		m.report(ctx, login.Event{Action: "end", Subject: subject, SessionID: id})
	}
	return len(ended), nil
}
