package outcome

// The exit codes. They are part of what scripts rely on: none is ever reused.
const (
	ExitOK          = 0
	ExitInternal    = 1
	ExitUsage       = 2
	ExitMalformed   = 3
	ExitSignature   = 4
	ExitTime        = 5
	ExitClaims      = 6
	ExitKey         = 7
	exitUnreachable = 8 // reserved for a key set that is fetched
	ExitExists      = 9
	ExitLint        = 10
	ExitInterrupted = 130
)

type exitMeaning struct {
	Code    int    `json:"exit"`
	Meaning string `json:"meaning"`
}

// ExitMeanings is the table of help and the man page.
func ExitMeanings() []exitMeaning {
	return []exitMeaning{
		{ExitOK, "done; every token valid"},
		{ExitInternal, "internal or I/O error"},
		{ExitUsage, "wrong usage; no token given"},
		{ExitMalformed, "not a token (malformed, too large)"},
		{ExitSignature, "signature, algorithm, unknown key"},
		{ExitTime, "time: expired, not yet valid, too old, too little life left"},
		{ExitClaims, "claims: issuer, audience, subject, type, scopes, required"},
		{ExitKey, "key: missing, unreadable, wrong passphrase, wrong kind, too weak"},
		{exitUnreachable, "key set not reachable (reserved)"},
		{ExitExists, "the output exists, --force replaces it"},
		{ExitLint, "lint found something"},
		{ExitInterrupted, "interrupted"},
	}
}

// failureWord is a word that tells failures of the same exit code apart.
type failureWord struct {
	Code    string `json:"code"`
	Exit    int    `json:"exit"`
	Meaning string `json:"meaning"`
}

// FailureWords lists them, each once, for help and the man page.
func FailureWords() []failureWord {
	var words []failureWord
	at := map[string]int{}
	for _, o := range Rows() {
		if i, ok := at[o.Word]; ok {
			words[i].Meaning += ", or " + o.Is.Error()
			continue
		}
		at[o.Word] = len(words)
		words = append(words, failureWord{o.Word, o.Exit, o.Is.Error()})
	}
	return words
}

// ExitCodeDocument is help exit-codes under --json.
func ExitCodeDocument() any {
	return struct {
		Schema string        `json:"schema"`
		Exits  []exitMeaning `json:"exit_codes"`
		Codes  []failureWord `json:"codes"`
	}{"loginctl.exit-codes/1", ExitMeanings(), FailureWords()}
}

// Worse returns the exit code that stands for two: a key that cannot be used
// first, then what makes a token worthless, and time last, so that 5 always
// means that a new token would do.
func Worse(a, b int) int {
	if Rank(a) >= Rank(b) {
		return a
	}
	return b
}

func Rank(code int) int {
	switch code {
	case ExitOK:
		return 0
	case ExitTime:
		return 1
	case ExitClaims:
		return 2
	case ExitSignature:
		return 3
	case ExitMalformed:
		return 4
	case ExitKey:
		return 5
	}
	return 6
}
