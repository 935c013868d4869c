// Package session keeps logins that last: a session survives its access tokens, is
// listed and ended, on one machine or on many.
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
