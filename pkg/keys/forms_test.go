package keys_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// The files under testdata/forms are keys, secrets and sets as other tools leave them.
// Each is read, or refused by what it is.

func TestFormsOfPrivateKeys(t *testing.T) {
	for file, alg := range map[string]keys.Algorithm{
		"rsa-key-to-give-inline.pem": keys.RS256, "ec-key-wrapped-at-16-to-give-inline.pem": keys.ES256,
		"base64-of-private-pem-one-line.txt": keys.RS256, "headerless-base64-private.txt": keys.RS256,
		"pem-newlines-became-spaces.pem": keys.RS256, "pem-newlines-removed.pem": keys.RS256,
		"pem-literal-backslash-r-backslash-n.pem": keys.RS256, "pem-indented-as-in-yaml.pem": keys.RS256,
		"pem-utf16le-no-bom.pem": keys.RS256, "pem-without-end-line.pem": keys.RS256,
		"pkcs8-labelled-rsa-private-key.pem": keys.RS256, "certificate-and-key.pem": keys.RS256,
		"openssh-ed25519": keys.EdDSA, "rsa-pss.pem": keys.PS256,
		"../kinds/openssh.pem": keys.EdDSA, "../kinds/rsapss.pem": keys.PS256,
	} {
		t.Run(file, func(t *testing.T) {
			data := testdata(t, path.Join("forms", file))
			k, err := keys.Parse(data)
			wantErr(t, err, nil)
			if k.Algorithm() != alg {
				t.Errorf("it is for %v", k.Algorithm())
			}
			works(t, k)
			if public := must(keys.ParsePublic(data)); !public.Equal(k.VerificationKey()) {
				t.Error("its public half is another key")
			}
			info := must(keyfile.Inspect(data))
			if !info.Private || info.ID != k.ID() || info.Algorithm != alg {
				t.Errorf("Inspect says %+v", info)
			}
			_, err = keys.ParseEncrypted(data, []byte("passphrase"))
			wantErr(t, err, keys.ErrNotEncrypted)
			_, err = keys.ParseSecret(data, keys.HS256)
			wantErr(t, err, keys.ErrNotSecret)
		})
	}
}

func TestFormsOfPublicKeys(t *testing.T) {
	for _, file := range []string{
		"base64-of-public-pem-one-line.txt", "certificate.der", "certificate-chain.pem", "env-line-with-base64-public-key-as-hmac-secret.txt",
		"public-key-pem-urlencoded-as-hmac-secret.txt", "public-key-pem-utf16le-no-bom-as-hmac-secret.bin",
		"../kinds/ssh.pub", "../kinds/ssh2.pub", "../kinds/rsapss.pub.pem",
	} {
		t.Run(file, func(t *testing.T) {
			data := testdata(t, path.Join("forms", file))
			k, err := keys.ParsePublic(data)
			wantErr(t, err, nil)
			if info := must(keyfile.Inspect(data)); info.Private || info.Thumbprint != k.Thumbprint() {
				t.Errorf("Inspect says %+v", info)
			}
			_, err = keys.Parse(data)
			wantErr(t, err, keys.ErrNoSigningKey)
			_, err = keys.ParseEncrypted(data, []byte("passphrase"))
			wantErr(t, err, keys.ErrNoSigningKey)
			_, err = keys.ParseSecret(data, keys.HS256)
			wantErr(t, err, keys.ErrNotSecret)
		})
	}
}

