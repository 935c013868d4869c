package keyfile

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// keepOwner does nothing: a file belongs to the account that writes it.
func keepOwner(*os.File, fs.FileInfo) error { return nil }

// restrict makes a private file, while it is still empty, one that its owner alone can
// open. Modes mean nothing on Windows: without a list of its own, a file can be opened
// by every account that the folder allows.
func restrict(path string, mode fs.FileMode) error {
	if mode.Perm()&0o077 != 0 {
		return nil
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	acl, err := windows.ACLFromEntries([]windows.EXPLICIT_ACCESS{{
		AccessPermissions: windows.GENERIC_ALL,
		AccessMode:        windows.GRANT_ACCESS,
		Inheritance:       windows.NO_INHERITANCE,
		Trustee: windows.TRUSTEE{
			TrusteeForm:  windows.TRUSTEE_IS_SID,
			TrusteeType:  windows.TRUSTEE_IS_USER,
			TrusteeValue: windows.TrusteeValueFromSID(user.User.Sid),
		},
	}}, nil)
	if err != nil {
		return err
	}
	// Protected: the folder's entries are not inherited.
	const what = windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	return windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, what, nil, nil, acl, nil)
}
