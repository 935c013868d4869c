package keys_test

import (
	"bytes"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Encrypted PKCS #8 of openssl, pyca and Java loads.
func TestEncryptedFormats(t *testing.T) {
	id := must(keys.Parse(testdata(t, "good/p256.pem"))).ID()
	for _, tt := range []struct {
		file   string
		format string
		kdf    string
		cost   int
		cipher string
		warned bool
	}{
		{"hmacWithSHA1.pem", "PKCS #8", "PBKDF2-HMAC-SHA1", 1000, "AES-256-CBC", true},
		{"hmacWithSHA256.pem", "PKCS #8", "PBKDF2-HMAC-SHA256", 1000, "AES-256-CBC", true},
		{"hmacWithSHA384.pem", "PKCS #8", "PBKDF2-HMAC-SHA384", 1000, "AES-256-CBC", true},
		{"hmacWithSHA512.pem", "PKCS #8", "PBKDF2-HMAC-SHA512", 1000, "AES-256-CBC", true},
		{"aes-128-cbc.pem", "PKCS #8", "PBKDF2-HMAC-SHA256", 1000, "AES-128-CBC", true},
		{"aes-192-cbc.pem", "PKCS #8", "PBKDF2-HMAC-SHA256", 1000, "AES-192-CBC", true},
		{"aes-256-cbc.pem", "PKCS #8", "PBKDF2-HMAC-SHA256", 1000, "AES-256-CBC", true},
		{"des3.pem", "PKCS #8", "PBKDF2-HMAC-SHA256", 1000, "DES-EDE3-CBC", true},
		{"pyca.pem", "PKCS #8", "PBKDF2-HMAC-SHA256", 2048, "AES-256-CBC", true},
		{"java-pbes2.pem", "PKCS #8", "PBKDF2-HMAC-SHA512", 5000, "AES-256-CBC", true}, // with a key length
		{"java-pbe.pem", "PKCS #8", "PBE-SHA1-3DES", 5000, "DES-EDE3-CBC", true},
		{"scrypt.pem", "PKCS #8", "scrypt", 1024, "AES-256-CBC", true}, // N=1024, r=8
		{"pbe-sha1-3des.pem", "PKCS #8", "PBE-SHA1-3DES", 2048, "DES-EDE3-CBC", true},
		{"rfc1423-aes128.pem", "RFC 1423 PEM", "MD5", 1, "AES-128-CBC", true},
		{"rfc1423-aes192.pem", "RFC 1423 PEM", "MD5", 1, "AES-192-CBC", true},
		{"rfc1423-aes256.pem", "RFC 1423 PEM", "MD5", 1, "AES-256-CBC", true},
		{"rfc1423-des3.pem", "RFC 1423 PEM", "MD5", 1, "DES-EDE3-CBC", true},
	} {
		t.Run(tt.file, func(t *testing.T) {
			data := testdata(t, path.Join("encrypted", tt.file))
			info, err := keyfile.Inspect(data)
			wantErr(t, err, nil)
			if info.Format != tt.format || info.KDF != tt.kdf || info.Iterations != tt.cost || info.Cipher != tt.cipher ||
				!info.Encrypted || !info.Private || (len(info.Warnings) > 0) != tt.warned {
				t.Errorf("it is %+v", info)
			}
			k, err := keys.ParseEncrypted(data, []byte("correct"))
			wantErr(t, err, nil)
			if k.ID() != id {
				t.Error("it is another key")
			}
			works(t, k)
			weak := tt.kdf == "MD5" || tt.kdf == "PBE-SHA1-3DES"
			for _, k := range []*keys.SigningKey{k, must(k.WithID("x"))} {
				if (len(k.Warnings()) > 0) != weak {
					t.Errorf("it warns of %v", k.Warnings())
				}
			}
			for _, passphrase := range []string{"Correct", "correct ", "correct\n", "\x00", "wrong", strings.Repeat("x", 1000)} {
				_, err = keys.ParseEncrypted(data, []byte(passphrase))
				wantErr(t, err, keys.ErrWrongPassphrase)
			}
			_, err = keys.ParseEncrypted(data, nil)
			wantErr(t, err, keys.ErrPassphraseRequired)
			_, err = keys.Parse(data)
			wantErr(t, err, keys.ErrPassphraseRequired)
			_, err = keys.ParsePublic(data)
			wantErr(t, err, keys.ErrPassphraseRequired)
		})
	}
}

func TestEncryptedKindsThatAreNotUsed(t *testing.T) {
	for _, tt := range []struct {
		file string
		err  error
		says string
	}{
		{"camellia.pem", keys.ErrUnsupported, "Camellia-128-CBC"},
		{"cfb.pem", keys.ErrUnsupported, "AES-256-CFB"},
		{"hmacWithSHA224.pem", keys.ErrUnsupported, "PBKDF2 with the function"},
		{"pbe-md5-des.pem", keys.ErrUnsupported, "PBE-MD5-DES, an old scheme; re-encrypt it with: openssl pkcs8 -topk8 -in FILE -out FILE.new -provider legacy -provider default"},
		{"rfc1423-camellia.pem", keys.ErrUnsupported, "openssl pkcs8 -topk8"},
		{"x25519.pem", keys.ErrUnsupported, "X25519"},
		{"rsa1024.pem", keys.ErrWeak, "1024"},
	} {
		_, err := keys.ParseEncrypted(testdata(t, path.Join("encrypted", tt.file)), []byte("correct"))
		wantErr(t, err, tt.err)
		if !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v does not say %q", tt.file, err, tt.says)
		}
	}
}

