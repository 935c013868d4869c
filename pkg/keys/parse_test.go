package keys_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Every format that is not encrypted gives the same key, also a certificate.
func TestFormatsOfOneKey(t *testing.T) {
	for _, tt := range []struct {
		alg     keys.Algorithm
		bits    int
		private []string
		public  []string
	}{
		{keys.RS256, 2048, []string{"rsa.pem", "rsa.pkcs1.pem"}, []string{"rsa.pub.pem", "rsa.pub.pkcs1.pem", "rsa.cert.pem"}},
		{keys.ES256, 256, []string{"p256.pem", "p256.sec1.pem"}, []string{"p256.pub.pem", "p256.pub.compressed.pem", "p256.cert.pem"}},
		{keys.ES384, 384, []string{"p384.pem", "p384.sec1.pem"}, []string{"p384.pub.pem", "p384.pub.compressed.pem"}},
		{keys.ES512, 521, []string{"p521.pem", "p521.sec1.pem"}, []string{"p521.pub.pem", "p521.pub.compressed.pem"}},
		{keys.EdDSA, 256, []string{"ed25519.pem"}, []string{"ed25519.pub.pem"}},
	} {
		id := must(keys.ParsePublic(testdata(t, path.Join("good", tt.public[0])))).Thumbprint()
		for _, file := range tt.private {
			t.Run(file, func(t *testing.T) {
				data := testdata(t, path.Join("good", file))
				k, err := keys.Parse(data)
				wantErr(t, err, nil)
				if k.ID() != id || k.Algorithm() != tt.alg || k.VerificationKey().Bits() != tt.bits {
					t.Errorf("it is %v of %d bits", k, k.VerificationKey().Bits())
				}
				works(t, k)
				public, err := keys.ParsePublic(data)
				wantErr(t, err, nil)
				if !public.Equal(k.VerificationKey()) {
					t.Error("its public half is another key")
				}
				_, err = keys.ParseEncrypted(data, []byte("passphrase"))
				wantErr(t, err, keys.ErrNotEncrypted)
				_, err = keys.ParseEncrypted(data, nil)
				wantErr(t, err, keys.ErrNotEncrypted)
			})
		}
		for _, file := range tt.public {
			t.Run(file, func(t *testing.T) {
				data := testdata(t, path.Join("good", file))
				k, err := keys.ParsePublic(data)
				wantErr(t, err, nil)
				if k.ID() != id || k.Algorithm() != tt.alg || k.Bits() != tt.bits {
					t.Errorf("it is %v of %d bits", k, k.Bits())
				}
				_, err = keys.Parse(data)
				wantErr(t, err, keys.ErrNoSigningKey)
				_, err = keys.ParseEncrypted(data, []byte("passphrase"))
				wantErr(t, err, keys.ErrNoSigningKey)
			})
		}
	}
}

// Unsupported kinds of keys are refused by name, private and public ones.
func TestKindsThatAreNotUsed(t *testing.T) {
	for _, tt := range []struct {
		file string
		says string
	}{
		{"p224.pem", "P-224"}, {"p224.pub.pem", "P-224"}, {"p224.sec1.pem", "P-224"},
		{"secp256k1.pem", "secp256k1"}, {"secp256k1.pub.pem", "secp256k1"}, {"secp256k1.cert.pem", "secp256k1"},
		{"brainpoolP256r1.pem", "brainpoolP256r1"}, {"brainpoolP256r1.pub.pem", "brainpoolP256r1"},
		{"prime192v1.pem", "P-192"}, {"prime192v1.pub.pem", "P-192"},
		{"explicit.pem", "explicit"}, {"explicit.pub.pem", "explicit"}, {"explicit.sec1.pem", "explicit"},
		{"X25519.pem", "X25519"}, {"X25519.pub.pem", "X25519"}, {"X448.pem", "X448"}, {"X448.pub.pem", "X448"},
		{"ED448.pem", "Ed448"}, {"ED448.pub.pem", "Ed448"},
		{"dsa.pem", "DSA"}, {"dsa.pub.pem", "DSA"},
		{"multiprime.pem", "two primes"},
		{"key.p12", "openssl pkcs12"}, {"csr.pem", "openssl req"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			data := testdata(t, path.Join("kinds", tt.file))
			_, err := keys.ParsePublic(data)
			wantErr(t, err, keys.ErrUnsupported)
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v does not say %q", err, tt.says)
			}
			_, err = keyfile.Inspect(data)
			wantErr(t, err, keys.ErrUnsupported)
			_, err = keys.Parse(data)
			if strings.Contains(tt.file, ".pub.pem") || strings.Contains(tt.file, ".cert.") {
				wantErr(t, err, keys.ErrNoSigningKey)
				return
			}
			wantErr(t, err, keys.ErrUnsupported)
		})
	}
}

