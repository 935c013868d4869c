package textform

// Kind says why a text is refused.
type Kind int

const (
	Empty     Kind = iota // nothing but blanks
	Damaged               // begins as a key does and cannot be read
	Ambiguous             // more than one key or value
	TooLarge              // more than MaxSize bytes, MaxLayers layers or MaxBlocks blocks
)

// Refusal is the error of [Read]. Its text never quotes the input, which may
// be secret.
type Refusal struct {
	Kind Kind
	text string
}

func (r *Refusal) Error() string { return r.text }

func refuse(kind Kind, text string) error { return &Refusal{kind, text} }
