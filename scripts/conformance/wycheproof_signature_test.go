package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// signatureGroup is a group of any of the signature schemes' files.
type signatureGroup struct {
	Type         string
	PublicKeyPem string
	PublicKeyJwk json.RawMessage
	KeyJwk       json.RawMessage
	KeySize      int
	SHA          string // "SHA-256"
	MgfSHA       string // PSS: the hash of MGF1
	SLen         int    // PSS: the length of the salt
	PublicKey    struct{ Curve string }
	Tests        []signatureVector
}

type signatureVector struct {
	TcID    int
	Comment string
	Msg     octets
	Sig     octets
	Result  string
}

// hashBytes is the length of the hashes that JWS algorithms use.
var hashBytes = map[string]int{"SHA-256": 32, "SHA-384": 48, "SHA-512": 64}

// algorithm returns the JWS algorithm of a group's signatures, or zero.
func (g signatureGroup) algorithm() keys.Algorithm {
	name := ""
	bits := strings.TrimPrefix(g.SHA, "SHA-")
	switch g.Type {
	case "RsassaPkcs1Verify":
		name = "RS" + bits
	case "RsassaPssVerify", "RsassaPssWithParametersVerify":
		if g.MgfSHA == g.SHA && g.SLen == hashBytes[g.SHA] {
			name = "PS" + bits
		}
	case "EcdsaP1363Verify":
		name = map[string]string{"secp256r1 SHA-256": "ES256", "secp384r1 SHA-384": "ES384", "secp521r1 SHA-512": "ES512"}[g.PublicKey.Curve+" "+g.SHA]
	case "EddsaVerify":
		name = map[string]string{"edwards25519": "EdDSA", "Ed25519": "EdDSA"}[g.PublicKey.Curve]
	}
	algorithm, err := keys.ParseAlgorithm(name)
	if err != nil {
		return 0
	}
	return algorithm
}

// family returns every algorithm that a key of this kind can be bound to.
func family(key *keys.VerificationKey) []*keys.VerificationKey {
	var bound []*keys.VerificationKey
	for _, algorithm := range keys.Algorithms() {
		if k, err := key.As(algorithm); err == nil {
			bound = append(bound, k)
		}
	}
	return bound
}

// TestWycheproofSignatures runs the vectors of RSA PKCS #1 v1.5, RSA-PSS, ECDSA
// (r and s side by side, and DER, which a JWS never is) and EdDSA through
// VerificationKey.Verify, under every algorithm the key can have: a signature is
// accepted by its own algorithm and by no other.
func TestWycheproofSignatures(t *testing.T) {
	for _, suite := range []struct {
		name     string
		patterns []string
	}{
		{"RSA PKCS1 v1.5", []string{"rsa_signature_*_test.json"}},
		{"RSA-PSS", []string{"rsa_pss_*_test.json"}},
		{"ECDSA P1363", []string{"ecdsa_*_p1363_test.json"}},
		{"ECDSA DER", []string{"ecdsa_secp256r1_sha256_test.json", "ecdsa_secp384r1_sha384_test.json", "ecdsa_secp521r1_sha512_test.json"}},
		{"EdDSA", []string{"ed25519_test.json", "ed448_test.json"}},
	} {
		t.Run(suite.name, func(t *testing.T) {
			count := newTally()
			for _, name := range files(t, suite.patterns...) {
				for _, group := range load[signatureGroup](t, name).TestGroups {
					group.run(t, name, count)
				}
			}
			count.log(t)
		})
	}
}

func (g signatureGroup) run(t *testing.T, file string, count *tally) {
	key, reason := g.key(t, file)
	if key == nil {
		count.skipped[reason] += len(g.Tests)
		return
	}
	want := g.algorithm()
	for _, v := range g.Tests {
		g.check(t, file, key, want, v, count)
	}
}

