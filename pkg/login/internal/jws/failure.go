package jws

import "errors"

// Failure is an error with a constant text that also matches other errors. Each
// is made once, so refusing a token allocates nothing, and its text never holds
// a part of a token.
type Failure struct {
	text    string
	matches []error
}

// NewFailure returns an error that [errors.Is] finds equal to each of matches.
func NewFailure(text string, matches ...error) *Failure {
	return &Failure{text, matches}
}

// Malformed returns an error for a malformed token. The text names the violation.
func Malformed(text string) error {
	return NewFailure(ErrMalformed.Error()+": "+text, ErrMalformed)
}

func (f *Failure) Error() string { return f.text }

// Unwrap returns the errors that f matches.
func (f *Failure) Unwrap() []error { return f.matches }

// Package login exports these.
var (
	ErrInvalidToken       = errors.New("invalid token")
	ErrMalformed    error = NewFailure("token is malformed", ErrInvalidToken)
)

// Cause is the reason why a text is not a strict JSON object. Zero means that
// the text is one.
type Cause uint8

// The causes.
const (
	_ Cause = iota
	NotJSON
	NotObject
	NotUTF8
	DuplicateName
	TooDeep
	LongNumber
)

// String returns the cause as the second half of a sentence.
func (c Cause) String() string {
	return [...]string{
		0:             "is a JSON object",
		NotJSON:       "is not valid JSON",
		NotObject:     "is not a JSON object",
		NotUTF8:       "is not UTF-8",
		DuplicateName: "has a name twice",
		TooDeep:       "is nested deeper than 32 levels",
		LongNumber:    "has a number of more than 1024 characters",
	}[c]
}

// Failures are the errors for one part of a token, by their cause.
type Failures [LongNumber + 1]error

// The two parts of a token that are JSON. Both tables are read only.
var (
	HeaderFailures = failuresOf("header")
	ClaimsFailures = failuresOf("claims set")
)

func failuresOf(part string) (errs Failures) {
	for cause := NotJSON; cause <= LongNumber; cause++ {
		errs[cause] = Malformed("the " + part + " " + cause.String())
	}
	return errs
}
