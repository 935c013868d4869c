package keyfile

import (
	"bytes"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// The bytes of a key file are cleared after the key is read.
func TestFileIsCleared(t *testing.T) {
	var kept []byte
	for _, path := range []string{"../testdata/good/p256.pem", "../testdata/good/p256.pub.pem"} { // a key, and none
		_, _ = load(path, MaxSize, func(data []byte) (*keys.SigningKey, error) {
			kept = data
			return keys.Parse(data)
		})
		if len(kept) == 0 || !bytes.Equal(kept, make([]byte, len(kept))) {
			t.Errorf("%s is still there", path)
		}
	}
}
