// Package keyfile loads keys from files and saves them.
//
// [Load], [LoadEncrypted], [LoadPublic], [LoadSecret] and [LoadJWKS] read a file with
// the Parse function of package keys that has the same ending. [Read] reads the bytes
// of a file, and [Inspect] describes them. [SavePrivate], [SavePublic] and [SavePair]
// write a file so that it is complete or absent, also after a crash, and [Update]
// changes one in place. Package keys makes the content, and reads it from other places
// than files.
//
// # Compatibility
//
// The promise of package keys applies: see its documentation.
package keyfile
