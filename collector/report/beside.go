package report

import (
	"time"

	"basemeter/collector/utilisation"
)

// What is told beside figures.

// A Session is one use of a machine from its first moment to its last, with what it was for.
type Session struct {
	Base, Asset  string
	From, To     time.Time
	Purpose      string
	Affiliation  string
	Organisation string // who used it, if the plan says so
	Project      string
	Layer        string // what said so: the spot, a booking, the timetable
	HeldMS       int64  // with evidence that somebody used it
	EffectiveMS  int64  // of it, switched on
	RunningMS    int64  // of it, running
	Estimated    bool   // some of it rests on an estimate
}

// A Heat is a base's or an asset's time by weekday and hour of the day, as its clock shows them.
type Heat [7][24]utilisation.Cell // Monday first

// An Evidence is a spell that figures rest on, and the batch that brought it.
type Evidence struct {
	From, To  time.Time
	State     string
	Why       string
	Estimated bool
	Gateway   string
	Stream    string
	Sequence  uint64
}

// A Frozen is a version of a base's ledger that never changes.
type Frozen struct {
	Base    string    `json:"base"`
	Version string    `json:"version"` // 2025-2026.1
	Period  string    `json:"period"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Rows    int64     `json:"rows"`
	Digest  string    `json:"sha256"`
	Formula int64     `json:"formula"`
	Plan    string    `json:"plan"`
	Reason  string    `json:"reason"`
	Author  string    `json:"author"`
	Made    time.Time `json:"made"`
}

// A Correction is what somebody said that an asset's time was, against what was measured. The original is kept.
type Correction struct {
	ID          string    `json:"id"`
	Base        string    `json:"base"`
	Asset       string    `json:"asset"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	State       string    `json:"state,omitempty"`
	Purpose     string    `json:"purpose,omitempty"`
	Affiliation string    `json:"affiliation,omitempty"`
	Reason      string    `json:"reason"`
	Author      string    `json:"author"`
	Made        time.Time `json:"made"`
}

// A Change is one local day of a base's ledger, as it is now: all its rows.
type Change struct {
	Base   string
	Day    string                 // 2026-03-01
	Cursor string                 // whoever has this line asks on from here
	Rows   []utilisation.Row      // by asset and key
	Crowd  []utilisation.CrowdRow // by key, of groups that may be told
	// Withheld are the keys of fewer than five people, or by which such a group could be worked out.
	Withheld []utilisation.CrowdKey
}
