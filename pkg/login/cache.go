package login

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

const (
	defaultCacheSize = 4096
	// cacheWays is how many places a token may be in. Looking at all of them
	// is one or two cache lines of pointers.
	cacheWays = 8
	// maxCachedClaims keeps a cache of large tokens from being a large cache.
	maxCachedClaims = 4 << 10
)

// cache remembers what the tokens said that passed every check, so that an
// asymmetric signature is checked once and not with every request. It spares
// the signature and the reading, nothing else: time, issuer, audience and
// revocation are judged again on each use, by the code that judged them first.
//
// It is a table of sets of cacheWays entries behind atomic pointers. There is
// no lock, a hit writes nothing that another core reads, and entries never change.
type cache struct {
	marker
	size  int
	hmac  bool // HMAC tokens are remembered too
	make  sync.Once
	table atomic.Pointer[cacheTable]
}

type cacheTable struct {
	slots []atomic.Pointer[verified]
	ways  int
	sets  uint64
	hand  atomic.Uint64 // counts insertions; each sweeps one set more
}

// verified is a token that passed every check.
type verified struct {
	mark     mark
	snapshot *keys.Snapshot // the keys it was checked with
	header   *knownHeader
	shape    shape
	claims   Claims
}

func newVerified(m mark, snapshot *keys.Snapshot, h *knownHeader, has shape, c *Claims) *verified {
	v := &verified{mark: m, snapshot: snapshot, header: h, shape: has}
	c.copyTo(&v.claims)
	return v
}

// newCache returns nil for no cache.
func newCache(size int) *cache {
	if size < 0 {
		return nil
	}
	c := &cache{size: size, hmac: size > 0}
	if size == 0 {
		c.size = defaultCacheSize
	}
	if !c.marker.init() {
		return nil
	}
	return c
}

// takes reports whether tokens with that header are remembered. The header
// has to be remembered itself: it is that of a good token then, and tokens for
// other keys, or for none, do not get as far as the cache.
func (c *cache) takes(h *knownHeader) bool {
	return c != nil && h != nil && h.kept && (c.hmac || !h.symmetric)
}

// get returns what is known of the token with that mark under these keys.
func (c *cache) get(m mark, snapshot *keys.Snapshot) *verified {
	table := c.table.Load()
	if table == nil {
		return nil
	}
	set := table.set(m.set)
	for i := range set {
		if known := set[i].Load(); known != nil && known.mark.equal(m) && known.snapshot == snapshot {
			return known
		}
	}
	return nil
}

// put remembers a token in place of one that is of no more use, or else of any.
func (c *cache) put(v *verified, now time.Time) {
	if len(v.claims.text) > maxCachedClaims {
		return
	}
	c.make.Do(func() { c.table.Store(newCacheTable(c.size)) })
	table := c.table.Load()
	table.sweep(table.hand.Add(1), v.snapshot, now)
	set := table.set(v.mark.set)
	victim := &set[v.mark.victim%uint64(len(set))]
	for i := range set {
		old := set[i].Load()
		if old == nil || old.mark.equal(v.mark) || old.useless(v.snapshot, now) {
			victim = &set[i]
			break
		}
	}
	victim.Store(v)
}

func newCacheTable(size int) *cacheTable {
	ways := min(size, cacheWays)
	sets := size / ways
	return &cacheTable{slots: make([]atomic.Pointer[verified], sets*ways), ways: ways, sets: uint64(sets)}
}

// set returns the places of a hash.
func (t *cacheTable) set(hash uint64) []atomic.Pointer[verified] {
	n, _ := bits.Mul64(hash, t.sets)
	return t.at(n)
}

func (t *cacheTable) at(n uint64) []atomic.Pointer[verified] {
	return t.slots[int(n)*t.ways:][:t.ways]
}

// sweep empties the places of one set that are of no more use, so that none is
// held for long after its time.
func (t *cacheTable) sweep(turn uint64, snapshot *keys.Snapshot, now time.Time) {
	set := t.at(turn % t.sets)
	for i := range set {
		if old := set[i].Load(); old != nil && old.useless(snapshot, now) {
			set[i].CompareAndSwap(old, nil)
		}
	}
}

// useless reports that the token has expired for every leeway, or was checked
// with keys that are no longer those in use.
func (v *verified) useless(snapshot *keys.Snapshot, now time.Time) bool {
	return v.snapshot != snapshot || expiredFor(v.claims.ExpiresAt, now)
}

// mark stands for a token in the cache. One half chooses its set, the other
// what it drives out of a full one.
type mark struct{ set, victim uint64 }

// equal takes the same time wherever two marks differ.
func (m mark) equal(other mark) bool { return (m.set^other.set)|(m.victim^other.victim) == 0 }

// marker makes marks: it hashes the whole text with a universal hash under a
// key of its own and encrypts the hash with a second key. That is the MAC of
// Carter and Wegman. Two texts of up to 16 KiB get the same mark with a chance
// of less than 2^-117 (it grows with their length), whoever chose them, for
// whoever does not know the keys; and these are random, made for each cache, and
// used for nothing else. Since a mark looks random for every text, the time it
// takes to find one says nothing about others. SHA-256 would be as good and
// takes four times as long, which would be most of the cost of a hit.
//
// The universal hash is that of GCM, which is what the standard library has
// fast. GCM must not see a nonce twice because its tags are public, and two
// would give the hash key away. No tag leaves this function.
type marker struct {
	hash    cipher.AEAD
	encrypt cipher.Block
}

// init is false where GCM may not be used that way: under GODEBUG=fips140=only.
func (m *marker) init() bool {
	var secret [48]byte
	rand.Read(secret[:]) // never fails: it ends the program first
	block, _ := aes.NewCipher(secret[:16])
	m.encrypt, _ = aes.NewCipher(secret[16:]) // fails for keys of other sizes only
	var err error
	m.hash, err = cipher.NewGCM(block)
	return err == nil
}

// hashChunk is how many bytes GCM hashes at once where it is fast. What is left
// over takes longer than a whole chunk, so that it is made one.
const hashChunk = 128

// padding follows a text up to the end of its last chunk. There is always some
// and it begins with a byte that is not zero: as it can be told where it
// begins, no two texts become one. It is read only.
var padding = [hashChunk]byte{0x80}

// mark returns the mark of token. It uses the memory of s.
func (m *marker) mark(token string, s *scratch) mark {
	s.payload = append(append(s.payload[:0], token...), padding[:hashChunk-len(token)%hashChunk]...)
	tag := m.hash.Seal(s.tag[:0], s.nonce[:], nil, s.payload)
	m.encrypt.Encrypt(tag, tag)
	return mark{binary.LittleEndian.Uint64(tag[:8]), binary.LittleEndian.Uint64(tag[8:])}
}
