package main

// The exit codes. They are part of what scripts rely on: none is ever reused.
const (
	exitOK          = 0
	exitInternal    = 1
	exitUsage       = 2
	exitMalformed   = 3
	exitSignature   = 4
	exitTime        = 5
	exitClaims      = 6
	exitKey         = 7
	exitUnreachable = 8 // reserved for a key set that is fetched
	exitExists      = 9
	exitLint        = 10
	exitInterrupted = 130
)

type exitMeaning struct {
	Code    int    `json:"exit"`
	Meaning string `json:"meaning"`
}

// exitMeanings is the table of help and the man page.
func exitMeanings() []exitMeaning {
	return []exitMeaning{
		{exitOK, "done; every token valid"},
		{exitInternal, "internal or I/O error"},
		{exitUsage, "wrong usage; no token given"},
		{exitMalformed, "not a token (malformed, too large)"},
		{exitSignature, "signature, algorithm, unknown key"},
		{exitTime, "time: expired, not yet valid, too old, too little life left"},
		{exitClaims, "claims: issuer, audience, subject, type, scopes, required"},
		{exitKey, "key: missing, unreadable, wrong passphrase, wrong kind, too weak"},
		{exitUnreachable, "key set not reachable (reserved)"},
		{exitExists, "the output exists, --force replaces it"},
		{exitLint, "lint found something"},
		{exitInterrupted, "interrupted"},
	}
}

// failureWord is a word that tells failures of the same exit code apart.
type failureWord struct {
	Code    string `json:"code"`
	Exit    int    `json:"exit"`
	Meaning string `json:"meaning"`
}

// failureWords lists them, each once, for help and the man page.
func failureWords() []failureWord {
	var words []failureWord
	at := map[string]int{}
	for _, o := range outcomes() {
		if i, ok := at[o.word]; ok {
			words[i].Meaning += ", or " + o.is.Error()
			continue
		}
		at[o.word] = len(words)
		words = append(words, failureWord{o.word, o.exit, o.is.Error()})
	}
	return words
}

// exitCodeDocument is help exit-codes under --json.
func exitCodeDocument() any {
	return struct {
		Schema string        `json:"schema"`
		Exits  []exitMeaning `json:"exit_codes"`
		Codes  []failureWord `json:"codes"`
	}{"loginctl.exit-codes/1", exitMeanings(), failureWords()}
}

// worse returns the exit code that stands for two: a key that cannot be used
// first, then what makes a token worthless, and time last, so that 5 always
// means that a new token would do.
func worse(a, b int) int {
	if rank(a) >= rank(b) {
		return a
	}
	return b
}

func rank(code int) int {
	switch code {
	case exitOK:
		return 0
	case exitTime:
		return 1
	case exitClaims:
		return 2
	case exitSignature:
		return 3
	case exitMalformed:
		return 4
	case exitKey:
		return 5
	}
	return 6
}
