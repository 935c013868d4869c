package outcome

// The exit codes. Scripts rely on them: a code is never reused.
const (
	ExitOK          = 0
	ExitInternal    = 1
	ExitUsage       = 2
	ExitMalformed   = 3
	ExitSignature   = 4
	ExitTime        = 5
	ExitClaims      = 6
	ExitKey         = 7
	ExitUnreachable = 8
	ExitExists      = 9
	ExitLint        = 10
	ExitInterrupted = 130
	ExitTerminated  = 143
)

type exitMeaning struct {
	Code    int    `json:"exit"`
	Meaning string `json:"meaning"`
}

// ExitMeanings returns the table that help and the man page show.
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
		{ExitUnreachable, "key set of an issuer not reachable"},
		{ExitExists, "the output exists, --force replaces it"},
		{ExitLint, "lint found something"},
		{ExitInterrupted, "interrupted"},
		{ExitTerminated, "ended by SIGTERM at a prompt"},
	}
}

// failureWord is a word that distinguishes failures of the same exit code.
type failureWord struct {
	Code    string `json:"code"`
	Exit    int    `json:"exit"`
	Meaning string `json:"meaning"`
}

// FailureWords lists the words of all rows, each once, for help and the man page.
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

// ExitCodeDocument returns the document of help exit-codes under --json.
func ExitCodeDocument() any {
	return struct {
		Schema string        `json:"schema"`
		Exits  []exitMeaning `json:"exit_codes"`
		Codes  []failureWord `json:"codes"`
	}{"loginctl.exit-codes/1", ExitMeanings(), FailureWords()}
}

// Worse returns the exit code for two failures. A key that cannot be used comes first,
// then failures that make a token worthless, and time last: 5 always means that a new
// token would do.
func Worse(a, b int) int {
	if Rank(a) >= Rank(b) {
		return a
	}
	return b
}

// Rank returns the place of an exit code in the order of [Worse].
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
