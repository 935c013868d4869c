package tokencmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

// tally counts the tokens of a batch by their result.
type tally struct {
	tokens int
	words  map[string]int // the number of invalid tokens by failure word
	exit   int            // the worst exit code
}

func (t *tally) count(word string, exit int) {
	t.tokens++
	if exit == outcome.ExitOK {
		return
	}
	if t.words == nil {
		t.words = map[string]int{}
	}
	t.words[word]++
	t.exit = outcome.Worse(t.exit, exit)
}

func (t *tally) add(o *tally) {
	t.tokens += o.tokens
	for word, n := range o.words {
		t.words[word] += n
	}
	t.exit = outcome.Worse(t.exit, o.exit)
}

// verifyChunk verifies every line of a chunk. Blank lines are skipped.
func verifyChunk(env *terminal.Env, ctx context.Context, b *Chunk, v *login.Verifier, e *verdict.Expectations) {
	number := b.First - 1
	for line := range strings.SplitSeq(b.Text, "\n") {
		number++
		token := input.CleanLine(line)
		if token == "" {
			continue
		}
		if env.JSON {
			b.out = append(b.out, batchDocument(env, ctx, b, v, e, token, number)...)
			b.out = append(b.out, '\n')
			continue
		}
		word, detail := quickVerify(ctx, b, v, e, token)
		b.out = strconv.AppendInt(b.out, int64(number), 10)
		b.out = append(b.out, '\t')
		b.out = append(b.out, word...)
		b.out = append(b.out, '\t')
		b.out = append(b.out, detail...)
		b.out = append(b.out, '\n')
	}
}

func batchDocument(env *terminal.Env, ctx context.Context, b *Chunk, v *login.Verifier, e *verdict.Expectations, token string, number int) string {
	doc := resultDocument(env, token, e.Verify(ctx, v, token))
	doc.Line = number
	b.counts.count(doc.Code, doc.Exit)
	return terminal.JSONLine(doc)
}

// quickVerify returns the word and the detail of one token. Valid tokens, which most
// are, take [login.Verifier.Verify]; only failures pay for the report.
func quickVerify(ctx context.Context, b *Chunk, v *login.Verifier, e *verdict.Expectations, token string) (word, detail string) {
	if claims, err := v.Verify(ctx, token); err == nil {
		d := &verdict.Result{}
		e.CheckCustom(claims, func() []byte { return headerOf(token) }, d)
		if d.Worst() == nil {
			b.counts.count("ok", outcome.ExitOK)
			return "ok", terminal.Escape(claims.Subject)
		}
	}
	d := e.Verify(ctx, v, token)
	w := d.Worst()
	if w == nil {
		b.counts.count("ok", outcome.ExitOK)
		return "ok", terminal.Escape(d.Report.Claims.Subject)
	}
	b.counts.count(w.Code, w.Exit)
	return w.Code, terminal.Escape(w.Detail)
}

// headerOf returns the header of a token whose signature is good.
func headerOf(token string) []byte {
	u, err := unverified.Decode(token)
	if err != nil {
		return nil
	}
	return u.Header
}

// batchSummary prints the numbers of valid and invalid tokens, and returns the error if
// there are invalid ones.
func batchSummary(env *terminal.Env, t *tally) error {
	if t.tokens == 0 {
		return input.NoToken()
	}
	bad := 0
	for _, n := range t.words {
		bad += n
	}
	if !env.Quiet {
		fmt.Fprintf(env.Stderr, "%s: %s, %d valid, %d not\n", outcome.Program(), terminal.Plural(t.tokens, "token"), t.tokens-bad, bad)
		for _, word := range slices.Sorted(maps.Keys(t.words)) {
			fmt.Fprintf(env.Stderr, "%s:   %d %s\n", outcome.Program(), t.words[word], word)
		}
	}
	if bad == 0 {
		return nil
	}
	why := "the second column says why; "
	if env.JSON {
		why = `"code" says why; `
	}
	return &outcome.Failure{Message: notValid(bad, t.tokens), Exit: t.exit, KeepResult: true,
		Hints: []string{why + outcome.Program() + " help exit-codes explains its words"}}
}

func notValid(bad, of int) string {
	verb := "are"
	if bad == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%d of %s %s not valid", bad, terminal.Plural(of, "token"), verb)
}