// Text as it comes out of mails, browsers, editors and configuration files.
func TestTextAroundTheBlock(t *testing.T) {
	block := string(testdata(t, "good/p256.pem"))
	id := must(keys.Parse([]byte(block))).ID()
	for _, tt := range []struct {
		name string
		text string
		err  error
	}{
		{"as written", block, nil},
		{"CRLF", strings.ReplaceAll(block, "\n", "\r\n"), nil},
		{"byte order mark", "\ufeff" + block, nil},
		{"leading text", "Bag Attributes\n  friendlyName: x\n" + block, nil},
		{"leading text in brackets", "[signing key]\n" + block, nil},
		{"leading text in braces", "{\n  \"a\": 1\n}\r\n" + block, nil},
		{"trailing text", block + "that was it\n", nil},
		{"no final newline", strings.TrimSuffix(block, "\n"), nil},
		{"blank lines around", "\n\n" + block + "\n\n", nil},
		{"trailing spaces", strings.ReplaceAll(block, "\n", "  \n"), nil},
		{"one long line", rewrap(block), nil},
		{"curve parameters before", string(testdata(t, "good/p256.params.pem")), nil},

		{"empty", "", keys.ErrNoKey},
		{"blank", " \r\n\t", keys.ErrNoKey},
		{"only a byte order mark", "\ufeff", keys.ErrNoKey},
		{"prose", "not a key", keys.ErrNoKey},
		{"a secret", "QUCAHwA7EI7R5ES4yJJ6-fB2Yo48zujXXunc9w_vIvM\n", keys.ErrNoKey},
		{"a secret that begins with 0, as DER does", "0" + goodSecret, keys.ErrNoKey},
		{"UTF-16 of something else", "\xff\xfe-\x00-\x00", keys.ErrNoKey},
		{"UTF-16 cut short", "\xff\xfe-\x00-", keys.ErrMalformed},
		{"the BEGIN line twice", "-----BEGIN PRIVATE KEY-----\n" + block, keys.ErrMalformed},
		{"no END line", strings.Split(block, "-----END")[0], nil},
		{"another END line", strings.Replace(block, "END PRIVATE", "END PUBLIC", 1), keys.ErrMalformed},
		{"indented", "  " + strings.ReplaceAll(block, "\n", "\n  "), nil},
		{"lines joined by a literal \\n", strings.ReplaceAll(block, "\n", `\n`), nil},
		{"truncated", block[:60] + "\n-----END PRIVATE KEY-----\n", keys.ErrMalformed},
		{"no content", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", keys.ErrMalformed},
		{"a second key, indented", block + "  " + strings.ReplaceAll(block, "\n", "\n  "), keys.ErrMalformed},
		{"an indented key before", "\t" + strings.ReplaceAll(block, "\n", "\n\t") + "\n" + block, keys.ErrMalformed},
		{"an indented BEGIN line", block + " -----BEGIN PRIVATE KEY-----\n", keys.ErrMalformed},
		{"two keys", block + block, keys.ErrMalformed},
		{"key and certificate", block + string(testdata(t, "good/p256.cert.pem")), nil},
		{"certificate and key", string(testdata(t, "good/p256.cert.pem")) + block, nil},
		{"key and certificate twice", block + strings.Repeat(string(testdata(t, "good/p256.cert.pem")), 2), nil},
		{"key and public key", block + string(testdata(t, "good/p256.pub.pem")), nil},
		{"key and another certificate", block + string(testdata(t, "good/rsa.cert.pem")), keys.ErrMalformed},
		{"key and another public key", block + string(testdata(t, "good/rsa.pub.pem")), keys.ErrMalformed},
		{"key, certificate and public key", block + string(testdata(t, "good/p256.cert.pem")) + string(testdata(t, "good/p256.pub.pem")), keys.ErrMalformed},
		{"only curve parameters", strings.Split(string(testdata(t, "good/p256.params.pem")), "-----BEGIN EC PRIVATE")[0], keys.ErrNoKey},
		{"a certificate request", string(testdata(t, "kinds/csr.pem")), keys.ErrUnsupported},
		{"a PuTTY key", "PuTTY-User-Key-File-3: ssh-ed25519\n", keys.ErrUnsupported},
		{"PGP", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n", keys.ErrUnsupported},
		{"a service account", `{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\n"}`, keys.ErrMalformed},
		{"JSON of something else", `{"a":1}`, keys.ErrNoKey},
		{"a JSON list", `[1]`, keys.ErrMalformed},
		{"a JWK Set", `{"keys":[]}`, keys.ErrNoKey},
		{"an encrypted JWK", `{"protected":"e30","ciphertext":"AA"}`, keys.ErrUnsupported},
		{"64 KiB and a byte", block + strings.Repeat(" ", keyfile.MaxSize), keys.ErrTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := keys.Parse([]byte(tt.text))
			wantErr(t, err, tt.err)
			if err == nil && k.ID() != id && tt.name != "curve parameters before" {
				t.Error("another key")
			}
			if _, err = keys.ParseEncrypted([]byte(tt.text), []byte("x")); err == nil {
				t.Error("it is read as encrypted")
			}
		})
	}
}

// rewrap puts the base64 of a block on one line.
func rewrap(block string) string {
	lines := strings.Split(strings.TrimSpace(block), "\n")
	return lines[0] + "\n" + strings.Join(lines[1:len(lines)-1], "") + "\n" + lines[len(lines)-1] + "\n"
}

// Every truncation and every changed byte of every format gives a key or an
// error of the package, never a panic; and no truncation gives a key.
func TestDamagedDER(t *testing.T) {
	for _, file := range []string{
		"good/p256.pem", "good/p256.sec1.pem", "good/p256.pub.pem", "good/p256.cert.pem", "good/ed25519.pem", "good/ed25519.pub.pem",
		"good/rsa.pub.pem", "good/rsa.pub.pkcs1.pem", "encrypted/aes-256-cbc.pem", "encrypted/scrypt.pem", "encrypted/pbe-sha1-3des.pem",
	} {
		t.Run(file, func(t *testing.T) {
			block, _ := pem.Decode(testdata(t, file))
			for i := range block.Bytes {
				_, err := keyfile.Inspect(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes[:i]}))
				if err == nil {
					t.Fatalf("the first %d of %d bytes are a key", i, len(block.Bytes))
				}
				wantErr(t, err, keys.ErrMalformed)
				trailing := append(bytes.Clone(block.Bytes), block.Bytes[:i+1]...)
				_, err = keyfile.Inspect(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: trailing}))
				wantErr(t, err, keys.ErrMalformed)
				changed := bytes.Clone(block.Bytes)
				changed[i] ^= 0x81
				keyfile.Inspect(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: changed}))
			}
		})
	}
}

