package stores

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

// Listen wakes a feed when PostgreSQL notifies the channel login_revocations (see
// sqlstore.NotifySchema). It keeps one connection, and makes a new one when that breaks,
// until ctx is over. The feed polls meanwhile, so that errors only cost time.
func Listen(ctx context.Context, url string) <-chan struct{} {
	wake := make(chan struct{}, 1)
	go func() {
		for ctx.Err() == nil {
			_ = listen(ctx, url, wake)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()
	return wake
}

func listen(ctx context.Context, url string, wake chan<- struct{}) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN login_revocations"); err != nil {
		return err
	}
	// There may have been notifications before this connection listened.
	poke(wake)
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		poke(wake)
	}
}

// Subscribe wakes a feed when redisstore publishes on its channel. go-redis makes a
// new connection when one breaks.
func Subscribe(ctx context.Context, client redis.UniversalClient, channel string) <-chan struct{} {
	wake := make(chan struct{}, 1)
	messages := client.Subscribe(ctx, channel)
	go func() {
		defer messages.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case <-messages.Channel():
				poke(wake)
			}
		}
	}()
	return wake
}

// poke wakes the feed unless a wake-up is waiting already.
func poke(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