// A wrong passphrase and a damaged file are different errors, where the format allows.
func TestDamagedEncryptedKeys(t *testing.T) {
	for _, file := range []string{"aes-256-cbc.pem", "scrypt.pem", "pbe-sha1-3des.pem", "rfc1423-aes256.pem"} {
		block, _ := pem.Decode(testdata(t, path.Join("encrypted", file)))
		damaged := func(at int) error {
			b := *block
			b.Bytes = bytes.Clone(block.Bytes)
			b.Bytes[at] ^= 0x10
			_, err := keys.ParseEncrypted(pem.EncodeToMemory(&b), []byte("correct"))
			return err
		}
		wantErr(t, damaged(len(block.Bytes)-1), keys.ErrMalformed)
		wantErr(t, damaged(len(block.Bytes)-40), keys.ErrMalformed)
		size := 144 // of the encrypted PKCS #8, at the end of the structure
		if strings.HasPrefix(file, "rfc1423") {
			size = len(block.Bytes)
		}
		wantErr(t, damaged(len(block.Bytes)-size), keys.ErrWrongPassphrase)
	}
}

// A file that was cut off or added to at the end of a block, with the right passphrase.
func TestEncryptedKeysOfAnotherLength(t *testing.T) {
	block, _ := pem.Decode(testdata(t, "encrypted/rfc1423-aes256.pem"))
	whole := block.Bytes
	for _, tt := range []struct {
		name string
		data []byte
		err  error
	}{
		{"as it is", whole, nil},
		{"without its last block", whole[:len(whole)-16], keys.ErrMalformed},
		{"its first block alone", whole[:16], keys.ErrMalformed},
		{"with a block appended", append(bytes.Clone(whole), make([]byte, 16)...), keys.ErrMalformed},
		{"with its last block twice", append(bytes.Clone(whole), whole[len(whole)-16:]...), keys.ErrMalformed},
		{"without its first block", whole[16:], keys.ErrWrongPassphrase},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := *block
			b.Bytes = tt.data
			_, err := keys.ParseEncrypted(pem.EncodeToMemory(&b), []byte("correct"))
			wantErr(t, err, tt.err)
		})
	}
}

type algorithmID struct {
	OID    asn1.ObjectIdentifier
	Params any
}

type pbkdf2 struct {
	Salt       []byte
	Iterations *big.Int
	Length     int         `asn1:"optional"`
	PRF        algorithmID `asn1:"optional"`
}

type scrypt struct {
	Salt    []byte
	N, R, P *big.Int
	Length  int `asn1:"optional"`
}

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
	oidAES256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
	oidPBE    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}
	oidSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
)

// sealed builds an encrypted key of any parameters.
func sealed(t testing.TB, scheme algorithmID, data []byte) []byte {
	t.Helper()
	der, err := asn1.Marshal(struct {
		Scheme algorithmID
		Data   []byte
	}{scheme, data})
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})
}

func pbes2(kdf algorithmID, iv []byte) algorithmID {
	return algorithmID{oidPBES2, []algorithmID{kdf, {oidAES256, iv}}}
}

