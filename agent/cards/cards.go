// Package cards is the table of the cards that were enrolled: by its pseudonym of each academic year, the group that a
// card belongs to and, of one that is shown to say what a machine is used for, the purpose it stands for. It knows no
// card's number, nor whose card it is: no name has a place in it.
package cards

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"
)

// A Card is one card in one academic year.
type Card struct {
	Pseudonym string // 32 hexadecimal digits
	Group     string // an id: 1 to 64 of a-z, 0-9, - and _
	Purpose   string // an id of the taxonomy; empty of a card that stands for none
	Year      string // 2026-2027: the pseudonym is of this year's key
	Enrolled  string // 2026-11-24. The day and no more: in a class, the order of enrolment is the order of its roll
}

// A Table is the cards of a file. It is safe for concurrent use, and so is its file: several processes may change it.
type Table struct {
	path string

	mu    sync.RWMutex
	cards map[string]Card // by pseudonym
	as    stamp           // how the file was when it was last read
	seen  stamp           // how it was when it was last looked at
}

// Open reads a table. A file that is not there holds no card. With an error the table can be used all the same: it holds
// none until its file is mended.
func Open(path string) (*Table, error) {
	t := &Table{path: path, cards: map[string]Card{}}
	t.as = look(path)
	t.seen = t.as
	cards, err := load(path)
	if err == nil {
		t.cards = cards
	}
	return t, err
}

// Lookup is what the table says of a pseudonym.
func (t *Table) Lookup(pseudonym string) (group, purpose string, ok bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	c, ok := t.cards[pseudonym]
	return c.Group, c.Purpose, ok
}

// Of is Lookup for who does not ask whether a card was enrolled: no group, and no purpose, if it was not.
func (t *Table) Of(pseudonym string) (group, purpose string) {
	group, purpose, _ = t.Lookup(pseudonym)
	return group, purpose
}

// All are the cards in the order of their file.
func (t *Table) All() []Card {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return sorted(t.cards)
}

// sorted is by year and group, and then by pseudonym, which is no order at all.
func sorted(cards map[string]Card) []Card {
	return slices.SortedFunc(maps.Values(cards), func(a, b Card) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Pseudonym, b.Pseudonym))
	})
}

// Put enrols cards, or enrols them anew, and forgets those of years before oldest, whose keys are gone. Its return means
// that the file holds it.
func (t *Table) Put(oldest string, cards ...Card) error {
	for _, c := range cards {
		if err := c.check(); err != nil {
			return err
		}
	}
	return t.change(func(all map[string]Card) {
		maps.DeleteFunc(all, func(_ string, c Card) bool { return c.Year < oldest })
		for _, c := range cards {
			all[c.Pseudonym] = c
		}
	})
}

// Remove takes pseudonyms out of the table, and returns what it had of them. Its return means that they are gone from
// the file.
func (t *Table) Remove(pseudonyms ...string) (removed []Card, err error) {
	err = t.change(func(all map[string]Card) {
		gone := map[string]Card{}
		for _, p := range pseudonyms {
			if c, ok := all[p]; ok {
				gone[p] = c
				delete(all, p)
			}
		}
		removed = sorted(gone)
	})
	if err != nil {
		return nil, err
	}
	return removed, nil
}

// change changes the file as it is now, whoever changed it last, and the table with it. What cannot be read is not
// replaced.
func (t *Table) change(how func(map[string]Card)) error {
	release, err := hold(t.path)
	if err != nil {
		return fmt.Errorf("%s: %w", t.path, err)
	}
	defer release()
	cards, err := load(t.path)
	if err != nil {
		return err
	}
	before := maps.Clone(cards)
	if how(cards); !maps.Equal(before, cards) {
		if err := replace(t.path, format(sorted(cards))); err != nil {
			return fmt.Errorf("write %s: %w", t.path, err)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cards, t.as = cards, look(t.path)
	t.seen = t.as
	return nil
}

// load reads a file; none is a table without cards.
func load(path string) (map[string]Card, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]Card{}, nil
	}
	if err != nil {
		return nil, err
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return nil, fmt.Errorf("%s: mode %04o lets others at it; it must be 0600", path, info.Mode().Perm())
	}
	if info.Size() > maxBytes {
		return nil, fmt.Errorf("%s: %d bytes, where a table has %d at most", path, info.Size(), maxBytes)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	cards, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	return cards, nil
}
