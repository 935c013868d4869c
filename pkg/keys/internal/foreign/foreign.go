// Package foreign recognizes files that are given for a key and are not one that
// is read: key stores and keys of other programs, encrypted files, pointers and failed
// downloads. It says what a file is and the command that makes a key of it.
package foreign

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/keys/internal/derform"
)

// File is a file that is recognized.
type File struct {
	Name    string // with its article, such as "a PuTTY key"
	Command string // makes FILE.pem or FILE.new of FILE, or fetches it; may be empty
	NoKey   bool   // it holds no key, so that there is nothing to convert
}

// String says what the file is and how it is converted.
func (f File) String() string {
	if f.Command == "" {
		return f.Name
	}
	verb := "convert it with"
	if f.NoKey {
		verb = "get the key with"
	}
	return fmt.Sprintf("%s; %s: %s", f.Name, verb, f.Command)
}

// signs are the beginnings of files.
var signs = []struct {
	begin string
	file  File
}{
	{"PuTTY-User-Key-File-", File{Name: "a PuTTY key", Command: "puttygen FILE -O private-openssh-new -o FILE.new"}},
	{"\xfe\xed\xfe\xed\x00\x00\x00", File{Name: "a Java key store (JKS)", Command: "keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12, and that with: openssl pkcs12 -in FILE.p12 -nocerts -out FILE.pem"}},
	{"\xce\xce\xce\xce\x00\x00\x00", File{Name: "a Java key store (JCEKS)", Command: "keytool -importkeystore -srcstoretype JCEKS -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12, and that with: openssl pkcs12 -in FILE.p12 -nocerts -out FILE.pem"}},
	{"version https://git-lfs.github.com/spec/", File{Name: "a pointer of git-lfs, whose file has not been fetched", Command: "git lfs pull", NoKey: true}},
	{"$ANSIBLE_VAULT;", File{Name: "a file encrypted by ansible-vault", Command: "ansible-vault decrypt --output FILE.new FILE"}},
	{"age-encryption.org/v1\n", File{Name: "a file encrypted by age", Command: age}},
	{"-----BEGIN AGE ENCRYPTED FILE-----", File{Name: "a file encrypted by age", Command: age}},
	{"AGE-SECRET-KEY-", File{Name: "an identity of age, which decrypts files and does not sign", NoKey: true}},
	{"# created: ", File{Name: "an identity of age, which decrypts files and does not sign", NoKey: true}},
	{"Salted__", File{Name: "a file encrypted by openssl enc", Command: "openssl enc -d -aes-256-cbc -pbkdf2 -in FILE -out FILE.new"}},
	{"SSH PRIVATE KEY FILE FORMAT 1.1\n", File{Name: "a key of SSH 1, which signs nothing in use", NoKey: true}},
	{"\x1f\x8b\x08", File{Name: "a file compressed by gzip", Command: "gzip -dc FILE > FILE.new"}},
	{"PK\x03\x04", File{Name: "a ZIP archive; give the file in it", NoKey: true}},
}

const age = "age --decrypt --identity IDENTITY --output FILE.new FILE"

// Text recognizes text or bytes of another kind than DER.
func Text(data []byte) (File, bool) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for _, sign := range signs {
		if bytes.HasPrefix(data, []byte(sign.begin)) {
			return sign.file, sign.begin != "# created: " || bytes.Contains(data, []byte("AGE-SECRET-KEY-"))
		}
	}
	text := bytes.TrimSpace(data)
	switch {
	case len(text) == 0:
		return File{}, false
	case text[0] == '<':
		return markup(text)
	case bytes.Contains(text, []byte("ENC[AES256_GCM,")) && bytes.Contains(text, []byte("sops")):
		return sops, true
	case bytes.HasPrefix(text, []byte("ENC[AES256_GCM,")):
		return File{Name: "a value encrypted by SOPS; decrypt the file that it is from with sops --decrypt", NoKey: true}, true
	case bytes.Contains(text, []byte("$ANSIBLE_VAULT;")):
		return File{Name: "a value encrypted by ansible-vault in a file of YAML", Command: "ansible localhost -m ansible.builtin.debug -a var=NAME -e @FILE --ask-vault-pass", NoKey: true}, true
	case failed(text):
		return File{Name: "the message of a failed download", Command: "curl --fail --output FILE URL", NoKey: true}, true
	case bytes.HasPrefix(text, []byte("-----BEGIN PGP ")):
		label, _, _ := strings.Cut(string(text[len("-----BEGIN "):]), "-----")
		f, ok := labels[label]
		return f, ok
	case compactJWE(text):
		return jwe, true
	}
	return File{}, false
}

