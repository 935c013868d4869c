package keys_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

const recordedPassphrase = "your_password_for_the_key"

// The keys that fastapi-login was recorded with load, or are refused, as
// recorded, but for those marked, where this package is stricter.
func TestRecordedKeys(t *testing.T) {
	same := map[string]bool{} // thumbprints of the files that hold one key
	for _, tt := range []struct {
		file       string
		passphrase string
		err        error
	}{
		{"rsa2048.pem", "", nil},
		{"rsa2048_pkcs1.pem", "", nil},
		{"rsa2048_crlf.pem", "", nil},
		{"rsa2048_leading_text.pem", "", nil},
		{"rsa2048_no_final_newline.pem", "", nil},
		{"rsa2048_e3.pem", "", nil},
		{"rsa2048_other.pem", "", nil},
		{"rsa3072.pem", "", nil},
		{"rsa4096.pem", "", nil},
		{"ec_p256.pem", "", nil},
		{"ed25519.pem", "", nil},
		{"rsa2048_enc_pkcs8.pem", recordedPassphrase, nil},
		{"rsa2048_enc_pkcs8_aes128_sha1.pem", recordedPassphrase, nil},
		{"rsa2048_enc_pkcs8_aes256_sha512_100k.pem", recordedPassphrase, nil},
		{"rsa2048_enc_pkcs8_des3.pem", recordedPassphrase, nil},
		{"rsa2048_enc_pkcs8_pbe_sha1_3des.pem", recordedPassphrase, nil},
		{"rsa2048_enc_pkcs8_scrypt.pem", recordedPassphrase, nil},
		{"rsa2048_enc_pkcs8_utf8pw.pem", "pässwörd✓", nil},
		{"rsa2048_enc_trad.pem", recordedPassphrase, nil},
		{"rsa2048_enc_trad_aes128.pem", recordedPassphrase, nil},
		{"rsa2048_enc_trad_des3.pem", recordedPassphrase, nil},

		{"rsa2048_enc_pkcs8.pem", "", keys.ErrPassphraseRequired},
		{"rsa2048_enc_trad.pem", "", keys.ErrPassphraseRequired},
		{"rsa2048_enc_pkcs8.pem", "wrong", keys.ErrWrongPassphrase},
		{"rsa2048_enc_pkcs8_scrypt.pem", "wrong", keys.ErrWrongPassphrase},
		{"rsa2048_enc_pkcs8_pbe_sha1_3des.pem", "wrong", keys.ErrWrongPassphrase},
		{"rsa2048_enc_trad.pem", "wrong", keys.ErrWrongPassphrase},
		{"rsa2048.pem", recordedPassphrase, keys.ErrNotEncrypted},
		{"rsa2048.pub.pem", "", keys.ErrNoSigningKey},
		{"rsa2048.pub.pkcs1.pem", "", keys.ErrNoSigningKey},
		{"rsa2048.der", "", nil},
		{"rsa2048_openssh.pem", "", nil},
		{"dsa2048.pem", "", keys.ErrUnsupported},
		{"rsa512.pem", "", keys.ErrWeak},  // stricter: accepted there
		{"rsa1024.pem", "", keys.ErrWeak}, // stricter: accepted there
	} {
		t.Run(tt.file+" "+tt.passphrase, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "recorded", tt.file))
			if err != nil {
				t.Fatal(err)
			}
			parse := keys.Parse
			if tt.passphrase != "" {
				parse = func(data []byte) (*keys.SigningKey, error) {
					return keys.ParseEncrypted(data, []byte(tt.passphrase))
				}
			}
			k, err := parse(data)
			if !errors.Is(err, tt.err) {
				t.Fatalf("got %v, want %v", err, tt.err)
			}
			if err != nil {
				return
			}
			signature, err := k.Sign(context.Background(), "text")
			if err != nil {
				t.Fatal(err)
			}
			if err := k.VerificationKey().Verify("text", signature); err != nil {
				t.Error(err)
			}
			if k.VerificationKey().Verify("Text", signature) == nil {
				t.Error("verifies another text")
			}
			switch tt.file {
			case "rsa2048_e3.pem", "rsa2048_other.pem", "rsa3072.pem", "rsa4096.pem", "ec_p256.pem", "ed25519.pem":
			default:
				same[k.ID()] = true
			}
		})
	}
	for _, file := range []string{"rsa2048.pub.pem", "rsa2048.pub.pkcs1.pem"} {
		k, err := keyfile.LoadPublic(filepath.Join("testdata", "recorded", file))
		if err != nil {
			t.Fatal(err)
		}
		same[k.ID()] = true
	}
	if len(same) != 1 {
		t.Errorf("the files of one key hold %d", len(same))
	}
}