// Halves must match: here the file of a private key states another public key.
func TestHalvesThatDoNotMatch(t *testing.T) {
	swap := func(file string, old, new []byte) string {
		block, _ := pem.Decode(testdata(t, file))
		if !bytes.Contains(block.Bytes, old) || len(old) != len(new) {
			t.Fatal("the test does not fit its file")
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: bytes.Replace(block.Bytes, old, new, 1)}))
	}
	point := func(file string) []byte {
		block, _ := pem.Decode(testdata(t, file))
		return block.Bytes[len(block.Bytes)-64:]
	}
	other := must(keys.MarshalPublic(must(keys.Generate(keys.ES256)).VerificationKey()))
	block, _ := pem.Decode(other)
	for _, file := range []string{"good/p256.pem", "good/p256.sec1.pem"} {
		_, err := keys.Parse([]byte(swap(file, point("good/p256.pub.pem"), block.Bytes[len(block.Bytes)-64:])))
		wantErr(t, err, keys.ErrMalformed)
		_, err = keys.Parse([]byte(swap(file, point("good/p256.pub.pem"), make([]byte, 64))))
		wantErr(t, err, keys.ErrMalformed)
	}
	rsaKey, _ := pem.Decode(testdata(t, "good/rsa.pkcs1.pem"))
	for _, at := range []int{20, 280, 300, 600, 700, 800, 900, 1100} {
		changed := bytes.Clone(rsaKey.Bytes)
		changed[at] ^= 4
		_, err := keys.Parse(pem.EncodeToMemory(&pem.Block{Type: rsaKey.Type, Bytes: changed}))
		if err == nil {
			t.Errorf("RSA with byte %d changed is a key", at)
		}
	}
}

