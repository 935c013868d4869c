package pbe

import (
	"bytes"
	"encoding/pem"
	"os"
	"testing"

	"github.com/youmark/pkcs8"
)

// The copies that youmark/pkcs8 would leave in memory are cleared.
func TestKeyAndPlaintextAreForgotten(t *testing.T) {
	key, plain := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 100)
	if _, err := (zeroingCipher{pkcs8.AES256CBC}).Encrypt(key, make([]byte, 16), plain); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(key, make([]byte, 32)) || !bytes.Equal(plain, make([]byte, 100)) {
		t.Error("they are still there")
	}
}

// The derived key is cleared, for the right passphrase and for a wrong one.
func TestDerivedKeyIsCleared(t *testing.T) {
	text, err := os.ReadFile("../../testdata/encrypted/aes-256-cbc.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	for _, passphrase := range []string{"correct", "wrong"} {
		e, err := Read(block)
		if err != nil {
			t.Fatal(err)
		}
		var kept []byte
		derive := e.derive
		e.derive = func(passphrase []byte) (key, iv []byte, err error) {
			key, iv, err = derive(passphrase)
			kept = key
			return key, iv, err
		}
		if _, err := e.Open([]byte(passphrase)); (err == nil) != (passphrase == "correct") {
			t.Errorf("%s: got %v", passphrase, err)
		}
		if len(kept) == 0 || !bytes.Equal(kept, make([]byte, len(kept))) {
			t.Errorf("the key of the %s passphrase is still there", passphrase)
		}
	}
}
