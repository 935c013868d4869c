// Package tokentext finds the token in the text that a person pastes: a line of a
// header, a cookie, an assignment, a URL, the answer of a token endpoint, a token that a
// mail or a console wrapped, UTF-16, or the base64 of a Kubernetes secret.
//
// It is for the command line only. A service reads a request strictly.
package tokentext
