package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// lifetime is that of the tokens, by the services' clock.
const lifetime = 15 * time.Minute

// clock is the real one, set forward between rounds so that all tokens expire.
type clock struct{ ahead atomic.Int64 }

func newClock() *clock { return &clock{} }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) advance() { c.ahead.Add(int64(lifetime + time.Minute)) }

// goEach runs f for each of list in a separate goroutine.
func goEach[T any](list []T, f func(T)) *sync.WaitGroup {
	var group sync.WaitGroup
	for _, item := range list {
		group.Go(func() { f(item) })
	}
	return &group
}