var (
	sops = File{Name: "a file encrypted by SOPS", Command: "sops --decrypt FILE > FILE.new"}
	jwe  = File{Name: "an encrypted JWK (JWE)", Command: "step crypto jwe decrypt < FILE > FILE.new"}
	pfx  = File{Name: "a PKCS #12 file", Command: "openssl pkcs12 -in FILE -nocerts -out FILE.pem"}
)

// markup says which kind of page or message is in place of a download.
func markup(text []byte) (File, bool) {
	start := strings.ToLower(string(text[:min(len(text), 256)]))
	switch {
	case strings.HasPrefix(start, "<!doctype html") || strings.Contains(start, "<html") || strings.HasPrefix(start, "<head") || strings.HasPrefix(start, "<body"):
		return File{Name: "an HTML page, such as the answer to a failed download", Command: "curl --fail --output FILE URL", NoKey: true}, true
	case strings.HasPrefix(start, "<rsakeyvalue"):
		return File{Name: "an RSA key in the XML of .NET; export it there with ExportPkcs8PrivateKeyPem"}, true
	case strings.HasPrefix(start, "<?xml") || strings.HasPrefix(start, "<error"):
		return File{Name: "XML, such as the answer to a failed download", Command: "curl --fail --output FILE URL", NoKey: true}, true
	case element().MatchString(start):
		return File{Name: "markup, such as the answer to a failed download", Command: "curl --fail --output FILE URL", NoKey: true}, true
	}
	return File{}, false
}