// The cost of a derivation is bounded before it begins: parameters that panic, hang
// or use all memory in youmark/pkcs8 are an error, with and without a passphrase.
func TestHostileParameters(t *testing.T) {
	salt, iv, data := make([]byte, 16), make([]byte, 16), make([]byte, 64)
	huge := new(big.Int).Lsh(big.NewInt(1), 200)
	withPBKDF2 := func(iterations *big.Int) algorithmID {
		return pbes2(algorithmID{oidPBKDF2, pbkdf2{Salt: salt, Iterations: iterations, PRF: algorithmID{oidSHA256, asn1.NullRawValue}}}, iv)
	}
	withScrypt := func(n, r, p *big.Int) algorithmID {
		return pbes2(algorithmID{oidScrypt, scrypt{Salt: salt, N: n, R: r, P: p}}, iv)
	}
	num := big.NewInt
	one := withPBKDF2(num(1))
	for _, tt := range []struct {
		name string
		text []byte
		err  error
	}{
		{"10,000,001 iterations", sealed(t, withPBKDF2(num(10_000_001)), data), keys.ErrTooCostly},
		{"2^31-1 iterations", sealed(t, withPBKDF2(num(1<<31-1)), data), keys.ErrTooCostly},
		{"2^63 iterations", sealed(t, withPBKDF2(new(big.Int).Lsh(num(1), 63)), data), keys.ErrTooCostly},
		{"2^200 iterations", sealed(t, withPBKDF2(huge), data), keys.ErrTooCostly},
		{"no iterations", sealed(t, withPBKDF2(num(0)), data), keys.ErrMalformed},
		{"-1 iterations", sealed(t, withPBKDF2(num(-1)), data), keys.ErrMalformed},
		{"-2^200 iterations", sealed(t, withPBKDF2(new(big.Int).Neg(huge)), data), keys.ErrMalformed},
		{"-2^71 iterations", sealed(t, withPBKDF2(new(big.Int).Neg(new(big.Int).Lsh(num(1), 71))), data), keys.ErrMalformed},
		{"scrypt N of 2^21", sealed(t, withScrypt(num(1<<21), num(8), num(1)), data), keys.ErrTooCostly},
		{"scrypt N of 2^40", sealed(t, withScrypt(num(1<<40), num(8), num(1)), data), keys.ErrTooCostly},
		{"scrypt N of 2^62", sealed(t, withScrypt(num(1<<62), num(1<<62), num(1<<62)), data), keys.ErrTooCostly},
		{"scrypt N of 2^200", sealed(t, withScrypt(huge, num(8), num(1)), data), keys.ErrTooCostly},
		{"scrypt r of 2^30", sealed(t, withScrypt(num(2), num(1<<30), num(1)), data), keys.ErrTooCostly},
		{"scrypt p of 2^30", sealed(t, withScrypt(num(2), num(1), num(1<<30)), data), keys.ErrTooCostly},
		{"scrypt p of 2^20 at r=8", sealed(t, withScrypt(num(2), num(8), num(1<<20)), data), keys.ErrTooCostly},
		{"scrypt that mixes 16 GiB", sealed(t, withScrypt(num(1<<17), num(8), num(128)), data), keys.ErrTooCostly},
		{"scrypt N of 3", sealed(t, withScrypt(num(3), num(8), num(1)), data), keys.ErrMalformed},
		{"scrypt N of 1", sealed(t, withScrypt(num(1), num(8), num(1)), data), keys.ErrMalformed},
		{"scrypt r of 0", sealed(t, withScrypt(num(1024), num(0), num(1)), data), keys.ErrMalformed},
		{"scrypt p of -1", sealed(t, withScrypt(num(1024), num(8), num(-1)), data), keys.ErrMalformed},
		{"IV of 8 bytes", sealed(t, pbes2(algorithmID{oidPBKDF2, pbkdf2{Salt: salt, Iterations: num(1)}}, iv[:8]), data), keys.ErrMalformed},
		{"no IV", sealed(t, pbes2(algorithmID{oidPBKDF2, pbkdf2{Salt: salt, Iterations: num(1)}}, nil), data), keys.ErrMalformed},
		{"a partial block", sealed(t, one, data[:63]), keys.ErrMalformed},
		{"no data", sealed(t, one, nil), keys.ErrMalformed},
		{"another key length", sealed(t, pbes2(algorithmID{oidPBKDF2, pbkdf2{Salt: salt, Iterations: num(1), Length: 16}}, iv), data), keys.ErrMalformed},
		{"another scrypt key length", sealed(t, pbes2(algorithmID{oidScrypt, scrypt{salt, num(16), num(1), num(1), 31}}, iv), data), keys.ErrMalformed},
		{"scrypt with the key length", sealed(t, pbes2(algorithmID{oidScrypt, scrypt{salt, num(16), num(1), num(1), 32}}, iv), data), keys.ErrWrongPassphrase},
		{"PBES1 of MD5 and DES", sealed(t, algorithmID{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 3}, pbkdf2{Salt: salt, Iterations: num(1)}}, data), keys.ErrUnsupported},
		{"PBES1 of SHA-1 and DES", sealed(t, algorithmID{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 10}, pbkdf2{Salt: salt, Iterations: num(1)}}, data), keys.ErrUnsupported},
		{"PBE of RC2", sealed(t, algorithmID{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 6}, pbkdf2{Salt: salt, Iterations: num(1)}}, data), keys.ErrUnsupported},
		{"another KDF", sealed(t, pbes2(algorithmID{oidAES256, pbkdf2{Salt: salt, Iterations: num(1)}}, iv), data), keys.ErrUnsupported},
		{"no KDF parameters", sealed(t, pbes2(algorithmID{oidPBKDF2, asn1.NullRawValue}, iv), data), keys.ErrMalformed},
		{"PBES2 without parameters", sealed(t, algorithmID{oidPBES2, asn1.NullRawValue}, data), keys.ErrMalformed},
		{"PBE of 2^31-1 iterations", sealed(t, algorithmID{oidPBE, pbkdf2{Salt: salt, Iterations: num(1<<31 - 1)}}, data), keys.ErrTooCostly},
		{"PBE of 2^200 iterations", sealed(t, algorithmID{oidPBE, pbkdf2{Salt: salt, Iterations: huge}}, data), keys.ErrTooCostly},
		{"PBE without salt", sealed(t, algorithmID{oidPBE, pbkdf2{Iterations: num(1)}}, data), keys.ErrMalformed},
		{"PBE with more", sealed(t, algorithmID{oidPBE, pbkdf2{Salt: salt, Iterations: num(1), Length: 1}}, data), keys.ErrMalformed},
		{"PBE with a partial block", sealed(t, algorithmID{oidPBE, pbkdf2{Salt: salt, Iterations: num(1)}}, data[:9]), keys.ErrMalformed},
		{"an unknown scheme", sealed(t, algorithmID{oidSHA256, asn1.NullRawValue}, data), keys.ErrUnsupported},
		{"one iteration, random data", sealed(t, one, data), keys.ErrWrongPassphrase},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begun := time.Now()
			_, err := keys.ParseEncrypted(tt.text, []byte("x"))
			wantErr(t, err, tt.err)
			if tt.err != keys.ErrWrongPassphrase {
				_, err = keys.ParseEncrypted(tt.text, nil)
				wantErr(t, err, tt.err)
				_, err = keyfile.Inspect(tt.text)
				wantErr(t, err, tt.err)
			}
			if took := time.Since(begun); took > time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// The optional key length reads as "incorrect passphrase" in pkcs8.
