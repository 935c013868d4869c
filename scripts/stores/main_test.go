package stores

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"
)

// Servers that are down or killed are part of the tests: drivers need not log them.
func TestMain(m *testing.M) {
	_ = mysql.SetLogger(silent{})
	redis.SetLogger(silent{})
	if engine := os.Getenv(serveOver); engine != "" {
		fmt.Fprintln(os.Stderr, "the server has ended:", serve(engine))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

type silent struct{}

func (silent) Print(...any)                           {}
func (silent) Printf(context.Context, string, ...any) {}
