package conformance

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

type generateGroup struct {
	PrivateKeyPem string
	SHA           string
	Tests         []signatureVector
}

// RSASSA-PKCS1-v1_5 has one signature for each key and message, so ours must be theirs,
// octet by octet.
func TestWycheproofSigning(t *testing.T) {
	count := newTally()
	for _, name := range files(t, "rsa_pkcs1_*_sig_gen_test.json") {
		for _, group := range load[generateGroup](t, name).TestGroups {
			algorithm, err := keys.ParseAlgorithm(map[string]string{"SHA-256": "RS256", "SHA-384": "RS384", "SHA-512": "RS512"}[group.SHA])
			if err != nil {
				count.skipped["no JWS algorithm uses "+group.SHA] += len(group.Tests)
				continue
			}
			key, err := keys.Parse([]byte(group.PrivateKeyPem))
			if errors.Is(err, keys.ErrWeak) {
				count.skipped["the key is refused as weak"] += len(group.Tests)
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if key, err = key.As(algorithm); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, v := range group.Tests {
				signature, err := key.Sign(context.Background(), string(v.Msg))
				if err != nil || !bytes.Equal(signature, v.Sig) {
					t.Errorf("%s tcId %d: another signature (%v)", name, v.TcID, err)
					continue
				}
				count.accepted++
			}
		}
	}
	count.log(t)
}
