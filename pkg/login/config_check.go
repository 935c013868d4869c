package login

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/login/internal/grammar"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
	"github.com/loginctl/loginctl/pkg/login/internal/origin"
)

const (
	defaultLifetime = 15 * time.Minute
	maxLeeway       = 5 * time.Minute
	defaultMaxToken = jws.MaxToken
	leastMaxToken   = 128     // every token that has claims is longer
	maxCacheSize    = 1 << 20 // some 500 MB for tokens of 300 bytes
)

// rules are the settings of a Config that concern tokens, checked, with defaults
// filled in. Slices are copied, so the caller cannot change them later.
type rules struct {
	lifetime, leeway time.Duration
	issuer           string
	issuers          []string // accepted beside issuer
	tenanted         bool     // one of both has a tenantPart
	tenants          []string // accepted there; nil: accepts decides
	audience         string   // written
	audiences        []string // accepted
	types            []string // accepted; in lower case and without "application/"
	scopeClaim       string
	claimRules
	maxAge      time.Duration
	noExpiry    bool
	accessToken bool                                 // of RFC 9068
	accepts     func(context.Context, *Claims) error // may be nil
	subjectOf   func(*Claims) (string, error)        // may be nil
	maxToken    int
	revocations Revocations
	now         func() time.Time
}

// newRules reports every misuse at once.
func newRules(c Config) (rules, error) {
	r := rules{
		lifetime:   c.Lifetime,
		leeway:     c.Leeway,
		issuer:     c.Issuer,
		issuers:    slices.Clone(c.AlsoIssuers),
		tenanted:   hasTenant(append([]string{c.Issuer}, c.AlsoIssuers...)),
		tenants:    slices.Clone(c.Tenants),
		audience:   c.Audience,
		audiences:  slices.Clone(c.AlsoAccept),
		types:      baseTypes(c.Types),
		scopeClaim: c.ScopeClaim,
		claimRules: claimRules{
			used:         c.SubjectClaim != "" || len(c.ScopeClaims)+len(c.RequiredClaims) > 0 || c.MaxLifetime != 0,
			subjectClaim: c.SubjectClaim,
			scopeClaims:  slices.Clone(c.ScopeClaims),
			required:     slices.Clone(c.RequiredClaims),
			maxLifetime:  c.MaxLifetime,
		},
		maxAge:      c.MaxAge,
		noExpiry:    c.AllowNoExpiry,
		accepts:     c.Check,
		subjectOf:   c.SubjectOf,
		maxToken:    c.MaxTokenBytes,
		revocations: c.Revocations,
		now:         c.Now,
	}
	if c.RFC9068 {
		r.requireAccessToken()
	}
	r.fillDefaults()
	if r.audience != "" {
		r.audiences = append(r.audiences, r.audience)
	}
	return r, errors.Join(c.checkTypes(), c.checkTimes(), c.checkNames(), c.checkClaims(), c.checkTenants(), c.checkProfile(), c.checkSizes(), c.checkRevocations())
}

// baseTypes returns types as they are compared. Media types ignore case, and
// "application/" may be left out (RFC 7515 section 4.1.9).
func baseTypes(types []string) (base []string) {
	if types == nil {
		return []string{"jwt", "at+jwt"}
	}
	for _, typ := range types {
		base = append(base, strings.TrimPrefix(strings.ToLower(typ), "application/"))
	}
	return base
}

func (r *rules) fillDefaults() {
	if r.lifetime == 0 {
		r.lifetime = defaultLifetime
	}
	if r.scopeClaim == "" {
		r.scopeClaim = "scopes"
	}
	if r.maxToken == 0 {
		r.maxToken = defaultMaxToken
	}
	if r.now == nil {
		r.now = time.Now
	}
}

// requiredClaims returns the claims that a token must have.
func (r *rules) requiredClaims(subject bool) claimSet {
	var required claimSet
	if !r.noExpiry {
		required |= claimExp
	}
	if subject || r.accessToken || r.subjectOf != nil {
		required |= claimSub
	}
	// A token that cannot be revoked must not get in. One without jti ends with the
	// other tokens of its subject.
	if r.revocations != nil || r.maxAge != 0 || r.accessToken {
		required |= claimIat
	}
	return required
}

