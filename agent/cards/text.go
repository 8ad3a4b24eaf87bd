package cards

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"basemeter/agent/record"
	"basemeter/configs"
)

// The file is a table of comma-separated values, which people can open in any spreadsheet, and compare line by line:
//
//	pseudonym,group,purpose,year,enrolled
//	25720e770e741eadb2e1ee62d3ac9456,cnc-2401,,2026-2027,2026-11-24
//	end,1,,,
//
// The last line counts the others: a file that was cut short, wherever, is not taken for one with fewer cards.
const (
	head     = "pseudonym,group,purpose,year,enrolled"
	end      = "end"
	maxBytes = 16 << 20 // some 200 000 cards
)

func format(cards []Card) []byte {
	text := []byte(head + "\n")
	for _, c := range cards {
		text = fmt.Appendf(text, "%s,%s,%s,%s,%s\n", c.Pseudonym, c.Group, c.Purpose, c.Year, c.Enrolled)
	}
	return fmt.Appendf(text, "%s,%d,,,\n", end, len(cards))
}

// parse reads what format writes, and nothing else but the line ends of a spreadsheet. An error begins with the number
// of its line, and quotes none of it: somebody may have written a card's number there.
func parse(text []byte) (map[string]Card, error) {
	cards := map[string]Card{}
	lines := map[string]int{}
	for n := 1; ; n++ {
		line, rest, ended := bytes.Cut(text, []byte("\n"))
		fault := func(format string, args ...any) (map[string]Card, error) {
			return nil, fmt.Errorf("%d: %w", n, fmt.Errorf(format, args...))
		}
		if !ended {
			return fault("the file is cut short: its last line is not %s, with the number of cards", end)
		}
		text = rest
		row := strings.TrimSuffix(string(line), "\r")
		fields := strings.Split(row, ",")
		switch {
		case n == 1 && row != head:
			return fault("the first line is not %s", head)
		case n == 1:
			continue
		case len(fields) != 5:
			return fault("%d values, where a line has 5", len(fields))
		case fields[0] == end && (fields[1] != strconv.Itoa(len(cards)) || strings.Join(fields[2:], "") != ""):
			return fault("it does not count the %d cards above it", len(cards))
		case fields[0] == end && len(rest) > 0:
			return fault("something follows the line that ends the table")
		case fields[0] == end:
			return cards, nil
		}
		c := Card{fields[0], fields[1], fields[2], fields[3], fields[4]}
		if err := c.check(); err != nil {
			return fault("%w", err)
		}
		if before := lines[c.Pseudonym]; before != 0 {
			return fault("the pseudonym stands in line %d already", before)
		}
		cards[c.Pseudonym], lines[c.Pseudonym] = c, n
	}
}

// check tells the first thing that is wrong with a card, quoting none of it.
func (c Card) check() error {
	switch {
	case len(c.Pseudonym) != 32 || strings.Trim(c.Pseudonym, "0123456789abcdef") != "":
		return fmt.Errorf("pseudonym: not 32 of 0-9 and a-f")
	case record.CheckID(c.Group) != nil:
		return fmt.Errorf("group: not 1 to 64 of a-z, 0-9, - and _, the first a letter or a digit")
	case c.Purpose != "" && !slices.Contains(configs.Purposes, c.Purpose):
		return fmt.Errorf("purpose: none of %s", strings.Join(configs.Purposes, ", "))
	case !isYear(c.Year):
		return fmt.Errorf("year: no academic year, such as 2026-2027")
	}
	if day, err := time.Parse(time.DateOnly, c.Enrolled); err != nil || day.Format(time.DateOnly) != c.Enrolled {
		return fmt.Errorf("enrolled: no day, such as 2026-11-24")
	}
	return nil
}

func isYear(s string) bool {
	from, to, _ := strings.Cut(s, "-")
	first, err := strconv.Atoi(from)
	return err == nil && first >= 2000 && first < 2100 && s == fmt.Sprintf("%d-%d", first, first+1) && to != ""
}
