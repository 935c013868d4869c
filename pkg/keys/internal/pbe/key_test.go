package pbe

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// The beginning of a decrypted key tells its length.
func TestDERKeySize(t *testing.T) {
	version := []byte{2, 1, 0, 0x30}
	with := func(header ...byte) []byte { return append(append(header, version...), make([]byte, 300)...) }
	for _, tt := range []struct {
		name string
		b    []byte
		want int
	}{
		{"short form", with(0x30, 0x2e), 2 + 0x2e},
		{"one byte of length", with(0x30, 0x81, 0x90), 3 + 0x90},
		{"two bytes of length", with(0x30, 0x82, 1, 2), 4 + 0x102},
		{"version 1", append([]byte{0x30, 0x2e, 2, 1, 1, 0x04}, make([]byte, 20)...), 2 + 0x2e},
		{"PKCS #1", append([]byte{0x30, 0x2e, 2, 1, 0, 0x02}, make([]byte, 20)...), 2 + 0x2e},
		{"another member after the version", append([]byte{0x30, 0x2e, 2, 1, 0, 0x31}, make([]byte, 20)...), 0},
		{"a length without end", with(0x30, 0x80), 0},
		{"three bytes of length", with(0x30, 0x83, 1, 2, 3), 0},
		{"version 2", append([]byte{0x30, 0x2e, 2, 1, 2, 0x30}, make([]byte, 20)...), 0},
		{"a long version", append([]byte{0x30, 0x2e, 2, 2, 0, 1}, make([]byte, 20)...), 0},
		{"no INTEGER", append([]byte{0x30, 0x2e, 4, 1, 0}, make([]byte, 20)...), 0},
		{"no SEQUENCE", with(0x31, 0x2e), 0},
		{"seven bytes", []byte{0x30, 0x82, 1, 2, 2, 1, 0}, 0},
		{"nothing", nil, 0},
	} {
		if got := derKeySize(tt.b); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// A wrong passphrase and a damaged file are different errors: each kind of plaintext
// that a passphrase can give.
func TestPlaintexts(t *testing.T) {
	key, iv := make([]byte, 32), make([]byte, 16)
	good := append([]byte{0x30, 26, 2, 1, 0, 0x30}, make([]byte, 22)...) // 28 bytes
	with := func(size byte, padding ...byte) []byte {
		plain := append(bytes.Clone(good), padding...)
		plain[1] = size - 2
		return plain
	}
	sixteen := bytes.Repeat([]byte{16}, 16)
	for _, tt := range []struct {
		name  string
		plain []byte
		size  int
		err   error
	}{
		{"four bytes of padding", with(28, 4, 4, 4, 4), 28, nil},
		{"one byte of padding", with(31, 0, 0, 0, 1), 31, nil},
		{"a block of padding", append(with(32, 0, 0, 0, 0), sixteen...), 32, nil},
		{"no padding", with(32, 0, 0, 0, 0), 0, keyerr.ErrMalformed},
		{"more than a block of padding", append(with(31, 0, 0, 0, 17), bytes.Repeat([]byte{17}, 16)...), 0, keyerr.ErrMalformed},
		{"a key longer than its text", with(33, 1, 1, 1, 1), 0, keyerr.ErrMalformed},
		{"a wrong first byte of padding", with(28, 3, 4, 4, 4), 0, keyerr.ErrMalformed},
		{"a wrong last byte of padding", with(28, 4, 4, 4, 1), 0, keyerr.ErrMalformed},
		{"no key", bytes.Repeat([]byte{4}, 32), 0, keyerr.ErrWrongPassphrase},
	} {
		t.Run(tt.name, func(t *testing.T) {
			block, err := aes.NewCipher(key)
			if err != nil {
				t.Fatal(err)
			}
			data := make([]byte, len(tt.plain))
			cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, tt.plain)
			e := &EncryptedKey{
				cipher: cbcCiphers["2.16.840.1.101.3.4.1.42"], data: data,
				derive: func([]byte) ([]byte, []byte, error) { return bytes.Clone(key), iv, nil },
			}
			plain, err := e.Open(nil)
			if !errors.Is(err, tt.err) || len(plain) != tt.size || err == nil && !bytes.Equal(plain, tt.plain[:tt.size]) {
				t.Errorf("%d bytes, %v; want %d, %v", len(plain), err, tt.size, tt.err)
			}
		})
	}
}
