// Package live shows what a gateway sees at this moment: as JSON, as a page for the technician who has just wired a
// meter, and in a terminal. It does not know where any of it comes from.
package live

import (
	"time"

	"basemeter/agent/record"
)

// A Floor is all that a gateway sees, at one moment. It is what GET /v1/live answers.
type Floor struct {
	Base    string    `json:"base"`
	Gateway string    `json:"gateway"`
	Version string    `json:"version"`
	At      time.Time `json:"at"` // by the gateway's clock

	ClockSynced bool   `json:"clock_synced"`
	Connected   bool   `json:"connected"` // to the broker
	Pending     uint64 `json:"pending"`   // batches that the centre has not acknowledged
	Dropped     uint64 `json:"dropped"`   // batches given up for want of room

	Assets []Asset  `json:"assets"`
	Areas  []Area   `json:"areas,omitempty"` // those with a reader
	Lines  []Line   `json:"lines"`
	Faults []string `json:"faults,omitempty"` // what is left out or does not answer
}

// An Asset is a machine, and why it is held to be in its state.
type Asset struct {
	Name   string    `json:"name"`
	TextZH string    `json:"text_zh,omitempty"`
	TextEN string    `json:"text_en,omitempty"`
	State  string    `json:"state"` // running, standby, off, fault, unknown
	Since  time.Time `json:"since"`
	Why    string    `json:"why,omitempty"` // "meter-1/power = 1240, running from 800"
	Points []string  `json:"points"`        // device/point: what its state and its samples rest on

	Purpose string `json:"purpose,omitempty"` // chosen on the spot: an id of the taxonomy
	People  *int   `json:"people,omitempty"`  // how many are at it; nil: it has no reader
}

// An Area is a room or a hall, and how many are there. Nobody is told who they are.
type Area struct {
	Name   string `json:"name"`
	TextZH string `json:"text_zh,omitempty"`
	TextEN string `json:"text_en,omitempty"`
	People int    `json:"people"`
}

// A Line is one wire.
type Line struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Port    string   `json:"port,omitempty"` // or address
	Load    float64  `json:"load"`           // share of the time since it began in which it was in use, 0 to 1; 0 if all on it speak by themselves
	Devices []Device `json:"devices"`
}

// A Device is one thing on a line that answers, and how well it does.
type Device struct {
	record.Device
	Profile string    `json:"profile,omitempty"`
	Unit    string    `json:"unit,omitempty"`  // its address on the line
	Since   time.Time `json:"since,omitzero"`  // of the first failure
	Error   string    `json:"error,omitempty"` // the last one, while it fails
	Points  []Point   `json:"points"`
}

// A Point is one value, how old it is, and how good.
type Point struct {
	Name    string    `json:"name"` // device/point
	Unit    string    `json:"unit,omitempty"`
	Value   float64   `json:"value"`
	At      time.Time `json:"at,omitzero"` // when it was read; the kernel's own stamp where there is one
	MonoNS  int64     `json:"mono_ns"`     // the same since the boot, on the clock that does not step
	AgeMS   int64     `json:"age_ms"`
	Quality string    `json:"quality"`        // record.Good and its likes
	Flag    string    `json:"flag,omitempty"` // of a counter's last step: rollover, reset, glitch
}
