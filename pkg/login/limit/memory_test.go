package limit

import (
	"fmt"
	"testing"
	"time"
)

// A flood of names does not fill the memory, and does not free those who guess most.
func TestMemoryIsBounded(t *testing.T) {
	now := time.Unix(1e9, 0)
	m := &Memory{Most: 100, Now: func() time.Time { return now }}
	set := func(key string, count int) {
		if ok, err := m.SetFailures(t.Context(), key, Failures{}, Failures{count, now}, time.Hour); !ok || err != nil {
			t.Fatalf("SetFailures(%s) = %v, %v", key, ok, err)
		}
	}
	set("guesser", 20)
	for i := range 10_000 {
		now = now.Add(time.Millisecond)
		set(fmt.Sprint(i), 1)
		if len(m.keys) > 100 {
			t.Fatalf("%d keys are kept, want at most 100", len(m.keys))
		}
	}
	if f, err := m.Failures(t.Context(), "guesser"); f.Count != 20 || err != nil {
		t.Errorf("the key with most failures has %d of them, want 20: %v", f.Count, err)
	}
	if f, err := m.Failures(t.Context(), "9999"); f.Count != 1 || err != nil {
		t.Errorf("the newest key has %d failures, want 1: %v", f.Count, err)
	}
	now = now.Add(time.Hour)
	if f, err := m.Failures(t.Context(), "guesser"); !f.IsZero() || err != nil {
		t.Errorf("after the time to keep them there are %d failures: %v", f.Count, err)
	}
}
