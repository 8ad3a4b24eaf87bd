package collector

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// freeze keeps the ledger of a base for a period as it is now, for ever, as a version beside those there are. Hours in
// which nothing was heard are part of it.
func (s source) freeze(ctx context.Context, f store.Freeze) (store.Freeze, error) {
	if f.To.After(f.Made) {
		return f, fmt.Errorf("the period %s ends at %s, which is not over", f.Period, f.To.Format(time.RFC3339))
	}
	used, err := s.store.LastVersion(ctx, f.Base, f.Period)
	if err != nil {
		return f, fmt.Errorf("earlier versions: %w", err)
	}
	f.Number = used + 1
	rows, crowd, err := s.whole(ctx, f)
	if err != nil {
		return f, err
	}
	if len(rows)+len(crowd) == 0 {
		return f, fmt.Errorf("from %s to %s: %w", f.From.Format(time.RFC3339), f.To.Format(time.RFC3339), errNothing)
	}
	f.Rows, f.Digest = int64(len(rows)+len(crowd)), digest(rows, crowd)
	f.Judged = utilisation.Judged{Formula: utilisation.Formula, Plan: s.plans.of(f.Base).version}
	if err := s.store.WriteFrozenRows(ctx, f, rows, crowd); err != nil {
		return f, err
	}
	if err := s.verify(ctx, f); err != nil { // it counts when what can be read is what was meant
		return f, fmt.Errorf("not frozen, somebody else may have frozen it at this moment: %w", err)
	}
	return f, s.store.WriteFreeze(ctx, f)
}

// verify reads a version again, and tells whether it is to the millisecond what it was when it was made.
func (s source) verify(ctx context.Context, f store.Freeze) error {
	rows, crowd, err := s.thawed(ctx, f)
	if err != nil {
		return err
	}
	if is := digest(rows, crowd); is != f.Digest {
		return fmt.Errorf("%s %s: its rows have the sha256 %s, and had %s", f.Base, f.Version(), is, f.Digest)
	}
	return nil
}

var errNothing = errors.New("nothing is known of the period")

// whole is every row of the period, those that the ledger lacks included, in order.
func (s source) whole(ctx context.Context, f store.Freeze) (rows []utilisation.Row, crowd []utilisation.CrowdRow, err error) {
	s = newSource(s.bookkeeper, s.store)
	q := report.Query{From: f.From, To: f.To, Now: f.Made, Where: map[report.Dimension][]string{report.ByBase: {f.Base}}}
	err = report.EachHour(ctx, s, q, func(r utilisation.Row) {
		if r.Cell != (utilisation.Cell{}) {
			rows = append(rows, r)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	err = report.EachCrowdHour(ctx, s, q, func(r utilisation.CrowdRow) {
		if r.CrowdCell != (utilisation.CrowdCell{}) {
			crowd = append(crowd, r)
		}
	})
	sortRows(rows, crowd)
	return rows, crowd, err
}

// thawed is every row of a version, in the same order.
func (s source) thawed(ctx context.Context, f store.Freeze) (rows []utilisation.Row, crowd []utilisation.CrowdRow, err error) {
	span := utilisation.Range{Bases: []string{f.Base}, From: f.From.Truncate(time.Hour), To: f.To}
	err = errors.Join(
		s.store.EachFrozenRow(ctx, f.Version(), span, func(r utilisation.Row) error { rows = append(rows, r); return nil }),
		s.store.EachFrozenCrowdRow(ctx, f.Version(), span, func(r utilisation.CrowdRow) error { crowd = append(crowd, r); return nil }))
	sortRows(rows, crowd)
	return rows, crowd, err
}

func sortRows(rows []utilisation.Row, crowd []utilisation.CrowdRow) {
	slices.SortFunc(rows, func(a, b utilisation.Row) int {
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), a.Start.Compare(b.Start), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Affiliation, b.Affiliation))
	})
	slices.SortFunc(crowd, func(a, b utilisation.CrowdRow) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), a.Start.Compare(b.Start), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Affiliation, b.Affiliation), cmp.Compare(a.UserGroup, b.UserGroup))
	})
}

// digest is what tells a version from one that is not the same to the millisecond. It names what it sums up, and leaves
// out what is nothing, so that a measure that is added later does not change it.
func digest(rows []utilisation.Row, crowd []utilisation.CrowdRow) string {
	sum := sha256.New()
	for _, r := range rows {
		fmt.Fprintf(sum, "%s %d %s %v", r.Asset, r.Start.Unix(), r.Purpose, r.Affiliation)
		for m, value := range r.Cell {
			if value != 0 {
				fmt.Fprintf(sum, " %v=%d", utilisation.Measure(m), value)
			}
		}
		fmt.Fprintln(sum)
	}
	for _, r := range crowd {
		fmt.Fprint(sum, r.Place, " ", r.Start.Unix(), " ", r.Purpose, " ", r.Affiliation, " ", r.UserGroup, " ", r.PersonMS, " ", r.EstimatedMS, " ", r.Visits)
		if r.People != 0 { // an earlier formula did not count them, and its versions are as they were
			fmt.Fprintf(sum, " people=%d", r.People)
		}
		fmt.Fprintln(sum)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
