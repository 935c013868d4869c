// Package adapt fits the guards of package login into frameworks whose middleware is
// not that of net/http. It imports none of them: the few lines of glue for gin, echo,
// fiber, huma, Connect, gRPC, WebSockets and proxies are in its README.md, and the module
// scripts/compat runs them.
package adapt

import (
	"net/http"
	"strings"

	"github.com/loginctl/loginctl/pkg/login"
)

// Admit runs a guard, such as auth.Require("posts:read"), for a framework that calls
// its handlers by itself. If the guard admits the request, ok is true, and next is the
// request for the handler, whose context has the user. Otherwise the guard has
// written the answer to w, and the framework must call no other handler.
func Admit(guard func(http.Handler) http.Handler, w http.ResponseWriter, r *http.Request) (next *http.Request, ok bool) {
	guard(http.HandlerFunc(func(_ http.ResponseWriter, admitted *http.Request) { next = admitted })).ServeHTTP(w, r)
	return next, next != nil
}

// BearerToken returns the token in the value of an Authorization header, such as that of
// gRPC metadata, for [login.Manager.AuthenticateToken]. It is empty for another scheme.
func BearerToken(value string) string {
	scheme, token, ok := strings.Cut(value, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimLeft(token, " ") // 1*SP separates them (RFC 6750 section 2.1)
}

// GRPCStatus returns the code and the message of a gRPC status for an error of package
// login. The codes are those of google.golang.org/grpc/codes and of connect.Code:
//
//	0   OK                 nil
//	3   InvalidArgument    ErrBadRequest, ErrTooLarge
//	7   PermissionDenied   ErrInsufficientScope, ErrForbidden, ErrCrossOrigin
//	8   ResourceExhausted  a RetryError of too many attempts
//	13  Internal           any other error
//	14  Unavailable        ErrUnavailable, a deadline
//	16  Unauthenticated    ErrNoToken, ErrInvalidToken, ErrUserNotFound,
//	                       ErrBadCredentials
//
// The message is a constant: a client receives no text of a token or of a loader.
func GRPCStatus(err error) (code uint32, message string) {
	switch login.Status(err) {
	case http.StatusOK:
		return 0, ""
	case http.StatusBadRequest:
		return 3, "invalid credentials in the request"
	case http.StatusUnauthorized:
		return 16, "invalid credentials"
	case http.StatusForbidden:
		return 7, "permission denied"
	case http.StatusTooManyRequests:
		return 8, "too many requests"
	case http.StatusServiceUnavailable:
		return 14, "service unavailable"
	}
	return 13, "internal error"
}
