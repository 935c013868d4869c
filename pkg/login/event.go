package login

import "time"

// Event is one decision. It never holds a token.
type Event struct {
	Reason   string // see [Reason]; "ok" when let in
	Err      error  // nil when let in
	Source   Source
	KeyID    string
	Subject  string // only after verification
	TokenID  string // only after verification
	Duration time.Duration
}
