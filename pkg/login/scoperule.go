package login

import (
	"fmt"
	"slices"
)

// scopeRule is what a guard asks of a token.
type scopeRule struct {
	scopes []string
	any    bool // one of them will do
}

// check returns a [*ScopeError] unless the claims grant what the rule asks for.
func (r scopeRule) check(c *Claims) error {
	if c.HasScopes(r.scopes...) || r.any && slices.ContainsFunc(r.scopes, func(s string) bool { return c.HasScopes(s) }) {
		return nil
	}
	return &ScopeError{Required: slices.Clone(r.scopes), Granted: slices.Clone(c.Scopes), Any: r.any}
}

// checkRequired refuses scopes that no token could grant or that are not declared.
func (m *Manager[U]) checkRequired(scopes []string) error {
	for _, scope := range scopes {
		if err := checkScope(scope); err != nil {
			return err
		}
		if m == nil || m.declared == nil {
			continue
		}
		if _, ok := m.declared[scope]; !ok {
			return fmt.Errorf("scope %q is not declared in Config.Scopes", scope)
		}
	}
	return nil
}

// mustRequire returns the rule of a guard. A wrong scope is a mistake in the
// wiring, so it panics at registration, as [net/http.ServeMux.Handle] does.
func (m *Manager[U]) mustRequire(method string, scopes []string, any bool) scopeRule {
	if err := m.checkRequired(scopes); err != nil {
		panic("login: " + method + ": " + err.Error())
	}
	return scopeRule{slices.Clone(scopes), any}
}
