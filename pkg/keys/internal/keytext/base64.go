package keytext

import (
	"bytes"
	"encoding/base64"
)

// unbase64 decodes text in either alphabet, with or without padding, quotes and
// line breaks. It returns nil for what is not base64.
func unbase64(text []byte) []byte {
	compact := bytes.Join(bytes.Fields(bytes.TrimPrefix(text, utf8BOM)), nil)
	defer clear(compact)
	compact = bytes.TrimRight(bytes.Trim(compact, `"'`), "=")
	for i, c := range compact {
		switch c {
		case '-':
			compact[i] = '+'
		case '_':
			compact[i] = '/'
		}
	}
	decoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(compact)))
	n, err := base64.RawStdEncoding.Decode(decoded, compact)
	if err != nil {
		clear(decoded)
		return nil
	}
	return decoded[:n]
}
