//go:build unix

package keyfile_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// loaders are the functions that read a key file.
var loaders = map[string]func(path string) error{
	"Load":          func(path string) error { _, err := keyfile.Load(path); return err },
	"LoadEncrypted": func(path string) error { _, err := keyfile.LoadEncrypted(path, []byte("correct")); return err },
	"LoadPublic":    func(path string) error { _, err := keyfile.LoadPublic(path); return err },
	"LoadSecret":    func(path string) error { _, err := keyfile.LoadSecret(path, keys.HS256); return err },
	"LoadJWKS":      func(path string) error { _, err := keyfile.LoadJWKS(path); return err },
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	jwks := filepath.Join(dir, "jwks.json")
	if err := os.WriteFile(jwks, must(keys.MarshalJWKS(must(keys.Generate(keys.ES256)).VerificationKey())), 0o600); err != nil {
		t.Fatal(err)
	}
	works(t, must(keyfile.Load("../testdata/good/rsa.pem")))
	works(t, must(keyfile.LoadEncrypted("../testdata/encrypted/scrypt.pem", []byte("correct"))))
	must(keyfile.LoadPublic("../testdata/good/rsa.pub.pem"))
	must(keyfile.LoadJWKS(jwks))
	link := filepath.Join(dir, "link.pem")
	if err := os.Symlink(must(filepath.Abs("../testdata/good/rsa.pem")), link); err != nil {
		t.Fatal(err)
	}
	works(t, must(keyfile.Load(link)))
}

// Only regular files are loaded; the error names the path once.
func TestFilesThatAreNotLoaded(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	big := at("big")
	if err := os.WriteFile(big, make([]byte, 512<<10+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(at("fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	short := must(os.MkdirTemp("/tmp", "")) // the address of a socket has 108 bytes
	defer os.RemoveAll(short)
	socket := must(net.Listen("unix", filepath.Join(short, "s")))
	defer socket.Close()
	for _, tt := range []struct {
		name string
		path string
		err  error
	}{
		{"absent", at("absent"), fs.ErrNotExist},
		{"under a file", filepath.Join(big, "x"), nil},
		{"a directory", dir, keyfile.ErrNotRegular},
		{"a FIFO without a writer", at("fifo"), keyfile.ErrNotRegular},
		{"a device", "/dev/zero", keyfile.ErrNotRegular},
		{"a socket", socket.Addr().String(), keyfile.ErrNotRegular},
		{"512 KiB and a byte", big, keys.ErrTooLarge},
	} {
		for name, load := range loaders {
			t.Run(name+" "+tt.name, func(t *testing.T) {
				err := load(tt.path)
				if err == nil || tt.err != nil && !errors.Is(err, tt.err) {
					t.Fatalf("got %v, want %v", err, tt.err)
				}
				if strings.Count(err.Error(), tt.path) != 1 || !strings.HasPrefix(err.Error(), "reading "+tt.path+": ") {
					t.Errorf("it says %v", err)
				}
			})
		}
	}
	_, err := keyfile.Load("../testdata/encrypted/scrypt.pem")
	if want := "reading ../testdata/encrypted/scrypt.pem: passphrase required"; err == nil || err.Error() != want {
		t.Errorf("it says %v, want %s", err, want)
	}
}

// A key file has at most 64 KiB, and a key set as much as ParseJWKS reads.
func TestSizesOfFiles(t *testing.T) {
	text := append(read(t, "../testdata/forms/array-of-jwks.json"), bytes.Repeat([]byte(" "), keyfile.MaxSize)...)
	file := filepath.Join(t.TempDir(), "keys.json")
	wantErr(t, os.WriteFile(file, text, 0o600), nil)
	_, err := keyfile.LoadJWKS(file)
	wantErr(t, err, nil)
	_, err = keyfile.LoadPublic(file)
	wantErr(t, err, keys.ErrTooLarge)
}
