package report

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// A Registry is where the centre keeps what there is of each base.
type Registry interface {
	// Registered is what the registry says of a base in a span; false: it cannot be told.
	Registered(base string, from, to time.Time) (r Registered, known bool)
}

// Registered is what the registry says of a base in a span.
type Registered struct {
	QuotaMS   map[string]int64 // quota of hours by asset, for the part of the span in which it was in service
	StationMS map[string]int64 // workstations × open time by area
	Hosted    map[string]bool  // assets and areas that an enterprise hosts
}

// A FigureRow is a line of the metric dictionary for a base, or an asset of it.
type FigureRow struct {
	Base     string           `json:"base"`
	Asset    string           `json:"asset,omitempty"`
	Metric   string           `json:"metric"`
	ZH       string           `json:"zh"`
	EN       string           `json:"en"`
	Unit     utilisation.Unit `json:"unit"`
	Value    float64          `json:"value"`
	Coverage float64          `json:"coverage"`
	Estimate Seconds          `json:"estimated_s"` // of the time that was looked at, how much rests on an estimate
	Formula  string           `json:"formula"`
	Source   string           `json:"source"`
}

// Figures answers a query with every line of the dictionary, for each base or each asset. People belong to a place: of an
// asset they are those at its own reader.
func Figures(ctx context.Context, machines Source, people PeopleSource, registry Registry, q Query) ([]FigureRow, error) {
	totals := map[[2]string]*utilisation.Totals{}
	of := func(base, asset string) *utilisation.Totals {
		if !q.by(ByAsset) {
			asset = ""
		}
		key := [2]string{base, asset}
		if totals[key] == nil {
			totals[key] = &utilisation.Totals{Ledger: utilisation.Ledger{}, Crowd: utilisation.Crowd{}, Hosted: utilisation.Crowd{}, Cards: -1}
		}
		return totals[key]
	}
	sums := map[group]*sum{}
	days := q
	days.By = []Dimension{ByBase}
	if q.by(ByAsset) {
		days.By = append(days.By, ByAsset)
	}
	err := Each(ctx, machines, q, func(r utilisation.Row) {
		of(r.Base, r.Asset).Ledger.Add(utilisation.Ledger{r.Key: r.Cell})
		days.add(sums, r)
	})
	if err != nil {
		return nil, err
	}
	for g, s := range sums {
		of(g.base, g.asset).Days = int64(s.used(&q))
	}
	registered, told := map[string]Registered{}, true
	registryOf := func(base string) Registered {
		r, asked := registered[base]
		if !asked {
			var known bool
			r, known = registry.Registered(base, q.From, q.end())
			registered[base], told = r, told && known
		}
		return r
	}
	err = EachCrowd(ctx, people, q, func(r utilisation.CrowdRow) {
		if q.by(ByAsset) && totals[[2]string{r.Base, r.Place}] == nil || q.Asset != "" && q.Asset != r.Place {
			return // people of an area are not any of its machines'
		}
		crowd := utilisation.Crowd{r.CrowdKey: r.CrowdCell}
		of(r.Base, r.Place).Crowd.Add(crowd)
		if registryOf(r.Base).Hosted[r.Place] {
			of(r.Base, r.Place).Hosted.Add(crowd)
		}
	})
	if err != nil {
		return nil, err
	}
	for key, t := range totals {
		if err := fill(ctx, people, registryOf(key[0]), &q, key[0], key[1], t); err != nil {
			return nil, err
		}
	}
	return figures(totals, told), nil
}

// fill adds what neither ledger knows.
func fill(ctx context.Context, people PeopleSource, r Registered, q *Query, base, asset string, t *utilisation.Totals) (err error) {
	for name, ms := range r.QuotaMS {
		if (asset == "" || asset == name) && (q.Asset == "" || q.Asset == name) {
			t.QuotaMS += ms
		}
	}
	if asset != "" || q.Asset != "" {
		return nil
	}
	for _, ms := range r.StationMS {
		t.StationMS += ms
	}
	if t.Cards, err = people.Cards(ctx, base, q.From, q.end()); err != nil {
		return fmt.Errorf("cards of %s: %w", base, err)
	}
	return nil
}

func figures(totals map[[2]string]*utilisation.Totals, registered bool) []FigureRow {
	var all []FigureRow
	keys := slices.SortedFunc(maps.Keys(totals), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	for _, key := range keys {
		for _, m := range utilisation.Metrics {
			if m.Unit == utilisation.People && totals[key].Cards < 0 || m.Needs&utilisation.OfRegistry != 0 && !registered {
				continue // it cannot be told
			}
			f := m.Of(totals[key])
			all = append(all, FigureRow{key[0], key[1], m.ID, m.ZH, m.EN, m.Unit, f.Value, f.Coverage, Seconds(f.EstimatedMS), m.Formula, m.Source})
		}
	}
	return all
}
