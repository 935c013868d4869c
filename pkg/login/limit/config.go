package limit

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Config configures a [Limiter].
type Config struct {
	// Store keeps the counts. It must be set: &Memory{} for one process.
	Store Store
	// Key tells whose failures are counted together. If zero, it is NameAndClient.
	Key Key
	// Client returns the client of a request, such as its address. If nil, it is
	// [RemoteAddr]. All requests for which it returns "" are one client.
	Client func(*http.Request) string
	// Name returns the form of a name in which two spellings of one user are equal.
	// If nil, it is [Fold]. A login that treats more names as equal than this
	// function gives each user as many counts as there are spellings.
	Name func(string) string

	// Free is the number of failures after which the next attempt need not wait. If
	// zero, it is 5 for a pair of name and client, and 50 for a client alone.
	Free int
	// First is the wait after the first failure that is not free. Each further one
	// doubles it. If zero, it is 1 second.
	First time.Duration
	// Most is the longest wait. If zero, it is 15 minutes.
	Most time.Duration
	// Forget is the time after the last failure when the count is zero again. It must
	// be longer than Most. If zero, it is 24 hours.
	Forget time.Duration

	// Now is the clock. If nil, it is time.Now.
	Now func() time.Time
}

// Key tells whose failures a [Limiter] counts together.
type Key uint8

// The keys.
const (
	// NameAndClient counts the failures of a name at a client. A good login sets the
	// count to zero.
	NameAndClient Key = iota
	// ClientAlone counts the failures of a client with all names. A good login is
	// not counted, and leaves the failures with other names.
	ClientAlone
)

// checked returns c with its defaults, or the mistakes in it.
func (c Config) checked() (Config, error) {
	var errs []error
	if c.Store == nil {
		errs = append(errs, errors.New("Config.Store is not set: give &limit.Memory{}, or a store of sqlstore or redisstore"))
	}
	if c.Key > ClientAlone {
		errs = append(errs, fmt.Errorf("Config.Key is %d: give NameAndClient or ClientAlone", c.Key))
	}
	if c.Free < 0 {
		errs = append(errs, fmt.Errorf("Config.Free is %d: give a positive number, or zero for the default", c.Free))
	}
	if c.Free == 0 {
		c.Free = 5
		if c.Key == ClientAlone {
			c.Free = 50
		}
	}
	errs = append(errs, c.checkTimes())
	if c.Client == nil {
		c.Client = RemoteAddr
	}
	if c.Name == nil {
		c.Name = Fold
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, errors.Join(errs...)
}

func (c *Config) checkTimes() error {
	for _, field := range []struct {
		name  string
		value *time.Duration
		zero  time.Duration
	}{
		{"First", &c.First, time.Second},
		{"Most", &c.Most, 15 * time.Minute},
		{"Forget", &c.Forget, 24 * time.Hour},
	} {
		if *field.value < 0 {
			return fmt.Errorf("the %s of limit.Config is %v: give a positive duration, or zero for the default", field.name, *field.value)
		}
		if *field.value == 0 {
			*field.value = field.zero
		}
	}
	if c.Most < c.First || c.Forget <= c.Most {
		return fmt.Errorf("the waits of Config are First %v, Most %v and Forget %v: each must be longer than the one before", c.First, c.Most, c.Forget)
	}
	return nil
}
