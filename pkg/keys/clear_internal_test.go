package keys

import (
	"bytes"
	"testing"

	"github.com/youmark/pkcs8"
)

// requirement 67: what pkcs8 would leave in memory is cleared.
func TestKeyAndPlaintextAreForgotten(t *testing.T) {
	key, plain := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 100)
	if _, err := (forgetful{pkcs8.AES256CBC}).Encrypt(key, make([]byte, 16), plain); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(key, make([]byte, 32)) || !bytes.Equal(plain, make([]byte, 100)) {
		t.Error("they are still there")
	}
}

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

// requirement 30: the right MAC of a forged token does not stay in the pool.
func TestMACOfForgedTokenIsCleared(t *testing.T) {
	m := newMAC([]byte("0123456789abcdef0123456789abcdef"), HS256)
	s := m.pool.Get().(*macState)
	m.pool.Put(s)
	m.verify("forged", make([]byte, 32))
	if s.out != [64]byte{} {
		t.Error("it is still there")
	}
}