// RFC 5958: version 2 states the public key, as Java and Rust write for Ed25519.
func TestPKCS8WithPublicKey(t *testing.T) {
	block, _ := pem.Decode(testdata(t, "good/ed25519.pem"))
	public, _ := pem.Decode(testdata(t, "good/ed25519.pub.pem"))
	stated := func(public []byte) []byte {
		der := append(bytes.Clone(block.Bytes), append([]byte{0x81, 33, 0}, public...)...)
		der[1] += 35
		der[4] = 1
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	}
	k, err := keys.Parse(stated(public.Bytes[12:]))
	wantErr(t, err, nil)
	works(t, k)
	_, err = keys.Parse(stated(make([]byte, 32)))
	wantErr(t, err, keys.ErrMalformed)
}

// The content of a block says what it is. Its label may be that of another format.
func TestMislabelledBlocks(t *testing.T) {
	labels := []string{"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE", "ENCRYPTED PRIVATE KEY"}
	for _, file := range []string{"rsa.pem", "rsa.pkcs1.pem", "rsa.pub.pem", "rsa.pub.pkcs1.pem", "p256.sec1.pem", "rsa.cert.pem"} {
		data := testdata(t, path.Join("good", file))
		want := must(keyfile.Inspect(data))
		block, _ := pem.Decode(data)
		for _, label := range labels {
			t.Run(fmt.Sprintf("%s as %s", file, label), func(t *testing.T) {
				got, err := keyfile.Inspect(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: block.Bytes}))
				wantErr(t, err, nil)
				if !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v", got)
				}
			})
		}
	}
}

func TestUnknownLabels(t *testing.T) {
	for label, want := range map[string]error{
		"DSA PRIVATE KEY": keys.ErrUnsupported, "TRUSTED CERTIFICATE": keys.ErrUnsupported, "PKCS7": keys.ErrUnsupported,
		"DH PARAMETERS": keys.ErrNoKey, "X": keys.ErrNoKey, strings.Repeat("LONG ", 50) + "LABEL": keys.ErrNoKey,
	} {
		_, err := keys.Parse(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: []byte{0x30, 0}}))
		wantErr(t, err, want)
		if len(err.Error()) > 200 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	}
}

func TestTrustedCertificate(t *testing.T) {
	_, err := keys.ParsePublic(pem.EncodeToMemory(&pem.Block{Type: "TRUSTED CERTIFICATE", Bytes: []byte{0x30, 0}}))
	wantErr(t, err, keys.ErrUnsupported)
	if !strings.Contains(err.Error(), "openssl x509 -in FILE -out FILE.pem") {
		t.Errorf("it says %v", err)
	}
}

// Labels are quoted: control characters in them never reach a terminal.
func TestLabelsAreQuoted(t *testing.T) {
	block := "-----BEGIN \x1b[31mX-----\nAAAA\n-----END \x1b[31mX-----\n"
	_, err := keys.Parse([]byte(block + block))
	wantErr(t, err, keys.ErrMalformed)
	if strings.Contains(err.Error(), "\x1b") || !strings.Contains(err.Error(), `"\x1b[31mX", `) {
		t.Errorf("it says %q", err)
	}
}

// Many blocks cost little and are told apart by name.
func TestManyBlocks(t *testing.T) {
	block := "-----BEGIN X-----\n" + base64.StdEncoding.EncodeToString([]byte("x")) + "\n-----END X-----\n"
	_, err := keys.Parse([]byte(strings.Repeat(block, 1000)))
	wantErr(t, err, keys.ErrMalformed)
	if !strings.Contains(err.Error(), "1000 PEM blocks") {
		t.Errorf("it says %v", err)
	}
}
