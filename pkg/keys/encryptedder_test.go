package keys_test

import (
	"bytes"
	"encoding/pem"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// The parameters of an encrypted key, each with something that does not belong.
func TestEncryptionDER(t *testing.T) {
	octets := func(n int) []byte { return append([]byte{4, byte(n)}, make([]byte, n)...) }
	of := func(parts ...[]byte) []byte { return build(func(b *builder) { b.AddBytes(bytes.Join(parts, nil)) }) }
	pbes2 := append([]byte{6, 9}, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13)
	pbkdf2 := append([]byte{6, 9}, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12)
	scrypt := append([]byte{6, 9}, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11)
	pbe := append([]byte{6, 10}, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 3)
	sha256 := append([]byte{6, 8}, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9)
	aes := append([]byte{6, 9}, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42)
	one := []byte{2, 1, 1}
	cipher, kdf, data := of(aes, octets(16)), of(pbkdf2, of(octets(8), one)), octets(32)
	sealed := func(kdf, cipher []byte) []byte { return of(of(pbes2, of(kdf, cipher)), data) }
	for _, tt := range []struct {
		name string
		der  []byte
		err  error
	}{
		{"as it should be", sealed(kdf, cipher), keys.ErrWrongPassphrase},
		{"a function", sealed(of(pbkdf2, of(octets(8), one, of(sha256, null))), cipher), keys.ErrWrongPassphrase},
		{"more after the data", of(of(pbes2, of(kdf, cipher)), data, null), keys.ErrMalformed},
		{"no number of the scheme", of(of(null, of(kdf, cipher)), data), keys.ErrMalformed},
		{"more in the scheme", of(of(pbes2, of(kdf, cipher), null), data), keys.ErrMalformed},
		{"more in PBES2", of(of(pbes2, of(kdf, cipher, null)), data), keys.ErrMalformed},
		{"no number of the cipher", sealed(kdf, of(null, octets(16))), keys.ErrMalformed},
		{"more after the IV", sealed(kdf, of(aes, octets(16), null)), keys.ErrMalformed},
		{"no number of the KDF", sealed(of(null, of(octets(8), one)), cipher), keys.ErrMalformed},
		{"more in the KDF", sealed(of(pbkdf2, of(octets(8), one), null), cipher), keys.ErrMalformed},
		{"no salt", sealed(of(pbkdf2, of(one)), cipher), keys.ErrMalformed},
		{"no count", sealed(of(pbkdf2, of(octets(8))), cipher), keys.ErrMalformed},
		{"a count of no number", sealed(of(pbkdf2, of(octets(8), octets(8))), cipher), keys.ErrMalformed},
		{"a length of 2^64", sealed(of(pbkdf2, of(octets(8), one, []byte{2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0})), cipher), keys.ErrMalformed},
		{"a function of no sequence", sealed(of(pbkdf2, of(octets(8), one, null)), cipher), keys.ErrMalformed},
		{"no number of the function", sealed(of(pbkdf2, of(octets(8), one, of(null))), cipher), keys.ErrMalformed},
		{"more after the function", sealed(of(pbkdf2, of(octets(8), one, of(sha256, null), null)), cipher), keys.ErrMalformed},
		{"scrypt without salt", sealed(of(scrypt, of(one, one, one)), cipher), keys.ErrMalformed},
		{"scrypt without p", sealed(of(scrypt, of(octets(8), []byte{2, 1, 2}, one)), cipher), keys.ErrMalformed},
		{"scrypt", sealed(of(scrypt, of(octets(8), []byte{2, 1, 2}, one, one)), cipher), keys.ErrWrongPassphrase},
		{"more after scrypt", sealed(of(scrypt, of(octets(8), []byte{2, 1, 2}, one, one, null)), cipher), keys.ErrMalformed},
		{"PBE", of(of(pbe, of(octets(8), one)), data), keys.ErrWrongPassphrase},
		{"more in PBE", of(of(pbe, of(octets(8), one), null), data), keys.ErrMalformed},
		{"PBE without salt", of(of(pbe, of(one)), data), keys.ErrMalformed},
		{"PBE without count", of(of(pbe, of(octets(8))), data), keys.ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keys.ParseEncrypted(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: tt.der}), []byte("x"))
			wantErr(t, err, tt.err)
		})
	}
}
