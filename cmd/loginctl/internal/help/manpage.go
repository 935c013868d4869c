package help

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// page is a manual page in the making, in the man macros of roff.
type page struct {
	strings.Builder
	headed bool // the last line is a heading
}

func (p *page) line(text string) { p.WriteString(text + "\n") }

// macro writes a request with its arguments.
func (p *page) macro(name string, args ...string) {
	for _, arg := range args {
		name += ` "` + strings.ReplaceAll(Roff(arg), `"`, `\(dq`) + `"`
	}
	p.line(name)
	p.headed = strings.HasPrefix(name, ".S")
}

// paragraph begins a paragraph, unless a heading has begun one.
func (p *page) paragraph() {
	if !p.headed {
		p.line(".PP")
	}
	p.headed = false
}

// text writes paragraphs, in lines that are readable in the source too.
func (p *page) text(text string) {
	for _, paragraph := range strings.Split(text, "\n\n") {
		p.paragraph()
		p.fill(paragraph)
	}
}

func (p *page) fill(text string) {
	for line := range strings.Lines(terminal.Wrap(text, 0)) {
		p.line(Roff(strings.TrimSuffix(line, "\n")))
	}
}

// item writes a word and its meaning.
func (p *page) item(word, meaning string) {
	p.line(".TP")
	p.macro(".B", word)
	p.fill(meaning)
}

func (p *page) flags(flags []cli.Flag) {
	for _, f := range flags {
		p.line(".TP")
		names, value, usage := cmdline.DescribeFlag(f)
		for i, name := range names {
			names[i] = `\fB` + Roff(name) + `\fR`
		}
		head := strings.Join(names, ", ")
		if value != "" {
			head += ` \fI` + Roff(value) + `\fR`
		}
		p.line(head)
		p.fill(usage)
	}
}

func (p *page) exampleLines(text string) {
	p.paragraph()
	p.line(".EX")
	for _, example := range strings.Split(text, "\n") {
		p.line("    " + Roff(commandLine(example)))
	}
	p.line(".EE")
}

// Roff escapes text, so that a dash can be copied and no line is read as a request.
func Roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, "`", `\(ga`, `^`, `\(ha`, `~`, `\(ti`).Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}
