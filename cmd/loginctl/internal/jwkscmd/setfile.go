package jwkscmd

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// KeySetFile is a JWK Set that is being changed. Keys and members that are not known
// here stay unchanged: other programs may use the set too.
type KeySetFile struct {
	members input.Members
	keys    []setKey
	dry     bool // the file is not written
}

// setKey is a key of a set.
type setKey struct {
	text jsontext.Value
	id   string                // the kid, or ""
	key  *keys.VerificationKey // nil if it is not used here
	why  error                 // the reason, if it is not used
}

func readKeySet(data []byte) (*KeySetFile, error) {
	m, err := input.ReadMembers(data)
	if err != nil || m["keys"].Kind() != '[' {
		return nil, fmt.Errorf("%w: it is not a JWK Set, which is JSON with a list of keys", keys.ErrMalformed)
	}
	s := &KeySetFile{members: m}
	var listed []jsontext.Value
	if err := json.Unmarshal(m["keys"], &listed); err != nil {
		return nil, fmt.Errorf("%w: the keys are not a list", keys.ErrMalformed)
	}
	for _, text := range listed {
		k := setKey{text: text}
		if m, err := input.ReadMembers(text); err == nil {
			k.id, _ = m.Text("kid")
		}
		k.key, k.why = keys.ParsePublic(text)
		s.keys = append(s.keys, k)
	}
	return s, nil
}

// bytes writes the set, one member a line, so that versions of it can be compared.
func (s *KeySetFile) bytes() ([]byte, error) {
	listed := []jsontext.Value{}
	for i, k := range s.keys {
		if m, err := input.ReadMembers(k.text); err == nil && m.Present(input.PrivateMembers...) != "" {
			return nil, fmt.Errorf("%w: key %d of the set holds its private part; remove it, and replace that key",
				keys.ErrNotPublic, i+1)
		}
		listed = append(listed, k.text)
	}
	text, err := json.Marshal(listed)
	if err != nil {
		return nil, err
	}
	if s.members == nil {
		s.members = input.Members{}
	}
	s.members["keys"] = text
	return json.Marshal(s.members, json.Deterministic(true), jsontext.Multiline(true), jsontext.WithIndent("  "))
}

// find returns the index of a key of the same material, with any kid, or -1.
func (s *KeySetFile) find(key *keys.VerificationKey) int {
	for i, k := range s.keys {
		if k.key != nil && k.key.Equal(key) {
			return i
		}
	}
	return -1
}

// insert adds a key at an index. Its kid must be new in the set.
func (s *KeySetFile) insert(at int, key *keys.VerificationKey) error {
	for _, k := range s.keys {
		if k.id == key.ID() {
			return fmt.Errorf("%w: %q is another key of the set; state another one with --kid", keys.ErrKeyID, key.ID())
		}
	}
	text, err := keys.MarshalPublicJWK(key)
	if err != nil {
		return err
	}
	s.keys = append(s.keys[:at:at], append([]setKey{{text: text, id: key.ID(), key: key}}, s.keys[at:]...)...)
	return nil
}

// ids returns the kids in order. Keys without a kid are left out.
func (s *KeySetFile) ids() []string {
	ids := []string{}
	for _, k := range s.keys {
		if k.id != "" {
			ids = append(ids, k.id)
		}
	}
	return ids
}

// ChangeKeySet changes the file in one step, under a lock: other changes wait. On an
// error the file stays unchanged. Errors of reading are errors about a key; errors of
// writing are not.
func ChangeKeySet(path string, change func(*KeySetFile) error) (*KeySetFile, error) {
	if err := input.RefuseLink(path); err != nil {
		return nil, err
	}
	var set *KeySetFile
	changed := false
	err := keyfile.Update(path, func(old []byte) (data []byte, err error) {
		if set, err = readKeySet(old); err == nil {
			err = change(set)
		}
		if err == nil {
			data, err = set.bytes()
		}
		if err != nil {
			return nil, fmt.Errorf("changing %s: %w", path, err)
		}
		changed = true
		return append(data, '\n'), nil
	})
	if err != nil && changed {
		return nil, err // reading succeeded, so this is an error of writing
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, outcome.Failed(keys.ErrNoKey, path+": no such file", "make one: "+outcome.Program()+" jwks new KEY -o "+terminal.QuoteShell(path))
	}
	if err != nil {
		return nil, outcome.KeyError(err)
	}
	return set, nil
}

// KIDs returns the kids of the set in a file, or none if that is not a file with a set.
func KIDs(file string) []string {
	data, err := keyfile.Read(file)
	if err != nil {
		return nil
	}
	set, err := readKeySet(data)
	if err != nil {
		return nil
	}
	var ids []string
	for _, k := range set.keys {
		switch {
		case k.id != "":
			ids = append(ids, k.id)
		case k.key != nil:
			ids = append(ids, k.key.ID()) // remove takes the thumbprint then
		}
	}
	return ids
}
