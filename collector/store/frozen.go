package store

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/collector/utilisation"
)

// A Freeze says what a frozen version of a base's ledger is. The rows of a version are written once, and never again.
type Freeze struct {
	Base     string
	Period   string // as it was asked for: 2025-2026, 2025-2026-1, 2025, 2025-09
	Number   int64  // 1, 2, …: versions of the period
	From, To time.Time
	Rows     int64 // of machines and of people
	Digest   string
	utilisation.Judged
	Reason string
	Author string
	Made   time.Time
}

// Version is what the freeze is called: 2025-2026.1.
func (f *Freeze) Version() string { return f.Period + "." + strconv.FormatInt(f.Number, 10) }

// WriteFrozenRows writes the rows of a version. They are one when WriteFreeze has said so.
func (s *Store) WriteFrozenRows(ctx context.Context, f Freeze, rows []utilisation.Row, crowd []utilisation.CrowdRow) error {
	to := frozen(f.Version())
	if err := s.writeRows(ctx, to, rows); err != nil {
		return err
	}
	return s.writeCrowd(ctx, to, crowd)
}

// WriteFreeze makes a version of the rows that were written for it. Written again it is the same.
func (s *Store) WriteFreeze(ctx context.Context, f Freeze) error {
	var e encoder
	e.StartLine("freeze")
	e.AddTag("base", f.Base)
	e.AddTag("period", f.Period)
	for _, n := range []struct {
		name   string
		number int64
	}{{"number", f.Number}, {"from_ms", f.From.UnixMilli()}, {"to_ms", f.To.UnixMilli()}, {"rows", f.Rows}, {"made_ms", f.Made.UnixMilli()}} {
		e.AddField(n.name, lineprotocol.IntValue(n.number))
	}
	judged(&e.Encoder, f.Judged)
	e.text("digest", f.Digest)
	e.text("reason", f.Reason)
	e.text("author", f.Author)
	e.EndLine(time.UnixMilli(f.Number)) // the key of a version: the same number is the same point
	if err := cmp.Or(e.refused, e.Err()); err != nil {
		return fmt.Errorf("freeze %s: %w", f.Version(), err)
	}
	return s.write(ctx, s.ledger, string(e.Bytes()), time.Now())
}

// LastVersion is the highest number of a period of which there is anything, be it rows of a freeze that broke off: a number
// is used once. 0: there is none.
func (s *Store) LastVersion(ctx context.Context, base, period string) (int64, error) {
	var last int64
	where := " WHERE base = " + text(base) + " GROUP BY version"
	err := s.query(ctx, ledgerRetention, "SELECT first(formula) FROM frozen"+where+"; SELECT first(formula) FROM frozen_crowd"+where, func(r *row) error {
		if number, of := strings.CutPrefix(r.tags["version"], period+"."); of {
			if n, err := strconv.ParseInt(number, 10, 64); err == nil { // 2025.1 is no version of 2025-09
				last = max(last, n)
			}
		}
		return nil
	})
	return last, err
}

// Freezes are all versions there are, period by period, in their order.
func (s *Store) Freezes(ctx context.Context) ([]Freeze, error) {
	var all []Freeze
	ask := "SELECT number, from_ms, to_ms, rows, made_ms, formula, plan, digest, reason, author FROM freeze GROUP BY base, period"
	err := s.query(ctx, ledgerRetention, ask, func(r *row) error {
		all = append(all, Freeze{
			Base: r.tags["base"], Period: r.tags["period"], Number: r.cells[1].number,
			From: time.UnixMilli(r.cells[2].number).UTC(), To: time.UnixMilli(r.cells[3].number).UTC(),
			Rows: r.cells[4].number, Made: time.UnixMilli(r.cells[5].number).UTC(),
			Judged: utilisation.Judged{Formula: r.cells[6].number, Plan: r.cells[7].text},
			Digest: r.cells[8].text, Reason: r.cells[9].text, Author: r.cells[10].text,
		})
		return nil
	})
	return all, err
}

// EachFrozenRow hands over the rows of a version, as EachRow does those of the ledger. They are of hours, whatever grain is
// asked for.
func (s *Store) EachFrozenRow(ctx context.Context, version string, of utilisation.Range, each func(utilisation.Row) error) error {
	return s.eachRow(ctx, frozen(version), of, each)
}

// EachFrozenCrowdRow is EachFrozenRow for people.
func (s *Store) EachFrozenCrowdRow(ctx context.Context, version string, of utilisation.Range, each func(utilisation.CrowdRow) error) error {
	return s.eachCrowdRow(ctx, frozen(version), of, each)
}

// FrozenAssets are those that a version has rows of.
func (s *Store) FrozenAssets(ctx context.Context, version string) ([]utilisation.Asset, error) {
	var assets []utilisation.Asset
	last := utilisation.Asset{}
	ask := "SELECT first(formula) FROM frozen WHERE version = " + text(version) + " GROUP BY base, asset"
	err := s.query(ctx, ledgerRetention, ask, func(r *row) error {
		if a := (utilisation.Asset{Base: r.tags["base"], Name: r.tags["asset"]}); a != last {
			assets, last = append(assets, a), a
		}
		return nil
	})
	return assets, err
}
