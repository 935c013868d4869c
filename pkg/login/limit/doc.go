// Package limit slows down those who guess passwords.
//
//	limiter, err := limit.New(limit.Config{Store: store})
//	mux.Handle("POST /login", auth.TokenHandler(limiter.Check(checkPassword)))
//
// A [Limiter] counts the failed logins of each pair of a name and a client. A few are
// free. Each further one doubles the time until the pair may try again, up to a bound;
// earlier tries are answered 429 with Retry-After, and the password is not looked at.
// A good login sets the count to zero.
//
// The name is the one that was typed. Names that no user has are counted and refused
// in the same way, so an answer does not tell whether there is such a user.
//
// An attempt is counted before the password is checked, and the count is taken back if
// the password is right. So a thousand guesses at once are not a thousand free ones.
//
// # Names and clients
//
// The count is of the pair, because a count of the name alone would let anyone lock a
// user out. A client that tries one password with many names needs a second limiter
// over [ClientAlone]:
//
//	check = perClient.Check(perPair.Check(checkPassword))
//
// The client is the address of the connection unless [Config.Client] says otherwise.
// Behind a proxy that is the address of the proxy, and all users are one client: give
// [Forwarded] with the number of your proxies. The header X-Forwarded-For is never read
// without it, because a client can send any.
//
// # Stores
//
// [Memory] is for one process. The stores of packages sqlstore and redisstore also
// keep these counts, for any number of replicas. They store a hash of the name and the
// client. A store that does not answer means 503 for logins: without counts, an outage
// of the store would be the time to guess.
package limit
