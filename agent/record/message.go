package record

// A Now is an asset's state as it is, retained by the broker so that a page shows it at once. It is not a fact: what
// happened between two of them is in the spells.
type Now struct {
	Asset   string             `json:"asset"`
	TextZH  string             `json:"text_zh,omitempty"` // what people call it
	TextEN  string             `json:"text_en,omitempty"`
	State   string             `json:"state"`
	SinceMS int64              `json:"since_ms"` // when the state began, by the gateway's clock
	AtMS    int64              `json:"at_ms"`    // the newest reading the state rests on; 0 if there was none
	Why     string             `json:"why,omitempty"`
	Values  map[string]float64 `json:"values,omitempty"` // by device/point: what was last read
}

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
}

// What a status topic says.
const (
	Online  = "online"
	Offline = "offline"
)
