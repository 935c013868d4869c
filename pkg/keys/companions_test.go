package keys_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// RSA-PSS keys are for the PS algorithms that their parameters allow (RFC 4055).
func TestRestrictedRSAPSS(t *testing.T) {
	openssl := newTool(t, "openssl")
	for _, tt := range []struct {
		options string
		alg     keys.Algorithm // zero when the key is refused
		also    keys.Algorithm
		err     error
	}{
		{"", keys.PS256, keys.PS512, nil},
		{"rsa_pss_keygen_md:sha256 rsa_pss_keygen_mgf1_md:sha256 rsa_pss_keygen_saltlen:32", keys.PS256, 0, nil},
		{"rsa_pss_keygen_md:sha384 rsa_pss_keygen_mgf1_md:sha384 rsa_pss_keygen_saltlen:20", keys.PS384, 0, nil},
		{"rsa_pss_keygen_md:sha512 rsa_pss_keygen_mgf1_md:sha512 rsa_pss_keygen_saltlen:64", keys.PS512, 0, nil},
		{"rsa_pss_keygen_md:sha256 rsa_pss_keygen_mgf1_md:sha1 rsa_pss_keygen_saltlen:20", 0, 0, keys.ErrUnsupported},
		{"rsa_pss_keygen_md:sha1 rsa_pss_keygen_mgf1_md:sha1 rsa_pss_keygen_saltlen:20", 0, 0, keys.ErrUnsupported},
		{"rsa_pss_keygen_md:sha256 rsa_pss_keygen_mgf1_md:sha256 rsa_pss_keygen_saltlen:40", 0, 0, keys.ErrUnsupported},
	} {
		args := []string{"genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"}
		for _, option := range strings.Fields(tt.options) {
			args = append(args, "-pkeyopt", option)
		}
		private := openssl.run(args...)
		file := openssl.file("pss.pem", []byte(private))
		public := openssl.run("pkey", "-in", file, "-pubout")
		k, err := keys.Parse([]byte(private))
		wantErr(t, err, tt.err)
		p, err := keys.ParsePublic([]byte(public))
		wantErr(t, err, tt.err)
		if tt.err != nil {
			continue
		}
		if k.Algorithm() != tt.alg || p.Algorithm() != tt.alg {
			t.Errorf("%s: it is for %v", tt.options, k.Algorithm())
		}
		works(t, k)
		_, err = k.As(keys.RS256)
		wantErr(t, err, keys.ErrAlgorithm)
		_, err = p.As(keys.RS256)
		wantErr(t, err, keys.ErrAlgorithm)
		if tt.also != 0 {
			works(t, must(k.As(tt.also)))
		} else if other := keys.PS256 + (tt.alg-keys.PS256+1)%3; other != tt.alg {
			_, err = k.As(other)
			wantErr(t, err, keys.ErrAlgorithm)
		}
	}
}

// A damaged AlgorithmIdentifier of RSA-PSS is malformed, whatever is damaged.
func TestDamagedRSAPSS(t *testing.T) {
	openssl := newTool(t, "openssl")
	text := openssl.run("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_pss_keygen_md:sha256", "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha256", "-pkeyopt", "rsa_pss_keygen_saltlen:32")
	block, _ := pem.Decode([]byte(text))
	for i := 4; i < 70; i++ {
		for _, flip := range []byte{0x01, 0x04, 0x80, 0x30} {
			damaged := append([]byte(nil), block.Bytes...)
			damaged[i] ^= flip
			if k, err := keys.Parse(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: damaged})); err != nil {
				oneError(t, err)
			} else {
				works(t, k)
			}
		}
	}
}

// chain makes a root, an intermediate and a leaf, and the key of the leaf.
func chain(t *testing.T) (leaf *ecdsa.PrivateKey, certificates []string) {
	t.Helper()
	var parent *x509.Certificate
	var signer *ecdsa.PrivateKey
	for i, name := range []string{"root", "intermediate", "leaf"} {
		k := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(1, 0), NotAfter: time.Unix(1<<32, 0), IsCA: i < 2, BasicConstraintsValid: true}
		if parent == nil {
			parent, signer = template, k
		}
		der := must(x509.CreateCertificate(rand.Reader, template, parent, k.Public(), signer))
		certificates = append(certificates, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
		parent, signer = must(x509.ParseCertificate(der)), k
	}
	return signer, certificates
}

