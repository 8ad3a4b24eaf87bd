package main

import (
	"fmt"
	"io"
	"strings"
)

// A speaker writes lines in the reader's language.
type speaker struct {
	lang string // zh, en
	text strings.Builder
}

// say adds a line. Its Chinese stands in inChinese.
func (s *speaker) say(indent int, format string, args ...any) {
	fmt.Fprintf(&s.text, strings.Repeat("  ", indent)+s.in(format)+"\n", args...)
}

// in is a text of ours in the reader's language.
func (s *speaker) in(english string) string {
	if s.lang == "zh" {
		return inChinese[english]
	}
	return english
}

// name is a text of a file in the reader's language. One that is missing in English is told in Chinese.
func (s *speaker) name(zh, en string) string {
	if s.lang == "en" && en != "" {
		return en
	}
	return zh
}

func (s *speaker) flush(to io.Writer) error {
	_, err := io.WriteString(to, s.text.String())
	return err
}
