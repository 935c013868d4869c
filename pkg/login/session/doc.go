// Package session keeps logins that last: a session survives its access tokens, is
// listed and ended, on one machine or on many.
//
// # A service with sessions
//
// [New] takes the arguments of [login.New] and a [Config] with a store:
//
//	auth, err := session.New(key, users.ByEmail,
//		login.Config{Locations: login.InHeader | login.InCookie},
//		session.Config[*User]{Store: store})
//	go auth.Feed().Run(ctx, nil)
//	mux.Handle("POST /token", auth.TokenHandler(checkPassword)) // programs: log in and refresh
//	mux.Handle("/login", auth.LoginForm(checkPassword, loginPage)) // browsers
//	mux.Handle("/", auth.Renew(auth.Require()(pages)))
//	mux.Handle("POST /password", auth.Renew(auth.RequireFresh(5*time.Minute)(changePassword)))
//
// A program refreshes by grant_type=refresh_token before its access token expires, and
// tries again with the same token after 503 or a lost answer. A browser has two cookies,
// and [Manager.Renew] exchanges them. [Manager.List], [Manager.End] and
// [Manager.EndAll] are for the page of a user's devices, [Manager.Logout] for the button.
//
// # Refresh tokens
//
// A refresh token is good once. Presented again, it means that the answer was lost, that
// another tab was first, or that a thief has it: [Classify] tells these apart by the
// generation in it. The first two get the same successor again, within Config.Grace and
// once a day later. A thief is noticed after two refreshes: the session ends,
// Config.OnReuse is called, and every access token of it is refused.
//
// An outage of the store or the directory is never a logout. It is answered 503, nothing
// is spent, and cookies stay.
//
// # Stores
//
// A [Store] keeps one [Record] for each session. The record has a generation, which
// every refresh moves on by one, and the refresh token of the client names the
// generation that it was made for. So an old token is recognized at any depth, and
// nothing in the store has to be secret. [Classify] has the rules.
//
// Stores that come with the package:
//
//   - [Memory], for tests and for services of one process: sessions end with it;
//   - package sqlstore, over database/sql: PostgreSQL, MySQL, MariaDB, SQLite;
//   - package redisstore, over the Eval of any client of Redis or Valkey.
//
// Package sessiontest checks other implementations.
//
// # Feed
//
// Access tokens are verified without asking a store. A [Feed] tells each replica of
// a service in memory which of them are revoked, and which sessions have ended. It
// implements [login.Revocations], reads a [Log] in the background, and refuses to
// answer when its view is older than a fixed bound. Every Store is a Log.
package session
