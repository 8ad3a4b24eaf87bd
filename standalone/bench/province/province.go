// Package province makes up a province of training bases: a plan, and a ledger of it hour by hour. What is written of it
// is what a collector would have written, by the collector's own store. The same size makes the same province.
package province

import (
	"fmt"
	"time"

	"basemeter/collector/plan"
	"basemeter/collector/utilisation"
)

// PerBase is how many assets stand in a base.
const PerBase = 50

// A Province is how much of it there is.
type Province struct {
	Bases int
	Years int // academic years, the last of which ends on 1 September 2026
	// Deep is how many bases of the city in focus have their assets by day; Hours of them, by hour for the last year; the
	// others of these, by hour for its last month.
	Deep, Hours int
}

var (
	zone = time.FixedZone("Asia/Shanghai", 8*60*60)
	// End is when the last year ends; no asset is in service any longer.
	End = time.Date(2026, 9, 1, 0, 0, 0, 0, zone)
	// LastYear is when it begins.
	LastYear = time.Date(2025, 9, 1, 0, 0, 0, 0, zone)
)

// From is when the first year begins.
func (p *Province) From() time.Time { return End.AddDate(-p.Years, 0, 0) }

// A Base is one of them.
type Base struct {
	Number        int
	ID            string
	City, Cluster string
}

// All are the bases of a province, those of the city in focus first among equals: bases are dealt out to the cities.
func (p *Province) All() (all []Base) {
	words := plan.Taxonomy()
	cities, clusters := words.Cities.IDs(), words.Clusters.IDs()
	for i := range p.Bases {
		all = append(all, Base{i, fmt.Sprintf("base-%03d", i), cities[i%len(cities)], clusters[i%len(clusters)]})
	}
	return all
}

// Focus is the base and the city that are looked at closely.
func (p *Province) Focus() Base { return p.All()[0] }

// detail is how a base is written: by day and by hour of each asset, and the hours from when on.
func (p *Province) detail(b Base) (days bool, hours time.Time) {
	n := b.Number / len(plan.Taxonomy().Cities.IDs()) // which of its city
	switch {
	case b.City != p.Focus().City || n >= p.Deep:
		return false, End
	case n < p.Hours:
		return true, LastYear
	}
	return true, End.AddDate(0, -1, 0)
}

func asset(i int) string { return fmt.Sprintf("asset-%02d", i) }

// judged is by which rules and plan all of it is.
func judged() utilisation.Judged {
	return utilisation.Judged{Formula: utilisation.Formula, Plan: "0123456789ab"}
}
