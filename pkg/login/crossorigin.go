package login

import (
	"fmt"
	"net/http"
)

// checkOrigin holds a request that is authenticated by a cookie, which
// browsers add by themselves, to the service's own origin. A header is never
// added by a browser, so requests with one are not concerned.
//
// [http.CrossOriginProtection] lets GET, HEAD and OPTIONS through. A handshake
// that leaves HTTP is a GET, and what follows it is not bound by CORS: another
// site's script could read and write in the user's name.
func (m *Manager[U]) checkOrigin(r *http.Request) error {
	if len(r.Header["Upgrade"]) > 0 {
		return m.checkUnsafeOrigin(r)
	}
	return m.checkMethodOrigin(r)
}

// checkUnsafeOrigin is checkOrigin for what changes something whatever the method.
func (m *Manager[U]) checkUnsafeOrigin(r *http.Request) error {
	unsafe := *r
	unsafe.Method = http.MethodPost
	return m.checkMethodOrigin(&unsafe)
}

func (m *Manager[U]) checkMethodOrigin(r *http.Request) error {
	if m.origins == nil {
		return nil
	}
	if err := m.origins.Check(r); err != nil {
		return fmt.Errorf("%w: %w", ErrCrossOrigin, err)
	}
	return nil
}
