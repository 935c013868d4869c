package keyfile_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

const goodSecret = "golang secrets are no secret: 0123456789"

func TestLoadSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(goodSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	works(t, must(keyfile.LoadSecret(file, keys.HS256)))
	_, err := keyfile.LoadSecret(file, keys.HS512)
	wantErr(t, err, keys.ErrWeak)
	if !strings.HasPrefix(err.Error(), "reading "+file+": key is too weak") {
		t.Errorf("it says %v", err)
	}
}

func TestEnvValue(t *testing.T) {
	env := []byte("# made by keygen\nexport JWT_SECRET=\"" + goodSecret + "\"\nTWICE=a\nTWICE=b\nEMPTY=\nKEY='" + string(read(t, "../testdata/good/p256.pem")) + "'\n")
	value := must(keyfile.EnvValue(env, "JWT_SECRET"))
	want := must(keys.ParseSecret([]byte(goodSecret), keys.HS256)).VerificationKey()
	if !must(keys.ParseSecret(value, keys.HS256)).VerificationKey().Equal(want) {
		t.Error("another secret")
	}
	works(t, must(keys.Parse(must(keyfile.EnvValue(env, "KEY")))))
	for name, want := range map[string]error{"TWICE": keys.ErrMalformed, "EMPTY": keys.ErrNoKey, "OTHER": keys.ErrNoKey} {
		_, err := keyfile.EnvValue(env, name)
		wantErr(t, err, want)
	}
}

// works checks that k verifies what it signs.
func works(t testing.TB, k *keys.SigningKey) {
	t.Helper()
	if err := k.VerificationKey().Verify("text", must(k.Sign(context.Background(), "text"))); err != nil {
		t.Error(err)
	}
}