// Every file that is not read is refused in every function, with what it is and what to do.
func TestFormsThatAreRefused(t *testing.T) {
	for file, want := range map[string]struct {
		err  error
		says string
	}{
		"empty.pem":                                     {keys.ErrNoKey, "it is empty"},
		"certificate-request.pem":                       {keys.ErrUnsupported, "a certificate request; convert it with: openssl req -in FILE -noout -pubkey -out FILE.pem"},
		"putty-rsa.ppk":                                 {keys.ErrUnsupported, "a PuTTY key; convert it with: puttygen FILE"},
		"pkcs12-password-secret.p12":                    {keys.ErrUnsupported, "a PKCS #12 file; convert it with: openssl pkcs12 -in FILE"},
		"java-keystore-password-changeit.jks":           {keys.ErrUnsupported, "a Java key store (JKS); convert it with: keytool -importkeystore"},
		"pkcs7.pem":                                     {keys.ErrUnsupported, "a PKCS #7 file, which holds certificates; convert it with: openssl pkcs7 -in FILE"},
		"html-404-page-as-hmac-secret.txt":              {keys.ErrNoKey, "an HTML page"},
		"openid-configuration-given-as-jwks.json":       {keys.ErrNoKey, "get the key with: curl --fail --output FILE https://id.example.com/jwks"},
		"public-key-pem-four-dashes-as-hmac-secret.txt": {keys.ErrMalformed, "five dashes"},
		"pkcs8-aes-256-cfb-password-secret12.pem":       {keys.ErrUnsupported, "openssl pkcs8 -topk8"},
		"unexpanded-shell-variable-as-hmac-secret.txt":  {keys.ErrNoKey, "neither PEM"},
	} {
		t.Run(file, func(t *testing.T) {
			data := testdata(t, path.Join("forms", file))
			check := func(function string, err error) {
				t.Helper()
				wantErr(t, err, want.err)
				if !strings.Contains(err.Error(), want.says) {
					t.Errorf("%s: %v", function, err)
				}
			}
			_, err := keys.ParseEncrypted(data, []byte("passphrase"))
			check("ParseEncrypted", err)
			_, err = keyfile.Inspect(data)
			check("Inspect", err)
			if strings.HasPrefix(file, "pkcs8-") {
				return // Parse says that it needs a passphrase
			}
			_, err = keys.Parse(data)
			check("Parse", err)
			_, err = keys.ParsePublic(data)
			check("ParsePublic", err)
		})
	}
}

