package keys_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys"
)

// DER that no program writes, piece by piece.

var (
	oidRSA     = []byte{6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1}
	oidEC      = []byte{6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1}
	oidEd25519 = []byte{6, 3, 0x2b, 0x65, 0x70}
	oidP256    = []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7}
	oidP384    = []byte{6, 5, 0x2b, 0x81, 0x04, 0, 0x22}
	null       = []byte{5, 0}
)

type builder = cryptobyte.Builder

func build(f func(b *builder)) []byte {
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(der.SEQUENCE, f)
	return b.BytesOrPanic()
}

// pkcs8 is a PrivateKeyInfo; rest follows the private key.
func pkcs8(version int64, algorithm [][]byte, private []byte, rest ...byte) []byte {
	return build(func(b *builder) {
		b.AddASN1Int64(version)
		b.AddASN1(der.SEQUENCE, func(b *builder) {
			for _, part := range algorithm {
				b.AddBytes(part)
			}
		})
		b.AddASN1OctetString(private)
		b.AddBytes(rest)
	})
}

// sec1 is an ECPrivateKey; curve and public are left out when nil.
func sec1(version int64, scalar, curve, public []byte) []byte {
	return build(func(b *builder) {
		b.AddASN1Int64(version)
		b.AddASN1OctetString(scalar)
		if curve != nil {
			b.AddASN1(der.Tag(0).Constructed().ContextSpecific(), func(b *builder) { b.AddBytes(curve) })
		}
		if public != nil {
			b.AddASN1(der.Tag(1).Constructed().ContextSpecific(), func(b *builder) { b.AddBytes(public) })
		}
	})
}

// inside is the content of a SEQUENCE.
func inside(b []byte) (content cryptobyte.String) {
	in := cryptobyte.String(b)
	if !in.ReadASN1(&content, der.SEQUENCE) {
		panic("no SEQUENCE")
	}
	return content
}

// bits is a BIT STRING.
func bits(unused byte, content []byte) []byte {
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(der.BIT_STRING, func(b *builder) {
		b.AddUint8(unused)
		b.AddBytes(content)
	})
	return b.BytesOrPanic()
}

type encodedEC struct{ scalar, point []byte }

// evenKey returns a key whose encoded point ends in a zero bit, which a BIT
// STRING can leave out.
func evenKey() encodedEC {
	for {
		k := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		if point := must(k.PublicKey.Bytes()); point[64]&1 == 0 {
			return encodedEC{must(k.Bytes()), point}
		}
	}
}

