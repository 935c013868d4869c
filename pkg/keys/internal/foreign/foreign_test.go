package foreign_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys/internal/derform"
	"github.com/loginctl/loginctl/pkg/keys/internal/foreign"
	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
)

const (
	rsaKey = "KEYS/good/rsa.pem"
	ecKey  = "KEYS/good/p256.pem"
)

// makers write FILE, a file of a kind, from the keys of the package above. The
// command that is shown for it is run with the answers to its questions, and has to
// give the result.
var makers = []struct {
	name, script string
	inDER        bool
	want         string            // in what is shown
	answers      map[string]string // after these words of the command, more words
	result       string            // the file that the command writes
	structure    derform.Structure // of the key in it; zero for another kind of text
}{
	{"PuTTY, plain", "puttygen -q -t rsa -b 2048 --new-passphrase /dev/null -o FILE", false, "a PuTTY key", nil, "FILE.new", 0},
	{"PKCS #12", "openssl req -x509 -key " + rsaKey + " -subj /CN=x -out c.pem && openssl pkcs12 -export -inkey " + rsaKey + " -in c.pem -passout pass:secret -out FILE", true,
		"a PKCS #12 file", map[string]string{"pkcs12": "-passin pass:secret -passout pass:secret"}, "FILE.pem", derform.EncryptedPKCS8},
	{"PKCS #12 of old", "openssl req -x509 -key " + ecKey + " -subj /CN=x -out c.pem && openssl pkcs12 -legacy -export -inkey " + ecKey + " -in c.pem -passout pass:secret -out FILE", true,
		"-legacy", map[string]string{"pkcs12": "-passin pass:secret -passout pass:secret"}, "FILE.pem", derform.EncryptedPKCS8},
	{"JKS", "keytool -genkeypair -alias a -keyalg RSA -keysize 2048 -dname CN=x -storetype JKS -storepass changeit -keypass changeit -keystore FILE", false, "a Java key store (JKS)",
		map[string]string{"-importkeystore": "-srcstorepass changeit -deststorepass changeit", "pkcs12": "-passin pass:changeit -passout pass:secret"}, "FILE.pem", derform.EncryptedPKCS8},
	{"JCEKS", "keytool -genkeypair -alias a -keyalg RSA -keysize 2048 -dname CN=x -storetype JCEKS -storepass changeit -keypass changeit -keystore FILE", false, "a Java key store (JCEKS)",
		map[string]string{"-importkeystore": "-srcstorepass changeit -deststorepass changeit", "pkcs12": "-passin pass:changeit -passout pass:secret"}, "FILE.pem", derform.EncryptedPKCS8},
	{"PKCS #7", "openssl req -x509 -key " + rsaKey + " -subj /CN=x -out c.pem && openssl crl2pkcs7 -nocrl -certfile c.pem -out FILE", false, "a PKCS #7 file", nil, "FILE.pem", derform.Certificate},
	{"PKCS #7, DER", "openssl req -x509 -key " + rsaKey + " -subj /CN=x -out c.pem && openssl crl2pkcs7 -nocrl -certfile c.pem -outform DER -out FILE", true, "-inform DER", nil, "FILE.pem", derform.Certificate},
	{"certificate request", "openssl req -new -key " + ecKey + " -subj /CN=x -out FILE", false, "a certificate request", nil, "FILE.pem", derform.SPKI},
	{"certificate request, DER", "openssl req -new -key " + ecKey + " -subj /CN=x -outform DER -out FILE", true, "-inform DER", nil, "FILE.pem", derform.SPKI},
	{"curve", "openssl ecparam -name prime256v1 -out FILE", false, "the parameters of a curve", nil, "FILE.pem", derform.PKCS8},
	{"trusted certificate", "openssl req -x509 -key " + ecKey + " -subj /CN=x | openssl x509 -trustout -out FILE", false, "trust settings", nil, "FILE.pem", derform.Certificate},
	{"age", "age-keygen -o identity && age -r $(age-keygen -y identity) -o FILE " + ecKey, false, "encrypted by age", map[string]string{"IDENTITY": ""}, "FILE.new", derform.PKCS8},
	{"age, in PEM", "age-keygen -o identity && age -a -r $(age-keygen -y identity) -o FILE " + ecKey, false, "encrypted by age", map[string]string{"IDENTITY": ""}, "FILE.new", derform.PKCS8},
	{"openssl enc", "openssl enc -aes-256-cbc -pbkdf2 -in " + ecKey + " -pass pass:x -out FILE", false, "openssl enc", map[string]string{"-pbkdf2": "-pass pass:x"}, "FILE.new", derform.PKCS8},
	{"gzip", "gzip -c " + ecKey + " > FILE", false, "compressed by gzip", nil, "FILE.new", derform.PKCS8},
}

