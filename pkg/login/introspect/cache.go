package introspect

import "time"

// answers remembers answers of one kind, the newest ones if there are too many.
type answers struct {
	most  int
	known map[digest]remembered
	order []digest // a ring of the keys in known, and of some that are gone
	next  int
}

type remembered struct {
	claims []byte
	until  time.Time
}

// get returns an answer that is remembered.
func (a *answers) get(key digest, now time.Time) ([]byte, bool) {
	r, ok := a.known[key]
	if !ok || !now.Before(r.until) {
		return nil, false
	}
	return r.claims, true
}

// put remembers an answer until a time. It forgets the oldest one if there are too many.
func (a *answers) put(key digest, claims []byte, now, until time.Time) {
	if !now.Before(until) {
		return
	}
	if a.known == nil {
		a.known = make(map[digest]remembered)
	}
	if _, known := a.known[key]; !known {
		a.place(key)
	}
	a.known[key] = remembered{claims, until}
}

// place gives a key a place in the ring.
func (a *answers) place(key digest) {
	if len(a.order) < a.most {
		a.order = append(a.order, key)
		return
	}
	delete(a.known, a.order[a.next])
	a.order[a.next] = key
	a.next = (a.next + 1) % a.most
}
