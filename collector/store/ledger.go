package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/collector/utilisation"
)

// A Span is of which rows are asked: those of hours that begin in [From, To), of one base or, if it is empty, of all.
type Span struct {
	Base     string
	From, To time.Time
}

// A shelf is where rows stand: the ledger as it is, whose version is empty, or a frozen version of it.
type shelf struct{ machines, people, version string }

var live = shelf{"ledger", "crowd", ""}

func frozen(version string) shelf { return shelf{"frozen", "frozen_crowd", version} }

// tag names the version, behind all other tags.
func (s shelf) tag(e *lineprotocol.Encoder) {
	if s.version != "" {
		e.AddTag("version", s.version)
	}
}

func (s shelf) where(span Span) string {
	if s.version == "" {
		return span.where()
	}
	return span.where() + " AND version = " + text(s.version)
}

func (s Span) where() string {
	where := " WHERE time >= " + ns(s.From) + " AND time < " + ns(s.To)
	if s.Base != "" {
		where += " AND base = " + text(s.Base)
	}
	return where
}

// WriteRows returns when the database has all rows. A row of the same asset, hour and key is written over. It waits as
// WriteFacts does.
func (s *Store) WriteRows(ctx context.Context, rows []utilisation.Row) error {
	return s.writeRows(ctx, live, rows)
}

func (s *Store) writeRows(ctx context.Context, to shelf, rows []utilisation.Row) error {
	return writeAll(ctx, s, rows, func(e *lineprotocol.Encoder, r *utilisation.Row) {
		e.StartLine(to.machines)
		rowTags(e, r)
		to.tag(e)
		rowFields(e, r)
		judged(e, r.Judged)
		e.EndLine(r.Start)
	})
}

// rowTags are in order of their names, as the line protocol wants them.
func rowTags(e *lineprotocol.Encoder, r *utilisation.Row) {
	if r.Purpose != "" { // one of an earlier formula has neither
		e.AddTag("affiliation", r.Affiliation.String())
	}
	e.AddTag("asset", r.Asset)
	e.AddTag("base", r.Base)
	if r.Purpose != "" {
		e.AddTag("purpose", r.Purpose)
	}
}

func rowFields(e *lineprotocol.Encoder, r *utilisation.Row) {
	for m, sum := range r.Cell {
		e.AddField(utilisation.Measure(m).String(), lineprotocol.IntValue(sum))
	}
}

func judged(e *lineprotocol.Encoder, j utilisation.Judged) {
	e.AddField("formula", lineprotocol.IntValue(j.Formula))
	if version, ok := lineprotocol.StringValue(j.Plan); ok { // hexadecimal digits
		e.AddField("plan", version)
	}
}

// WriteCrowd is WriteRows for people.
func (s *Store) WriteCrowd(ctx context.Context, rows []utilisation.CrowdRow) error {
	return s.writeCrowd(ctx, live, rows)
}

func (s *Store) writeCrowd(ctx context.Context, to shelf, rows []utilisation.CrowdRow) error {
	return writeAll(ctx, s, rows, func(e *lineprotocol.Encoder, r *utilisation.CrowdRow) {
		e.StartLine(to.people)
		crowdTags(e, r)
		to.tag(e)
		crowdFields(e, r)
		judged(e, r.Judged)
		e.EndLine(r.Start)
	})
}

func crowdTags(e *lineprotocol.Encoder, r *utilisation.CrowdRow) {
	e.AddTag("affiliation", r.Affiliation.String())
	e.AddTag("base", r.Base)
	e.AddTag("place", r.Place)
	e.AddTag("purpose", r.Purpose)
	e.AddTag("user_group", r.UserGroup)
}

func crowdFields(e *lineprotocol.Encoder, r *utilisation.CrowdRow) {
	e.AddField("person_ms", lineprotocol.IntValue(r.PersonMS))
	e.AddField("estimated_ms", lineprotocol.IntValue(r.EstimatedMS))
	e.AddField("visits", lineprotocol.IntValue(r.Visits))
}

