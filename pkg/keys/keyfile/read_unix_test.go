//go:build unix

package keyfile_test

import (
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

// Only regular files of at most 64 KiB are read; the error names the path once.
func TestFilesThatAreNotRead(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	big, exact := at("big"), at("exact")
	for path, size := range map[string]int{big: keyfile.MaxSize + 1, exact: keyfile.MaxSize} {
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
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
		{"64 KiB and a byte", big, keys.ErrTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keyfile.Read(tt.path)
			if err == nil || tt.err != nil && !errors.Is(err, tt.err) {
				t.Fatalf("got %v, want %v", err, tt.err)
			}
			if strings.Count(err.Error(), tt.path) != 1 || !strings.HasPrefix(err.Error(), "reading "+tt.path+": ") {
				t.Errorf("it says %v", err)
			}
		})
	}
	data, err := keyfile.Read(exact)
	if err != nil || len(data) != keyfile.MaxSize {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}
