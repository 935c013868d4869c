package stores

import (
	"context"
	"os"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"
)

// Servers that are down or killed are part of the tests: drivers need not log them.
func TestMain(m *testing.M) {
	_ = mysql.SetLogger(silent{})
	redis.SetLogger(silent{})
	os.Exit(m.Run())
}

type silent struct{}

func (silent) Print(...any)                           {}
func (silent) Printf(context.Context, string, ...any) {}
