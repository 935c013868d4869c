package dpop

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// nonceLifetime is how long a nonce is accepted.
const nonceLifetime = 5 * time.Minute

// nonces makes and recognizes nonces without remembering them: each is its time and a
// MAC.
type nonces struct{ key [sha256.Size]byte }

func newNonces(secret []byte) *nonces {
	n := &nonces{}
	if secret == nil {
		rand.Read(n.key[:]) // never fails: it ends the program first
		return n
	}
	n.key = sha256.Sum256(secret)
	return n
}

func (n *nonces) mac(seconds []byte) []byte {
	mac := hmac.New(sha256.New, n.key[:])
	mac.Write([]byte("DPoP-Nonce"))
	mac.Write(seconds)
	return mac.Sum(nil)[:16]
}

// at returns the nonce of a second.
func (n *nonces) at(t time.Time) string {
	seconds := binary.BigEndian.AppendUint64(nil, uint64(t.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(seconds, n.mac(seconds)...))
}

// issued returns the time of a nonce. It is false for one that was not made here.
func (n *nonces) issued(nonce string) (time.Time, bool) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(nonce)
	if err != nil || len(text) != 8+16 || !hmac.Equal(text[8:], n.mac(text[:8])) {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(text)), 0), true
}
