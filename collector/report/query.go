package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// A Query is what is asked.
type Query struct {
	From, To time.Time // half-open; what lies after Now is left out
	Now      time.Time
	// Grace is how long a gateway may take to tell of a spell, which it does when the spell ends. Of an asset that was
	// heard of within Grace before Now, what lies behind the newest spell is not unknown: it is not there yet.
	Grace time.Duration
	By    []Dimension // what a line stands for; the rest is added up
	// Where narrows to some values of a dimension; of time it cannot be one.
	Where map[Dimension][]string
	// Within is which bases may be seen at all.
	Within Scope
	// Metrics are the ids of what is asked, in the order of the answer.
	Metrics []string
	// Catalogue is by which bases are divided and called; nil: nothing is known of them.
	Catalogue *Catalogue
	// Zone is the clock by which From and To were asked for, and by which they are told. A base's days are cut by its own.
	Zone *time.Location
	// Most is how many lines there may be; 0: any number.
	Most int
	// Version is a frozen version of the ledger; empty: as it is now.
	Version string
}

// Grace is the longest that a spell, and hence word of it, may take: a grid of an hour, and the way here.
const Grace = 65 * time.Minute

// An UnknownError is a parameter that names nothing.
type UnknownError struct{ Parameter, Value string }

func (e *UnknownError) Error() string { return fmt.Sprintf("%s: there is no %q", e.Parameter, e.Value) }

// A QuestionError is a question that cannot be answered as it is.
type QuestionError struct {
	Parameter string
	Text      table.Text // why, and what was expected
}

func (e *QuestionError) Error() string { return e.Parameter + ": " + e.Text.EN }

// A TooManyError is an answer of more lines than there may be.
type TooManyError struct{ Lines, Most int }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("%d lines, and there may be %d: narrow the question", e.Lines, e.Most)
}

// check finds what is wrong with a question before anything is read.
func (q *Query) check() ([]utilisation.Metric, error) {
	if len(q.Metrics) == 0 {
		return nil, &QuestionError{"metrics", table.Text{EN: "none is asked for", ZH: "没有要求任何指标"}}
	}
	var metrics []utilisation.Metric
	for _, id := range q.Metrics {
		m, known := utilisation.MetricOf(id)
		if !known {
			return nil, &UnknownError{"metrics", id}
		}
		for _, d := range slices.Concat(q.By, q.narrowed()) {
			if !Divides(d, m) {
				return nil, &QuestionError{string(d), table.Text{EN: id + " cannot be divided by it", ZH: id + " 不能按此拆分"}}
			}
		}
		metrics = append(metrics, m)
	}
	for _, d := range q.narrowed() {
		if slices.Contains(ofTime, d) {
			return nil, &QuestionError{string(d), table.Text{EN: "narrow time with from and to", ZH: "时间请用 from 和 to 限定"}}
		}
	}
	return metrics, nil
}

// Divides tells whether figures of a metric can be divided by a dimension at all.
func Divides(d Dimension, m utilisation.Metric) bool {
	switch {
	case m.Needs&utilisation.OfMachines != 0 && slices.Contains(ofPeople, d):
		return false
	case m.Needs&utilisation.OfMachines == 0 && d == ByLine:
		return false
	}
	return true
}

// narrowed are the dimensions of Where, in order.
func (q *Query) narrowed() (all []Dimension) {
	for _, d := range Dimensions {
		if len(q.Where[d]) > 0 {
			all = append(all, d)
		}
	}
	return all
}

func (q *Query) by(d Dimension) bool { return slices.Contains(q.By, d) }

// divided tells whether the query divides time.
func (q *Query) divided() bool { return slices.ContainsFunc(ofTime, q.by) }

// fine tells whether that is so fine that other bases than those asked about are not read to protect their people.
func (q *Query) fine() bool { return q.grain() < utilisation.Month }

// alone tells whether it is about one base.
func (q *Query) alone() bool { return q.Within.Base != "" || len(q.Where[ByBase]) == 1 }

// about tells whether any of some dimensions is asked about, be it to divide or to narrow.
func (q *Query) about(some ...Dimension) bool {
	return slices.ContainsFunc(some, func(d Dimension) bool { return q.by(d) || len(q.Where[d]) > 0 })
}

// allows tells whether a value of a dimension is asked for.
func (q *Query) allows(d Dimension, value string) bool {
	return len(q.Where[d]) == 0 || slices.Contains(q.Where[d], value)
}

// base is what the catalogue says of a base; nil: nothing.
func (q *Query) base(id string) *Base {
	if q.Catalogue == nil {
		return nil
	}
	return q.Catalogue.Base(id)
}

// wantsBase tells whether a base may be seen, and is asked for.
func (q *Query) wantsBase(id string) bool {
	b := q.base(id)
	if !q.Within.Has(id, b) {
		return false
	}
	var g Group
	g.place(id, b)
	for _, d := range ofBases {
		if !q.allows(d, g.At(d)) {
			return false
		}
	}
	return true
}

// place fills in what a base is divided by.
func (g *Group) place(id string, b *Base) {
	if g.Base = id; b != nil {
		g.City, g.County, g.Zone, g.Cluster, g.Consortium, g.Kind = b.City, b.County, b.Zone, b.Cluster, b.Consortium, b.Kind
	}
}

// Value is what a base has of a dimension; empty: it has none.
func (b *Base) Value(d Dimension) string {
	var g Group
	g.place(b.ID, b)
	return g.At(d)
}

// wants tells whether the query is about an asset.
func (q *Query) wants(a utilisation.Asset) bool {
	return q.wantsBase(a.Base) && q.allows(ByAsset, a.Name) && q.allows(ByLine, q.base(a.Base).line(a.Name))
}

// line is the line that an asset is part of, if any.
func (b *Base) line(asset string) string {
	if a := b.Asset(asset); a != nil {
		return a.Line
	}
	return ""
}

// clock is where a base's days are cut.
func (q *Query) clock(base string) *time.Location {
	if b := q.base(base); b != nil && b.Clock != nil {
		return b.Clock
	}
	return beijing
}

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60) // there is no daylight saving time at present

// wanted are the bases that the query is about, as far as anything was heard of them or is registered.
func (q *Query) wanted(ctx context.Context, ledger interface {
	Bases(context.Context) ([]string, error)
}) ([]string, error) {
	all, err := ledger.Bases(ctx)
	if err != nil {
		return nil, fmt.Errorf("bases: %w", err)
	}
	if q.Catalogue != nil {
		for _, b := range q.Catalogue.Bases {
			all = append(all, b.ID)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(base string) bool { return !q.wantsBase(base) }), nil
}

// since is from when on it matters up to when a gateway has told of an asset.
func (q *Query) since() time.Time {
	if since := q.Now.Add(-q.Grace); since.Before(q.end()) {
		return since
	}
	return never
}

var never = time.Unix(1<<40, 0) // beyond all that is told of

// end is where the answer ends: what has not happened yet is not unknown, it is not there.
func (q *Query) end() time.Time { return earlier(q.To, q.Now) }

// span is the part of the query that an asset can answer for: from when its time began, up to the end of its newest
// spell, if that is recent.
func (q *Query) span(a utilisation.Asset) span {
	from, to := later(q.From, a.Since), q.end()
	if a.Told.After(q.Now.Add(-q.Grace)) {
		to = earlier(to, a.Told)
	}
	if !a.Until.IsZero() {
		to = earlier(to, a.Until)
	}
	return span{from, to}
}
