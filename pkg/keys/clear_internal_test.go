package keys

import (
	"bytes"
	"testing"
)

func TestMembersAreCleared(t *testing.T) {
	m, err := readMembers([]byte(`{"kty":"oct","k":"secret"}`))
	if err != nil {
		t.Fatal(err)
	}
	k := m["k"]
	m.clear()
	if bytes.ContainsAny(k, "secret") {
		t.Error("the secret is still there")
	}
}

// The right MAC of a forged token does not stay in the pool.
func TestMACOfForgedTokenIsCleared(t *testing.T) {
	m := newMACKey([]byte("0123456789abcdef0123456789abcdef"), HS256)
	s := m.pool.Get().(*macState)
	m.pool.Put(s)
	m.verify("forged", make([]byte, 32))
	if s.out != [64]byte{} {
		t.Error("it is still there")
	}
}