// requireAccessToken adds the rules of RFC 9068 section 2.2. Those for iss and aud are
// rules of every verifier with an issuer and an audience, and those for exp, sub and iat
// of [rules.requiredClaims].
func (r *rules) requireAccessToken() {
	r.accessToken = true
	r.types = []string{"at+jwt"}
	r.used = true
	r.required = append(r.required, "client_id", "jti")
	if r.subjectClaim != "" {
		r.required = append(r.required, "sub")
	}
	if r.scopeClaim == "" {
		r.scopeClaim = "scope"
	}
}

// checkProfile checks the settings beside RFC9068.
func (c *Config) checkProfile() error {
	switch {
	case !c.RFC9068:
		return nil
	case c.Issuer == "" || c.Audience == "":
		return errors.New("Config.RFC9068 is set: set Issuer and Audience too, since every such token names them")
	case c.Types != nil || c.AllowNoExpiry:
		return errors.New("Config.RFC9068 is set: leave Types and AllowNoExpiry out, since the profile decides about both")
	}
	return nil
}

// issuedType returns the typ for a grant without one: JWT, or the first of
// Config.Types when JWT is not among them, so that a verifier with the same
// configuration accepts the token.
func (r *rules) issuedType() string {
	if slices.Contains(r.types, "jwt") {
		return "JWT"
	}
	return r.types[0]
}