func TestPBKDF2WithKeyLength(t *testing.T) {
	block, _ := pem.Decode(testdata(t, "encrypted/aes-256-cbc.pem"))
	var file struct {
		Scheme struct {
			OID    asn1.ObjectIdentifier
			Params struct {
				KDF struct {
					OID    asn1.ObjectIdentifier
					Params struct {
						Salt       []byte
						Iterations int
						Rest       asn1.RawValue
					}
				}
				Cipher asn1.RawValue
			}
		}
		Data []byte
	}
	if _, err := asn1.Unmarshal(block.Bytes, &file); err != nil {
		t.Fatal(err)
	}
	kdf := &file.Scheme.Params.KDF.Params
	length := []byte{2, 1, 32}
	kdf.Rest = asn1.RawValue{FullBytes: append(length, kdf.Rest.FullBytes...)}
	text := pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: must(asn1.Marshal(file))})
	k, err := keys.ParseEncrypted(text, []byte("correct"))
	wantErr(t, err, nil)
	works(t, k)
}

func TestRFC1423Headers(t *testing.T) {
	good := string(testdata(t, "encrypted/rfc1423-aes256.pem"))
	dek := good[strings.Index(good, "DEK-Info:"):strings.Index(good, "\n\n")]
	for _, tt := range []struct {
		name string
		text string
		err  error
	}{
		{"no DEK-Info", strings.Replace(good, dek, "X: y", 1), keys.ErrMalformed},
		{"no IV", strings.Replace(good, dek, "DEK-Info: AES-256-CBC", 1), keys.ErrMalformed},
		{"short IV", strings.Replace(good, dek, "DEK-Info: AES-256-CBC,0011", 1), keys.ErrMalformed},
		{"IV and half a byte", strings.Replace(good, dek, dek+"0", 1), keys.ErrMalformed},
		{"IV of no hex", strings.Replace(good, dek, "DEK-Info: AES-256-CBC,"+strings.Repeat("zz", 16), 1), keys.ErrMalformed},
		{"DES", strings.Replace(good, dek, "DEK-Info: DES-CBC,0011223344556677", 1), keys.ErrUnsupported},
		{"another Proc-Type", strings.Replace(good, "4,ENCRYPTED", "4,CLEAR", 1), keys.ErrMalformed},
		{"a public key", strings.ReplaceAll(good, "EC PRIVATE", "PUBLIC"), keys.ErrMalformed},
		{"an unknown label", strings.ReplaceAll(good, "EC PRIVATE", "SECRET"), keys.ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keys.ParseEncrypted([]byte(tt.text), []byte("correct"))
			wantErr(t, err, tt.err)
			_, err = keyfile.Inspect([]byte(tt.text))
			wantErr(t, err, tt.err)
		})
	}
}

