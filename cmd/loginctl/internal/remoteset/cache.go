package remoteset

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
)

// cache is a folder of key sets, one file each. Without a folder nothing is cached.
type cache string

// maxEntry is the most bytes of a file: a set of 512 KiB in base64.
const maxEntry = 1 << 20

// entry is a file of the cache.
type entry struct {
	Asked string    `json:"asked"` // the address
	URL   string    `json:"url"`
	Read  time.Time `json:"read"`
	Until time.Time `json:"until"` // no use after it
	Body  []byte    `json:"body"`
}

// openCache returns the folder in the user's cache directory. The variables are those of
// the run, so that a test does not share the folder of its user.
func openCache(env *terminal.Env) cache {
	name, below := "HOME", ".cache"
	switch runtime.GOOS {
	case "windows":
		name, below = "LocalAppData", ""
	case "darwin":
		below = filepath.Join("Library", "Caches")
	}
	root, _ := env.Variable("XDG_CACHE_HOME")
	if !filepath.IsAbs(root) {
		if root, _ = env.Variable(name); !filepath.IsAbs(root) {
			return ""
		}
		root = filepath.Join(root, below)
	}
	return cache(filepath.Join(root, "loginctl", "jwks"))
}

// asked is the address as one text.
func (a Address) asked() string {
	if a.Issuer != "" {
		return "issuer " + a.Issuer
	}
	return "url " + a.URL
}

func (c cache) file(a Address) string {
	sum := sha256.Sum256([]byte(a.asked()))
	return filepath.Join(string(c), hex.EncodeToString(sum[:])+".json")
}

// load returns the set of an address, or nil. A file that another user may have written,
// that is damaged, or that comes from the future is not used.
func (c cache) load(a Address, now time.Time) *Set {
	if c == "" {
		return nil
	}
	f, err := os.Open(c.file(a))
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(f, maxEntry))
	var e entry
	if err != nil || json.Unmarshal(data, &e) != nil {
		return nil
	}
	if e.Asked != a.asked() || now.Before(e.Read) || !now.Before(e.Until) {
		return nil
	}
	return &Set{URL: e.URL, Body: e.Body, Cached: true}
}

// save keeps a set for as long as its issuer allows. A failure costs a request next
// time, so it is not reported.
func (c cache) save(a Address, d *jwks.Document, now time.Time) {
	if c == "" {
		return
	}
	if d.Fresh < time.Second { // no-store, no-cache or max-age=0
		os.Remove(c.file(a))
		return
	}
	data, err := json.Marshal(entry{a.asked(), d.URL, now, now.Add(d.Fresh), d.Body})
	if err != nil || os.MkdirAll(string(c), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(string(c), ".new-*") // mode 0600
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if f.Close() != nil || err != nil || os.Rename(f.Name(), c.file(a)) != nil {
		os.Remove(f.Name())
	}
}