// element is the beginning of a fragment of HTML or of XML. It is compiled when it is
// first needed, since most programs never meet one.
var element = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^<(!--|(h[1-6]|p|div|span|script|title|meta|table|center|a|form|br|hr|[a-z]+:[a-z]+)(\s[^<>]*)?/?>)`)
})

// failed reports whether text is the short message that a server or a client gives in
// place of a file.
func failed(text []byte) bool {
	if len(text) > 200 || bytes.IndexByte(text, '\n') >= 0 {
		return false
	}
	lower := strings.ToLower(string(text))
	for _, begin := range []string{"404", "403", "401", "500", "502", "503", "not found", "forbidden", "unauthorized", "access denied", "bad gateway", "internal server error", "service unavailable", "curl: ("} {
		if rest, ok := strings.CutPrefix(lower, begin); ok && (rest == "" || strings.IndexByte(" :.,-", rest[0]) >= 0 || strings.HasSuffix(begin, "(")) {
			return true
		}
	}
	return false
}

// compactJWE reports whether text is a JWE in its compact form: five parts, of
// which the first is the base64url of a JSON object and the second may be empty.
func compactJWE(text []byte) bool {
	return bytes.HasPrefix(text, []byte("eyJ")) && bytes.Count(text, []byte(".")) == 4 && !bytes.ContainsAny(text, " \t\r\n")
}

// JSON recognizes an object that is neither a JWK nor a JWK Set.
func JSON(text []byte) (File, bool) {
	var o map[string]jsontext.Value
	if json.Unmarshal(text, &o) != nil {
		return File{}, false
	}
	switch {
	case o["ciphertext"] != nil && (o["protected"] != nil || o["iv"] != nil || o["recipients"] != nil):
		return jwe, true
	case o["sops"] != nil:
		return sops, true
	case o["jwks_uri"] != nil:
		return metadata(o["jwks_uri"]), true
	case (o["error"] != nil || o["errors"] != nil || o["message"] != nil && len(o) < 5) && o["kty"] == nil && o["keys"] == nil:
		return File{Name: "the JSON of an error, such as the answer to a failed download", Command: "curl --fail --output FILE URL", NoKey: true}, true
	}
	return File{}, false
}

// metadata names where the keys of an issuer are. A URI that a shell or a terminal
// may read otherwise than as a word is not repeated.
func metadata(value jsontext.Value) File {
	f := File{Name: "the metadata of an issuer (openid-configuration), which names its keys in jwks_uri", Command: "curl --fail --output FILE JWKS_URI", NoKey: true}
	uri, err := jsontext.AppendUnquote(nil, value)
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/%"
	if err == nil && len(uri) <= 200 && (bytes.HasPrefix(uri, []byte("https://")) || bytes.HasPrefix(uri, []byte("http://"))) && strings.Trim(string(uri), plain) == "" {
		f.Command = "curl --fail --output FILE " + string(uri)
	}
	return f
}

// labels are PEM labels of files that are not read.
var labels = map[string]File{
	"PKCS7":                 pkcs7,
	"CMS":                   pkcs7,
	"AGE ENCRYPTED FILE":    {Name: "a file encrypted by age", Command: age},
	"PGP PRIVATE KEY BLOCK": {Name: "a PGP private key; make an RSA, EC or Ed25519 key in PKCS #8"},
	"PGP PUBLIC KEY BLOCK":  {Name: "a PGP public key; make an RSA, EC or Ed25519 key in PKCS #8"},
	"PGP MESSAGE":           {Name: "a file encrypted by PGP", Command: "gpg --decrypt --output FILE.new FILE"},
	"DSA PRIVATE KEY":       {Name: "a DSA key; make an RSA, EC or Ed25519 key in PKCS #8"},
	"TRUSTED CERTIFICATE":   {Name: "a certificate with the trust settings of openssl", Command: "openssl x509 -in FILE -out FILE.pem"},
	"X509 CRL":              {Name: "a list of revoked certificates, which holds no key", NoKey: true},
}

var pkcs7 = File{Name: "a PKCS #7 file, which holds certificates", Command: "openssl pkcs7 -in FILE -print_certs -out FILE.pem"}

// Block recognizes a PEM block by its label, or by its content.
func Block(label string, content []byte) (File, bool) {
	if f, ok := labels[label]; ok {
		return f, true
	}
	return DER(content, true)
}

// DER recognizes DER that is not a key. inPEM is true for the content of a PEM block.
func DER(b []byte, inPEM bool) (File, bool) {
	form := " -inform DER"
	if inPEM {
		form = ""
	}
	switch derform.Of(b) {
	case derform.PKCS12:
		// RC2 is in the legacy provider of OpenSSL 3.
		if bytes.Contains(b, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x06")) || bytes.Contains(b, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x05")) {
			return File{Name: pfx.Name, Command: "openssl pkcs12 -legacy -in FILE -nocerts -out FILE.pem"}, true
		}
		return pfx, true
	case derform.PKCS7:
		return File{Name: "a PKCS #7 file, which holds certificates", Command: "openssl pkcs7" + form + " -in FILE -print_certs -out FILE.pem"}, true
	case derform.Request:
		return File{Name: "a certificate request", Command: "openssl req" + form + " -in FILE -noout -pubkey -out FILE.pem"}, true
	case derform.Parameters:
		return parameters(b, inPEM), true
	}
	return File{}, false
}

// parameters are of a curve if they are an identifier or explicit ones of it.
func parameters(b []byte, inPEM bool) File {
	f := File{Name: "the parameters of a key without a key", NoKey: true}
	if inPEM && (b[0] == 0x06 || bytes.Contains(b, []byte("\x2a\x86\x48\xce\x3d\x01"))) {
		f.Name = "the parameters of a curve without a key"
	}
	if inPEM && b[0] == 0x06 {
		f.Command = "openssl genpkey -paramfile FILE -out FILE.pem"
	}
	return f
}