func TestChains(t *testing.T) {
	key, c := chain(t)
	root, intermediate, leaf := c[0], c[1], c[2]
	want := must(keys.NewVerificationKey(key.Public(), 0))
	private := string(must(keys.MarshalPKCS8(must(keys.NewSigner(key, 0)))))
	sealed := string(must(keys.MarshalEncrypted(must(keys.NewSigner(key, 0)), []byte("correct"), keys.KDF{})))
	for name, text := range map[string]string{
		"leaf first": leaf + intermediate + root, "leaf last": root + intermediate + leaf, "without the root": leaf + intermediate, "the leaf twice": leaf + leaf + root + intermediate,
	} {
		if k, err := keys.ParsePublic([]byte(text)); err != nil || !k.Equal(want) {
			t.Errorf("%s: got %v, %v", name, k, err)
		}
	}
	for name, text := range map[string]string{"key first": private + leaf + intermediate, "key last": root + intermediate + leaf + private, "two leaves": private + leaf + string(testdata(t, "good/p256.cert.pem"))} {
		k, err := keys.Parse([]byte(text))
		if err != nil || !k.VerificationKey().Equal(want) {
			t.Errorf("%s: got %v, %v", name, k, err)
		}
	}
	if k, err := keys.ParsePublic([]byte(sealed + leaf + root + intermediate)); err != nil || !k.Equal(want) {
		t.Errorf("beside an encrypted key: %v", err)
	}
	works(t, must(keys.ParseEncrypted([]byte(leaf+sealed), []byte("correct"))))
	other := string(testdata(t, "good/p256.cert.pem"))
	for name, text := range map[string]string{
		"two leaves": leaf + other, "root and another": root + other, "a damaged one": leaf + strings.Replace(other, "MII", "MIA", 1), "certificate and public key": leaf + string(testdata(t, "good/p256.pub.pem")),
		"key and root": private + root,
	} {
		if _, err := keys.Parse([]byte(text)); err == nil {
			t.Errorf("%s: Parse reads it", name)
		}
		if _, err := keys.ParsePublic([]byte(text)); err == nil {
			t.Errorf("%s: ParsePublic reads it", name)
		}
	}
	_, err := keys.ParseEncrypted([]byte(sealed+other), []byte("correct"))
	wantErr(t, err, keys.ErrMalformed)
	crl := "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"
	_, err = keys.Parse([]byte(private + crl + private))
	wantErr(t, err, keys.ErrMalformed)
	_, err = keys.Parse([]byte(strings.Repeat(crl, 6)))
	wantErr(t, err, keys.ErrMalformed)
}

func TestServiceAccounts(t *testing.T) {
	account := func(id string) []byte {
		return must(json.Marshal(map[string]string{"type": "service_account", "private_key_id": id, "private_key": string(testdata(t, "good/rsa.pem")), "client_email": "a@b"}))
	}
	k := must(keys.Parse(account("0123abcd")))
	if k.ID() != "0123abcd" {
		t.Errorf("the kid is %q", k.ID())
	}
	if info := must(keyfile.Inspect(account("0123abcd"))); info.ID != "0123abcd" || !info.Private {
		t.Errorf("Inspect says %+v", info)
	}
	works(t, k)
	_, err := keys.Parse(account("a\nb"))
	wantErr(t, err, keys.ErrMalformed)
	works(t, must(keys.Parse(account(""))))
}

func TestParseMember(t *testing.T) {
	secret := `{"kty":"oct","kid":"s","k":"` + strings.Repeat("QUFB", 12)[:43] + `E"}`
	one := edit(rfc8037Key, "kid", `"one"`)
	two := edit(rfc7515EC, "kid", `"two"`)
	public := edit(edit(rfc7515EC, "d", ""), "kid", `"public"`)
	set := []byte(`{"keys":[` + one + `,` + two + `,` + public + `,` + edit(two, "kid", `"twin"`) + `,` + edit(one, "kid", `"twin"`) + `]}`)
	for kid, want := range map[string]error{"one": nil, "two": nil, "public": keys.ErrNoSigningKey, "twin": keys.ErrKeyID, "three": keys.ErrUnknownKey, "": keys.ErrUnsupported} {
		k, err := keys.ParseMember(set, kid)
		wantErr(t, err, want)
		if err == nil && k.ID() != kid {
			t.Errorf("%s: got %v", kid, k)
		}
	}
	_, err := keys.Parse(set)
	wantErr(t, err, keys.ErrUnsupported)
	if k := must(keys.Parse([]byte(`{"keys":[` + public + `,` + one + `]}`))); k.ID() != "one" {
		t.Errorf("the only private key is %v", k)
	}
	_, err = keys.ParseMember([]byte(one), "one")
	wantErr(t, err, keys.ErrNoKey)
	_, err = keys.ParseMember(testdata(t, "good/p256.pem"), "one")
	wantErr(t, err, keys.ErrUnsupported)
	_, err = keys.ParseMember(nil, "one")
	wantErr(t, err, keys.ErrNoKey)
	_, err = keys.ParseMember([]byte(`{"keys":[1]}`), "one")
	wantErr(t, err, keys.ErrUnknownKey)
	_, err = keys.ParseMember([]byte(`{"keys":`), "one")
	wantErr(t, err, keys.ErrMalformed)
	_ = secret
}