func TestPrivateDER(t *testing.T) {
	scalar := append(make([]byte, 31), 5)
	seed := append([]byte{4, 32}, make([]byte, 32)...)
	rsaKey := x509.MarshalPKCS1PrivateKey(standardRSA(t))
	rsaPublic := x509.MarshalPKCS1PublicKey(&standardRSA(t).PublicKey)
	pkcs1Weak, _ := pem.Decode(testdata(t, "recorded/rsa1024.pem"))
	weak := must(x509.ParsePKCS8PrivateKey(pkcs1Weak.Bytes)).(*rsa.PrivateKey)
	even := evenKey()
	implicit := func(public []byte, unused byte) []byte {
		b := cryptobyte.NewBuilder(nil)
		b.AddASN1(der.Tag(1).ContextSpecific(), func(b *builder) {
			b.AddUint8(unused)
			b.AddBytes(public)
		})
		return b.BytesOrPanic()
	}
	ec := [][]byte{oidEC, oidP256}
	for _, tt := range []struct {
		name  string
		label string
		der   []byte
		err   error
	}{
		{"RSA", "PRIVATE KEY", pkcs8(0, [][]byte{oidRSA, null}, rsaKey), nil},
		{"RSA without parameters", "PRIVATE KEY", pkcs8(0, [][]byte{oidRSA}, rsaKey), nil},
		{"RSA with parameters", "PRIVATE KEY", pkcs8(0, [][]byte{oidRSA, oidP256}, rsaKey), keys.ErrMalformed},
		{"RSA that states its public key", "PRIVATE KEY", pkcs8(1, [][]byte{oidRSA, null}, rsaKey, implicit(rsaPublic, 0)...), nil},
		{"RSA that states another", "PRIVATE KEY", pkcs8(1, [][]byte{oidRSA, null}, rsaKey, implicit(rsaPublic[1:], 0)...), keys.ErrMalformed},
		{"a public key of odd bits", "PRIVATE KEY", pkcs8(1, [][]byte{oidRSA, null}, rsaKey, implicit(rsaPublic, 1)...), keys.ErrMalformed},
		{"with attributes", "PRIVATE KEY", pkcs8(0, [][]byte{oidRSA, null}, rsaKey, 0xa0, 0), nil},
		{"with more", "PRIVATE KEY", pkcs8(0, [][]byte{oidRSA, null}, rsaKey, 5, 0), keys.ErrMalformed},
		{"version 2", "PRIVATE KEY", pkcs8(2, [][]byte{oidRSA, null}, rsaKey), keys.ErrMalformed},
		{"version -1", "PRIVATE KEY", pkcs8(-1, [][]byte{oidRSA, null}, rsaKey), keys.ErrMalformed},
		{"no algorithm", "PRIVATE KEY", pkcs8(0, nil, rsaKey), keys.ErrMalformed},
		{"an unknown algorithm", "PRIVATE KEY", pkcs8(0, [][]byte{oidP256}, rsaKey), keys.ErrUnsupported},
		{"weak RSA that states its public key", "PRIVATE KEY", pkcs8(1, [][]byte{oidRSA, null}, x509.MarshalPKCS1PrivateKey(weak), implicit(rsaPublic, 0)...), keys.ErrWeak},
		{"an empty public key", "PRIVATE KEY", pkcs8(1, [][]byte{oidRSA, null}, rsaKey, 0x81, 0), keys.ErrMalformed},
		{"PKCS #1 and a byte", "RSA PRIVATE KEY", append(bytes.Clone(rsaKey), 0), keys.ErrMalformed},
		{"SEC 1 and a byte", "EC PRIVATE KEY", append(sec1(1, scalar, oidP256, nil), 0), keys.ErrMalformed},
		{"PKCS #8 and a byte", "PRIVATE KEY", append(pkcs8(0, [][]byte{oidRSA, null}, rsaKey), 0), keys.ErrMalformed},
		{"PKCS #1", "RSA PRIVATE KEY", rsaKey, nil},
		{"PKCS #1 with more", "RSA PRIVATE KEY", build(func(b *builder) { b.AddBytes(inside(rsaKey)); b.AddBytes(null) }), keys.ErrMalformed},
		{"RSA that is no RSA", "PRIVATE KEY", pkcs8(0, [][]byte{oidRSA, null}, seed), keys.ErrMalformed},

		{"Ed25519", "PRIVATE KEY", pkcs8(0, [][]byte{oidEd25519}, seed), nil},
		{"Ed25519 with parameters", "PRIVATE KEY", pkcs8(0, [][]byte{oidEd25519, null}, seed), keys.ErrMalformed},
		{"Ed25519 of 31 bytes", "PRIVATE KEY", pkcs8(0, [][]byte{oidEd25519}, append([]byte{4, 31}, seed[3:]...)), keys.ErrMalformed},
		{"Ed25519 with more", "PRIVATE KEY", pkcs8(0, [][]byte{oidEd25519}, append(seed, 0)), keys.ErrMalformed},

		{"EC", "PRIVATE KEY", pkcs8(0, ec, sec1(1, scalar, nil, nil)), nil},
		{"EC without a curve", "PRIVATE KEY", pkcs8(0, [][]byte{oidEC}, sec1(1, scalar, nil, nil)), keys.ErrMalformed},
		{"EC with two curves that agree", "PRIVATE KEY", pkcs8(0, ec, sec1(1, scalar, oidP256, nil)), nil},
		{"EC with two curves", "PRIVATE KEY", pkcs8(0, ec, sec1(1, scalar, oidP384, nil)), keys.ErrMalformed},
		{"EC of an unknown curve", "PRIVATE KEY", pkcs8(0, [][]byte{oidEC, oidEd25519}, sec1(1, scalar, nil, nil)), keys.ErrUnsupported},
		{"EC with more after the curve", "PRIVATE KEY", pkcs8(0, [][]byte{oidEC, oidP256, null}, sec1(1, scalar, nil, nil)), keys.ErrMalformed},

		{"SEC 1", "EC PRIVATE KEY", sec1(1, scalar, oidP256, nil), nil},
		{"SEC 1 with its zeros cut", "EC PRIVATE KEY", sec1(1, []byte{5}, oidP256, nil), nil},
		{"SEC 1 with more zeros", "EC PRIVATE KEY", sec1(1, append(make([]byte, 8), scalar...), oidP256, nil), nil},
		{"SEC 1 too long", "EC PRIVATE KEY", sec1(1, append([]byte{1}, scalar...), oidP256, nil), keys.ErrMalformed},
		{"SEC 1 of zero", "EC PRIVATE KEY", sec1(1, make([]byte, 32), oidP256, nil), keys.ErrMalformed},
		{"SEC 1 of nothing", "EC PRIVATE KEY", sec1(1, nil, oidP256, nil), keys.ErrMalformed},
		{"SEC 1 version 2", "EC PRIVATE KEY", sec1(2, scalar, oidP256, nil), keys.ErrMalformed},
		{"SEC 1 without a curve", "EC PRIVATE KEY", sec1(1, scalar, nil, nil), keys.ErrMalformed},
		{"SEC 1 with a bad curve", "EC PRIVATE KEY", sec1(1, scalar, null, nil), keys.ErrMalformed},
		{"SEC 1 with a bad public key", "EC PRIVATE KEY", sec1(1, scalar, oidP256, null), keys.ErrMalformed},
		{"SEC 1 with an odd public key", "EC PRIVATE KEY", sec1(1, scalar, oidP256, []byte{3, 2, 1, 0}), keys.ErrMalformed},
		{"SEC 1 of zero with a public key", "EC PRIVATE KEY", sec1(1, make([]byte, 32), oidP256, bits(0, even.point)), keys.ErrMalformed},
		{"SEC 1 with its public key", "EC PRIVATE KEY", sec1(1, even.scalar, oidP256, bits(0, even.point)), nil},
		{"SEC 1 with its public key less a bit", "EC PRIVATE KEY", sec1(1, even.scalar, oidP256, bits(1, even.point)), keys.ErrMalformed},
		{"SEC 1 with its public key and more", "EC PRIVATE KEY", sec1(1, even.scalar, oidP256, append(bits(0, even.point), null...)), keys.ErrMalformed},
		{"SEC 1 with another public key", "EC PRIVATE KEY", sec1(1, scalar, oidP256, []byte{3, 2, 0, 4}), keys.ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := keys.Parse(pem.EncodeToMemory(&pem.Block{Type: tt.label, Bytes: tt.der}))
			wantErr(t, err, tt.err)
			if err == nil {
				works(t, k)
			}
		})
	}
}

