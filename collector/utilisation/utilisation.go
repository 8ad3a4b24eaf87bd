// Package utilisation is the core: facts × plan → where an asset's time and people's time went. It is arithmetic on
// values. It never asks for the time, reads, writes or logs, and it knows neither gateways nor databases nor files.
//
//	facts ─┐
//	plan  ─┼─ Account ─→ spans ─ Sum ─→ ledger ─ Figures ─→ the metric dictionary
//	corrections ┘
//
// Each moment is judged by itself, from the facts and the plan of that moment alone. So whatever the facts say, the parts
// of a span add up to it; a day is the sum of its hours wherever it is cut; and the order in which facts arrive does not
// matter. Spans are half-open, in milliseconds of UTC.
package utilisation

import (
	"basemeter/agent/record"
)

// Formula is the version of the rules in this package. A row of the ledger carries it, so that a figure can be told from
// one that an earlier rule made. 3: a row of people says how many different ones there were at least; those of formula 2 do
// not know. No other figure has changed.
const Formula = 3

// Facts are what was observed of one asset, in any order. Of a base's stays only those at the asset or in its area are
// of interest; what concerns another place is left aside.
type Facts struct {
	Spells    []record.Spell
	Sessions  []record.Session
	Presences []record.Presence
	Draws     []Draw
}

// A Draw is energy that an asset took between two samples of its meter.
type Draw struct {
	FromMS, ToMS int64
	MilliWh      int64 // thousandths of a watt-hour
}

// A Plan is what was meant to happen with one asset, and who people are.
type Plan struct {
	Asset, Area string
	Slots       []Slot            // in order, without overlap; what none covers is closed, and nothing was meant to happen
	Members     map[string]Member // by card group
	Corrections []Correction
}

// A Slot is a span in which nothing about the plan changes.
type Slot struct {
	FromMS, ToMS int64
	Open         bool
	Maintenance  bool   // planned
	Use          *Use   // what the asset was meant for; nil: nothing
	OpenBy       string // which layer of the calendar said so, for whoever asks
}

// A Use is a booking or a lesson.
type Use struct {
	Layer        string // Booking, Timetable
	ID           string
	Purpose      string // an id of the taxonomy
	Affiliation  Affiliation
	Organisation string
	Project      string
	SelfOperated bool // its users run the machine themselves
}

// The layers of a plan that say what an asset is meant for, the first of which counts.
const (
	Booking   = "booking"
	Timetable = "timetable"
)

// A Member is who the holders of a group of cards are.
type Member struct {
	UserGroup    string // an id of the taxonomy
	Affiliation  Affiliation
	Organisation string
}

// A Correction says afterwards how a span of an asset is to be judged, with a reason and an author. It changes no fact.
// Of several that hold at one moment the one made last counts; one that changes nothing takes back those before it.
type Correction struct {
	ID           string
	FromMS, ToMS int64
	State        *record.State // nil: as observed
	Purpose      string        // empty: as it was; None: no use
	Affiliation  Affiliation   // NoUser: as it was
	Reason       string
	Author       string
	MadeMS       int64
}

// Purposes that are no session's: None is time without any use.
const (
	None         = "none"
	Unattributed = "unattributed" // use without a known purpose
	Maintenance  = "maintenance"  // not use
)

// An Affiliation is whose use it is, seen from the base's owner.
type Affiliation uint8

const (
	NoUser  Affiliation = iota // there is no use
	Unnamed                    // use by nobody knows whom: never counted as outside
	Host                       // 本单位
	Partner                    // 共建单位
	Outside                    // 社会
)

var affiliations = []string{"none", "unattributed", "host", "partner", "outside"}

func (a Affiliation) String() string { return affiliations[a] }

// ParseAffiliation is the inverse of String; false if there is none of that name.
func ParseAffiliation(name string) (Affiliation, bool) {
	for i, n := range affiliations {
		if n == name {
			return Affiliation(i), true
		}
	}
	return NoUser, false
}
