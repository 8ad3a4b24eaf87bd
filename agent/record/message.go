package record

// A Now is an asset's state as it is, retained by the broker so that a page shows it at once. It is not a fact: what
// happened between two of them is in the spells. Of an area it says how many people are there, and has no state.
type Now struct {
	Kind    string           `json:"kind,omitempty"`    // empty: an asset; or AreaKind
	Asset   string           `json:"asset"`             // its name, or the area's
	TextZH  string           `json:"text_zh,omitempty"` // what people call it
	TextEN  string           `json:"text_en,omitempty"`
	State   string           `json:"state"`
	SinceMS int64            `json:"since_ms"` // when the state began, by the gateway's clock
	AtMS    int64            `json:"at_ms"`    // the newest reading the state rests on; 0 if there was none
	Why     string           `json:"why,omitempty"`
	Purpose string           `json:"purpose,omitempty"` // chosen on the spot
	People  *int             `json:"people,omitempty"`  // how many are there; nil: no reader would tell
	Values  map[string]Shown `json:"values,omitempty"`  // by device/point: what was last read
}

// AreaKind is the kind of a Now that speaks of an area.
const AreaKind = "area"

// A Shown is a value as it was last read, and how far it can be trusted.
type Shown struct {
	Number  float64 `json:"number"`
	Unit    string  `json:"unit,omitempty"`
	AtMS    int64   `json:"at_ms"` // when it was read, by the gateway's clock
	Quality string  `json:"quality"`
}

// Qualities of a value.
const (
	Good   = "good"
	Stale  = "stale"  // older than two of its periods: its device is late, or silent
	Absent = "absent" // its device does not answer
	None   = "none"   // nothing was read yet
	Glitch = "glitch" // a counter's value that cannot be: kept, but not believed
)

// An Ack is the centre's word that the database has the batches named, or that it refuses them for good.
type Ack struct {
	Stream   string      `json:"stream"`
	Accepted []uint64    `json:"accepted,omitempty"`
	Rejected []Rejection `json:"rejected,omitempty"`
}

// A Rejection is a batch that was kept aside, and why. It is not sent again.
type Rejection struct {
	Sequence uint64 `json:"sequence"`
	Reason   string `json:"reason"`
}

// A Health is a gateway's word on itself, retained, said once a minute and at each change.
type Health struct {
	AtMS        int64    `json:"at_ms"`
	Version     string   `json:"version"`
	Boot        string   `json:"boot"`
	Stream      string   `json:"stream"`
	ClockSynced bool     `json:"clock_synced"`
	ClockSteps  uint64   `json:"clock_steps"`
	Sequence    uint64   `json:"sequence"`         // newest batch in the spool
	Pending     uint64   `json:"pending"`          // batches not yet acknowledged
	Dropped     uint64   `json:"dropped"`          // batches the bounded spool had to give up, since the stream was born
	Faults      []string `json:"faults,omitempty"` // configuration left out, devices absent
	Devices     []Device `json:"devices,omitempty"`
}

// A Device is how well one thing on a line answers, since the gateway's process began. What it counts is explained at
// drivers.Stats.
type Device struct {
	Name     string  `json:"name"`
	Line     string  `json:"line"`
	Absent   bool    `json:"absent,omitempty"`
	SinceMS  int64   `json:"since_ms,omitempty"` // of the first failure
	Identity string  `json:"identity,omitempty"` // what it says it is
	Load     float64 `json:"load"`               // its share of the line's time, 0 to 1

	Requests  uint64  `json:"requests"`
	Answers   uint64  `json:"answers"`
	Refusals  uint64  `json:"refusals,omitempty"`
	Timeouts  uint64  `json:"timeouts,omitempty"`
	Checksums uint64  `json:"checksums,omitempty"`
	Garbled   uint64  `json:"garbled,omitempty"`
	Lost      uint64  `json:"lost,omitempty"`
	Foreign   uint64  `json:"foreign,omitempty"`
	Overruns  uint64  `json:"overruns,omitempty"`
	P50MS     float64 `json:"p50_ms,omitempty"`
	P99MS     float64 `json:"p99_ms,omitempty"`
}

// What a status topic says.
const (
	Online  = "online"
	Offline = "offline"
)
