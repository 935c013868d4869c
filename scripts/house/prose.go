package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// pages are the pages of prose beside the code.
var pages = []string{"README.md", "SECURITY.md", "cmd/loginctl/README.md", ".github/CONTRIBUTING.md", ".github/CHANGELOG.md", "scripts/README.md"}

// prose is text to measure.
type prose struct{ text strings.Builder }

var (
	wordPattern = regexp.MustCompile(`[A-Za-z0-9'_-]+`)
	what        = regexp.MustCompile(`(?i)\bwhat\b`)
	nobody      = regexp.MustCompile(`(?i)\b(whoever|whatever|nobody|somebody|anybody|none)\b`)
)

func (p *prose) add(s string) { p.text.WriteString(s + "\n") }

func (p *prose) words() int { return len(wordPattern.FindAllString(p.text.String(), -1)) }

// rate returns how often a pattern occurs in a thousand words.
func (p *prose) rate(pattern *regexp.Regexp) float64 {
	return 1000 * float64(len(pattern.FindAllString(p.text.String(), -1))) / float64(max(1, p.words()))
}

func (p *prose) rates() string {
	return fmt.Sprintf("what %.1f, nobody-words %.1f", p.rate(what), p.rate(nobody))
}

// commentsBelow collects the comments of the Go files below folder that are not tests.
func commentsBelow(folder string) (*prose, error) {
	all := &prose{}
	err := goFiles(folder, func(_ string, f *ast.File, _ *token.FileSet) {
		for _, group := range f.Comments {
			for _, c := range group.List {
				if text, ok := strings.CutPrefix(c.Text, "// "); ok {
					all.add(text)
				}
			}
		}
	})
	return all, err
}

// stringsBelow collects the string literals that are prose: of three words and more.
func stringsBelow(folder string) (*prose, error) {
	all := &prose{}
	err := goFiles(folder, func(_ string, f *ast.File, _ *token.FileSet) {
		ast.Inspect(f, func(n ast.Node) bool {
			if _, ok := n.(*ast.ImportSpec); ok {
				return false
			}
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(literal.Value); err == nil && len(strings.Fields(text)) >= 3 {
				all.add(text)
			}
			return true
		})
	})
	return all, err
}

// wideComments lists the comment lines of over 90 columns, a tab being four.
func wideComments(folder string) ([]string, error) {
	var found []string
	err := goFiles(folder, func(path string, f *ast.File, set *token.FileSet) {
		source, err := os.ReadFile(path)
		if err != nil {
			found = append(found, err.Error())
			return
		}
		for i, line := range strings.Split(string(source), "\n") {
			trimmed := strings.TrimLeft(line, "\t ")
			wide := len([]rune(strings.ReplaceAll(line, "\t", "    "))) > 90
			if wide && strings.HasPrefix(trimmed, "// ") && !strings.Contains(trimmed, "://") {
				found = append(found, fmt.Sprintf("%s:%d", path, i+1))
			}
		}
	})
	return found, err
}

// goFiles calls each with every Go file below folder that is not a test.
func goFiles(folder string, each func(path string, f *ast.File, set *token.FileSet)) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir(), !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err == nil {
			each(path, f, set)
		}
		return err
	})
}

var codeBlock = regexp.MustCompile("(?ms)^ *```.*?^ *```$|`[^`\n]*`")

// readPage reads a page without its code.
func readPage(path string) (*prose, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	page := &prose{}
	page.add(codeBlock.ReplaceAllString(string(source), ""))
	return page, nil
}
