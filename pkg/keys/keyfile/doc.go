// Package keyfile reads and writes the files that keys and key sets are kept in.
//
// [Read] reads a file whole. [SavePrivate], [SavePublic] and [SavePair] write one
// so that it is complete or absent, also after a crash; [Update] changes one in
// place. The content is not looked at: package keys makes and reads it.
package keyfile
