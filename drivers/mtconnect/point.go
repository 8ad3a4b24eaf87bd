package mtconnect

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Point is one data item of a machine. Its words are those of a device profile.
type Point struct {
	Name string

	// Item is the data item's dataItemId, or else its name, or else its type, as EXECUTION or Execution. A type that
	// the machine has several of (a Load for each axis) is an error when it is read.
	Item string

	// Is makes the value 1 if the item shows one of these, in any case of letters, and else 0. A condition shows Normal,
	// Warning or Fault, and several at once if so many alarms stand. Without Is the item shows a number.
	Is    []string
	Scale float64 // the value is that number times Scale; 0 stands for 1
}

func (p Point) check() error {
	switch {
	case p.Item == "":
		return fmt.Errorf("point %s: no item", p.Name)
	case len(p.Is) > 0 && p.Scale != 0:
		return fmt.Errorf("point %s: a scale has no use beside is", p.Name)
	}
	return nil
}

// An item is one observation in a document.
type item struct {
	id, name, kind string // kind is the type
	condition      bool
	sequence       uint64
	text           string // a condition's is its level
}

// How well an item fits a point.
const (
	byType = 1 + iota
	byName
	byID
)

func (p *Point) fit(it *item) int {
	switch {
	case it.id == p.Item:
		return byID
	case it.name == p.Item:
		return byName
	case sameType(it.kind, p.Item):
		return byType
	}
	return 0
}

// sameType knows PATH_FEEDRATE for PathFeedrate.
func sameType(a, b string) bool {
	return strings.EqualFold(a, b) || strings.EqualFold(strings.ReplaceAll(a, "_", ""), strings.ReplaceAll(b, "_", ""))
}

// A shown is what a point's item shows.
type shown struct {
	fit      int
	id       string
	several  bool // items fit as well as this one
	sequence uint64
	texts    []string // several of a condition
}

// see takes it if it fits p. An item that stands twice is taken as it was last; a condition may stand in several ways.
func (s *shown) see(p *Point, it *item) {
	fit := p.fit(it)
	switch {
	case fit == 0 || fit < s.fit:
	case fit > s.fit:
		*s = shown{fit: fit, id: it.id, sequence: it.sequence, texts: []string{it.text}}
	case it.id != s.id:
		s.several = true
	case it.condition:
		s.texts = append(s.texts, it.text)
	case it.sequence >= s.sequence:
		s.sequence, s.texts = it.sequence, []string{it.text}
	}
}

// What a point can be besides a number. The texts are the same each time, so that nobody reports them twice.
var (
	errUnknown = errors.New("unavailable")
	errMissing = errors.New("the device has no such item")
	errSeveral = errors.New("several items are of this name or type: give the dataItemId")
	errNumber  = errors.New("not a number")
)

func (s *shown) value(p *Point) (float64, error) {
	switch {
	case s.fit == 0:
		return 0, errMissing
	case s.several:
		return 0, errSeveral
	case strings.EqualFold(s.texts[0], "UNAVAILABLE"):
		return 0, errUnknown
	case len(p.Is) > 0:
		return s.is(p.Is), nil
	}
	n, err := strconv.ParseFloat(s.texts[0], 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, errNumber
	}
	if p.Scale != 0 {
		n *= p.Scale
	}
	if math.IsInf(n, 0) {
		return 0, errNumber
	}
	return n, nil
}

func (s *shown) is(any []string) float64 {
	for _, text := range s.texts {
		for _, want := range any {
			if strings.EqualFold(text, want) {
				return 1
			}
		}
	}
	return 0
}
