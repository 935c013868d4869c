package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/pkg/login"
)

// tally counts the tokens of a batch by what was found.
type tally struct {
	tokens int
	words  map[string]int // of those that are not valid
	exit   int            // the worst of their codes
}

func (t *tally) count(word string, exit int) {
	t.tokens++
	if exit == exitOK {
		return
	}
	if t.words == nil {
		t.words = map[string]int{}
	}
	t.words[word]++
	t.exit = worse(t.exit, exit)
}

func (t *tally) add(o *tally) {
	t.tokens += o.tokens
	for word, n := range o.words {
		t.words[word] += n
	}
	t.exit = worse(t.exit, o.exit)
}

// verifyChunk checks every line of a chunk; blank ones are passed over.
func verifyChunk(env *app, ctx context.Context, b *chunk, v *login.Verifier, e *expectations) {
	number := b.first - 1
	for line := range strings.SplitSeq(b.text, "\n") {
		number++
		token := cleanLine(line)
		if token == "" {
			continue
		}
		if env.json {
			b.out = append(b.out, batchDocument(env, ctx, b, v, e, token, number)...)
			b.out = append(b.out, '\n')
			continue
		}
		word, detail := e.quick(ctx, b, v, token)
		b.out = strconv.AppendInt(b.out, int64(number), 10)
		b.out = append(b.out, '\t')
		b.out = append(b.out, word...)
		b.out = append(b.out, '\t')
		b.out = append(b.out, detail...)
		b.out = append(b.out, '\n')
	}
}

func batchDocument(env *app, ctx context.Context, b *chunk, v *login.Verifier, e *expectations, token string, number int) string {
	doc := verdictDocument(env, token, e.judge(ctx, v, token))
	doc.Line = number
	b.tally.count(doc.Code, doc.Exit)
	return jsonLine(doc)
}

// quick gives the word and the detail of one token. A good one, which most are,
// takes the library's short way; the report is made for the others.
func (e *expectations) quick(ctx context.Context, b *chunk, v *login.Verifier, token string) (word, detail string) {
	if claims, err := v.Verify(ctx, token); err == nil {
		d := &verdict{}
		e.custom(claims, d)
		if d.worst() == nil {
			b.tally.count("ok", exitOK)
			return "ok", escape(claims.Subject)
		}
	}
	d := e.judge(ctx, v, token)
	w := d.worst()
	if w == nil {
		b.tally.count("ok", exitOK)
		return "ok", escape(d.report.Claims.Subject)
	}
	b.tally.count(w.Code, w.exit)
	return w.Code, escape(w.Detail)
}

// summary says how a batch went, and is the error if any token was not valid.
func batchSummary(env *app, t *tally) error {
	if t.tokens == 0 {
		return noToken()
	}
	bad := 0
	for _, n := range t.words {
		bad += n
	}
	if !env.quiet {
		fmt.Fprintf(env.stderr, "%s: %s, %d valid, %d not\n", program, plural(t.tokens, "token"), t.tokens-bad, bad)
		for _, word := range slices.Sorted(maps.Keys(t.words)) {
			fmt.Fprintf(env.stderr, "%s:   %d %s\n", program, t.words[word], word)
		}
	}
	if bad == 0 {
		return nil
	}
	why := "the second column says why; "
	if env.json {
		why = `"code" says why; `
	}
	return &failure{message: notValid(bad, t.tokens), exit: t.exit, keep: true,
		hints: []string{why + program + " help exit-codes explains its words"}}
}

func notValid(bad, of int) string {
	verb := "are"
	if bad == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%d of %s %s not valid", bad, plural(of, "token"), verb)
}