// shell runs a script in folder, with FILE and KEYS replaced.
func shell(t *testing.T, folder, script string) {
	t.Helper()
	keys, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	script = strings.NewReplacer("KEYS", keys, "FILE", filepath.Join(folder, "file")).Replace(script)
	c := exec.Command("sh", "-ec", script)
	c.Dir = folder
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

// recognize finds the kind of a file as package keys does.
func recognize(t *testing.T, data []byte) (foreign.File, bool) {
	t.Helper()
	d, err := textform.Read(data)
	if err != nil {
		return foreign.Text(data)
	}
	defer d.Clear()
	switch {
	case len(d.Blocks) > 0:
		return foreign.Block(d.Blocks[0].Type, d.Blocks[0].Bytes)
	case d.DER != nil:
		return foreign.DER(d.DER, false)
	case d.JSON != nil:
		return foreign.JSON(d.JSON)
	}
	return foreign.Text(d.Text)
}

func TestCommandsConvert(t *testing.T) {
	for _, m := range makers {
		t.Run(m.name, func(t *testing.T) {
			if tool, _, _ := strings.Cut(m.script, " "); !installed(strings.TrimSuffix(tool, "-keygen")) {
				t.Skipf("%s is not installed, so that its command is not run", tool)
			}
			folder := t.TempDir()
			shell(t, folder, m.script)
			data, err := os.ReadFile(filepath.Join(folder, "file"))
			if err != nil {
				t.Fatal(err)
			}
			f, ok := recognize(t, data)
			if !ok || !strings.Contains(f.String(), m.want) {
				t.Fatalf("recognized as %q", f)
			}
			shell(t, folder, answered(f.Command, m.answers))
			converted, err := os.ReadFile(filepath.Join(folder, strings.Replace(m.result, "FILE", "file", 1)))
			if err != nil {
				t.Fatal(err)
			}
			checkKey(t, converted, m.structure)
		})
	}
}

func installed(tool string) bool {
	_, err := exec.LookPath(tool)
	return err == nil
}

// answered is a command with what it would ask for, and with "and that with" as the shell has it.
func answered(command string, answers map[string]string) string {
	command = strings.ReplaceAll(command, ", and that with: ", " && ")
	for word, more := range answers {
		if word == "IDENTITY" {
			command = strings.ReplaceAll(command, word, "identity")
			continue
		}
		command = strings.ReplaceAll(command, word, word+" "+more)
	}
	return command
}

func checkKey(t *testing.T, data []byte, want derform.Structure) {
	t.Helper()
	d, err := textform.Read(data)
	if err != nil || len(d.Blocks) == 0 {
		t.Fatalf("the result is not PEM: %v", err)
	}
	if want == 0 && d.Blocks[0].Type == "OPENSSH PRIVATE KEY" {
		return
	}
	if got := derform.Of(d.Blocks[len(d.Blocks)-1].Bytes); got != want {
		t.Errorf("the result is of structure %d, want %d", got, want)
	}
}

// The commands that fetch are run against a server.
func TestCommandsFetch(t *testing.T) {
	if !installed("curl") {
		t.Skip("curl is not installed, so that its command is not run")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/jwks" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(`{"keys":[]}`))
	}))
	defer server.Close()
	f, ok := recognize(t, []byte(`{"issuer":"`+server.URL+`","jwks_uri":"`+server.URL+`/jwks"}`))
	if !ok {
		t.Fatal("not recognized")
	}
	folder := t.TempDir()
	shell(t, folder, f.Command)
	if data, err := os.ReadFile(filepath.Join(folder, "file")); err != nil || string(data) != `{"keys":[]}` {
		t.Errorf("%s: %v", f.Command, err)
	}
	f, _ = recognize(t, []byte("<!DOCTYPE html><html>"))
	// With --fail, a page of an error is not saved for a key.
	if err := exec.Command("sh", "-c", strings.NewReplacer("URL", server.URL, "FILE", folder+"/x").Replace(f.Command)).Run(); err == nil {
		t.Errorf("%s saves a page that is not there", f.Command)
	}
}