// checkTypes tells nil from empty: a list that came out empty by mistake must not
// mean the default.
func (c *Config) checkTypes() error {
	if c.Types != nil && len(c.Types) == 0 {
		return errors.New("Config.Types is empty: list the types to accept, or leave it nil for JWT and at+jwt")
	}
	for _, typ := range c.Types {
		if grammar.CheckMediaType(typ) != nil {
			return fmt.Errorf("Config.Types: %q is not a media type", typ)
		}
	}
	return nil
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
	if !slices.Contains([]string{"", "scopes", "scope", "scp"}, c.ScopeClaim) {
		errs = append(errs, fmt.Errorf(`Config.ScopeClaim is %q: give "scopes", "scope" or "scp"`, c.ScopeClaim))
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

func (c *Config) checkRevocations() error {
	if v := reflect.ValueOf(c.Revocations); v.Kind() == reflect.Pointer && v.IsNil() {
		return errors.New("Config.Revocations is a nil pointer: leave the field nil to have nothing revocable")
	}
	return nil
}

// locations returns the places where tokens may be.
func (c *Config) locations() Location {
	if c.Locations == 0 {
		return InHeader
	}
	return c.Locations
}

func (c *Config) checkLocations() error {
	locations := c.locations()
	var errs []error
	if locations&^(InHeader|InCookie|InWebSocket) != 0 {
		errs = append(errs, fmt.Errorf("Config.Locations is %d: give InHeader, InCookie, InWebSocket or several of them", c.Locations))
	}
	if c.Conflict > RejectConflict {
		errs = append(errs, fmt.Errorf("Config.Conflict is %d: give HeaderFirst, CookieFirst or RejectConflict", c.Conflict))
	}
	if c.Conflict != HeaderFirst && (locations&InCookie == 0 || locations == InCookie) {
		errs = append(errs, errors.New("Config.Conflict is set and there is one location: set Locations to InHeader | InCookie"))
	}
	return errors.Join(append(errs, c.checkHeader(), c.checkCookie())...)
}

// checkHeader checks the settings of the places that are headers.
func (c *Config) checkHeader() error {
	var errs []error
	if (c.Header != "" || c.Scheme != "") && c.locations()&InHeader == 0 {
		errs = append(errs, errors.New("Config.Header or Config.Scheme is set and the header is not read: add InHeader to Locations"))
	}
	if c.WebSocketProtocol != "" && c.locations()&InWebSocket == 0 {
		errs = append(errs, errors.New("Config.WebSocketProtocol is set and handshakes are not read: add InWebSocket to Locations"))
	}
	for _, word := range []struct{ setting, text string }{
		{"Header", c.Header}, {"Scheme", c.Scheme}, {"WebSocketProtocol", c.WebSocketProtocol},
	} {
		if word.text != "" && !grammar.IsToken(word.text) {
			errs = append(errs, fmt.Errorf("the setting Config.%s is %q: give one word of letters, digits and dashes", word.setting, word.text))
		}
	}
	if slices.Contains([]string{"Cookie", "Host", "Sec-Websocket-Protocol"}, http.CanonicalHeaderKey(c.Header)) {
		errs = append(errs, fmt.Errorf("Config.Header is %q: that header has another meaning, see Config.Locations", c.Header))
	}
	return errors.Join(errs...)
}

// proxyHeader reports whether the token is in a header that proxies add to requests
// of browsers.
func (c *Config) proxyHeader() bool {
	return c.locations()&InHeader != 0 && c.Header != "" && !strings.EqualFold(c.Header, authorization)
}

// ambient returns the places whose content a browser sends by itself.
func (c *Config) ambient() Location {
	ambient := c.locations() & InCookie
	if c.proxyHeader() {
		ambient |= InHeader
	}
	return ambient
}

// varyHeaders names the request headers to read, as the value of a Vary field.
func (c *Config) varyHeaders() string {
	var names []string
	if c.locations()&InHeader != 0 {
		names = append(names, newHeaderPlace(c.Header, c.Scheme).name)
	}
	if c.locations()&InWebSocket != 0 {
		names = append(names, "Sec-WebSocket-Protocol")
	}
	if c.locations()&InCookie != 0 {
		names = append(names, "Cookie")
	}
	return strings.Join(names, ", ")
}

// challenge is the beginning of WWW-Authenticate in answers to requests that need a
// token: the scheme, the header if it is not Authorization, and the metadata.
func (c *Config) challenge() string {
	scheme, parameters := bearerChallenge, []string(nil)
	if c.locations()&InHeader != 0 {
		place := newHeaderPlace(c.Header, c.Scheme)
		scheme = cmp.Or(strings.TrimSpace(place.scheme), bearerChallenge)
		if place.name != authorization {
			parameters = append(parameters, `header="`+place.name+`"`)
		}
	}
	if c.ResourceMetadata != "" {
		parameters = append(parameters, `resource_metadata="`+c.ResourceMetadata+`"`)
	}
	return strings.TrimSpace(scheme + " " + strings.Join(parameters, ", "))
}

// checkResourceMetadata checks that a challenge can name the address.
func (c *Config) checkResourceMetadata() error {
	if c.ResourceMetadata == "" {
		return nil
	}
	u, err := url.Parse(c.ResourceMetadata)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.String() != c.ResourceMetadata || strings.Contains(c.ResourceMetadata, `"`) {
		return fmt.Errorf("Config.ResourceMetadata is %q: give an absolute URL, such as https://api.example.com/.well-known/oauth-protected-resource", c.ResourceMetadata)
	}
	return nil
}

func (c *Config) checkCookie() error {
	if c.locations()&InCookie == 0 {
		unread := c.Cookie
		if c.proxyHeader() {
			unread.TrustedOrigins, unread.TrustOrigin, unread.AllowCrossOrigin = nil, nil, false
		}
		if !reflect.ValueOf(unread).IsZero() {
			return errors.New("Config.Cookie is set and cookies are not read: add InCookie to Locations")
		}
		return nil
	}
	err := c.Cookie.check()
	// exp is in whole seconds, and a cookie lives for at least one.
	if c.Lifetime > 0 && c.Lifetime < 2*time.Second {
		err = errors.Join(err, fmt.Errorf("Config.Lifetime is %v: a token in a cookie lives at least two seconds", c.Lifetime))
	}
	return err
}

// originCheck returns the check of requests by cookie, or nil if there
// is nothing to check.
func (c *Config) originCheck() (*origin.Check, error) {
	if c.ambient() == 0 || c.Cookie.AllowCrossOrigin {
		return nil, nil
	}
	check, err := origin.New(c.Cookie.TrustedOrigins, c.Cookie.TrustOrigin)
	if err != nil {
		return nil, fmt.Errorf("Config.Cookie.TrustedOrigins: %w", err)
	}
	return check, nil
}

// defaultSchemeName is the name that fastapi-login uses.
const defaultSchemeName = "LoginManager"

// documents returns the settings that OpenAPI documents show.
func (c *Config) documents() Config {
	return Config{
		TokenURL: c.TokenURL, AuthorizationURL: c.AuthorizationURL, OpenIDConnectURL: c.OpenIDConnectURL,
		SchemeName: cmp.Or(c.SchemeName, defaultSchemeName), Scopes: maps.Clone(c.Scopes),
	}
}

// documented reports whether there is a scheme with scopes.
func (c *Config) documented() bool { return c.TokenURL != "" || c.OpenIDConnectURL != "" }

// checkDocuments checks the settings that OpenAPI documents and challenges show.
func (c *Config) checkDocuments() error {
	errs := []error{c.checkResourceMetadata()}
	for scope := range c.Scopes {
		if err := grammar.CheckScope(scope); err != nil {
			errs = append(errs, fmt.Errorf("Config.Scopes: %w", err))
		}
	}
	for _, address := range []struct{ setting, text string }{
		{"TokenURL", c.TokenURL}, {"AuthorizationURL", c.AuthorizationURL}, {"OpenIDConnectURL", c.OpenIDConnectURL},
	} {
		if _, err := url.Parse(address.text); err != nil {
			errs = append(errs, fmt.Errorf("the setting Config.%s: %w", address.setting, err))
		}
	}
	switch {
	case c.AuthorizationURL != "" && c.TokenURL == "":
		errs = append(errs, errors.New("Config.AuthorizationURL is set and TokenURL is not: an authorization code is exchanged there"))
	case c.OpenIDConnectURL != "" && (c.TokenURL != "" || c.AuthorizationURL != ""):
		errs = append(errs, errors.New("Config.OpenIDConnectURL and TokenURL or AuthorizationURL exclude each other: the metadata has their addresses"))
	}
	if c.SchemeName != "" && !grammar.IsComponentName(c.SchemeName) {
		errs = append(errs, fmt.Errorf("Config.SchemeName is %q: give letters, digits, dot, dash and underscore", c.SchemeName))
	}
	return errors.Join(errs...)
}

// checkClaims checks the settings of claims.
func (c *Config) checkClaims() error {
	var errs []error
	if len(c.AlsoIssuers) > 0 && c.Issuer == "" {
		errs = append(errs, errors.New("Config.AlsoIssuers is set and Config.Issuer is not: set it to the issuer that you configured"))
	}
	if slices.Contains(c.AlsoIssuers, "") {
		errs = append(errs, errors.New("Config.AlsoIssuers has an empty issuer"))
	}
	if slices.Contains(c.ScopeClaims, "") || slices.Contains(c.RequiredClaims, "") {
		errs = append(errs, errors.New("Config.ScopeClaims or Config.RequiredClaims has an empty name"))
	}
	if c.MaxAge < 0 || c.MaxLifetime < 0 {
		errs = append(errs, fmt.Errorf("Config.MaxAge is %v and MaxLifetime %v: give positive times, or zero for no limit", c.MaxAge, c.MaxLifetime))
	}
	if c.Algorithms != nil && len(c.Algorithms) == 0 {
		errs = append(errs, errors.New("Config.Algorithms is empty: list the algorithms to accept, or leave it nil for those of the keys"))
	}
	return errors.Join(errs...)
}

// tenantPart stands for the tenant in the name of an issuer.
const tenantPart = "{tid}"

func hasTenant(issuers []string) bool {
	return slices.ContainsFunc(issuers, func(name string) bool { return strings.Contains(name, tenantPart) })
}

// checkTenants checks the settings of an issuer whose name has the tenant in it.
func (c *Config) checkTenants() error {
	names := append([]string{c.Issuer}, c.AlsoIssuers...)
	tenanted := hasTenant(names)
	switch {
	case !tenanted && c.Tenants != nil:
		return fmt.Errorf("Config.Tenants is set, and neither Issuer nor AlsoIssuers has the part %s", tenantPart)
	case !tenanted:
		return nil
	case slices.ContainsFunc(names, func(name string) bool { return strings.Count(name, tenantPart) > 1 }):
		return fmt.Errorf("Config.Issuer or AlsoIssuers has the part %s twice: an issuer has one tenant", tenantPart)
	case c.Tenants == nil && c.Check == nil:
		return fmt.Errorf("Config.Issuer has the part %s: list the tenants to trust in Tenants, or check them with Check", tenantPart)
	case c.Tenants != nil && len(c.Tenants) == 0:
		return errors.New("Config.Tenants is empty: list the tenants to trust")
	}
	for _, tenant := range c.Tenants {
		if !isTenant(tenant) {
			return fmt.Errorf("Config.Tenants has %q: give letters, digits, dots, dashes and underscores, at most 64", tenant)
		}
	}
	return nil
}

// isTenant reports whether a text can be a tenant in the name of an issuer.
func isTenant(text string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
	return text != "" && len(text) <= 64 && strings.Trim(text, allowed) == ""
}
