// Package keyfile reads and writes the files that keys and key sets are kept in.
//
// [Read] reads a file whole. [SavePrivate], [SavePublic] and [SavePair] write one
// so that it is complete or absent, also after a crash; [Update] changes one in
// place. Package keys makes and reads the content.
//
// # Compatibility
//
// The promise of package keys applies: see its documentation.
package keyfile
