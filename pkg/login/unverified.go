package login

import "strings"

// Unverified is a token that was read and NOT verified: its claims may be
// anybody's. It is a type that no guard accepts.
type Unverified struct {
	Header  []byte // JSON object
	Payload []byte // JSON object
}

// DecodeUnverified reads a token of at most 16 KiB without checking its
// signature, for tools that show what a token says. It is as strict as
// [Verifier.Verify] about the encoding and the JSON, but any header will do
// and the signature may be empty, as in a token of alg none.
func DecodeUnverified(token string) (*Unverified, error) {
	if len(token) > defaultMaxToken {
		return nil, ErrTooLarge
	}
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		return nil, errNoDots
	}
	header, ok := decodeSegment(nil, segments[0])
	if !ok {
		return nil, errHeaderBase64
	}
	payload, ok := decodeSegment(nil, segments[1])
	if !ok {
		return nil, errPayloadBase64
	}
	if _, ok := decodeSegment(nil, segments[2]); !ok {
		return nil, errSignatureBase64
	}
	if why := checkObject(string(header)); why != 0 {
		return nil, headerFlaws[why]
	}
	if why := checkObject(string(payload)); why != 0 {
		return nil, claimsFlaws[why]
	}
	return &Unverified{Header: header, Payload: payload}, nil
}

// checkObject reports why a text is not a strict JSON object.
func checkObject(text string) fault {
	s := scanner{text: text}
	if s.peek() != '{' {
		return notObject
	}
	s.skip(0)
	s.end()
	return s.fault
}
