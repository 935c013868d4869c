package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Names of Go code and of files on the pages: `login.Config`, `Config.Cookie.Name`,
// `verifySignature` or validate.go.
var (
	span      = regexp.MustCompile("`([^`\n]+)`")
	qualified = regexp.MustCompile(`^(?:[A-Z]\w*(?:\.\w+)+|\w+(?:\.[A-Z]\w*)+)`)
	camelCase = regexp.MustCompile(`^[A-Za-z]+[a-z][A-Z]\w*$`)
	goFile    = regexp.MustCompile(`[\w/.]*\w\.go\b`)
)

// receivers are the variables that stand for a type in the examples of the pages.
var receivers = map[string]string{"auth": "Manager", "claims": "Claims"}

// declared has the names of the project: those of declarations and members, and
// pkg.Name and Type.Member of the packages and types in owners.
type declared struct{ names, owners map[string]bool }

func (t *tree) declared() declared {
	d := declared{names: map[string]bool{}, owners: map[string]bool{}}
	for _, p := range t.packages {
		scope := p.parsed.Types.Scope()
		for _, name := range scope.Names() {
			d.add(p.name(), name)
			for _, member := range members(scope.Lookup(name)) {
				d.add(name, member)
			}
		}
	}
	return d
}

func (d declared) add(owner, name string) {
	d.owners[owner], d.names[name], d.names[owner+"."+name] = true, true, true
}

// known reports whether the first two elements of a path of names exist. A path whose
// first element the project does not declare is about other code.
func (d declared) known(path string) bool {
	elements := strings.Split(path, ".")
	if receiver, ok := receivers[elements[0]]; ok {
		elements[0] = receiver
	}
	return !d.owners[elements[0]] || d.names[elements[0]+"."+elements[1]]
}

// nameFaults checks that the names on the pages exist. The changelog is left out: it has
// names that are gone.
func nameFaults(t *tree) ([]string, error) {
	names := t.declared()
	files, err := t.fileNames()
	if err != nil {
		return nil, err
	}
	var found []string
	for _, page := range pages {
		text, err := t.page(page)
		if err != nil {
			return nil, err
		}
		if page == ".github/CHANGELOG.md" {
			continue
		}
		for i, line := range strings.Split(text, "\n") {
			for _, name := range append(names.missing(line, page), files.missing(line)...) {
				found = append(found, fmt.Sprintf("%s:%d: %s does not exist: follow its new name", page, i+1, name))
			}
		}
	}
	return found, nil
}

// missing lists the names of a line that do not exist. Names without a package are
// looked for on the page that describes the code.
func (d declared) missing(line, page string) []string {
	var found []string
	for _, s := range span.FindAllStringSubmatch(line, -1) {
		for _, word := range strings.Fields(s[1]) {
			path := qualified.FindString(word)
			unknown := path != "" && !d.known(path)
			if unknown || page == drawingPage && camelCase.MatchString(word) && !d.names[word] {
				found = append(found, word)
			}
		}
	}
	return found
}

type fileNames map[string]bool

// fileNames returns the names and the paths of the Go files.
func (t *tree) fileNames() (fileNames, error) {
	files := fileNames{}
	err := filepath.WalkDir(t.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		name, err := filepath.Rel(t.root, path)
		files[d.Name()], files[filepath.ToSlash(name)] = true, true
		return err
	})
	return files, err
}

func (f fileNames) missing(line string) []string {
	var found []string
	for _, name := range goFile.FindAllString(line, -1) {
		if !f[name] {
			found = append(found, name)
		}
	}
	return found
}

// linkFaults checks that the links within the project lead to a file, and those within a
// page to a heading.
func linkFaults(t *tree) ([]string, error) {
	var found []string
	for _, page := range pages {
		text, err := t.page(page)
		if err != nil {
			return nil, err
		}
		for _, link := range linkTarget.FindAllStringSubmatch(text, -1) {
			if target := link[1]; !strings.Contains(target, "://") && !t.leads(page, text, target) {
				found = append(found, fmt.Sprintf("%s: the link to %s leads nowhere: correct it", page, target))
			}
		}
	}
	return found, nil
}

func (t *tree) leads(page, text, target string) bool {
	file, heading, _ := strings.Cut(target, "#")
	if file == "" {
		return anchors(text)[heading]
	}
	_, err := os.Stat(filepath.Join(t.root, filepath.Dir(page), file))
	return err == nil
}

var (
	headingLine = regexp.MustCompile(`(?m)^#+ (.*)$`)
	notInAnchor = regexp.MustCompile(`[^\w -]`)
)

// anchors returns the anchors of the headings of a page, as GitHub makes them.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, h := range headingLine.FindAllStringSubmatch(text, -1) {
		found[strings.ReplaceAll(notInAnchor.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-")] = true
	}
	return found
}
