package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// A PeopleSource is where the ledger of people is. It has a fourth method, since who is counted once cannot be added up.
type PeopleSource interface {
	// EachCrowdRow hands over every row of a range.
	EachCrowdRow(ctx context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error
	// Attendance says where people of a base were in any span, from the facts at once.
	Attendance(ctx context.Context, base string, from, to time.Time) (utilisation.Crowd, error)
	// Cards is how many different cards were seen in a base; negative: it cannot be told.
	Cards(ctx context.Context, base string, from, to time.Time) (int64, error)
	// Bases are those that were ever heard of.
	Bases(ctx context.Context) ([]string, error)
}

// A PeopleRow is one line of the answer. A stay is known when it has ended, so who is there now is not in it yet.
type PeopleRow struct {
	Base        string `json:"base,omitempty"`
	Place       string `json:"place,omitempty"`
	Purpose     string `json:"purpose,omitempty"`
	Affiliation string `json:"affiliation,omitempty"`
	UserGroup   string `json:"user_group,omitempty"`

	Person   Seconds `json:"person_s"`    // 人时: four people for an hour are four hours
	Estimate Seconds `json:"estimated_s"` // the part of it behind a forgotten badge-out
	Visits   int64   `json:"visits"`      // 人次
}

// People answers a query about people.
func People(ctx context.Context, source PeopleSource, q Query) ([]PeopleRow, error) {
	sums := map[PeopleRow]utilisation.CrowdCell{}
	err := EachCrowd(ctx, source, q, func(r utilisation.CrowdRow) {
		if q.Asset == "" || q.Asset == r.Place {
			g := q.peopleGroup(r.Base, r.CrowdKey)
			sums[g] = sums[g].Plus(r.CrowdCell)
		}
	})
	return peopleRows(sums), err
}

// EachCrowd hands over all rows that a query is about, those of the ledger and those of its edges, which are no whole
// hours.
func EachCrowd(ctx context.Context, source PeopleSource, q Query, each func(utilisation.CrowdRow)) error {
	from, to := ceilHour(q.From), floorHour(q.end())
	edges := [][2]time.Time{{q.From, q.end()}}
	if from.Before(to) {
		err := source.EachCrowdRow(ctx, q.hours(from, to), func(r utilisation.CrowdRow) error {
			each(r)
			return nil
		})
		if err != nil {
			return fmt.Errorf("ledger of people: %w", err)
		}
		edges = [][2]time.Time{{q.From, from}, {to, q.end()}}
	}
	bases, err := source.Bases(ctx)
	if err != nil {
		return fmt.Errorf("bases: %w", err)
	}
	for _, base := range bases {
		for _, edge := range edges {
			if !edge[0].Before(edge[1]) || q.Base != "" && q.Base != base {
				continue
			}
			crowd, err := source.Attendance(ctx, base, edge[0], edge[1])
			if err != nil {
				return fmt.Errorf("%s: %w", base, err)
			}
			for key, cell := range crowd {
				each(utilisation.CrowdRow{Base: base, Start: floorHour(edge[0]), CrowdKey: key, CrowdCell: cell})
			}
		}
	}
	return nil
}

func (q *Query) peopleGroup(base string, key utilisation.CrowdKey) (g PeopleRow) {
	for _, k := range q.By {
		switch k {
		case ByBase:
			g.Base = base
		case ByPlace:
			g.Place = key.Place
		case ByPurpose:
			g.Purpose = key.Purpose
		case ByAffiliation:
			g.Affiliation = key.Affiliation.String()
		case ByUserGroup:
			g.UserGroup = key.UserGroup
		}
	}
	return g
}

func peopleRows(sums map[PeopleRow]utilisation.CrowdCell) []PeopleRow {
	rows := make([]PeopleRow, 0, len(sums))
	for r, cell := range sums {
		if cell != (utilisation.CrowdCell{}) {
			r.Person, r.Estimate, r.Visits = Seconds(cell.PersonMS), Seconds(cell.EstimatedMS), cell.Visits
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b PeopleRow) int {
		return cmp.Or(cmp.Compare(a.Base, b.Base), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Purpose, b.Purpose),
			cmp.Compare(a.Affiliation, b.Affiliation), cmp.Compare(a.UserGroup, b.UserGroup))
	})
	return rows
}
