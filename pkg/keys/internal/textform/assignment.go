package textform

import (
	"bytes"
)

// Assignment splits a line of an env file, a shell, PowerShell or YAML: NAME=value,
// export NAME=value, $env:NAME = value, NAME: value. ok is false for another text. The
// padding of base64 is not an assignment: its value would be empty.
func Assignment(line []byte) (name string, value []byte, ok bool) {
	rest := bytes.TrimSpace(line)
	for _, prefix := range []string{"export ", "set ", "declare -x ", "ENV ", "$env:", "$Env:", "- "} {
		if after, found := bytes.CutPrefix(rest, []byte(prefix)); found {
			rest = bytes.TrimSpace(after)
			break
		}
	}
	end := 0
	for end < len(rest) && nameByte(rest[end], end) {
		end++
	}
	name, after := string(rest[:end]), bytes.TrimLeft(rest[end:], " \t")
	switch {
	case end == 0 || end > 128 || len(after) < 2 || name == "PuTTY-User-Key-File-2" || name == "PuTTY-User-Key-File-3":
		return "", nil, false
	case after[0] == ':' && !blank(after[1]):
		return "", nil, false // host:port and C:\path are not YAML
	case after[0] != '=' && after[0] != ':':
		return "", nil, false
	}
	value = bytes.TrimSpace(after[1:])
	return name, value, len(bytes.Trim(value, "=")) > 0
}

func nameByte(c byte, at int) bool {
	switch {
	case c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
		return true
	}
	return at > 0 && (c >= '0' && c <= '9' || c == '.' || c == '-')
}

// assigned returns the value of the one assignment that text is. The value may
// go on in lines that are not assignments, as the block of a YAML literal does.
func assigned(text []byte) (value []byte, ok bool, err error) {
	_, value, ok = Assignment(text)
	if !ok {
		return nil, false, nil
	}
	first, rest, _ := bytes.Cut(value, []byte("\n"))
	for line := range bytes.Lines(rest) {
		if _, _, again := Assignment(line); again {
			return nil, false, refuse(Ambiguous, "the text has several values (NAME=value); give the one with the key")
		}
	}
	// The header of a YAML block: | or >, an indentation, a chomping.
	if (first[0] == '|' || first[0] == '>') && len(bytes.Trim(first, "|>-+0123456789 \t\r")) == 0 {
		value = rest
	}
	return value, true, nil
}

// EnvValue returns the value of name in an env file: lines NAME=value, with export
// before them or not, blank lines and comments. Quotes around the value are cut, and a
// value in quotes may have several lines. ok is false when name has no value;
// twice is true when it has two.
func EnvValue(data []byte, name string) (value []byte, ok, twice bool) {
	rest := bytes.TrimPrefix(data, utf8BOM)
	for len(rest) > 0 {
		var key string
		var one []byte
		key, one, rest = nextEnv(rest)
		if key != name || key == "" {
			continue
		}
		if ok {
			return nil, true, true
		}
		value, ok = one, true
	}
	return value, ok, false
}

// nextEnv splits the first entry off an env file. A line without one has no name.
func nextEnv(data []byte) (name string, value, rest []byte) {
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	entry := bytes.TrimSpace(line)
	left, right, found := bytes.Cut(bytes.TrimPrefix(entry, []byte("export ")), []byte("="))
	if !found || entry[0] == '#' {
		return "", nil, rest
	}
	name, value = string(bytes.TrimSpace(left)), bytes.TrimSpace(right)
	if len(value) == 0 || value[0] != '"' && value[0] != '\'' {
		return name, value, rest
	}
	// From the quote on: it may be closed in a later line.
	after := data[bytes.IndexByte(data, '=')+1:]
	after = after[bytes.IndexByte(after, value[0])+1:]
	inner, rest2, closed := bytes.Cut(after, value[:1])
	if !closed {
		return name, value, rest
	}
	_, rest2, _ = bytes.Cut(rest2, []byte("\n"))
	return name, inner, rest2
}
