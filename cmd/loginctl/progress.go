package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress shows on a terminal how far a long batch is.
type progress struct {
	w     io.Writer // nil shows nothing
	size  int64     // of the file; 0 when not known
	read  int64
	begun time.Time
	next  time.Time
	shown bool
}

// progressOf shows progress only where it disturbs nothing: on a terminal that
// does not get the results too.
func (env *app) progressOf(r io.Reader) *progress {
	p := &progress{begun: time.Now()}
	p.next = p.begun.Add(time.Second)
	if env.quiet || !isTerminal(env.stderr) || isTerminal(env.stdout) {
		return p
	}
	p.w = env.stderr
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			p.size = info.Size()
		}
	}
	return p
}

func (p *progress) show(tokens, bytes int) {
	p.read += int64(bytes)
	now := time.Now()
	if p.w == nil || now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(200*time.Millisecond), true
	fmt.Fprintf(p.w, "\r%s%d tokens, %.0f a second\x1b[K", p.bar(), tokens, float64(tokens)/now.Sub(p.begun).Seconds())
}

// bar draws how much of the file is done.
func (p *progress) bar() string {
	if p.size == 0 {
		return ""
	}
	const width = 30
	done := min(float64(p.read)/float64(p.size), 1)
	filled := int(done * width)
	return fmt.Sprintf("[%s%s] %3.0f%%  ", strings.Repeat("#", filled), strings.Repeat("-", width-filled), done*100)
}

// clear takes the progress off the screen.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
