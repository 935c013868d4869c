package keyfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/sys/windows"

	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// A private file has one entry in its list, for its owner, and inherits none.
func TestPrivateFileIsItsOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := keyfile.SavePrivate(path, []byte("secret"), false); err != nil {
		t.Fatal(err)
	}
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	control, _, err := sd.Control()
	if err != nil || control&windows.SE_DACL_PROTECTED == 0 {
		t.Errorf("the list inherits: %v, %v", control, err)
	}
	acl, _, err := sd.DACL()
	if err != nil || acl.AceCount != 1 {
		t.Fatalf("the list has not one entry: %v", err)
	}
	var ace *windows.ACCESS_ALLOWED_ACE
	if err := windows.GetAce(acl, 0, &ace); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "secret" {
		t.Errorf("its owner cannot read it: %v", err)
	}
}

// Savers of one file wait for each other.
func TestSaversWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.pem")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := keyfile.SavePrivate(path, []byte("secret"), true); err != nil && !errors.Is(err, keyfile.ErrBusy) {
				t.Error(err)
			}
		})
	}
	group.Wait()
}
