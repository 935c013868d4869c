package keys

// SavePrivate writes a private file: mode 0600 from the first moment, whole or
// not at all, synced, never through a symbolic link. An existing file is
// [ErrExists] unless overwrite is set; then it is replaced in one step.
func SavePrivate(path string, data []byte, overwrite bool) error { panic("stub") }

// SavePublic is [SavePrivate] with mode 0644.
func SavePublic(path string, data []byte, overwrite bool) error { panic("stub") }

// SavePair writes a private key and its public half so that either both are
// there or the error says which is not; without overwrite neither may exist.
func SavePair(privatePath string, private []byte, publicPath string, public []byte, overwrite bool) error {
	panic("stub")
}

// Update replaces the file at path with what change makes of its content, in
// one step and keeping its mode, as for a JWK Set in use.
func Update(path string, change func(old []byte) ([]byte, error)) error { panic("stub") }
