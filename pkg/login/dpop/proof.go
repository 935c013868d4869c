package dpop

import (
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// maxProof is the longest proof that is read: room for an RSA key of 8192 bits and its
// signature.
const maxProof = 8 << 10

// proof is the content of a proof whose signature is good.
type proof struct {
	thumbprint       string
	id, method, uri  string // jti, htm, htu
	tokenHash, nonce string // ath; both may be empty
	issued           time.Time
	until            time.Time // when it is not accepted any more
}

// read checks the form and the signature of a proof (section 4.3, steps 2 to 7).
func (c *Checker) read(text string) (*proof, error) {
	if len(text) > maxProof {
		return nil, invalid("the proof is too long")
	}
	segment, err := jws.HeaderSegment(text)
	if err != nil {
		return nil, invalid("the proof is not a JWS")
	}
	header, ok := jws.DecodeSegment(nil, segment)
	if !ok || jws.CheckObject(string(header)) != 0 {
		return nil, invalid("the header is not a strict JSON object in base64url")
	}
	var s jws.Scratch
	input, err := s.DecodeSegments(text, len(segment))
	if err != nil {
		return nil, invalid("the proof is not a JWS")
	}
	key, err := c.readHeader(string(header))
	if err != nil {
		return nil, err
	}
	if key.Verify(input, s.Signature) != nil {
		return nil, invalid("the signature is not that of the key in jwk")
	}
	if jws.CheckObject(string(s.Payload)) != 0 {
		return nil, invalid("the claims are not a strict JSON object")
	}
	return readClaims(string(s.Payload), key)
}

// privateMembers are those of a JWK that has a private key or a secret (RFC 7518).
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// readHeader returns the key in the header of a proof.
func (c *Checker) readHeader(header string) (*keys.VerificationKey, error) {
	typ, _ := textMember(header, "typ")
	if typ = strings.ToLower(typ); strings.TrimPrefix(typ, "application/") != "dpop+jwt" {
		return nil, invalid("typ is not dpop+jwt")
	}
	for _, name := range []string{"crit", "b64", "zip"} {
		if _, present := jws.MemberValue(header, name); present {
			return nil, invalid("crit, b64 and zip are not supported")
		}
	}
	name, _ := textMember(header, "alg")
	if name == "Ed25519" { // RFC 9864
		name = "EdDSA"
	}
	alg, err := keys.ParseAlgorithm(name)
	if err != nil || !slices.Contains(c.algorithms, alg) || alg.String() != name {
		return nil, invalid("alg is not an allowed algorithm of public keys")
	}
	jwk, _ := jws.MemberValue(header, "jwk")
	if !strings.HasPrefix(jwk, "{") {
		return nil, invalid("jwk is missing")
	}
	for _, name := range privateMembers {
		if _, present := jws.MemberValue(jwk, name); present {
			return nil, invalid("jwk has a private key")
		}
	}
	key, err := keys.ParsePublic([]byte(jwk))
	if err == nil {
		key, err = key.As(alg)
	}
	if err != nil {
		return nil, invalid("jwk is not a key for alg")
	}
	return key, nil
}

// readClaims reads the claims of a proof (section 4.2).
func readClaims(text string, key *keys.VerificationKey) (*proof, error) {
	p := &proof{thumbprint: key.Thumbprint()}
	for _, claim := range []struct {
		name     string
		to       *string
		optional bool
	}{{"jti", &p.id, false}, {"htm", &p.method, false}, {"htu", &p.uri, false}, {"ath", &p.tokenHash, true}, {"nonce", &p.nonce, true}} {
		value, ok := textMember(text, claim.name)
		if _, present := jws.MemberValue(text, claim.name); !ok && (present || !claim.optional) {
			return nil, invalid("jti, htm, htu, ath or nonce is missing or not a text")
		}
		*claim.to = value
	}
	if p.id == "" {
		return nil, invalid("jti is empty")
	}
	iat, _ := jws.MemberValue(text, "iat")
	if iat == "" || iat[0] != '-' && (iat[0] < '0' || iat[0] > '9') {
		return nil, invalid("iat is missing or not a number")
	}
	s := jws.Scanner{Text: iat}
	p.issued = s.Date()
	return p, nil
}

// textMember returns a member that is a string.
func textMember(object, name string) (string, bool) {
	value, _ := jws.MemberValue(object, name)
	if !strings.HasPrefix(value, `"`) {
		return "", false
	}
	s := jws.Scanner{Text: value}
	return s.Quoted()
}
