package jws

import (
	"fmt"
	"slices"
	"testing"
)

func TestStringSet(t *testing.T) {
	var d StringSet
	var want []string
	for i := range 40 {
		s := fmt.Sprint(i % 30)
		if added := d.Add(s); added != (i < 30) {
			t.Errorf("Add(%q) is %v at %d", s, added, i)
		}
		if i < 30 {
			want = append(want, s)
		}
	}
	if got := d.AppendTo(nil); !slices.Equal(got, want) || d.At(3) != "3" || d.At(29) != "29" {
		t.Errorf("got %q", got)
	}
}
