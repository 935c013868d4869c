package tokentext_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
)

// The files under testdata are tokens as consoles and tools left them.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/token-*")
	if err != nil || len(files) < 4 {
		t.Fatal(err, len(files))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		token, err := tokentext.Find(string(data))
		if err != nil || !strings.HasPrefix(token, "eyJ") || strings.Count(token, ".") != 2 {
			t.Errorf("%s: got %d bytes, %v", file, len(token), err)
		}
		if lines := tokentext.Lines(string(data)); lines != nil {
			t.Errorf("%s: taken for %d tokens", file, len(lines))
		}
	}
}

func TestPartial(t *testing.T) {
	whole := tokens["HS256"]
	for text, want := range map[string]bool{
		whole[:40] + "\n" + whole[40:]: true, whole[:len(whole)-1] + "\n" + whole[len(whole)-1:]: true, "Bearer " + whole[:50] + "\n": true, base64Of(whole)[:76] + "\n": true, wrapAt(whole, 1): true, wrapAt(whole, 2): true, wrapAt(base64Of(whole), 3): true, "\n": false, "x\ny\n": false, encode16(whole): true,
		whole + "\n" + whole: false, "a.b.c\n": false, "not a token\n": false, "eyJ.a.b.c.d\n": false, "eyJ a\n": false,
	} {
		if got := tokentext.Partial(text); got != want {
			t.Errorf("%d bytes that begin with %q: %t", len(text), text[:min(len(text), 10)], got)
		}
	}
}