func TestFormsOfSecrets(t *testing.T) {
	for file, want := range map[string]struct {
		err  error
		says string
	}{
		"public-key-pem-four-dashes-as-hmac-secret.txt":      {keys.ErrNotSecret, "a PEM block or a part of one"},
		"public-key-pem-utf16le-no-bom-as-hmac-secret.bin":   {keys.ErrNotSecret, "a PEM block or a part of one"},
		"public-key-pem-urlencoded-as-hmac-secret.txt":       {keys.ErrNotSecret, "a PEM block or a part of one"},
		"html-404-page-as-hmac-secret.txt":                   {keys.ErrNotSecret, "markup"},
		"unexpanded-shell-variable-as-hmac-secret.txt":       {keys.ErrNotSecret, "a placeholder that a template or a shell should have replaced"},
		"env-line-with-base64-public-key-as-hmac-secret.txt": {keys.ErrNotSecret, "a PEM block or a part of one"},
		"secret-two-final-newlines.txt":                      {keys.ErrMalformed, "more than one newline"},
		"secret-in-quotes.txt":                               {keys.ErrMalformed, "in quotes"},
		"java-keystore-password-changeit.jks":                {keys.ErrNotSecret, "this is"},
		"pkcs12-password-secret.p12":                         {keys.ErrNotSecret, "this is"},
		"putty-rsa.ppk":                                      {keys.ErrNotSecret, "this is"},
	} {
		_, err := keys.ParseSecret(testdata(t, path.Join("forms", file)), keys.HS256)
		wantErr(t, err, want.err)
		if !strings.Contains(err.Error(), want.says) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestFormsOfKeySets(t *testing.T) {
	for file, ids := range map[string]string{
		"google-map-of-certificates.json": "abc", "jwks-keys-is-an-object.json": "k2sFYI9NXYZG0M3_AwzvNIE54ukMgp-IwbJkm9YfRqg", "array-of-jwks.json": "k2sFYI9NXYZG0M3_AwzvNIE54ukMgp-IwbJkm9YfRqg",
		"jwks-one-key-with-leading-zero.json": "k1",
	} {
		data := testdata(t, path.Join("forms", file))
		set, err := keys.ParseJWKS(data, nil)
		wantErr(t, err, nil)
		var got []string
		for _, k := range set.Snapshot().VerificationKeys() {
			got = append(got, k.ID())
		}
		if strings.Join(got, " ") != ids {
			t.Errorf("%s: got %v", file, got)
		}
		if info := must(keyfile.Inspect(data)); len(info.Keys) != 1 || info.Keys[0].ID != ids {
			t.Errorf("%s: Inspect says %+v", file, info)
		}
		_, err = keys.Parse(data)
		wantErr(t, err, keys.ErrNoSigningKey)
	}
	_, err := keys.ParseJWKS(testdata(t, "forms/openid-configuration-given-as-jwks.json"), nil)
	wantErr(t, err, keys.ErrNoKey)
	_, err = keys.ParseJWKS(testdata(t, "forms/jwks-x5c-without-n.json"), nil) // the only key is skipped
	if wantErr(t, err, keys.ErrMalformed); !strings.Contains(err.Error(), "key 1 of the JWK Set: ") || !strings.Contains(err.Error(), "the JWK has no n") {
		t.Error(err)
	}
}

func TestFormsOfPassphrases(t *testing.T) {
	key := testdata(t, "forms/key-encrypted-with-passphrase-nfc.pem")
	for _, file := range []string{"passphrase-nfc.txt", "passphrase-nfd.txt"} {
		works(t, must(keys.ParseEncrypted(key, bytes.TrimSpace(testdata(t, path.Join("forms", file))))))
	}
	_, err := keys.ParseEncrypted(key, []byte("caf\u00e9 rouge!"))
	wantErr(t, err, keys.ErrWrongPassphrase)
	if !strings.Contains(err.Error(), "in its other Unicode normal form") {
		t.Errorf("it says %v", err)
	}
	_, err = keys.ParseEncrypted(key, []byte("cafe noir!"))
	wantErr(t, err, keys.ErrWrongPassphrase)
	if strings.Contains(err.Error(), "normal form") {
		t.Errorf("it says %v", err)
	}
	works(t, must(keys.ParseEncrypted(testdata(t, "forms/key-encrypted-with-correct-horse.pem"), []byte("correct horse"))))
}

// No file of the folder is left without a test.
func TestEveryFormIsTested(t *testing.T) {
	source, err := os.ReadFile("forms_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files := must(filepath.Glob("testdata/forms/*"))
	if len(files) < 43 {
		t.Errorf("only %d files are there", len(files))
	}
	for _, file := range files {
		name := filepath.Base(file)
		// The command reads a passphrase from a file.
		if !bytes.Contains(source, []byte(name)) && name != "passphrase-bom-crlf.txt" {
			t.Errorf("%s is in no test", name)
		}
	}
}

// A private key of OpenSSH is read without its BEGIN or END line, or under another label.
func TestFormsOfOpenSSH(t *testing.T) {
	text := string(testdata(t, "forms/openssh-ed25519"))
	want := must(keys.Parse([]byte(text))).ID()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for name, form := range map[string]string{
		"without END":   strings.Join(lines[:len(lines)-1], "\n"),
		"without BEGIN": strings.Join(lines[1:], "\n"),
		"the body":      strings.Join(lines[1:len(lines)-1], ""),
		"another label": strings.ReplaceAll(text, "OPENSSH ", ""),
	} {
		if k, err := keys.Parse([]byte(form)); err != nil || k.ID() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := keys.Parse([]byte(strings.Join(lines[:len(lines)-2], "\n")))
	wantErr(t, err, keys.ErrMalformed)
}

// The command for a file under base64 takes that off first.
func TestCommandsUnderBase64(t *testing.T) {
	encode := base64.StdEncoding.EncodeToString
	for _, tt := range []struct{ file, says string }{
		{"java-keystore-password-changeit.jks", "base64 -d FILE > FILE.raw), and that with: keytool -importkeystore -srckeystore FILE.raw"},
		{"pkcs12-password-secret.p12", "base64 -d FILE > FILE.raw), and that with: openssl pkcs12 -in FILE.raw -nocerts -out FILE.pem"},
		{"certificate-request.pem", "base64 -d FILE > FILE.raw), and that with: openssl req -in FILE.raw -noout"},
		{"putty-rsa.ppk", "base64 -d FILE > FILE.raw), and that with: puttygen FILE.raw"},
		{"pkcs7.pem", "base64 -d FILE > FILE.raw), and that with: openssl pkcs7 -in FILE.raw"},
	} {
		_, err := keys.Parse([]byte(encode(testdata(t, path.Join("forms", tt.file)))))
		wantErr(t, err, keys.ErrUnsupported)
		if !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.file, err)
		}
	}
	_, err := keys.Parse([]byte(encode([]byte(encode(testdata(t, "forms/pkcs12-password-secret.p12"))))))
	if !strings.Contains(err.Error(), "base64 -d FILE | base64 -d > FILE.raw") {
		t.Error(err)
	}
	// The label says certificate, and the content decides.
	_, err = keys.ParsePublic(bytes.ReplaceAll(testdata(t, "forms/pkcs7.pem"), []byte("PKCS7"), []byte("CERTIFICATE")))
	if wantErr(t, err, keys.ErrUnsupported); !strings.Contains(err.Error(), "PKCS #7") {
		t.Error(err)
	}
}

// The command for a file with something else around it is for the file without that.
func TestCommandsUnderOtherLayers(t *testing.T) {
	request := string(testdata(t, "forms/certificate-request.pem"))
	lines := base64.StdEncoding.EncodeToString([]byte(request))
	for name, tt := range map[string]struct{ text, says string }{
		"as it is":          {request, "; convert it with: openssl req -in FILE "},
		"words before it":   {"Subject: x\n" + request, "; convert it with: openssl req -in FILE "},
		"in quotes":         {`"` + request + `"`, "without the quotes, names and encodings around it, and convert that with: openssl req -in FILE "},
		"indented":          {strings.ReplaceAll(request, "\n", "\n  "), "and convert that with: openssl req -in FILE "},
		"base64 and CRLF":   {lines[:76] + "\r\n" + lines[76:], "and convert that with: openssl req -in FILE "},
		"base64url":         {strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(lines), "convert "},
		"another label":     {strings.ReplaceAll(request, " REQUEST", ""), "; write CERTIFICATE REQUEST in its BEGIN and END lines, and convert that with: openssl req -in FILE "},
		"that and base64":   {base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(request, " REQUEST", ""))), "around it, write CERTIFICATE REQUEST in its BEGIN and END lines, and convert that with"},
		"PuTTY, indented":   {strings.ReplaceAll(string(testdata(t, "forms/putty-rsa.ppk")), "\n", "\n  "), "and convert that with: puttygen FILE "},
		"PuTTY with a mark": {"\ufeff" + string(testdata(t, "forms/putty-rsa.ppk")), "and convert that with: puttygen FILE "},
		"AES-CFB in quotes": {`"` + string(testdata(t, "forms/pkcs8-aes-256-cfb-password-secret12.pem")) + `"`, "and re-encrypt that with: openssl pkcs8 -topk8 -in FILE "},
		"AES-CFB in base64": {base64.StdEncoding.EncodeToString(testdata(t, "forms/pkcs8-aes-256-cfb-password-secret12.pem")), "FILE.raw), and that with: openssl pkcs8 -topk8 -in FILE.raw "},
	} {
		_, err := keys.ParseEncrypted([]byte(tt.text), []byte("x"))
		if wantErr(t, err, keys.ErrUnsupported); !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Messages that stand in place of a file.
func TestMessagesInPlaceOfKeys(t *testing.T) {
	for text, says := range map[string]string{
		"404: Not Found": "the message of a failed download", "Not Found\n": "the message of a failed download", "curl: (22) The requested URL returned error: 404": "the message of a failed download",
		"<h1>Not Found</h1>": "markup", `{"message":"Not Found","documentation_url":"https://docs.example.com"}`: "the JSON of an error",
		"key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6231336539\n": "a value encrypted by ansible-vault", "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]": "a value encrypted by SOPS",
	} {
		_, err := keys.ParsePublic([]byte(text))
		if wantErr(t, err, keys.ErrNoKey); !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
