package serial

import (
	"errors"
	"fmt"
	"regexp"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

// A pattern is a scanner's decode for readers that print a line a card.
type pattern struct {
	line           *regexp.Regexp
	card, facility int // groups; facility is -1 if there is none
	base           int
}

func newASCII(c Config) (scanner, error) {
	p, err := compile(c.Pattern)
	if err != nil {
		return nil, fmt.Errorf("pattern: %w", err)
	}
	switch c.Digits {
	case "hex":
		p.base = 16
	case "decimal":
		p.base = 10
	default:
		return nil, fmt.Errorf("digits: %q is neither hex nor decimal", c.Digits)
	}
	return newLines(c, p.decode)
}

const maxPattern = 256 // bytes; a line is short

func compile(text string) (*pattern, error) {
	if len(text) > maxPattern {
		return nil, fmt.Errorf("%d bytes, where %d are the most", len(text), maxPattern)
	}
	if _, err := regexp.Compile(text); err != nil { // by itself, or a parenthesis could close what follows
		return nil, err
	}
	line, err := regexp.Compile(`\A(?:` + text + `)\z`)
	if err != nil {
		return nil, err
	}
	p := &pattern{line: line, card: line.SubexpIndex("card"), facility: line.SubexpIndex("facility")}
	if p.card < 0 && p.facility < 0 && line.NumSubexp() == 1 {
		p.card = 1
	}
	if p.card < 0 {
		return nil, errors.New("it needs one group, or one that is named card")
	}
	return p, nil
}

func (p *pattern) decode(line []byte) (badge.Number, error) {
	found := p.line.FindSubmatch(line)
	switch {
	case found == nil:
		return badge.Number{}, fmt.Errorf("a line of %d characters does not match the pattern: %w", len(line), drivers.ErrGarbled)
	case p.facility >= 0:
		return badge.Pair(found[p.facility], found[p.card], p.base)
	case p.base == 16:
		return badge.Hex(found[p.card])
	default:
		return badge.Decimal(found[p.card])
	}
}
