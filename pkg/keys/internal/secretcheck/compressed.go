package secretcheck

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
)

// maxInflated bounds the text that is decompressed.
const maxInflated = 64 << 10

// lookCompressed looks at the text in b if b is compressed. A whole file with a checksum
// is refused for itself: no random secret has one.
func (s *search) lookCompressed(b []byte, depth int) {
	for _, format := range []struct {
		begins  bool
		open    func(io.Reader) (io.Reader, error)
		checked bool
	}{
		{bytes.HasPrefix(b, []byte("\x1f\x8b\x08")), openGzip, true},
		{bytes.HasPrefix(b, []byte("BZh")), openBzip2, true},
		{len(b) > 8 && b[0]&0x0f == 8 && b[0] < 0x80 && (int(b[0])<<8|int(b[1]))%31 == 0, zlibReader, true},
		{len(b) >= minKey && len(b) <= maxGuessed, s.openFlate, false},
	} {
		if !format.begins || s.found != nil {
			continue
		}
		text, whole := inflate(b, format.open)
		s.guess(text, depth)
		if s.found == nil && whole && format.checked {
			s.found = refuse(Other, "this is a compressed file, not a secret")
		}
	}
}

func openGzip(r io.Reader) (io.Reader, error)   { return gzip.NewReader(r) }
func openBzip2(r io.Reader) (io.Reader, error)  { return bzip2.NewReader(r), nil }
func zlibReader(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }

// openFlate uses one reader for a search: it has a buffer of 32 KiB, and nearly every
// text that is decoded is tried.
func (s *search) openFlate(r io.Reader) (io.Reader, error) {
	if s.flate == nil {
		s.flate = flate.NewReader(r)
		return s.flate, nil
	}
	return s.flate, s.flate.(flate.Resetter).Reset(r, nil)
}

// inflate returns what b decompresses to, and whether it does so to its end.
func inflate(b []byte, open func(io.Reader) (io.Reader, error)) (text []byte, whole bool) {
	r, err := open(bytes.NewReader(b))
	if err != nil {
		return nil, false
	}
	text, err = io.ReadAll(io.LimitReader(r, maxInflated))
	return text, err == nil
}
