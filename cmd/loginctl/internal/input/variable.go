package input

import (
	"bytes"
	"strings"
)

// VariableValue returns the secret in NAME=secret, as keygen --format env writes it.
// Base64 that ends in padding also has that form, and is not a variable.
func VariableValue(line []byte) (value []byte, ok bool) {
	name, value, ok := bytes.Cut(line, []byte("="))
	return value, ok && variableName(string(name)) && len(bytes.Trim(value, "=")) > 0
}

// variableName reports whether s is the name of an environment variable.
func variableName(s string) bool {
	return s != "" && (s[0] < '0' || s[0] > '9') && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == ""
}
