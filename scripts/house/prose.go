package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// prose is text to measure.
type prose struct{ text strings.Builder }

var (
	wordPattern   = regexp.MustCompile(`[A-Za-z0-9'_-]+`)
	whatPattern   = regexp.MustCompile(`(?i)\bwhat\b`)
	nobodyPattern = regexp.MustCompile(`(?i)(?:^|[^=\w])(?:whoever|whatever|nobody|somebody|anybody|none)\b`) // not SameSite=None
)

func (p *prose) add(s string) { p.text.WriteString(s + "\n") }

func (p *prose) words() int { return len(wordPattern.FindAllString(p.text.String(), -1)) }

// rate returns how often a pattern occurs in a thousand words.
func (p *prose) rate(pattern *regexp.Regexp) float64 {
	return 1000 * float64(len(pattern.FindAllString(p.text.String(), -1))) / float64(max(1, p.words()))
}

func (p *prose) rates() string {
	return fmt.Sprintf("what %.1f, nobody-words %.1f", p.rate(whatPattern), p.rate(nobodyPattern))
}

// faults compares the rates of a text with the bounds.
func (p *prose) faults(name string, bound limits) []string {
	if n := p.words(); n < bound.words {
		return []string{fmt.Sprintf("%s: %d words are too few for rates, and fewer than %d: was all of it read?", name, n, bound.words)}
	}
	var found []string
	if r := p.rate(whatPattern); r > bound.what {
		found = append(found, fmt.Sprintf("%s: \"what\" stands %.1f times in a thousand words, more than %.1f: name the thing", name, r, bound.what))
	}
	if r := p.rate(nobodyPattern); r > bound.nobody {
		found = append(found, fmt.Sprintf("%s: whoever, whatever, nobody, somebody, anybody and none stand %.1f times in a thousand words, more than %.1f: name the subject",
			name, r, bound.nobody))
	}
	return found
}

func commentFaults(t *tree) []string {
	var found []string
	for _, area := range []string{"pkg", "cmd"} {
		found = append(found, commentsOf(t.sourcesBelow(area)).faults(area+": comments", t.limits)...)
	}
	return found
}

func textFaults(t *tree) []string {
	var found []string
	for _, area := range []string{"pkg", "cmd"} {
		found = append(found, textsOf(t.sourcesBelow(area)).faults(area+": errors and help", t.limits)...)
	}
	return found
}

// commentsOf collects the comments, without directives such as //go:embed.
func commentsOf(sources []*source) *prose {
	all := &prose{}
	for _, s := range sources {
		for _, group := range s.parsed.Comments {
			all.add(group.Text())
		}
	}
	return all
}

// textsOf collects the string literals that are prose: of three words and more.
func textsOf(sources []*source) *prose {
	all := &prose{}
	for _, s := range sources {
		ast.Inspect(s.parsed, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil && len(strings.Fields(text)) >= 3 {
					all.add(text)
				}
			}
			return true
		})
	}
	return all
}

// columnFaults lists the comment lines that are too wide. A line with an address, which
// cannot be broken, may be.
func columnFaults(t *tree) []string {
	var found []string
	for _, area := range []string{"pkg", "cmd"} {
		for _, s := range t.sourcesBelow(area) {
			for i, line := range strings.Split(s.text, "\n") {
				comment := strings.HasPrefix(strings.TrimLeft(line, "\t "), "// ")
				columns := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    "))
				if comment && columns > t.limits.columns && !strings.Contains(line, "://") {
					found = append(found, fmt.Sprintf("%s:%d: the comment has %d columns, more than %d: break the line", s.path, i+1, columns, t.limits.columns))
				}
			}
		}
	}
	return found
}
