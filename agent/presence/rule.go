package presence

import (
	"slices"
	"time"
)

// A Rule is what the gateway's configuration says of people. It has been checked.
type Rule struct {
	Readers  []Reader
	Switches []Switch
	Counters []Counter
	Inside   map[string]string // the area that an asset stands in, by asset

	Zone    *time.Location
	Closing string        // the hour at which everybody has left, as 22:30 in the zone; empty: none
	Longest time.Duration // nobody stays longer; at most record.MaxStayMS
	Grid    time.Duration // counts, and what a switch says, are cut at its multiples; a divisor of an hour
}

// A Reader reads cards at a place: an area, or an asset. Its name is unique.
type Reader struct {
	Name  string
	Place string
	Asset bool // the place is one
	Way   Way
	Hold  time.Duration // Tap: how long a showing lasts
}

// A Way is what it means to show a card at a reader.
type Way string

// Ways.
const (
	In     Way = "in"
	Out    Way = "out"
	Toggle Way = "toggle" // the first showing is in, the next is out
	Tap    Way = "tap"    // each showing is in; who is not seen again for Hold is out
)

// A Switch selects what an asset is used for: the first of its contacts that is closed decides, and none is no purpose.
type Switch struct {
	Asset      string
	Contacts   []Contact
	StaleAfter time.Duration // readings of one contact further apart leave unknown time between them
}

// A Contact means Purpose while Point reads 1 (closed).
type Contact struct {
	Point   string
	Purpose string
}

// A Counter counts who passes: the growth of a beam's counter, or the closings of a door's contact.
type Counter struct {
	Name  string
	Place string
	Point string
	Door  bool // the point is a contact
}

func (r *Rule) reader(name string) *Reader {
	if i := slices.IndexFunc(r.Readers, func(x Reader) bool { return x.Name == name }); i >= 0 {
		return &r.Readers[i]
	}
	return nil
}

// closing is the first hour of closing after a moment, both in milliseconds since 1970.
func (r *Rule) closing(after int64) (at int64, ok bool) {
	hour, err := time.Parse("15:04", r.Closing)
	if err != nil {
		return 0, false // there is none
	}
	from := time.UnixMilli(after).In(r.Zone)
	for day := 0; ; day++ {
		closing := time.Date(from.Year(), from.Month(), from.Day()+day, hour.Hour(), hour.Minute(), 0, 0, r.Zone)
		if at := closing.UnixMilli(); at > after {
			return at, true
		}
	}
}

// turn is the first turn of an academic year after a moment. The key of the pseudonyms changes with it, so that nobody
// who was inside can show the same card again.
func (r *Rule) turn(after int64) int64 {
	from := time.UnixMilli(after).In(r.Zone)
	for year := from.Year(); ; year++ {
		if at := time.Date(year, time.September, 1, 0, 0, 0, 0, r.Zone).UnixMilli(); at > after {
			return at
		}
	}
}
