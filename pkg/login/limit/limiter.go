package limit

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// Limiter limits how often the password of a name is tried. It is safe for concurrent
// use.
type Limiter struct{ config Config }

// New returns a limiter. It does no I/O.
func New(c Config) (*Limiter, error) {
	c, err := c.checked()
	if err != nil {
		return nil, err
	}
	return &Limiter{c}, nil
}

// Check returns a check that calls the given one unless the name has to wait at the
// client of the request. See [Limiter.Do].
func (l *Limiter) Check(check login.PasswordCheck) login.PasswordCheck {
	return func(ctx context.Context, c *login.Credentials) (grant login.Grant, err error) {
		err = l.Do(ctx, c.Request, c.Username, func() (err error) {
			grant, err = check(ctx, c)
			return err
		})
		return grant, err
	}
}

// Do calls attempt, which is one try to log in with a name by any proof, unless the name
// has to wait at the client of the request. Then it returns a [*login.RetryError].
//
// If attempt returns nil, the login is good. The attempt counts as failed if its error
// matches [login.ErrBadCredentials], [login.ErrUserNotFound] or [login.ErrForbidden], if
// the account is locked, or if the client left. An attempt with another error, such as
// an outage, is not counted. An error of the store matches [login.ErrUnavailable].
func (l *Limiter) Do(ctx context.Context, r *http.Request, name string, attempt func() error) error {
	key := l.key(name, l.config.Client(r))
	counted, err := l.count(ctx, key)
	if err != nil {
		return err
	}
	err = attempt()
	if err != nil && (failed(err) || ctx.Err() != nil) {
		return err
	}
	// The result is known. A client that leaves now must not keep its failure, and
	// if the store fails now, one failure too many is left.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	_ = l.takeBack(ctx, key, counted, err == nil && l.config.Key == NameAndClient)
	return err
}

// undoTimeout limits the calls of the store after an attempt.
const undoTimeout = 5 * time.Second

// failed reports whether an attempt was made and was wrong.
func failed(err error) bool {
	if retry, ok := errors.AsType[*login.RetryError](err); ok {
		return retry.Locked
	}
	return errors.Is(err, login.ErrBadCredentials) || errors.Is(err, login.ErrUserNotFound) || errors.Is(err, login.ErrForbidden)
}

// count counts an attempt as failed, and returns the failures with it.
func (l *Limiter) count(ctx context.Context, key string) (Failures, error) {
	for {
		old, err := l.config.Store.Failures(ctx, key)
		if err != nil {
			return Failures{}, unavailable(err)
		}
		next, wait := l.config.step(old, l.config.Now())
		if wait > 0 {
			return Failures{}, &login.RetryError{After: wait}
		}
		changed, err := l.config.Store.SetFailures(ctx, key, old, next, l.config.Forget)
		if err != nil {
			return Failures{}, unavailable(err)
		}
		if changed {
			return next, nil
		}
		// Another attempt was counted meanwhile.
	}
}

func unavailable(err error) error {
	return fmt.Errorf("%w: counting attempts: %w", login.ErrUnavailable, err)
}

// step returns the failures with one more, or the time until there can be one.
func (c *Config) step(f Failures, now time.Time) (next Failures, wait time.Duration) {
	now = time.UnixMilli(now.UnixMilli()).UTC()
	since := now.Sub(f.Last)
	if since >= c.Forget {
		f = Failures{}
	}
	// A clock that is behind the one that dated the failure must not wait for it.
	if wait = c.delay(f.Count); wait > 0 && since < wait {
		return f, min(wait, wait-since)
	}
	return Failures{min(f.Count+1, maxCount), now}, 0
}

// maxCount is where counts stay. The wait is the longest one long before.
const maxCount = 1 << 20

// delay returns the wait after a number of failures.
func (c *Config) delay(count int) time.Duration {
	if count < c.Free {
		return 0
	}
	wait := c.First
	for range count - c.Free {
		if wait >= c.Most/2 {
			return c.Most
		}
		wait *= 2
	}
	return min(wait, c.Most)
}

// takeBack removes a failure that was counted, or all.
func (l *Limiter) takeBack(ctx context.Context, key string, counted Failures, all bool) error {
	for old := counted; !old.IsZero(); {
		next := Failures{old.Count - 1, old.Last}
		if all || next.Count == 0 {
			next = Failures{}
		}
		changed, err := l.config.Store.SetFailures(ctx, key, old, next, l.config.Forget)
		if changed || err != nil {
			return err
		}
		if old, err = l.config.Store.Failures(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// key returns the key of a name at a client. It is a hash: the store need not know who
// failed to log in from where.
func (l *Limiter) key(name, client string) string {
	if l.config.Key == ClientAlone {
		name = ""
	}
	name = l.config.Name(name)
	text := binary.AppendUvarint([]byte{byte(l.config.Key)}, uint64(len(name)))
	text = append(append(text, name...), client...)
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
