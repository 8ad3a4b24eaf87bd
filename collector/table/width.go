package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// columnsOf is how many columns a terminal gives a text: a Chinese character takes two, and what only marks the letter
// before it none.
func columnsOf(text string) (n int) {
	for _, r := range text {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// linesOf is how many lines a text takes in so many columns. Words are cut where the line ends, as Chinese is, so English
// may take one more, which is counted.
func linesOf(text string, columns int) (lines int) {
	for part := range strings.SplitSeq(text, "\n") {
		wide := columnsOf(part)
		lines += 1 + max(wide-1, 0)/max(columns, 1)
		if words := strings.Count(part, " "); wide > columns && words > wide/12 {
			lines += wide / columns / 4
		}
	}
	return lines
}

// broken is a heading with a line break before its last bracket, if it does not fit into one line: otherwise the line might
// end within it, and the next one be a bracket alone.
func broken(text string, columns int) string {
	at := max(strings.LastIndex(text, "（"), strings.LastIndex(text, "("))
	if at <= 0 || columnsOf(text) <= columns {
		return text
	}
	return strings.TrimSpace(text[:at]) + "\n" + text[at:]
}

// oneLine leaves no line break nor other control in a text.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// longestWord is how wide the longest word of a heading is. Chinese can be broken anywhere.
func longestWord(text string) (most int) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r >= 0x2e80 || r == ' ' || r == '-' }) {
		most = max(most, columnsOf(word))
	}
	return most
}
