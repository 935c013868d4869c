// Package redisstore keeps sessions in Redis or Valkey, alone or in a cluster. It
// imports no client: a [Client] is the Eval of one. For go-redis:
//
//	type client struct{ redis.Scripter }
//
//	func (c client) Eval(
//		ctx context.Context, script string, keys, args []string,
//	) (any, error) {
//		values := make([]any, len(args))
//		for i, arg := range args {
//			values[i] = arg
//		}
//		return c.Scripter.Eval(ctx, script, keys, values...).Result()
//	}
//
//	db := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
//	store, err := redisstore.New(client{db}, redisstore.Config{})
//
// # What the server must be
//
// Redis 7 or Valkey, with
//
//	appendonly yes
//	appendfsync always
//	maxmemory-policy noeviction
//
// Without the append-only file, as some distributions ship it, a restart ends every
// session. With appendfsync everysec, the default, the server answers before it writes
// while the disk is busy, so a kill as well as a loss of power may undo up to two
// seconds: clients go on ([session.Ahead]), but sessions that were ended in that time
// live again, and logins of that time are lost. It makes many more rotations a second. A
// replica that is promoted before it had everything loses the same;
// min-replicas-to-write narrows that.
//
// # Layout
//
// All sessions of a subject are one hash, <prefix>s:<hash of the subject>: each
// script has one key, which makes it atomic in any slot of a cluster, and there is
// no index that could differ from the sessions. The log is one stream, <prefix>log.
// A session is noted in the log before it is ended. A crash in between refuses its
// access tokens, and never admits them.
package redisstore
