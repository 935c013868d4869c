package main

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// object reads one. part is what messages call it, rule reports what is wrong with it.
func (l *linter) object(data []byte, part string) (members, bool) {
	var m members
	err := json.Unmarshal(data, &m)
	if errors.Is(err, jsontext.ErrDuplicateName) {
		l.add("token-duplicate", "%s: %s stands there twice", part, duplicateName(err))
		err = json.Unmarshal(data, &m, jsontext.AllowDuplicateNames(true))
	}
	if err != nil || m == nil {
		l.add("token-malformed", "%s: no JSON object in UTF-8", part)
		return nil, false
	}
	return m, true
}
