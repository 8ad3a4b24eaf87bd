package utilisation

import (
	"time"

	"basemeter/agent/record"
)

// An Asset is one machine, from the first fact about it on.
type Asset struct {
	Base  string
	Name  string
	Since time.Time // when its time began to be accounted for
}

// An Hour is the grain of the ledger: one asset, one hour that begins at Start, UTC.
type Hour struct {
	Base  string
	Asset string
	Start time.Time
	Ledger
}

// Of accounts for the whole hour that begins at start.
func Of(base, asset string, start time.Time, spells []record.Spell) Hour {
	return Hour{base, asset, start, Account(spells, start, start.Add(time.Hour))}
}