func writeAll[T any](ctx context.Context, s *Store, rows []T, one func(*lineprotocol.Encoder, *T)) error {
	for some := range slices.Chunk(rows, requestLines) {
		var e lineprotocol.Encoder
		for i := range some {
			one(&e, &some[i])
		}
		if err := e.Err(); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		if err := s.write(ctx, s.ledger, string(e.Bytes()), time.Now()); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	return nil
}

// EachRow hands over the rows of a span, series by series, each in the order of time. It holds one, however many there
// are. Rows of an earlier formula have an empty purpose.
func (s *Store) EachRow(ctx context.Context, span Span, each func(utilisation.Row) error) error {
	return s.eachRow(ctx, live, span, each)
}

func (s *Store) eachRow(ctx context.Context, of shelf, span Span, each func(utilisation.Row) error) error {
	ask := "SELECT " + rowColumns + "formula, plan FROM " + of.machines + of.where(span) + " GROUP BY base, asset, purpose, affiliation"
	return s.query(ctx, ledgerRetention, ask, func(r *row) error {
		made, err := rowOf(r)
		if err != nil {
			return err
		}
		return each(made)
	})
}

var rowColumns = func() string {
	var names strings.Builder
	for m := range utilisation.Measures {
		names.WriteString(m.String() + ", ")
	}
	return names.String()
}()

func rowOf(r *row) (utilisation.Row, error) {
	made := utilisation.Row{Base: r.tags["base"], Asset: r.tags["asset"], Start: time.Unix(0, r.cells[0].number).UTC()}
	for m := range made.Cell {
		made.Cell[m] = r.cells[1+m].number
	}
	made.Judged = utilisation.Judged{Formula: r.cells[1+utilisation.Measures].number, Plan: r.cells[2+utilisation.Measures].text}
	made.Purpose = r.tags["purpose"]
	if made.Purpose == "" {
		return made, nil
	}
	var ok bool
	if made.Affiliation, ok = utilisation.ParseAffiliation(r.tags["affiliation"]); !ok {
		return made, fmt.Errorf("ledger of %s/%s: affiliation %q is not known", made.Base, made.Asset, r.tags["affiliation"])
	}
	return made, nil
}

// EachCrowdRow is EachRow for people.
func (s *Store) EachCrowdRow(ctx context.Context, span Span, each func(utilisation.CrowdRow) error) error {
	return s.eachCrowdRow(ctx, live, span, each)
}

func (s *Store) eachCrowdRow(ctx context.Context, of shelf, span Span, each func(utilisation.CrowdRow) error) error {
	ask := "SELECT " + crowdColumns + " FROM " + of.people + of.where(span) + " GROUP BY base, place, purpose, affiliation, user_group"
	return s.query(ctx, ledgerRetention, ask, func(r *row) error {
		made, err := crowdOf(r)
		if err != nil {
			return err
		}
		return each(made)
	})
}

const crowdColumns = "person_ms, estimated_ms, visits, formula, plan"

func crowdOf(r *row) (utilisation.CrowdRow, error) {
	made := utilisation.CrowdRow{Base: r.tags["base"], Start: time.Unix(0, r.cells[0].number).UTC()}
	made.Place, made.Purpose, made.UserGroup = r.tags["place"], r.tags["purpose"], r.tags["user_group"]
	made.PersonMS, made.EstimatedMS, made.Visits = r.cells[1].number, r.cells[2].number, r.cells[3].number
	made.Judged = utilisation.Judged{Formula: r.cells[4].number, Plan: r.cells[5].text}
	var ok bool
	if made.Affiliation, ok = utilisation.ParseAffiliation(r.tags["affiliation"]); !ok {
		return made, fmt.Errorf("ledger of people of %s: affiliation %q is not known", made.Base, r.tags["affiliation"])
	}
	return made, nil
}

// Assets are all that have a fact or a row of the ledger, by base and name. Since is when the first spell began; if that
// spell is no longer kept, the first hour of the ledger. Told is when the newest spell ends.
func (s *Store) Assets(ctx context.Context) ([]utilisation.Asset, error) {
	type key struct{ base, name string }
	known := map[key]utilisation.Asset{}
	note := func(r *row) error {
		k := key{r.tags["base"], r.tags["asset"]}
		first := time.Unix(0, r.cells[0].number).UTC().Truncate(time.Millisecond)
		// A row of the ledger stands at the beginning of its hour, somewhat before the spell that made it.
		if have, ok := known[k]; !ok || first.Before(have.Since.Truncate(time.Hour)) {
			known[k] = utilisation.Asset{Base: k.base, Name: k.name, Since: first}
		}
		return nil
	}
	if err := s.query(ctx, factsRetention, "SELECT first(to_ms) FROM spell GROUP BY base, asset", note); err != nil {
		return nil, err
	}
	if err := s.query(ctx, ledgerRetention, "SELECT first(formula) FROM ledger GROUP BY base, asset", note); err != nil {
		return nil, err
	}
	told := func(r *row) error {
		k := key{r.tags["base"], r.tags["asset"]}
		if a, ok := known[k]; ok {
			a.Told = time.UnixMilli(r.cells[1].number).UTC()
			known[k] = a
		}
		return nil
	}
	if err := s.query(ctx, factsRetention, "SELECT last(to_ms) FROM spell GROUP BY base, asset", told); err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(known), func(a, b utilisation.Asset) int {
		if a.Base != b.Base {
			return strings.Compare(a.Base, b.Base)
		}
		return strings.Compare(a.Name, b.Name)
	}), nil
}

// Bases are all that have a fact or a row of the ledger, in order.
func (s *Store) Bases(ctx context.Context) ([]string, error) {
	seen := map[string]bool{}
	note := func(r *row) error {
		seen[r.tags["base"]] = true
		return nil
	}
	facts := "SELECT last(to_ms) FROM spell GROUP BY base; SELECT last(to_ms) FROM presence GROUP BY base"
	if err := s.query(ctx, factsRetention, facts, note); err != nil {
		return nil, err
	}
	err := s.query(ctx, ledgerRetention, "SELECT last(formula) FROM ledger GROUP BY base; SELECT last(formula) FROM crowd GROUP BY base", note)
	return slices.Sorted(maps.Keys(seen)), err
}

// NewestPlan is the version of the plan that the newest row of the ledger was judged by; empty if there is none.
func (s *Store) NewestPlan(ctx context.Context) (version string, err error) {
	err = s.query(ctx, ledgerRetention, "SELECT last(plan) FROM ledger", func(r *row) error {
		version = r.cells[1].text
		return nil
	})
	return version, err
}