func TestRecognized(t *testing.T) {
	jwe := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"PBES2-HS256+A128KW","enc":"A128CBC-HS256","cty":"jwk+json"}`)) + ".AA.AA.AA.AA"
	// The tools of these are not at hand where the tests run.
	for text, want := range map[string]string{
		jwe: "step crypto jwe decrypt", `{"protected":"e30","ciphertext":"AA"}`: "an encrypted JWK",
		"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n": "git lfs pull",
		"$ANSIBLE_VAULT;1.1;AES256\n6161\n":                                   "ansible-vault decrypt",
		"key: ENC[AES256_GCM,data:AA,iv:AA]\nsops:\n    version: 3.8\n":       "sops --decrypt",
		`{"key":"x","sops":{"version":"3.8"}}`:                                "sops --decrypt",
		"<!doctype HTML>\n<p>":                                                "HTML page",
		"<body>404</body>":                                                    "HTML page",
		"\ufeff<?xml version='1.0'?><Error/>":                                 "XML",
		"<RSAKeyValue><Modulus>":                                              "ExportPkcs8PrivateKeyPem",
		`{"error":"not_found"}`:                                               "the JSON of an error",
		`{"jwks_uri":"https://id.example.com/jwks"}`:                          "curl --fail --output FILE https://id.example.com/jwks",
		`{"jwks_uri":"https://id.example.com/$(id)"}`:                         "FILE JWKS_URI",
		`{"jwks_uri":1}`:                                                      "FILE JWKS_URI",
		"AGE-SECRET-KEY-1AAAA":                                                "an identity of age",
		"# created: 2026-01-01T00:00:00Z\n# public key: x\nAGE-SECRET-KEY-1A": "an identity of age",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n": "a PGP private key",
		"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n":                           "revoked",
		"PK\x03\x04\xff": "ZIP",
	} {
		if f, ok := recognize(t, []byte(text)); !ok || !strings.Contains(f.String(), want) {
			t.Errorf("%q: got %q", text, f)
		}
	}
}

func TestNotRecognized(t *testing.T) {
	for _, text := range []string{"", " ", "secret", "# created: by hand\nsecret", "<secret>", `{"kty":"EC"}`, `{"a":`, "[]", "eyJ.a.b.c", "0123", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if f, ok := recognize(t, []byte(text)); ok {
			t.Errorf("%q: got %q", text, f)
		}
	}
	if f, ok := foreign.DER([]byte("\x30\x06\x02\x01\x01\x02\x01\x01"), false); !ok || f.Command != "" {
		t.Errorf("parameters of DH: got %q", f)
	}
}

func FuzzRecognize(f *testing.F) {
	for _, sign := range []string{"PuTTY-User-Key-File-3: ssh-rsa", "<html>", "eyJ.a.b.c.d", `{"jwks_uri":"https://a"}`, "\x30\x06\x02\x01\x01\x02\x01\x01"} {
		f.Add([]byte(sign))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, recognize := range []func([]byte) (foreign.File, bool){foreign.Text, foreign.JSON, func(b []byte) (foreign.File, bool) { return foreign.DER(b, true) }} {
			if file, ok := recognize(data); ok && (file.Name == "" || len(file.String()) > 400) {
				t.Fatalf("%d bytes of text", len(file.String()))
			}
		}
	})
}
