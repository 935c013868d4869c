package foreign_test

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"

	"github.com/loginctl/loginctl/pkg/keys/internal/derform"
	"github.com/loginctl/loginctl/pkg/keys/internal/foreign"
	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
)

const (
	rsaKey = "KEYS/good/rsa.pem"
	ecKey  = "KEYS/good/p256.pem"
)

// A maker writes FILE, a file of a kind, from the keys of the package above. The
// command that is shown for it is run with the answers to its questions, and has to
// give the result.
type maker struct {
	name, script string
	slow         bool              // to convert
	want         string            // in what is shown; empty for a key in an encryption that is not read
	answers      map[string]string // after these words of the command, more words
	result       string            // the file that the command writes; the file itself if empty
	structure    derform.Structure // of the key in it; zero for a key of OpenSSH
}

var makers = []maker{
	{"PuTTY, plain", "puttygen -q -t rsa -b 2048 --new-passphrase /dev/null -o FILE", false, "a PuTTY key", nil, "FILE.new", 0},
	{"PKCS #12", "openssl req -x509 -key " + rsaKey + " -subj /CN=x -out c.pem && openssl pkcs12 -export -inkey " + rsaKey + " -in c.pem -passout pass:secret -out FILE", false,
		"a PKCS #12 file", map[string]string{"pkcs12": "-passin pass:secret -passout pass:secret"}, "FILE.pem", derform.EncryptedPKCS8},
	{"PKCS #12 of old", "openssl req -x509 -key " + ecKey + " -subj /CN=x -out c.pem && openssl pkcs12 -legacy -export -inkey " + ecKey + " -in c.pem -passout pass:secret -out FILE", false,
		"-legacy", map[string]string{"pkcs12": "-passin pass:secret -passout pass:secret"}, "FILE.pem", derform.EncryptedPKCS8},
	{"JKS", "keytool -genkeypair -alias a -keyalg RSA -keysize 2048 -dname CN=x -storetype JKS -storepass changeit -keypass changeit -keystore FILE", true, "a Java key store (JKS)",
		map[string]string{"-importkeystore": "-srcstorepass changeit -deststorepass changeit", "pkcs12": "-passin pass:changeit -passout pass:secret"}, "FILE.pem", derform.EncryptedPKCS8},
	{"JCEKS", "keytool -genkeypair -alias a -keyalg RSA -keysize 2048 -dname CN=x -storetype JCEKS -storepass changeit -keypass changeit -keystore FILE", true, "a Java key store (JCEKS)",
		map[string]string{"-importkeystore": "-srcstorepass changeit -deststorepass changeit", "pkcs12": "-passin pass:changeit -passout pass:secret"}, "FILE.pem", derform.EncryptedPKCS8},
	{"PKCS #7", "openssl req -x509 -key " + rsaKey + " -subj /CN=x -out c.pem && openssl crl2pkcs7 -nocrl -certfile c.pem -out FILE", false, "a PKCS #7 file", nil, "FILE.pem", derform.Certificate},
	{"PKCS #7, DER", "openssl req -x509 -key " + rsaKey + " -subj /CN=x -out c.pem && openssl crl2pkcs7 -nocrl -certfile c.pem -outform DER -out FILE", false, "-inform DER", nil, "FILE.pem", derform.Certificate},
	{"certificate request", "openssl req -new -key " + ecKey + " -subj /CN=x -out FILE", false, "a certificate request", nil, "FILE.pem", derform.SPKI},
	{"certificate request, DER", "openssl req -new -key " + ecKey + " -subj /CN=x -outform DER -out FILE", false, "-inform DER", nil, "FILE.pem", derform.SPKI},
	{"curve", "openssl ecparam -name prime256v1 -out FILE", false, "the parameters of a curve", nil, "FILE.pem", derform.PKCS8},
	{"trusted certificate", "openssl req -x509 -key " + ecKey + " -subj /CN=x | openssl x509 -trustout -out FILE", false, "trust settings", nil, "FILE.pem", derform.Certificate},
	{"age", "age-keygen -o identity && age -r $(age-keygen -y identity) -o FILE " + ecKey, false, "encrypted by age", map[string]string{"IDENTITY": ""}, "FILE.new", derform.PKCS8},
	{"age, in PEM", "age-keygen -o identity && age -a -r $(age-keygen -y identity) -o FILE " + ecKey, false, "encrypted by age", map[string]string{"IDENTITY": ""}, "FILE.new", derform.PKCS8},
	{"openssl enc", "openssl enc -aes-256-cbc -pbkdf2 -in " + ecKey + " -pass pass:x -out FILE", false, "openssl enc", map[string]string{"-pbkdf2": "-pass pass:x"}, "FILE.new", derform.PKCS8},
	{"certificate request under another label", "openssl req -new -key " + ecKey + " -subj /CN=x | sed 's/ REQUEST//' > FILE", false, "", nil, "FILE.pem", derform.SPKI},
	{"PKCS #7 as CMS", "openssl req -x509 -key " + rsaKey + " -subj /CN=x -out c.pem && openssl crl2pkcs7 -nocrl -certfile c.pem | sed 's/PKCS7/CMS/' > FILE", false, "", nil, "FILE.pem", derform.Certificate},
	{"Camellia", "openssl pkcs8 -topk8 -v2 camellia-128-cbc -passout pass:x -in " + ecKey + " -out FILE", false, "", map[string]string{"pkcs8 -topk8": "-passin pass:x -passout pass:x"}, "FILE.new", derform.EncryptedPKCS8},
	{"AES-CFB, DER", "openssl pkcs8 -topk8 -v2 aes-256-cfb -passout pass:x -in " + ecKey + " -outform DER -out FILE", false, "", map[string]string{"pkcs8 -topk8": "-passin pass:x -passout pass:x"}, "FILE.new", derform.EncryptedPKCS8},
	{"PBES1", "openssl pkcs8 -topk8 -v1 PBE-MD5-DES -provider legacy -provider default -passout pass:x -in " + ecKey + " -out FILE", false, "", map[string]string{"pkcs8 -topk8": "-passin pass:x -passout pass:x"}, "FILE.new", derform.EncryptedPKCS8},
	{"RFC 1423 with DES", "openssl ec -provider legacy -provider default -des -passout pass:x -in " + ecKey + " -out FILE", false, "", map[string]string{"pkcs8 -topk8": "-passin pass:x -passout pass:x"}, "FILE.new", derform.EncryptedPKCS8},
	{"OpenSSH with ChaCha20", "ssh-keygen -q -t ed25519 -N secret -Z chacha20-poly1305@openssh.com -f FILE", false, "", map[string]string{"aes256-ctr": "-P secret -N secret"}, "", 0},
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

// wrappings are the forms in which a file is handed over.
var wrappings = map[string]func(data []byte) []byte{
	"as it is":        func(data []byte) []byte { return data },
	"base64":          func(data []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(data)) },
	"base64 in lines": func(data []byte) []byte { return wrapped(base64.StdEncoding.EncodeToString(data)) },
	"base64 of base64": func(data []byte) []byte {
		return wrapped(base64.StdEncoding.EncodeToString(wrapped(base64.StdEncoding.EncodeToString(data))))
	},
	"base64url": func(data []byte) []byte { return []byte(base64.RawURLEncoding.EncodeToString(data)) },
	"base64 with CRLF": func(data []byte) []byte {
		return bytes.ReplaceAll(wrapped(base64.StdEncoding.EncodeToString(data)), []byte("\n"), []byte("\r\n"))
	},
	"quotes":             func(data []byte) []byte { return []byte(`"` + string(data) + `"`) },
	"literal newlines":   func(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\n"), []byte(`\n`)) },
	"indented":           func(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\n"), []byte("\n    ")) },
	"NAME=":              func(data []byte) []byte { return []byte("NAME=" + base64.StdEncoding.EncodeToString(data)) },
	"a byte order mark":  func(data []byte) []byte { return append([]byte("\xef\xbb\xbf"), data...) },
	"UTF-16":             inUTF16,
	"base64 of UTF-16":   func(data []byte) []byte { return wrapped(base64.StdEncoding.EncodeToString(inUTF16(data))) },
	"a final empty line": func(data []byte) []byte { return append(bytes.Clone(data), '\n') },
}

func wrapped(text string) []byte {
	var lines []byte
	for len(text) > 76 {
		lines, text = append(append(lines, text[:76]...), '\n'), text[76:]
	}
	return append(append(lines, text...), '\n')
}

func inUTF16(data []byte) []byte {
	var units []byte
	for _, c := range data {
		units = append(units, c, 0)
	}
	return units
}

// A command that a message names is run on each kind of file that it is shown for, in
// each form: it has to make the key. Where layers lie around the file, the message says
// so, and its command is for the file without them, which the first form runs.
func TestCommandsConvert(t *testing.T) {
	for _, m := range makers {
		t.Run(m.name, func(t *testing.T) {
			if tool, _, _ := strings.Cut(m.script, " "); !installed(strings.TrimSuffix(tool, "-keygen")) && !installed(tool) {
				t.Skipf("%s is not installed, so that its command is not run", tool)
			}
			made := t.TempDir()
			shell(t, made, m.script)
			data, err := os.ReadFile(filepath.Join(made, "file"))
			if err != nil {
				t.Fatal(err)
			}
			ran := map[string]bool{} // the commands for the file without its layers, which is one file
			for _, form := range slices.Sorted(maps.Keys(wrappings)) {
				wrap := wrappings[form]
				if m.slow && form != "as it is" && form != "base64" || !utf8.Valid(data) && form != "as it is" && !strings.HasPrefix(form, "base64") {
					continue // the others would damage a file that is not text
				}
				t.Run(form, func(t *testing.T) {
					message := refused(t, wrap(data))
					if message == "" {
						return
					}
					folder := t.TempDir()
					_ = os.Symlink(filepath.Join(made, "identity"), filepath.Join(folder, "identity")) // of age
					input := wrap(data)
					if byHand(message) {
						input = relabelled(data, message)
					}
					if err := os.WriteFile(filepath.Join(folder, "file"), input, 0o600); err != nil {
						t.Fatal(err)
					}
					_, command, _ := strings.Cut(message, " with: ")
					if byHand(message) && ran[command] {
						return
					}
					ran[command] = ran[command] || byHand(message)
					shell(t, folder, answered(command, m.answers))
					checkKey(t, folder, m)
				})
			}
		})
	}
}

var otherLabel = regexp.MustCompile(`write ([A-Z0-9 ]+) in its BEGIN and END lines`)

// relabelled gives a PEM block the label that a message names, if it does.
func relabelled(data []byte, message string) []byte {
	found := otherLabel.FindStringSubmatch(message)
	b, _ := pem.Decode(data)
	if found == nil || b == nil {
		return data
	}
	b.Type = found[1]
	return pem.EncodeToMemory(b)
}

// byHand reports whether a message says to change the file first.
func byHand(message string) bool {
	return strings.Contains(message, "write it to a file without") || strings.Contains(message, "BEGIN and END lines")
}

// refused returns the message for a file, which Parse and Inspect agree on. It is empty
// for a file that names no command.
func refused(t *testing.T, data []byte) string {
	t.Helper()
	_, err := keys.Parse(data)
	if errors.Is(err, keys.ErrPassphraseRequired) {
		_, err = keys.ParseEncrypted(data, []byte("x"))
	}
	if err == nil {
		t.Fatal("it is read as a key")
	}
	if _, inspected := keyfile.Inspect(data); inspected == nil || inspected.Error() != err.Error() {
		t.Errorf("Inspect says %v, and not %v", inspected, err)
	}
	if !strings.Contains(err.Error(), " with: ") {
		return ""
	}
	return err.Error()
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

// checkKey checks the file that the command of m has written.
func checkKey(t *testing.T, folder string, m maker) {
	t.Helper()
	name := strings.Replace(cmp.Or(m.result, "FILE"), "FILE", "file", 1)
	data, err := os.ReadFile(filepath.Join(folder, name))
	if raw, rawErr := os.ReadFile(filepath.Join(folder, strings.Replace(name, "file", "file.raw", 1))); m.result == "" && rawErr == nil {
		data = raw // changed in place
	}
	if err != nil {
		t.Fatal(err)
	}
	want := m.structure
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
