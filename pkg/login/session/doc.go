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
//	mux.Handle("POST /token", auth.TokenHandler(checkPassword))
//	mux.Handle("/login", auth.LoginForm(checkPassword, pages.Form(loginPage)))
//	mux.Handle("/", auth.Renew(auth.Require()(home)))
//	fresh := auth.RequireFresh(5 * time.Minute)
//	mux.Handle("POST /password", auth.Renew(fresh(changePassword)))
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
// # Which store
//
// A service of one process that may log everyone out when it restarts takes Memory. A
// service with a database takes sqlstore over it: there is nothing else to run. Redis
// with appendfsync everysec makes several times more rotations a second, and is worth it
// from thousands on, for services that can bear what it may lose.
//
// A session is as durable as a commit of its store. A server that is killed loses
// nothing with
//
//   - PostgreSQL: fsync and synchronous_commit on, the defaults;
//   - MySQL and MariaDB: innodb_flush_log_at_trx_commit=1, the default;
//   - SQLite: journal_mode WAL and synchronous FULL, which is not the default of drivers;
//   - Redis: appendonly yes, appendfsync always and maxmemory-policy noeviction. Without
//     the append-only file, as Debian ships it, a restart ends every session. With
//     appendfsync everysec, its default, a kill or a loss of power may undo up to two
//     seconds while the disk is busy.
//
// # What is lost when
//
//   - The store is down: a refresh is answered 503 and cookies stay. Access tokens are
//     good until FeedConfig.Stale is over, and then answered 503 or served by policy.
//   - A connection breaks during a commit: the client is answered 503 and presents the
//     same token again. The commit was made or not; both heal, within Grace or as the
//     late retry of the day.
//   - The store lost its last commits, by a replica that was promoted too early, an
//     asynchronous commit or appendfsync everysec: clients whose tokens are ahead of it
//     go on ([Ahead]). Logins of that time are refused, and sessions that were ended in
//     it live again.
//   - The store was restored from an old copy: as above, for all the time since. End all
//     sessions of the users who ended some, or of everyone (loginctl session end-all).
//   - The store is empty: every user logs in again. A session that is not there is
//     refused and never admitted.
//   - The clock of a replica is wrong: expiry and grace move by as much. The log is
//     dated by the clock of the store, so that no end is missed; FeedConfig.Overlap is
//     the largest step of that clock, and the longest statement.
//
// scripts/stores.sh shows these on real servers: --full kills each under load.
//
// # Feed
//
// Access tokens are verified without asking a store. A [Feed] tells each replica of
// a service in memory which of them are revoked, and which sessions have ended. It
// implements [login.Revocations], reads a [Log] in the background, and refuses to
// answer when its view is older than a fixed bound. Every Store is a Log.
package session
