package jwks

import (
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Event describes one read of a key set.
type Event struct {
	URL      string            // of the JWK Set, without its query; the issuer before discovery
	Changed  bool              // the keys are other ones than before
	Keys     int               // that are used now
	Skipped  []keys.SkippedKey // entries of the set that are not used
	Duration time.Duration
	Err      error // nil if the read succeeded
}
