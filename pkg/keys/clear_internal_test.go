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

// The bytes of a key file are cleared after the key is read.
func TestFileIsCleared(t *testing.T) {
	var kept []byte
	for _, path := range []string{"testdata/good/p256.pem", "testdata/good/p256.pub.pem"} { // a key, and none
		_, _ = load(path, func(data []byte) (*SigningKey, error) {
			kept = data
			return Parse(data)
		})
		if len(kept) == 0 || !bytes.Equal(kept, make([]byte, len(kept))) {
			t.Errorf("%s is still there", path)
		}
	}
}
