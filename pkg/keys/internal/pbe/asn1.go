package pbe

import (
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// readScheme splits an AlgorithmIdentifier into its OID and its parameters.
func readScheme(in cryptobyte.String) (oid string, parameters cryptobyte.String, err error) {
	var id asn1.ObjectIdentifier
	if !in.ReadASN1ObjectIdentifier(&id) {
		return "", nil, keyerr.Unreadable("encryption scheme")
	}
	return id.String(), in, nil
}

// readCount reads a cost. A number too large for an int is over every ceiling, so
// it is TooCostly and not Malformed.
func readCount(in *cryptobyte.String, n *int) error {
	ahead := *in
	if ahead.ReadASN1Integer(n) {
		*in = ahead
		return nil
	}
	var content cryptobyte.String
	if in.ReadASN1(&content, tag.INTEGER) && len(content) > 4 && content[0] < 0x80 {
		return fmt.Errorf("%w: a cost of %d bits", keyerr.ErrTooCostly, 8*len(content))
	}
	return keyerr.Unreadable("key derivation parameters")
}
