package serial

import (
	"fmt"
	"strings"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

// An ending is what ends a line: one of some characters, after another one if that is not 0.
type ending struct {
	chars string
	after byte
}

var endings = map[string]ending{
	"":     {chars: "\r\n\x03\x00"}, // CR LF is two ends, with an empty line between, which is none
	"cr":   {chars: "\r"},
	"lf":   {chars: "\n"},
	"crlf": {chars: "\n", after: '\r'},
	"etx":  {chars: "\x03"},
}

// lines is a scanner of lines, of which each is a card. STX, if the reader sends one, begins a line anew.
type lines struct {
	end    ending
	max    int
	decode func(line []byte) (badge.Number, error)

	held  []byte // of the line under way, max at most
	n     int    // its length so far
	last  byte   // of it
	whole bool   // it was heard from its beginning
}

func newLines(c Config, decode func([]byte) (badge.Number, error)) (scanner, error) {
	end, ok := endings[c.End]
	if !ok {
		return nil, fmt.Errorf("end: %q is none of cr, lf, crlf, etx", c.End)
	}
	if c.MaxLine < 1 {
		return nil, fmt.Errorf("max line: %d is no number of characters", c.MaxLine)
	}
	return &lines{end: end, max: c.MaxLine, decode: decode}, nil
}

func (l *lines) begun() bool { return l.whole && l.n > 0 }

func (l *lines) reset(silence bool) { l.held, l.n, l.last, l.whole = l.held[:0], 0, 0, silence }

func (l *lines) feed(b byte) (badge.Number, error) {
	begun := l.begun()
	switch {
	case b == stx:
		l.reset(true)
		if begun {
			return badge.Number{}, errBroken
		}
	case l.ends(b):
		line, n := l.held, l.n
		l.reset(true)
		if begun {
			return l.read(line, n)
		}
	default:
		l.n, l.last = l.n+1, b
		if l.n <= l.max {
			l.held = append(l.held, b)
		}
	}
	return badge.Number{}, nil
}

func (l *lines) ends(b byte) bool {
	return strings.IndexByte(l.end.chars, b) >= 0 && (l.end.after == 0 || l.last == l.end.after)
}

// read makes a number of a line that had n characters.
func (l *lines) read(line []byte, n int) (badge.Number, error) {
	switch {
	case n > l.max:
		return badge.Number{}, fmt.Errorf("a line of more than %d characters: %w", l.max, drivers.ErrGarbled)
	case l.end.after != 0:
		line = line[:n-1]
	}
	if len(line) == 0 {
		return badge.Number{}, nil
	}
	return l.decode(line)
}
