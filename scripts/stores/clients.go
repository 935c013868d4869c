// Package stores has the glue between the session stores and their drivers, and tests
// both on real servers. scripts/stores.sh starts these; without it, the tests run on
// SQLite and in memory.
package stores

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"sync"

	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"

	"github.com/loginctl/loginctl/pkg/login/session/redisstore"
)

// GoRedis is a [redisstore.Client] over go-redis: a *redis.Client or a
// *redis.ClusterClient. It sends the text of a script when the server lacks it.
type GoRedis struct{ redis.Scripter }

var _ redisstore.Client = GoRedis{}

// Eval implements [redisstore.Client].
func (c GoRedis) Eval(ctx context.Context, script string, keys, args []string) (any, error) {
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg
	}
	result, err := c.EvalSha(ctx, digest(script), keys, values...).Result()
	if redis.HasErrorPrefix(err, "NOSCRIPT") {
		result, err = c.Scripter.Eval(ctx, script, keys, values...).Result()
	}
	return result, err
}

// digests are the names of scripts on a server.
var digests sync.Map

func digest(script string) string {
	if name, ok := digests.Load(script); ok {
		return name.(string)
	}
	sum := sha1.Sum([]byte(script)) // the server's choice; it protects nothing
	name := hex.EncodeToString(sum[:])
	digests.Store(script, name)
	return name
}

// Rueidis is a [redisstore.Client] over rueidis.
type Rueidis struct{ rueidis.Client }

var _ redisstore.Client = Rueidis{}

// Eval implements [redisstore.Client].
func (c Rueidis) Eval(ctx context.Context, script string, keys, args []string) (any, error) {
	return rueidis.NewLuaScript(script).Exec(ctx, c.Client, keys, args).ToAny()
}
