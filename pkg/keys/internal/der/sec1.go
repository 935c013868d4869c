package der

import (
	"crypto"
	"crypto/elliptic"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// parseSEC1 reads an ECPrivateKey (RFC 5915) that names its curve.
func parseSEC1(b []byte) (crypto.Signer, error) { return parseSEC1On(nil, b) }

// parseSEC1On reads an ECPrivateKey on curve. If curve is nil, the file must name
// it.
func parseSEC1On(curve elliptic.Curve, b []byte) (crypto.Signer, error) {
	var seq, scalar, parameters, public cryptobyte.String
	var named, stated bool
	var version int
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1Integer(&version) || version != 1 || !seq.ReadASN1(&scalar, tag.OCTET_STRING) ||
		!seq.ReadOptionalASN1(&parameters, &named, tag.Tag(0).Constructed().ContextSpecific()) ||
		!seq.ReadOptionalASN1(&public, &stated, tag.Tag(1).Constructed().ContextSpecific()) || !seq.Empty() {
		return nil, keyerr.Unreadable("EC private key")
	}
	if named {
		inner, err := readCurve(parameters)
		if err != nil {
			return nil, err
		}
		if curve != nil && inner != curve {
			return nil, fmt.Errorf("%w: the EC key names two curves", keyerr.ErrMalformed)
		}
		curve = inner
	}
	if curve == nil {
		return nil, fmt.Errorf("%w: the EC key names no curve", keyerr.ErrMalformed)
	}
	k, err := ParseScalar(curve, scalar)
	if err != nil || !stated {
		return k, err
	}
	var point asn1.BitString
	if !public.ReadASN1BitString(&point) || !public.Empty() || point.BitLength%8 != 0 {
		return nil, keyerr.Unreadable("EC private key")
	}
	return k, samePublic(k, point.Bytes)
}
