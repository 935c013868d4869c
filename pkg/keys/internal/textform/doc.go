// Package textform undoes the forms in which build systems, consoles, editors
// and other tools hand a key over: base64 of PEM, PEM without its marker lines
// or line breaks, escaped or indented PEM, quotes, NAME=value, UTF-16 and the
// JSON around a key.
//
// It knows the shape of texts and of DER, not keys. Every layer is recognized
// by a test that no other layer passes, so that a text has one reading or an
// error. The size of the text, the number of layers and the number of PEM blocks
// are bounded, and each layer is undone in one pass.
package textform
