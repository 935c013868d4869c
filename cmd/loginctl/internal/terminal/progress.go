package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Progress shows the progress of a long batch on a terminal.
type Progress struct {
	W     io.Writer // if nil, nothing is shown
	Size  int64     // of the file; zero if not known
	read  int64
	Begun time.Time
	Next  time.Time
	shown bool
}

// ProgressOf returns the progress of reading r. It is shown only on a terminal that
// does not get the results too.
func (env *Env) ProgressOf(r io.Reader) *Progress {
	p := &Progress{Begun: time.Now()}
	p.Next = p.Begun.Add(time.Second)
	if env.Quiet || !IsTerminal(env.Stderr) || IsTerminal(env.Stdout) {
		return p
	}
	p.W = env.Stderr
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			p.Size = info.Size()
		}
	}
	return p
}

// Show adds bytes to the bytes read, and updates the screen five times a second.
func (p *Progress) Show(tokens, bytes int) {
	p.read += int64(bytes)
	now := time.Now()
	if p.W == nil || now.Before(p.Next) {
		return
	}
	p.Next, p.shown = now.Add(200*time.Millisecond), true
	fmt.Fprintf(p.W, "\r%s%d tokens, %.0f a second\x1b[K", p.bar(), tokens, float64(tokens)/now.Sub(p.Begun).Seconds())
}

// bar draws the part of the file that was read.
func (p *Progress) bar() string {
	if p.Size == 0 {
		return ""
	}
	const width = 30
	done := min(float64(p.read)/float64(p.Size), 1)
	filled := int(done * width)
	return fmt.Sprintf("[%s%s] %3.0f%%  ", strings.Repeat("#", filled), strings.Repeat("-", width-filled), done*100)
}

// Clear removes the progress from the screen.
func (p *Progress) Clear() {
	if p.shown {
		fmt.Fprint(p.W, "\r\x1b[K")
	}
}