func TestKeysByID(t *testing.T) {
	rsaPEM, ecPEM := string(testdata(t, "good/rsa.pub.pem")), string(testdata(t, "good/p256.pub.pem"))
	two := must(json.Marshal(map[string]string{"a": rsaPEM, "b": ecPEM}))
	set := must(keys.ParseJWKS(two, nil))
	if all := set.Snapshot().VerificationKeys(); len(all) != 2 || all[0].ID() != "a" || all[1].ID() != "b" {
		t.Errorf("got %v", all)
	}
	_, err := keys.ParsePublic(two)
	wantErr(t, err, keys.ErrUnsupported)
	if k := must(keys.ParsePublic(must(json.Marshal(map[string]string{"a": rsaPEM})))); k.ID() != "a" {
		t.Errorf("got %v", k)
	}
	for name, m := range map[string]map[string]string{"no id": {"": rsaPEM}, "weak": {"a": string(testdata(t, "kinds/X25519.pub.pem"))}} {
		text := must(json.Marshal(m))
		for function, err := range map[string]error{"ParseJWKS": second(keys.ParseJWKS(text, nil)), "ParsePublic": second(keys.ParsePublic(text)), "Inspect": second(keyfile.Inspect(text))} {
			if err == nil {
				t.Errorf("%s: %s reads it", name, function)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// Keys that ssh-keygen encrypted are described without the passphrase, and opened with it.
func TestEncryptedOpenSSH(t *testing.T) {
	keygen := newTool(t, "ssh-keygen", "-q")
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		path := filepath.Join(keygen.dir, kind)
		keygen.run("-t", kind, "-N", "caf\u00e9 noir", "-f", path)
		data := keygen.read(kind)
		info := must(keyfile.Inspect(data))
		if info.Format != "OpenSSH" || !info.Encrypted || !info.Private || info.KDF != "bcrypt" || info.Iterations < 16 || info.Cipher == "" {
			t.Errorf("%s: Inspect says %+v", kind, info)
		}
		_, err := keys.Parse(data)
		wantErr(t, err, keys.ErrPassphraseRequired)
		_, err = keys.ParsePublic(data)
		wantErr(t, err, keys.ErrPassphraseRequired)
		_, err = keys.ParseEncrypted(data, []byte("wrong"))
		wantErr(t, err, keys.ErrWrongPassphrase)
		k := must(keys.ParseEncrypted(data, []byte("cafe\u0301 noir"))) // in the other normal form
		works(t, k)
		sameKey(t, kind, must(keys.ParsePublic(keygen.read(kind+".pub"))), k.VerificationKey())
	}
	damaged := "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE\n-----END OPENSSH PRIVATE KEY-----\n"
	_, err := keyfile.Inspect([]byte(damaged))
	wantErr(t, err, keys.ErrMalformed)
	_, err = keys.Parse([]byte("ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB"))
	wantErr(t, err, keys.ErrNoSigningKey)
}

func TestFingerprint(t *testing.T) {
	openssl := newTool(t, "openssl")
	k := must(keys.ParsePublic(testdata(t, "good/rsa.pub.pem")))
	der := openssl.run("pkey", "-pubin", "-in", "testdata/good/rsa.pub.pem", "-outform", "DER")
	digest := openssl.run("dgst", "-sha256", "-binary", openssl.file("der", []byte(der)))
	want := "SHA256:" + strings.TrimSpace(openssl.run("base64", "-in", openssl.file("digest", []byte(digest))))
	if k.Fingerprint() != want {
		t.Errorf("got %s, openssl says %s", k.Fingerprint(), want)
	}
	if keyFor(t, keys.HS256).VerificationKey().Fingerprint() != "" || (*keys.VerificationKey)(nil).Fingerprint() != "" {
		t.Error("a secret has a fingerprint")
	}
}
