package lint

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
)

// object reads a JSON object and reports a malformed one. part is its name in messages.
func (l *linter) object(data []byte, part string) (input.Members, bool) {
	var m input.Members
	err := json.Unmarshal(data, &m)
	if errors.Is(err, jsontext.ErrDuplicateName) {
		l.add("token-duplicate", "%s: %s is there twice", part, input.DuplicateName(err))
		err = json.Unmarshal(data, &m, jsontext.AllowDuplicateNames(true))
	}
	if err != nil || m == nil {
		l.add("token-malformed", "%s: not a JSON object in UTF-8", part)
		return nil, false
	}
	return m, true
}
