package keys_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// These tests exchange keys with other programs, both ways. They skip a missing
// tool, unless LOGINCTL_REQUIRE_TOOLS=1 requires all of them.

const interopPassphrase = "päss wörd✓🔑"

// pairs are the algorithms whose keys other programs know.
var pairs = []keys.Algorithm{keys.RS256, keys.PS384, keys.ES256, keys.ES384, keys.ES512, keys.EdDSA}

// missing skips a test whose tool is not there, unless all are required.
func missing(t testing.TB, tool string) {
	t.Helper()
	if os.Getenv("LOGINCTL_REQUIRE_TOOLS") == "1" {
		t.Fatalf("%s is not installed, and LOGINCTL_REQUIRE_TOOLS=1", tool)
	}
	t.Skipf("%s is not installed", tool)
}

// tool runs a program that has to succeed.
type tool struct {
	t    testing.TB
	path string
	args []string
	dir  string
}

func newTool(t testing.TB, name string, args ...string) *tool {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && name == "java" {
		t.Skip("java is not installed; keys it wrote are among the test data")
	}
	if err != nil {
		missing(t, name)
	}
	return &tool{t, path, args, t.TempDir()}
}

func (x *tool) run(args ...string) string {
	x.t.Helper()
	cmd := exec.Command(x.path, append(x.args[:len(x.args):len(x.args)], args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		x.t.Fatalf("%s %s: %v: %s", filepath.Base(x.path), strings.Join(args[:1], " "), err, stderr.String())
	}
	return string(out)
}

// file writes a file of the test and returns its path.
func (x *tool) file(name string, data []byte) string {
	x.t.Helper()
	path := filepath.Join(x.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		x.t.Fatal(err)
	}
	return path
}

func (x *tool) read(name string) []byte {
	x.t.Helper()
	data, err := os.ReadFile(filepath.Join(x.dir, name))
	if err != nil {
		x.t.Fatal(err)
	}
	return data
}

// written lists all formats that this package writes of a key.
func written(t testing.TB, k *keys.SigningKey) (plain, encrypted map[string][]byte) {
	plain = map[string][]byte{"PKCS #8": must(keys.MarshalPKCS8(k))}
	switch k.Algorithm().Type() {
	case "RSA":
		plain["PKCS #1"] = must(keys.MarshalTraditional(k))
	case "EC":
		plain["SEC 1"] = must(keys.MarshalTraditional(k))
	}
	if k.Algorithm() != keys.RS256 && k.Algorithm() != keys.EdDSA {
		return plain, nil // the same for all, and slow
	}
	return plain, map[string][]byte{
		"PBKDF2": must(keys.MarshalEncrypted(k, []byte(interopPassphrase), keys.KDF{})),
		"scrypt": must(keys.MarshalEncrypted(k, []byte(interopPassphrase), keys.KDF{Scrypt: true})),
	}
}

func sameKey(t testing.TB, what string, got, want *keys.VerificationKey) {
	t.Helper()
	if !got.Equal(want) {
		t.Errorf("%s: another key", what)
	}
}

func TestOpenSSLReads(t *testing.T) {
	openssl := newTool(t, "openssl")
	passphrase := openssl.file("passphrase", []byte(interopPassphrase))
	for _, alg := range pairs {
		k := keyFor(t, alg)
		public := must(keys.MarshalPublic(k.VerificationKey()))
		plain, encrypted := written(t, k)
		for name, text := range plain {
			if got := openssl.run("pkey", "-in", openssl.file("key", text), "-check", "-pubout"); !strings.HasSuffix(got, string(public)) {
				t.Errorf("%v: openssl reads another key from %s", alg, name)
			}
		}
		for name, text := range encrypted {
			if got := openssl.run("pkey", "-in", openssl.file("key", text), "-passin", "file:"+passphrase, "-pubout"); got != string(public) {
				t.Errorf("%v: openssl reads another key from %s", alg, name)
			}
		}
		if got := openssl.run("pkey", "-pubin", "-in", openssl.file("public", public), "-pubout"); got != string(public) {
			t.Errorf("%v: openssl reads another public key", alg)
		}
	}
}

func TestOpenSSLWrites(t *testing.T) {
	openssl := newTool(t, "openssl")
	passphrase := openssl.file("passphrase", []byte(interopPassphrase))
	for _, alg := range pairs {
		k := keyFor(t, alg)
		source := openssl.file("source", must(keys.MarshalPKCS8(k)))
		for _, options := range []string{
			"", "-iter 5000", "-v2 aes-128-cbc", "-v2 aes-192-cbc", "-v2 aes-256-cbc", "-v2 des3", "-v1 PBE-SHA1-3DES", "-scrypt", "-scrypt -scrypt_N 4096 -scrypt_r 4 -scrypt_p 2",
			"-v2prf hmacWithSHA1", "-v2prf hmacWithSHA256", "-v2prf hmacWithSHA384", "-v2prf hmacWithSHA512",
		} {
			args := append([]string{"pkcs8", "-topk8", "-in", source, "-passout", "file:" + passphrase}, strings.Fields(options)...)
			got, err := keys.ParseEncrypted([]byte(openssl.run(args...)), []byte(interopPassphrase))
			if err != nil {
				t.Errorf("%v: pkcs8 -topk8 %s: %v", alg, options, err)
				continue
			}
			sameKey(t, options, got.VerificationKey(), k.VerificationKey())
		}
		sameKey(t, "pkey", must(keys.Parse([]byte(openssl.run("pkey", "-in", source)))).VerificationKey(), k.VerificationKey())
		sameKey(t, "pkey -pubout", must(keys.ParsePublic([]byte(openssl.run("pkey", "-in", source, "-pubout")))), k.VerificationKey())
		if alg == keys.EdDSA {
			continue
		}
		for _, cipher := range []string{"-aes128", "-aes192", "-aes256", "-des3"} {
			text := openssl.run("pkey", "-in", source, "-traditional", cipher, "-passout", "file:"+passphrase)
			got, err := keys.ParseEncrypted([]byte(text), []byte(interopPassphrase))
			wantErr(t, err, nil)
			sameKey(t, "pkey -traditional "+cipher, got.VerificationKey(), k.VerificationKey())
			if len(got.Warnings()) != 1 {
				t.Errorf("-traditional %s: warnings %q", cipher, got.Warnings())
			}
		}
		sameKey(t, "pkey -traditional", must(keys.Parse([]byte(openssl.run("pkey", "-in", source, "-traditional")))).VerificationKey(), k.VerificationKey())
	}
	certificate := openssl.run("req", "-x509", "-key", openssl.file("source", must(keys.MarshalPKCS8(keyFor(t, keys.RS256)))), "-subj", "/CN=test")
	sameKey(t, "req -x509", must(keys.ParsePublic([]byte(certificate))), keyFor(t, keys.RS256).VerificationKey())
}

// A passphrase that is not UTF-8 is taken byte by byte, in PKCS #12 too.
func TestOpenSSLPassphraseOfAnotherEncoding(t *testing.T) {
	openssl := newTool(t, "openssl")
	latin1 := []byte("p\xe4ssw\xf6rd")
	passphrase := openssl.file("passphrase", latin1)
	for _, options := range []string{"-v1 PBE-SHA1-3DES", "-v2 aes256 -iter 1000"} {
		args := append(strings.Fields(options), "-passout", "file:"+passphrase)
		text := openssl.run(append([]string{"pkcs8", "-topk8", "-in", "testdata/good/p256.pem"}, args...)...)
		_, err := keys.ParseEncrypted([]byte(text), latin1)
		wantErr(t, err, nil)
	}
}

func TestOpenSSLVerifiesAndSigns(t *testing.T) {
	openssl := newTool(t, "openssl")
	text := openssl.file("text", []byte("text"))
	pss := []string{"-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"}
	for alg, options := range map[keys.Algorithm][]string{
		keys.RS256: {"-sha256"}, keys.RS512: {"-sha512"}, keys.PS256: append([]string{"-sha256"}, pss...), keys.PS384: append([]string{"-sha384"}, pss...),
	} {
		k := keyFor(t, alg)
		private := openssl.file("key", must(keys.MarshalPKCS8(k)))
		public := openssl.file("public", must(keys.MarshalPublic(k.VerificationKey())))
		signature := openssl.file("signature", must(k.Sign(context.Background(), "text")))
		openssl.run(append(append([]string{"dgst"}, options...), "-verify", public, "-signature", signature, text)...)
		theirs := openssl.run(append(append([]string{"dgst"}, options...), "-sign", private, text)...)
		wantErr(t, k.VerificationKey().Verify("text", []byte(theirs)), nil)
	}
}

// The command in the error of each encryption that is not read makes a file that is.
func TestOpenSSLConvertsAsHinted(t *testing.T) {
	openssl := newTool(t, "openssl")
	passphrase := openssl.file("passphrase", []byte("correct\ncorrect\n")) // for in and out
	secret12 := openssl.file("secret12", []byte("secret12\ncorrect\n"))
	for file, from := range map[string]string{
		"encrypted/rfc1423-camellia.pem": passphrase, "encrypted/camellia.pem": passphrase, "encrypted/cfb.pem": passphrase,
		"encrypted/pbe-md5-des.pem": passphrase, "encrypted/hmacWithSHA224.pem": passphrase, "forms/pkcs8-aes-256-cfb-password-secret12.pem": secret12,
	} {
		_, err := keys.ParseEncrypted(testdata(t, file), []byte("correct"))
		wantErr(t, err, keys.ErrUnsupported)
		_, command, _ := strings.Cut(err.Error(), "re-encrypt it with: openssl ")
		args := strings.Fields(command)
		for i, arg := range args {
			args[i] = strings.NewReplacer("FILE.new", filepath.Join(openssl.dir, "new"), "FILE", "testdata/"+file).Replace(arg)
		}
		if len(args) == 0 {
			t.Errorf("%s: no command in %v", file, err)
			continue
		}
		openssl.run(append(args, "-passin", "file:"+from, "-passout", "file:"+from)...)
		works(t, must(keyfile.LoadEncrypted(filepath.Join(openssl.dir, "new"), []byte("correct"))))
	}
}

func TestSSHKeygen(t *testing.T) {
	keygen := newTool(t, "ssh-keygen", "-q")
	for _, tt := range []struct{ kind, bits, format, passphrase string }{
		{"rsa", "2048", "PEM", ""}, {"rsa", "2048", "PEM", "passphrase"}, {"rsa", "2048", "PKCS8", "passphrase"},
		{"ecdsa", "256", "PEM", ""}, {"ecdsa", "384", "PEM", "passphrase"}, {"ecdsa", "521", "PKCS8", "passphrase"}, {"ecdsa", "256", "PKCS8", ""},
	} {
		name := fmt.Sprintf("%s-%s-%s-%d", tt.kind, tt.bits, tt.format, len(tt.passphrase))
		path := filepath.Join(keygen.dir, name)
		keygen.run("-t", tt.kind, "-b", tt.bits, "-m", tt.format, "-N", tt.passphrase, "-f", path)
		k, err := keys.Parse(keygen.read(name))
		if tt.passphrase != "" {
			wantErr(t, err, keys.ErrPassphraseRequired)
			k, err = keys.ParseEncrypted(keygen.read(name), []byte(tt.passphrase))
		}
		wantErr(t, err, nil)
		works(t, k)
		sameKey(t, name, must(keys.ParsePublic(keygen.read(name+".pub"))), k.VerificationKey())
		converted := keygen.run("-e", "-m", "RFC4716", "-f", path+".pub")
		sameKey(t, name, must(keys.ParsePublic([]byte(converted))), k.VerificationKey())

		ours := keygen.file("ours", must(keys.MarshalEncrypted(k, []byte("other"), keys.KDF{})))
		public := strings.Fields(string(keygen.read(name + ".pub")))[1]
		if got := keygen.run("-y", "-P", "other", "-f", ours); !strings.Contains(got, public) {
			t.Errorf("%s: ssh-keygen reads another key", name)
		}
	}
	for _, kind := range []string{"rsa", "ecdsa"} {
		path := filepath.Join(keygen.dir, "openssh-"+kind)
		keygen.run("-t", kind, "-N", "", "-f", path)
		works(t, must(keyfile.Load(path)))
	}
}

const pythonReads = `
import sys
from cryptography.hazmat.primitives import serialization as s
passphrase = open(sys.argv[1], "rb").read() or None
k = s.load_pem_private_key(open(sys.argv[2], "rb").read(), passphrase)
sys.stdout.write(k.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode())
`

const pythonWrites = `
import sys
from cryptography.hazmat.primitives import serialization as s
passphrase = open(sys.argv[1], "rb").read()
k = s.load_pem_private_key(open(sys.argv[2], "rb").read(), None)
style = getattr(s.PrivateFormat, sys.argv[3])
sys.stdout.write(k.private_bytes(s.Encoding.PEM, style, s.BestAvailableEncryption(passphrase)).decode())
`

func newPython(t testing.TB) *tool {
	t.Helper()
	python := newTool(t, "/usr/bin/python3", "-c")
	if err := exec.Command(python.path, "-c", "import cryptography").Run(); err != nil {
		missing(t, "Python's cryptography")
	}
	return python
}

func TestPythonCryptography(t *testing.T) {
	python := newPython(t)
	passphrase, empty := python.file("passphrase", []byte(interopPassphrase)), python.file("empty", nil)
	for _, alg := range pairs {
		k := keyFor(t, alg)
		public := string(must(keys.MarshalPublic(k.VerificationKey())))
		plain, encrypted := written(t, k)
		for name, text := range plain {
			if got := python.run(pythonReads, empty, python.file("key", text)); got != public {
				t.Errorf("%v: it reads another key from %s", alg, name)
			}
		}
		for name, text := range encrypted {
			if got := python.run(pythonReads, passphrase, python.file("key", text)); got != public {
				t.Errorf("%v: it reads another key from %s", alg, name)
			}
		}
		source := python.file("source", must(keys.MarshalPKCS8(k)))
		for _, style := range []string{"PKCS8", "TraditionalOpenSSL"} {
			if style != "PKCS8" && alg == keys.EdDSA {
				continue
			}
			got, err := keys.ParseEncrypted([]byte(python.run(pythonWrites, passphrase, source, style)), []byte(interopPassphrase))
			wantErr(t, err, nil)
			sameKey(t, style, got.VerificationKey(), k.VerificationKey())
		}
	}
}

const nodeChecks = `
const crypto = require('crypto'), fs = require('fs')
const [mode, ...paths] = process.argv.slice(1)
const read = p => fs.readFileSync(p)
if (mode === 'pem') {
  const key = crypto.createPrivateKey({key: read(paths[0]), passphrase: read(paths[1])})
  process.stdout.write(JSON.stringify(key.export({format: 'jwk'})))
} else if (mode === 'encrypt') {
  const key = crypto.createPrivateKey(read(paths[0]))
  process.stdout.write(key.export({format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: read(paths[1])}))
} else if (mode === 'thumbprint') {
  const k = JSON.parse(read(paths[0]))
  const names = {RSA: ['e', 'kty', 'n'], EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x']}[k.kty]
  process.stdout.write(crypto.createHash('sha256').update(JSON.stringify(k, names)).digest('base64url'))
} else if (mode === 'verify' || mode === 'sign') {
  const jwk = JSON.parse(read(paths[0]))
  const hash = jwk.alg === 'EdDSA' ? null : 'sha' + jwk.alg.slice(2)
  const how = {dsaEncoding: 'ieee-p1363'}
  if (jwk.alg.startsWith('PS')) Object.assign(how, {padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST})
  if (mode === 'sign') {
    process.stdout.write(crypto.sign(hash, read(paths[1]), {key: crypto.createPrivateKey({key: jwk, format: 'jwk'}), ...how}))
  } else if (!crypto.verify(hash, read(paths[1]), {key: crypto.createPublicKey({key: jwk, format: 'jwk'}), ...how}, read(paths[2]))) process.exit(1)
}
`

func TestNode(t *testing.T) {
	node := newTool(t, "node", "-e", nodeChecks)
	passphrase, text := node.file("passphrase", []byte(interopPassphrase)), node.file("text", []byte("text"))
	for _, alg := range pairs {
		k := keyFor(t, alg)
		private := node.file("private", must(keys.MarshalJWK(k)))
		public := node.file("public", must(keys.MarshalPublicJWK(k.VerificationKey())))
		if got := node.run("thumbprint", public); got != k.VerificationKey().Thumbprint() {
			t.Errorf("%v: node computes another thumbprint", alg)
		}
		signature := node.file("signature", must(k.Sign(context.Background(), "text")))
		node.run("verify", public, text, signature)
		wantErr(t, k.VerificationKey().Verify("text", []byte(node.run("sign", private, text))), nil)
		_, encrypted := written(t, k)
		for name, pem := range encrypted {
			got := must(keys.Parse([]byte(node.run("pem", node.file("key", pem), passphrase))))
			sameKey(t, name, got.VerificationKey(), k.VerificationKey())
		}
		theirs := node.run("encrypt", node.file("key", must(keys.MarshalPKCS8(k))), passphrase)
		sameKey(t, "encrypt", must(keys.ParseEncrypted([]byte(theirs), []byte(interopPassphrase))).VerificationKey(), k.VerificationKey())
	}
}

// Java states the length of the derived key, which is optional and rare.
func TestJava(t *testing.T) {
	java := newTool(t, "java", "testdata/Encrypt.java")
	passphrase := java.file("passphrase", []byte("passphrase"))
	schemes := []string{"PBEWithHmacSHA1AndAES_128", "PBEWithHmacSHA256AndAES_256", "PBEWithHmacSHA384AndAES_256", "PBEWithHmacSHA512AndAES_256", "PBEWithSHA1AndDESede"}
	for _, alg := range []keys.Algorithm{keys.RS256, keys.ES256} {
		k := keyFor(t, alg)
		text := java.run(java.file("key", must(keys.MarshalPKCS8(k))), passphrase, strings.Join(schemes, ","))
		blocks := strings.SplitAfter(text, "-----END ENCRYPTED PRIVATE KEY-----\n")
		for i, scheme := range schemes {
			got, err := keys.ParseEncrypted([]byte(blocks[i]), []byte("passphrase"))
			if err != nil {
				t.Errorf("%s: %v", scheme, err)
				continue
			}
			sameKey(t, scheme, got.VerificationKey(), k.VerificationKey())
		}
	}
}
