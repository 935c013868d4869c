package derform_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys/internal/derform"
)

const dir = "../../testdata/"

func blockOf(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(dir + file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		t.Fatal("no block in " + file)
	}
	return block.Bytes
}

func TestStructureOfKeys(t *testing.T) {
	for file, want := range map[string]derform.Structure{
		"good/rsa.pem": derform.PKCS8, "good/p256.pem": derform.PKCS8, "good/ed25519.pem": derform.PKCS8,
		"encrypted/scrypt.pem": derform.EncryptedPKCS8, "encrypted/pbe-md5-des.pem": derform.EncryptedPKCS8,
		"good/rsa.pkcs1.pem": derform.PKCS1, "good/p256.sec1.pem": derform.SEC1, "good/p521.sec1.pem": derform.SEC1,
		"good/rsa.pub.pem": derform.SPKI, "good/ed25519.pub.pem": derform.SPKI, "good/rsa.pub.pkcs1.pem": derform.PKCS1Public,
		"good/rsa.cert.pem": derform.Certificate, "good/p256.cert.pem": derform.Certificate, "kinds/ED448.pem": derform.PKCS8,
	} {
		if got := derform.Of(blockOf(t, file)); got != want {
			t.Errorf("%s: got %d, want %d", file, got, want)
		}
	}
}

// made returns the DER that openssl writes.
func made(t *testing.T, args ...string) []byte {
	t.Helper()
	c := exec.Command("openssl", args...)
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		t.Fatalf("openssl %v: %v: %s", args, err, complaint.Bytes())
	}
	return out
}

func TestStructureOfOtherFiles(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not here to make the files")
	}
	folder := t.TempDir()
	key, cert := dir+"good/rsa.pem", filepath.Join(folder, "v1.pem")
	request := filepath.Join(folder, "request.pem")
	made(t, "req", "-new", "-key", key, "-subj", "/CN=x", "-out", request)
	made(t, "x509", "-req", "-in", request, "-signkey", key, "-out", cert) // of version 1
	rows := map[string]struct {
		want derform.Structure
		args []string
	}{
		"request":               {derform.Request, []string{"req", "-in", request, "-outform", "DER"}},
		"certificate version 1": {derform.Certificate, []string{"x509", "-in", cert, "-outform", "DER"}},
		"PKCS #7":               {derform.PKCS7, []string{"crl2pkcs7", "-nocrl", "-certfile", cert, "-outform", "DER"}},
		"PKCS #12":              {derform.PKCS12, []string{"pkcs12", "-export", "-inkey", key, "-in", cert, "-passout", "pass:x"}},
		"curve":                 {derform.Parameters, []string{"ecparam", "-name", "prime256v1", "-outform", "DER"}},
		"explicit curve":        {derform.Parameters, []string{"ecparam", "-name", "prime256v1", "-param_enc", "explicit", "-outform", "DER"}},
		"DSA parameters":        {derform.Parameters, []string{"dsaparam", "-outform", "DER", "1024"}},
	}
	for name, row := range rows {
		if got := derform.Of(made(t, row.args...)); got != row.want {
			t.Errorf("%s: got %d, want %d", name, got, row.want)
		}
	}
}

func TestStructureOfOthers(t *testing.T) {
	for _, text := range []string{
		"", "0", "\x30\x00", "\x30\x02\x05\x00", "\x30\x03\x02\x01\x00", "\x30\x06\x02\x01\x00\x05\x00\x00", "\x30\x05\x02\x05\x00\x00\x00",
		"\x30\x05\x02\x01\x00\x30\x00", "\x30\x03\x06\x01\x2a", "\x30\x06\x06\x02\x2a\x03\xa0\x00", "\x30\x02\x30\x00", "\x30\x06\x30\x00\x30\x00\x03\x00",
		"\x30\x04\x30\x05\x06\x00", "\x30\x04\x06\x09\x2a\x86", "\x06\x01\x2a\x00", "\x30\x07\x02\x01\x00\x30\x02\x06\x00", "\x30\x09\x02\x01\x00\x02\x01\x00\x02\x01\x00",
	} {
		if got := derform.Of([]byte(text)); got != derform.Unknown && got != derform.Parameters {
			t.Errorf("%q: got %d", text, got)
		}
	}
	dsa := "\x30\x12" + "\x02\x01\x00" + "\x02\x01\x01\x02\x01\x01\x02\x01\x01\x02\x01\x01\x02\x01\x01"
	if got := derform.Of([]byte(dsa)); got != derform.DSA {
		t.Errorf("DSA: got %d", got)
	}
}

// A part of a key is recognized without its beginning or its end.
func TestFragments(t *testing.T) {
	for _, file := range []string{"good/rsa.pem", "good/p256.pem", "good/p521.pem", "good/ed25519.pem", "good/rsa.pkcs1.pem", "good/rsa.pub.pem",
		"good/rsa.pub.pkcs1.pem", "good/p256.sec1.pem", "good/p384.sec1.pem", "good/p521.sec1.pem", "good/rsa.cert.pem", "encrypted/scrypt.pem"} {
		// The first bytes of a certificate are its dates and names.
		key := blockOf(t, file)
		if !derform.Fragment(key) || !derform.Fragment(key[:len(key)-1]) || file != "good/rsa.cert.pem" && !derform.Fragment(key[:40]) {
			t.Errorf("%s: not recognized", file)
		}
	}
	for _, text := range []string{"", "0123456789abcdef", "\x30\x82\x01\x00aaaaaaaaaaaaaaaaa", "\x30\x81\x90aaaaaaaaaaaaaaaaa", "\x30\x20\x02\x01\x01\x04\x05aaaaaaaaaaaaaaa",
		"\x30\x83\x01\x00\x00aaaaaaaaaaaaaaaaaaaaa", "\x30\x30aaaaaaaaaaaaaaaaaaaaaaaa", "\x30\x81\x90\x02\x01\x01\x04\x01aaaaaaaaaaaaaa"} {
		if derform.Fragment([]byte(text)) {
			t.Errorf("%q is a part of a key", text)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, file := range []string{"good/rsa.pem", "good/p256.sec1.pem", "good/rsa.cert.pem", "encrypted/scrypt.pem"} {
		f.Add(blockOf(f, file))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if derform.Of(data) < derform.Unknown || derform.Of(data) > derform.Parameters {
			t.Fatal("not a structure")
		}
		derform.Fragment(data)
	})
}
