package keys

import (
	"bytes"
	"encoding/pem"
	"os"
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

// requirement 67: the bytes of a key file are cleared when the key is read.
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

// requirement 67: so is the key that a password gives, be it the right one or not.
func TestDerivedKeyIsCleared(t *testing.T) {
	text, err := os.ReadFile("testdata/encrypted/aes-256-cbc.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	for _, password := range []string{"correct", "wrong"} {
		s, err := readSealed(block)
		if err != nil {
			t.Fatal(err)
		}
		var kept []byte
		derive := s.derive
		s.derive = func(password []byte) (key, iv []byte, err error) {
			key, iv, err = derive(password)
			kept = key
			return key, iv, err
		}
		if _, err := s.open([]byte(password)); (err == nil) != (password == "correct") {
			t.Errorf("%s: got %v", password, err)
		}
		if len(kept) == 0 || !bytes.Equal(kept, make([]byte, len(kept))) {
			t.Errorf("the key of the %s password is still there", password)
		}
	}
}
