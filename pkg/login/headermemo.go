package login

import (
	"strings"
	"sync/atomic"

	"github.com/loginctl/loginctl/pkg/keys"
)

// maxHeaders is how many header texts are remembered. A service sees one for
// each key that signs and each program that issues.
const maxHeaders = 16

// knownHeader is a header segment and what reading it came to.
type knownHeader struct {
	text      string // the segment as it is in the token
	untyped   bool   // there is no typ
	accepted  bool   // the typ is one that is wanted
	symmetric bool   // the alg is an HMAC
	kept      bool   // it is in the memo
	selection keys.Selection
}

// headerMemo remembers the header texts of tokens whose signature was good, so
// that the next one is compared and not parsed. Forged tokens cannot fill it.
// What it says holds for one snapshot of the keys and is dropped with it.
type headerMemo struct{ current atomic.Pointer[headerList] }

// headerList never changes.
type headerList struct {
	snapshot *keys.Snapshot
	known    []*knownHeader
}

// find returns the header that token begins with, nil if it is not known.
func (m *headerMemo) find(snapshot *keys.Snapshot, token string) *knownHeader {
	list := m.current.Load()
	if list == nil || list.snapshot != snapshot {
		return nil
	}
	for i := range list.known {
		text := list.known[i].text
		if len(token) > len(text) && token[len(text)] == '.' && token[:len(text)] == text {
			return list.known[i]
		}
	}
	return nil
}

// remember adds a header that was not found and returns it as it is kept. Of
// several calls at once one counts; the next tokens make up for the others.
func (m *headerMemo) remember(snapshot *keys.Snapshot, header *knownHeader) *knownHeader {
	old := m.current.Load()
	next := &headerList{snapshot: snapshot}
	if old != nil && old.snapshot == snapshot {
		for _, known := range old.known {
			if known.text == header.text { // added since this one was not found
				return known
			}
		}
		if len(old.known) == maxHeaders {
			return header
		}
		next.known = append(next.known, old.known...)
	}
	own := *header
	own.text = strings.Clone(header.text) // not the whole token
	own.kept = true
	next.known = append(next.known, &own)
	m.current.CompareAndSwap(old, next)
	return &own
}
