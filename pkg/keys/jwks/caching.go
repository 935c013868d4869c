package jwks

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	minBackoff    = 2 * time.Second
	maxBackoff    = time.Minute
	maxRetryAfter = 10 * time.Minute
)

// freshness returns how long a response is fresh (RFC 9111 section 4.2): max-age
// less Age, least for no-cache and no-store, otherwise fallback. The result is from
// least to maxFresh.
func freshness(h http.Header, fallback, least time.Duration) time.Duration {
	fresh := fallback
	for directive := range strings.SplitSeq(strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch name {
		case "no-cache", "no-store":
			return least
		case "max-age":
			if age, ok := seconds(strings.Trim(value, `"`)); ok {
				current, _ := seconds(h.Get("Age"))
				fresh = age - current
			}
		}
	}
	return min(max(fresh, least), maxFresh)
}

// seconds reads a non-negative number of seconds. One that is too large to count is
// a year.
func seconds(text string) (time.Duration, bool) {
	const year = 365 * 24 * 60 * 60
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil && (n == 0 || text == "") {
		return 0, false
	}
	return time.Duration(min(n, year)) * time.Second, true
}

// retryAfter returns the delay that a response asks for (RFC 9110 section 10.2.3), in
// seconds or as a date, at most maxRetryAfter. Without the header it is zero.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	delay, ok := seconds(text)
	if !ok {
		if date, err := http.ParseTime(text); err == nil {
			delay = date.Sub(now)
		}
	}
	return min(max(delay, 0), maxRetryAfter)
}

// backoff returns the delay after that many failures in a row.
func backoff(failures int) time.Duration {
	return min(minBackoff<<min(failures-1, 10), maxBackoff)
}
