package report

import (
	"time"

	"basemeter/collector/utilisation"
)

// An Answer is what a query came to.
type Answer struct {
	From    time.Time   `json:"from"`
	To      time.Time   `json:"to"` // where the figures end: what has not happened yet is not in them
	By      []Dimension `json:"by"`
	Metrics []string    `json:"metrics"`           // ids, in the order of each line's figures
	Version string      `json:"version,omitempty"` // of a frozen ledger
	Formula int64       `json:"formula,omitempty"` // by which the ledger was judged; a frozen version has its own
	Plan    string      `json:"plan,omitempty"`
	Lines   []Line      `json:"lines"` // in the order of their groups
	Total   Line        `json:"total"` // of all that was asked for, formed of sums
}

// A Line is the figures of one group.
type Line struct {
	Group
	Bases   int      `json:"bases"`  // how many it adds up
	Assets  int      `json:"assets"` // how many of their machines
	Figures []Figure `json:"figures"`

	Totals *utilisation.Totals `json:"-"` // the sums that the figures were formed of; what no figure is formed of may be left out
}

// A Figure is one number, with what must be known to defend it. Value is in the unit of its metric; the numerator is
// exact, in milliseconds, thousandths of a watt-hour, or things counted.
type Figure struct {
	Metric      string  `json:"metric"`
	Value       float64 `json:"value"`
	Numerator   int64   `json:"numerator"`
	Denominator int64   `json:"denominator,omitempty"` // 0: it is no ratio
	Coverage    float64 `json:"coverage"`              // 0 to 1: how much of the time it is about is known
	EstimatedMS int64   `json:"estimated_ms"`
	Missing     Missing `json:"missing,omitempty"` // why there is no number; the numbers are then 0
}

// Missing is why there is no number.
type Missing string

// The reasons.
const (
	Withheld   Missing = "withheld"    // fewer than five people, or such a cell could be worked out from it
	NotDivided Missing = "not_divided" // the metric cannot be divided so: different people of single months cannot be added
	NotKept    Missing = "not_kept"    // the facts it needs are no longer kept, or a frozen version does not hold them
)

// Figure is the one of a metric; nil if it was not asked for.
func (l Line) Figure(metric string) *Figure {
	for i := range l.Figures {
		if l.Figures[i].Metric == metric {
			return &l.Figures[i]
		}
	}
	return nil
}

// CoverageFloor is below which a figure is doubtful: it is shown as such, and never ranked. Our own rule: no official one
// was found.
const CoverageFloor = 0.8
