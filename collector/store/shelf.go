package store

import (
	"strings"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/collector/utilisation"
)

// A shelf is where rows of one grain stand: the ledger as it is, whose version is empty, or a frozen version of it.
type shelf struct {
	machines, bases, people string // measurements: by asset, of whole bases, by place
	version                 string
}

var (
	live   = shelf{"ledger", "base_hour", "crowd", ""} // an hour of a whole base is of all uses together
	daily  = shelf{"ledger_day", "base_day", "crowd_day", ""}
	months = shelf{"ledger_month", "base_month", "crowd_month", ""}
)

func shelfOf(g utilisation.Grain) shelf { return [...]shelf{live, daily, months}[g] }

func frozen(version string) shelf { return shelf{"frozen", "", "frozen_crowd", version} }

// of is the measurement of machines, or of whole bases.
func (s shelf) of(whole bool) string {
	if whole {
		return s.bases
	}
	return s.machines
}

// tag names the version, behind all other tags.
func (s shelf) tag(e *lineprotocol.Encoder) {
	if s.version != "" {
		e.AddTag("version", s.version)
	}
}

func (s shelf) where(of utilisation.Range) string {
	if s.version == "" {
		return where(of)
	}
	return where(of) + " AND version = " + text(s.version)
}

// where chooses what begins in a range.
func where(of utilisation.Range) string {
	chosen := " WHERE time >= " + ns(of.From) + " AND time < " + ns(of.To)
	if len(of.Bases) == 0 {
		return chosen
	}
	return chosen + " AND (" + oneOf(of.Bases) + ")"
}

// oneOf chooses what is of one of some bases.
func oneOf(bases []string) string {
	var each []string
	for _, base := range bases {
		each = append(each, "base = "+text(base))
	}
	return strings.Join(each, " OR ")
}
