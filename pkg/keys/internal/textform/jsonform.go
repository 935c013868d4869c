package textform

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxNesting is how deep the JSON of a key or a set may be nested. A decoder spends
// memory on each level, and real keys have three.
const maxNesting = 32

// maxWrappers is how many objects may lie around the keys of a JWK Set.
const maxWrappers = 3

// isJSON reports whether text begins as a JSON object or list. JSON has no line
// break within a string, so that a BEGIN line shows PEM with a brace before it. Two
// braces begin a placeholder of a template.
func isJSON(text []byte) bool {
	return (text[0] == '{' || text[0] == '[') && !bytes.HasPrefix(text, []byte("{{")) && !bytes.Contains(text, []byte("\n-----BEGIN "))
}

// nestedDeep reports whether JSON is nested deeper than maxNesting. It reads the text
// once and does not check it otherwise.
func nestedDeep(text []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++ // the escaped character
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxNesting {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

type object = map[string]jsontext.Value

// readJSON reads a JWK, a JWK Set with objects around it or not, a list of JWKs,
// a service account, or an object of public keys by key id. Other JSON is left
// to the caller as it is: to judge it is not the task of this package.
func (d *Document) readJSON(text []byte) ([]byte, layer, error) {
	if nestedDeep(text) {
		return nil, nothing, refuse(Damaged, fmt.Sprintf("the JSON is nested deeper than %d levels", maxNesting))
	}
	d.JSON = text
	if text[0] == '[' {
		d.list(text)
		return nil, nothing, nil
	}
	var o object
	if json.Unmarshal(text, &o) != nil {
		return nil, nothing, nil // the caller says where it is damaged
	}
	for _, value := range o {
		d.own(value)
	}
	switch {
	case o["kty"] != nil || o["keys"] != nil:
		return nil, nothing, d.keySet(o)
	case isString(o["private_key"]):
		return nil, nothing, d.serviceAccount(o)
	case d.named(o):
		return nil, nothing, nil
	}
	if set, ok := unwrap(o, maxWrappers); ok {
		d.JSON = d.own(set)
		return nil, nothing, nil
	}
	return nil, nothing, nil
}

func isString(v jsontext.Value) bool { return v != nil && v.Kind() == '"' }

// list makes a JWK Set of a list of JWKs.
func (d *Document) list(text []byte) {
	var members []object
	if json.Unmarshal(text, &members) != nil || len(members) == 0 {
		return
	}
	for _, m := range members {
		for _, value := range m {
			d.own(value)
		}
		if m["kty"] == nil {
			return
		}
	}
	d.JSON = d.own(slices.Concat([]byte(`{"keys":`), text, []byte("}")))
}

// keySet gives a JWK Set whose keys are one JWK in place of a list the list.
func (d *Document) keySet(o object) error {
	keys := o["keys"]
	if o["kty"] != nil || keys.Kind() != '{' {
		return nil
	}
	var one object
	if json.Unmarshal(keys, &one) == nil && one["kty"] != nil {
		d.JSON = d.own(slices.Concat([]byte(`{"keys":[`), keys, []byte("]}")))
	}
	for _, value := range one {
		d.own(value)
	}
	return nil
}

// unwrap finds the one JWK Set within objects, such as {"data":{"keys":[…]}}.
func unwrap(o object, depth int) (set []byte, ok bool) {
	if keys := o["keys"]; keys != nil && keys.Kind() == '[' {
		return slices.Concat([]byte(`{"keys":`), keys, []byte("}")), true
	}
	if depth == 0 {
		return nil, false
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		var inner object
		if o[name].Kind() != '{' || json.Unmarshal(o[name], &inner) != nil {
			continue
		}
		found, is := unwrap(inner, depth-1)
		for _, value := range inner {
			clear(value)
		}
		if is && ok {
			clear(set)
			clear(found)
			return nil, false // two sets: which one is meant is a guess
		}
		if is {
			set, ok = found, true
		}
	}
	return set, ok
}

// serviceAccount reads the private key, in PEM, of a service account, and its id.
func (d *Document) serviceAccount(o object) error {
	text, err := jsontext.AppendUnquote(make([]byte, 0, len(o["private_key"])), o["private_key"])
	d.own(text)
	if err != nil || !hasMarkers(text) {
		return refuse(Damaged, "the private_key of the service account is not PEM")
	}
	if id := o["private_key_id"]; isString(id) {
		name, _ := jsontext.AppendUnquote(nil, id)
		d.KeyID = string(name)
	}
	d.JSON = nil
	_, _, err = d.readMarked(text)
	return err
}

// named reads an object in which every member is a public key or a certificate in
// PEM under its key id, as Google publishes them.
func (d *Document) named(o object) bool {
	if len(o) == 0 || len(o) > MaxBlocks {
		return false
	}
	var found []Named
	for _, id := range slices.Sorted(maps.Keys(o)) {
		if !isString(o[id]) {
			return false
		}
		text, err := jsontext.AppendUnquote(make([]byte, 0, len(o[id])), o[id])
		if err != nil {
			return false
		}
		d.own(text)
		block, rest := pem.Decode(text)
		if block == nil || len(bytes.TrimSpace(rest)) > 0 || block.Type != "CERTIFICATE" && block.Type != "PUBLIC KEY" {
			return false
		}
		found = append(found, Named{id, block})
	}
	d.JSON, d.Named = nil, found
	return true
}
