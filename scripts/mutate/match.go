package main

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexeme is one token of Go source, from byte start to byte end.
type lexeme struct {
	kind       token.Token
	text       string
	start, end int
}

// lexemes splits source into the tokens that [match] compares. Comments, semicolons and
// trailing commas are left out, and a qualifier that is one of packages belongs
// to the name behind it: so code can be reformatted and moved to another package.
func lexemes(source string, packages map[string]bool) []lexeme {
	var list []lexeme
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, []byte(source), func(token.Position, string) {}, 0)
	for {
		pos, kind, text := s.Scan()
		if kind == token.EOF {
			return qualified(list, packages)
		}
		if kind == token.SEMICOLON {
			continue
		}
		if text == "" || kind.IsOperator() {
			text = kind.String()
		}
		closing := kind == token.RPAREN || kind == token.RBRACE || kind == token.RBRACK
		if n := len(list); closing && n > 0 && list[n-1].kind == token.COMMA {
			list = list[:n-1]
		}
		start := file.Offset(pos)
		list = append(list, lexeme{kind, text, start, start + len(text)})
	}
}

// qualified joins the qualifier of a package to the name behind it.
func qualified(list []lexeme, packages map[string]bool) []lexeme {
	var joined []lexeme
	for i := 0; i < len(list); i++ {
		l := list[i]
		selected := i > 0 && list[i-1].kind == token.PERIOD
		if !selected && l.kind == token.IDENT && packages[l.text] &&
			i+2 < len(list) && list[i+1].kind == token.PERIOD && list[i+2].kind == token.IDENT {
			name := list[i+2]
			name.start = l.start
			l, i = name, i+2
		}
		joined = append(joined, l)
	}
	return joined
}

// anyString in a pattern stands for any string literal.
const anyString = `"…"`

// match compares code with a pattern of the same length. A name of one letter in
// the pattern stands for any name, the same one everywhere; other names may
// differ in whether they are exported. The bindings give the name in the
// code for each name of the pattern.
func match(pattern, code []lexeme) (bindings map[string]lexeme, ok bool) {
	bindings = map[string]lexeme{}
	taken := map[string]string{} // which letter stands for a name of the code
	for i, p := range pattern {
		c := code[i]
		switch {
		case p.kind != c.kind:
			return nil, false
		case p.kind == token.STRING && p.text == anyString:
		case p.kind != token.IDENT:
			if p.text != c.text {
				return nil, false
			}
		case isLetter(p.text):
			bound, seen := bindings[p.text]
			if seen && bound.text != c.text || !seen && taken[c.text] != "" {
				return nil, false
			}
			bindings[p.text], taken[c.text] = c, p.text
		case unexported(p.text) != unexported(c.text):
			return nil, false
		default:
			bindings[p.text] = c
		}
	}
	return bindings, true
}

func isLetter(name string) bool { return utf8.RuneCountInString(name) == 1 && name != "_" }

func unexported(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}

// replacement writes the code that replaces the match, with the names of the
// surrounding code.
func replacement(becomes, code string, bindings map[string]lexeme, packages map[string]bool) string {
	var b strings.Builder
	copied := 0
	list := lexemes(becomes, packages)
	for i, l := range list {
		bound, ok := bindings[l.text]
		if l.kind != token.IDENT || !ok || i > 0 && list[i-1].kind == token.PERIOD && bound.text == l.text {
			continue
		}
		b.WriteString(becomes[copied:l.start])
		b.WriteString(code[bound.start:bound.end])
		copied = l.end
	}
	b.WriteString(becomes[copied:])
	return b.String()
}