func TestPublicDER(t *testing.T) {
	spki := func(algorithm [][]byte, unused byte, public ...byte) []byte {
		return build(func(b *builder) {
			b.AddASN1(der.SEQUENCE, func(b *builder) {
				for _, part := range algorithm {
					b.AddBytes(part)
				}
			})
			b.AddBytes(bits(unused, public))
		})
	}
	rsaPublic := x509.MarshalPKCS1PublicKey(&standardRSA(t).PublicKey)
	longExponent := build(func(b *builder) {
		b.AddASN1BigInt(standardRSA(t).N)
		b.AddASN1BigInt(new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 64), big.NewInt(65537)))
	})
	ec := [][]byte{oidEC, oidP256}
	point := make([]byte, 64)
	for _, tt := range []struct {
		name string
		der  []byte
		err  error
	}{
		{"RSA", spki([][]byte{oidRSA, null}, 0, rsaPublic...), nil},
		{"RSA with more", spki([][]byte{oidRSA, null}, 0, append(rsaPublic, 0)...), keys.ErrMalformed},
		{"RSA with an odd bit", spki([][]byte{oidRSA, null}, 1, rsaPublic...), keys.ErrMalformed},
		{"RSA with an exponent over 64 bits", spki([][]byte{oidRSA, null}, 0, longExponent...), keys.ErrUnsupported},
		{"EC at infinity", spki(ec, 0, 0), keys.ErrMalformed},
		{"EC of nothing", spki(ec, 0), keys.ErrMalformed},
		{"EC off its curve", spki(ec, 0, append([]byte{4}, point...)...), keys.ErrMalformed},
		{"EC in the hybrid form", spki(ec, 0, append([]byte{6}, point...)...), keys.ErrMalformed},
		{"EC compressed, off its curve", spki(ec, 0, append([]byte{2}, append(point[:31:31], 1)...)...), keys.ErrMalformed},
		{"EC compressed, too short", spki(ec, 0, append([]byte{2}, point[:31]...)...), keys.ErrMalformed},
		{"Ed25519 of nothing", spki([][]byte{oidEd25519}, 0), keys.ErrMalformed},
		{"Ed25519 of order 4", spki([][]byte{oidEd25519}, 0, point[:32]...), keys.ErrWeak},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keys.ParsePublic(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: tt.der}))
			wantErr(t, err, tt.err)
		})
	}
}

// The key of a certificate is good and the rest is not.
func TestCertificateDER(t *testing.T) {
	block, _ := pem.Decode(testdata(t, "good/p256.cert.pem"))
	tbs := inside(block.Bytes)
	var signed cryptobyte.String
	if !tbs.ReadASN1Element(&signed, der.SEQUENCE) {
		t.Fatal("no certificate")
	}
	bad := build(func(b *builder) {
		b.AddBytes(signed)
		b.AddBytes(null)
	})
	_, err := keys.ParsePublic(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: bad}))
	wantErr(t, err, keys.ErrMalformed)
}

// Kinds without a name are called by their number.
func TestUnknownKinds(t *testing.T) {
	for want, der := range map[string][]byte{
		"algorithm 1.2.840.10045.3.1.7": pkcs8(0, [][]byte{oidP256}, nil),
		"curve 1.3.101.112":             pkcs8(0, [][]byte{oidEC, oidEd25519}, nil),
	} {
		_, err := keys.Parse(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
		wantErr(t, err, keys.ErrUnsupported)
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}