// check verifies one vector under every algorithm of the key.
func (g signatureGroup) check(t *testing.T, file string, key *keys.VerificationKey, want keys.Algorithm, v signatureVector, count *tally) {
	name := fmt.Sprintf("%s tcId %d (%s)", file, v.TcID, v.Comment)
	good := false
	for _, bound := range family(key) {
		err := bound.Verify(string(v.Msg), v.Sig)
		if err != nil && !errors.Is(err, keys.ErrSignature) {
			t.Errorf("%s: %v is no keys.ErrSignature", name, err)
		}
		if err == nil && bound.Algorithm() != want && v.Result == "invalid" && g.otherwiseGood(v, bound.Algorithm()) {
			continue // invalid for this group's algorithm, which the next lines are about
		}
		if err == nil && bound.Algorithm() != want {
			t.Errorf("%s: accepted as %s", name, bound.Algorithm())
		}
		good = good || err == nil
	}
	switch {
	case v.Result == "invalid" && good:
		t.Errorf("%s: invalid and accepted", name)
	case v.Result == "invalid":
		count.refused++
	case good:
		count.accepted++
	case want == 0:
		count.rule(g.foreign(), file, v.TcID)
	case v.Result == "acceptable":
		count.rule("acceptable there (a legacy encoding), refused here", file, v.TcID)
	default:
		t.Errorf("%s: valid and refused", name)
	}
}

// otherwiseGood reports whether a vector that is invalid under its own group's
// algorithm was made with another one, and is a good signature of that.
func (g signatureGroup) otherwiseGood(v signatureVector, algorithm keys.Algorithm) bool {
	bits, hash := algorithm.String()[2:], "SHA-"+algorithm.String()[2:]
	comments := []string{"PKCS #1 v1.5 signature with " + hash}
	if algorithm.String()[0] == 'P' {
		comments = []string{}
		if g.SHA == hash {
			comments = append(comments, "RSASSA-PSS signature")
		}
		if g.SHA == hash && g.MgfSHA == hash {
			comments = append(comments, fmt.Sprintf("s_len changed to %d", hashBytes[hash]))
		}
	}
	return slices.Contains(comments, v.Comment) ||
		algorithm.String() == "RS"+bits && strings.HasPrefix(v.Comment, "The message is hashed with "+hash+" instead of ")
}

// foreign says why no JWS algorithm has the group's signatures.
func (g signatureGroup) foreign() string {
	switch {
	case g.Type == "EcdsaVerify":
		return "DER, where a JWS has r and s side by side (RFC 7518 section 3.4)"
	case strings.HasPrefix(g.Type, "RsassaPss") && g.MgfSHA != g.SHA:
		return "MGF1 with another hash than the message's (RFC 7518 section 3.5)"
	case strings.HasPrefix(g.Type, "RsassaPss") && hashBytes[g.SHA] != 0:
		return "a salt of another length than the hash (RFC 7518 section 3.5)"
	case g.Type == "EcdsaP1363Verify" && hashBytes[g.SHA] != 0:
		return "a curve with another hash than its own (RFC 7518 section 3.4)"
	}
	return "a hash that no JWS algorithm uses (RFC 7518 section 3.1)"
}

// key parses the group's key, as PEM and as JWK where it is given so. A key that is
// refused must be of a kind that is not used here; the reason is returned.
func (g signatureGroup) key(t *testing.T, file string) (*keys.VerificationKey, string) {
	key, err := keys.ParsePublic([]byte(g.PublicKeyPem))
	jwk := g.PublicKeyJwk
	if jwk == nil {
		jwk = g.KeyJwk
	}
	if jwk != nil {
		fromJWK, jwkErr := keys.ParsePublic(jwk)
		if (jwkErr == nil) != (err == nil) {
			t.Errorf("%s: the key is read as PEM with %v, as JWK with %v", file, err, jwkErr)
		} else if err == nil && !fromJWK.Equal(key) {
			t.Errorf("%s: the key differs between PEM and JWK", file)
		}
	}
	if err == nil {
		return key, ""
	}
	switch {
	case errors.Is(err, keys.ErrUnsupported) && strings.HasPrefix(file, "ecdsa_") && !isCurve(g.PublicKey.Curve):
		return nil, "a curve without a JWS algorithm that is used here: " + g.PublicKey.Curve
	case errors.Is(err, keys.ErrUnsupported) && strings.HasPrefix(file, "ed448"):
		return nil, "Ed448 is not used here"
	case errors.Is(err, keys.ErrUnsupported) && strings.HasSuffix(file, "_params_test.json"):
		return nil, "an RSA key bound to PSS (RFC 4055) with parameters that no JWS algorithm has"
	case errors.Is(err, keys.ErrWeak):
		return nil, "the key is refused as weak"
	}
	t.Errorf("%s: the key is refused: %v", file, err)
	return nil, "the key is refused, unexpectedly"
}
