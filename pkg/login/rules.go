package login

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	defaultLifetime = 15 * time.Minute
	maxLeeway       = 5 * time.Minute
	defaultMaxToken = 16 << 10
	leastMaxToken   = 128     // no token that says anything is shorter
	maxCacheSize    = 1 << 20 // some 500 MB for tokens of 300 bytes
)

// rules is what a Config says of tokens: checked, with its defaults filled in,
// and its slices copied, so that nothing the caller does later changes it.
type rules struct {
	lifetime, leeway time.Duration
	issuer           string
	audience         string   // written
	audiences        []string // accepted
	types            []string // accepted, as baseType gives them
	scopeFormat      ScopeFormat
	maxToken         int
	cacheSize        int
	revocations      Revocations
	now              func() time.Time
}

// newRules refuses every misuse at once.
func newRules(c Config) (rules, error) {
	r := rules{
		lifetime:    c.Lifetime,
		leeway:      c.Leeway,
		issuer:      c.Issuer,
		audience:    c.Audience,
		audiences:   slices.Clone(c.AlsoAccept),
		scopeFormat: c.ScopeFormat,
		maxToken:    c.MaxTokenBytes,
		cacheSize:   c.CacheSize,
		revocations: c.Revocations,
		now:         c.Now,
	}
	if r.audience != "" {
		r.audiences = append(r.audiences, r.audience)
	}
	if r.lifetime == 0 {
		r.lifetime = defaultLifetime
	}
	if r.maxToken == 0 {
		r.maxToken = defaultMaxToken
	}
	if r.now == nil {
		r.now = time.Now
	}
	err := errors.Join(r.setTypes(c.Types), c.checkTimes(), c.checkNames(), c.checkSizes(), c.checkStore())
	return r, err
}

func (c *Config) checkTimes() error {
	var errs []error
	if c.Lifetime < 0 || c.Lifetime > 0 && c.Lifetime < time.Second {
		errs = append(errs, fmt.Errorf("Config.Lifetime is %v: give at least a second, or zero for %v", c.Lifetime, defaultLifetime))
	}
	if c.Leeway < 0 || c.Leeway > maxLeeway {
		errs = append(errs, fmt.Errorf("Config.Leeway is %v: give at most %v", c.Leeway, maxLeeway))
	}
	return errors.Join(errs...)
}

func (c *Config) checkNames() error {
	var errs []error
	if !utf8.ValidString(c.Issuer) {
		errs = append(errs, errors.New("Config.Issuer is not UTF-8"))
	}
	if !utf8.ValidString(c.Audience) {
		errs = append(errs, errors.New("Config.Audience is not UTF-8"))
	}
	if len(c.AlsoAccept) > 0 && c.Audience == "" {
		errs = append(errs, errors.New("Config.AlsoAccept is set and Config.Audience is not: tokens issued here would name no audience and be refused here"))
	}
	for _, audience := range c.AlsoAccept {
		if audience == "" || !utf8.ValidString(audience) {
			errs = append(errs, errors.New("Config.AlsoAccept has an empty audience or one that is not UTF-8"))
		}
	}
	if c.ScopeFormat > ScpList {
		errs = append(errs, fmt.Errorf("Config.ScopeFormat is %d: give ScopesList, ScopeString or ScpList", c.ScopeFormat))
	}
	return errors.Join(errs...)
}

func (c *Config) checkSizes() error {
	var errs []error
	if c.MaxTokenBytes != 0 && c.MaxTokenBytes < leastMaxToken {
		errs = append(errs, fmt.Errorf("Config.MaxTokenBytes is %d: give at least %d, or zero for %d", c.MaxTokenBytes, leastMaxToken, defaultMaxToken))
	}
	if c.CacheSize > maxCacheSize {
		errs = append(errs, fmt.Errorf("Config.CacheSize is %d: give at most %d", c.CacheSize, maxCacheSize))
	}
	return errors.Join(errs...)
}

func (c *Config) checkStore() error {
	if v := reflect.ValueOf(c.Revocations); v.Kind() == reflect.Pointer && v.IsNil() {
		return errors.New("Config.Revocations is a nil pointer: leave the field nil to have nothing revocable")
	}
	return nil
}

// setTypes takes over Config.Types. Nil and empty are told apart: a list that
// came out empty by mistake must not mean the default.
func (r *rules) setTypes(types []string) error {
	if types == nil {
		r.types = []string{"jwt", "at+jwt"}
		return nil
	}
	if len(types) == 0 {
		return errors.New("Config.Types is empty: list the types to accept, or leave it nil for JWT and at+jwt")
	}
	for _, typ := range types {
		if checkType(typ) != nil {
			return fmt.Errorf("Config.Types: %q is not a media type", typ)
		}
		r.types = append(r.types, baseType(typ))
	}
	return nil
}

// issuedType is the typ of a token whose grant names none: JWT, or the first
// of Config.Types when JWT is not among them, so that the verifier of the same
// configuration accepts it.
func (r *rules) issuedType() string {
	if slices.Contains(r.types, "jwt") {
		return "JWT"
	}
	return r.types[0]
}

// acceptsType reports whether a token of that header typ is wanted. One
// without typ is a JWT like any other.
func (r *rules) acceptsType(h *header) bool {
	if !h.hasTyp {
		return slices.Contains(r.types, "jwt")
	}
	return slices.Contains(r.types, baseType(h.typ))
}

// baseType is a typ as it is compared: media types have no case, and
// "application/" may be left out (RFC 7515 section 4.1.9).
func baseType(typ string) string {
	return strings.TrimPrefix(strings.ToLower(typ), "application/")
}