// Nothing is encrypted with an empty passphrase, and the default is
// PBKDF2-HMAC-SHA256 with 600,000 iterations.
func TestMarshalEncrypted(t *testing.T) {
	k := keyFor(t, keys.EdDSA)
	passphrase := []byte("päss wörd\x00✓")
	for _, tt := range []struct {
		name string
		kdf  keys.KDF
		want keyfile.Info
	}{
		{"by default", keys.KDF{}, keyfile.Info{KDF: "PBKDF2-HMAC-SHA256", Iterations: 600_000}},
		{"more iterations", keys.KDF{Iterations: 600_001}, keyfile.Info{KDF: "PBKDF2-HMAC-SHA256", Iterations: 600_001}},
		{"scrypt", keys.KDF{Scrypt: true}, keyfile.Info{KDF: "scrypt", Iterations: 1 << 14}},
		{"more scrypt", keys.KDF{Scrypt: true, N: 1 << 15}, keyfile.Info{KDF: "scrypt", Iterations: 1 << 15}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, err := keys.MarshalEncrypted(k, passphrase, tt.kdf)
			wantErr(t, err, nil)
			info := must(keyfile.Inspect(text))
			if info.KDF != tt.want.KDF || info.Iterations != tt.want.Iterations || info.Cipher != "AES-256-CBC" || len(info.Warnings) > 0 {
				t.Errorf("it is %+v", info)
			}
			again, err := keys.ParseEncrypted(text, passphrase)
			wantErr(t, err, nil)
			if !again.VerificationKey().Equal(k.VerificationKey()) {
				t.Error("it is another key")
			}
			works(t, k) // clearing after the write must not reach the key
		})
	}
	for _, tt := range []struct {
		name       string
		key        *keys.SigningKey
		passphrase string
		kdf        keys.KDF
		err        error
	}{
		{"no passphrase", k, "", keys.KDF{}, keys.ErrPassphraseRequired},
		{"fewer iterations", k, "x", keys.KDF{Iterations: 599_999}, keys.ErrWeak},
		{"negative iterations", k, "x", keys.KDF{Iterations: -1}, keys.ErrWeak},
		{"more iterations than are read", k, "x", keys.KDF{Iterations: 10_000_001}, keys.ErrTooCostly},
		{"less scrypt", k, "x", keys.KDF{Scrypt: true, N: 1 << 13}, keys.ErrWeak},
		{"scrypt of no power of two", k, "x", keys.KDF{Scrypt: true, N: 1<<14 + 1}, keys.ErrMalformed},
		{"more scrypt than is read", k, "x", keys.KDF{Scrypt: true, N: 1 << 20}, keys.ErrTooCostly},
		{"N for PBKDF2", k, "x", keys.KDF{N: 1 << 14}, keys.ErrUnsupported},
		{"iterations for scrypt", k, "x", keys.KDF{Scrypt: true, Iterations: 600_000}, keys.ErrUnsupported},
		{"a secret", keyFor(t, keys.HS256), "x", keys.KDF{}, keys.ErrUnsupported},
		{"no key", nil, "x", keys.KDF{}, keys.ErrNoKey},
	} {
		_, err := keys.MarshalEncrypted(tt.key, []byte(tt.passphrase), tt.kdf)
		t.Run(tt.name, func(t *testing.T) { wantErr(t, err, tt.err) })
	}
}

// Salt and IV are new each time, 16 bytes each.
func TestEncryptionIsSalted(t *testing.T) {
	k := keyFor(t, keys.EdDSA)
	seen := map[string]bool{}
	for range 2 {
		block, _ := pem.Decode(must(keys.MarshalEncrypted(k, []byte("x"), keys.KDF{Scrypt: true})))
		var rest = block.Bytes
		for i := bytes.Index(rest, []byte{4, 16}); i >= 0; i = bytes.Index(rest, []byte{4, 16}) {
			seen[string(rest[i+2:i+18])] = true
			rest = rest[i+18:]
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d different salts and IVs, want 4", len(seen))
	}
}
