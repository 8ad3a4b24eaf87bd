package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/collector/utilisation"
)

// WriteRows returns when the database has all rows of a grain. A row of the same asset, beginning and key is written over.
// Those without an asset are of their base as a whole. It waits as WriteFacts does.
func (s *Store) WriteRows(ctx context.Context, grain utilisation.Grain, rows []utilisation.Row) error {
	return s.writeRows(ctx, shelfOf(grain), rows)
}

func (s *Store) writeRows(ctx context.Context, to shelf, rows []utilisation.Row) error {
	return writeAll(ctx, s, rows, func(e *lineprotocol.Encoder, r *utilisation.Row) {
		e.StartLine(to.of(r.Asset == ""))
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
	if r.Asset != "" {
		e.AddTag("asset", r.Asset)
	}
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
func (s *Store) WriteCrowd(ctx context.Context, grain utilisation.Grain, rows []utilisation.CrowdRow) error {
	return s.writeCrowd(ctx, shelfOf(grain), rows)
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
	if r.Place != "" {
		e.AddTag("place", r.Place)
	}
	e.AddTag("purpose", r.Purpose)
	if r.UserGroup != "" {
		e.AddTag("user_group", r.UserGroup)
	}
}

func crowdFields(e *lineprotocol.Encoder, r *utilisation.CrowdRow) {
	e.AddField("person_ms", lineprotocol.IntValue(r.PersonMS))
	e.AddField("estimated_ms", lineprotocol.IntValue(r.EstimatedMS))
	e.AddField("visits", lineprotocol.IntValue(r.Visits))
	e.AddField("people", lineprotocol.IntValue(r.People))
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

// EachRow hands over the rows of a range, series by series, each in the order of time. It holds one, however many there
// are. Rows of an earlier formula have an empty purpose, and so have the hours of whole bases, which are of all uses together.
func (s *Store) EachRow(ctx context.Context, of utilisation.Range, each func(utilisation.Row) error) error {
	return s.eachRow(ctx, shelfOf(of.Grain), of, each)
}

func (s *Store) eachRow(ctx context.Context, from shelf, of utilisation.Range, each func(utilisation.Row) error) error {
	measures, columns := of.Measures, names(of.Measures)
	if measures == nil {
		measures, columns = everyMeasure, append(names(everyMeasure), "formula", "plan")
	}
	ask := "SELECT " + strings.Join(columns, ", ") + " FROM " + from.of(of.Whole) + from.where(of) + " GROUP BY base, asset, purpose, affiliation"
	return s.query(ctx, ledgerRetention, ask, func(r *row) error {
		made, err := rowOf(r, measures)
		if err != nil {
			return err
		}
		return each(made)
	})
}

var everyMeasure = func() (all []utilisation.Measure) {
	for m := range utilisation.Measures {
		all = append(all, m)
	}
	return all
}()

func names(measures []utilisation.Measure) (all []string) {
	for _, m := range measures {
		all = append(all, m.String())
	}
	return all
}

// rowOf is a row of some measures, in their order, and by which rules it was judged, if that was asked for.
func rowOf(r *row, measures []utilisation.Measure) (utilisation.Row, error) {
	made := utilisation.Row{Base: r.tags["base"], Asset: r.tags["asset"], Start: time.Unix(0, r.cells[0].number).UTC()}
	for i, m := range measures {
		made.Cell[m] = r.cells[1+i].number
	}
	if rest := r.cells[1+len(measures):]; len(rest) == 2 {
		made.Judged = utilisation.Judged{Formula: rest[0].number, Plan: rest[1].text}
	}
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

// EachCrowdRow is EachRow for people. Among the rows of days and months is one without a place for each that was rolled, in
// which nothing is: it tells a day on which nobody came from one of which nobody knows yet.
func (s *Store) EachCrowdRow(ctx context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error {
	return s.eachCrowdRow(ctx, shelfOf(of.Grain), of, each)
}

func (s *Store) eachCrowdRow(ctx context.Context, from shelf, of utilisation.Range, each func(utilisation.CrowdRow) error) error {
	ask := "SELECT " + crowdColumns + " FROM " + from.people + from.where(of) + " GROUP BY base, place, purpose, affiliation, user_group"
	return s.query(ctx, ledgerRetention, ask, func(r *row) error {
		made, err := crowdOf(r)
		if err != nil {
			return err
		}
		return each(made)
	})
}

const crowdColumns = "person_ms, estimated_ms, visits, people, formula, plan"

func crowdOf(r *row) (utilisation.CrowdRow, error) {
	made := utilisation.CrowdRow{Base: r.tags["base"], Start: time.Unix(0, r.cells[0].number).UTC()}
	made.Place, made.Purpose, made.UserGroup = r.tags["place"], r.tags["purpose"], r.tags["user_group"]
	made.PersonMS, made.EstimatedMS, made.Visits = r.cells[1].number, r.cells[2].number, r.cells[3].number
	made.People = r.cells[4].number // 0 of an earlier formula, which did not count them
	made.Judged = utilisation.Judged{Formula: r.cells[5].number, Plan: r.cells[6].text}
	var ok bool
	if made.Affiliation, ok = utilisation.ParseAffiliation(r.tags["affiliation"]); !ok {
		return made, fmt.Errorf("ledger of people of %s: affiliation %q is not known", made.Base, r.tags["affiliation"])
	}
	return made, nil
}
