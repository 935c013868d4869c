// Package logintest has tools for the tests of a service that uses package login: a
// manager over users in memory, tokens for them, requests that carry these, a clock
// that the test moves, and a check for a store of revocations.
//
// A service whose routes take their manager as an argument is tested like this:
//
//	func TestPosts(t *testing.T) {
//		auth := logintest.New(t, map[string]*User{
//			"ada": {Name: "Ada"},
//		}, login.Config{})
//		routes := newRoutes(auth.Manager)
//
//		tests := []struct {
//			name  string
//			token string
//			want  int
//		}{
//			{"with the scope", auth.Token("ada", "posts:read"), http.StatusOK},
//			{"without the scope", auth.Token("ada"), http.StatusForbidden},
//			{"user is gone", auth.Token("bob", "posts:read"), http.StatusUnauthorized},
//			{"no token", "", http.StatusUnauthorized},
//		}
//		for _, tt := range tests {
//			t.Run(tt.name, func(t *testing.T) {
//				w := logintest.Get("/posts").Bearer(tt.token).Serve(routes)
//				if w.Code != tt.want {
//					t.Errorf("got %d, want %d", w.Code, tt.want)
//				}
//			})
//		}
//	}
//
// Time passes when the test says so, and outages happen on request:
//
//	token := auth.Token("ada")
//	auth.Clock.Advance(15 * time.Minute) // the token has expired now
//	auth.Users.Fail(login.ErrUnavailable) // the next request is answered 503
//
// A test that starts from the service's own manager makes its tokens with [Mint]. A
// service that verifies the tokens of another issuer is tested with [Key], [SignClaims],
// [Shape] and [KeyServer].
package logintest
