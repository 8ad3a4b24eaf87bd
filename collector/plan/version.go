package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// version is the same for the same content. Where an order means nothing, it counts for nothing.
func version(bases []*Base) string {
	sum := sha256.New()
	for _, b := range bases {
		for _, part := range b.content.parts() {
			io.WriteString(sum, part+"\n") // a hash accepts everything
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// parts are what the files say, in an order of their own. Only the tables of periods are kept in theirs: the last that
// applies wins.
func (c *content) parts() []string {
	parts := []string{canonical(c.Base), canonical(c.Weekly), canonical(c.Periods)}
	for _, list := range [][]string{
		set(c.Organisations), set(c.Areas), set(c.Assets), set(c.Cards), set(c.Projects),
		set(c.Terms), set(c.Overrides), set(c.Maintenance), set(c.Lessons), set(c.Bookings.Bookings), set(c.noticed()),
	} {
		parts = append(parts, strings.Join(list, ","))
	}
	return parts
}

// noticed is what the notices say, whatever files they stand in.
func (c *content) noticed() []string {
	var all []string
	for _, n := range c.notices {
		for _, day := range n.days {
			all = append(all, fmt.Sprintf("%d %v %t %s", n.year, day.Date, *day.IsOff, day.Name))
		}
	}
	return all
}

// set is a list in which neither order nor number counts.
func set[T any](list []T) []string {
	texts := make([]string, len(list))
	for i, one := range list {
		texts[i] = canonical(one)
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

func canonical(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("a value of a plan has no JSON: " + err.Error()) // they are texts, numbers and lists
	}
	return string(text)
}
