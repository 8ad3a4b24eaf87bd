package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// WriteLedger returns when the database has all rows. A row of the same asset and hour is written over. It waits as
// WriteFacts does.
func (s *Store) WriteLedger(ctx context.Context, rows []utilisation.Hour) error {
	for some := range slices.Chunk(rows, requestLines) {
		lines, err := appendRows(nil, some)
		if err != nil {
			return err
		}
		if err := s.write(ctx, s.ledger, string(lines), time.Now()); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	return nil
}

func appendRows(dst []byte, rows []utilisation.Hour) ([]byte, error) {
	var e lineprotocol.Encoder
	e.SetBuffer(dst)
	for i := range rows {
		e.StartLine("ledger")
		e.AddTag("asset", rows[i].Asset)
		e.AddTag("base", rows[i].Base)
		for state, ms := range rows[i].MS {
			e.AddField(field(record.State(state)), lineprotocol.IntValue(ms))
		}
		e.AddField("estimated_ms", lineprotocol.IntValue(rows[i].EstimatedMS))
		e.AddField("formula", lineprotocol.IntValue(utilisation.Formula))
		e.EndLine(rows[i].Start)
	}
	return e.Bytes(), e.Err()
}

func field(s record.State) string { return s.String() + "_ms" }

// Ledger is all rows of the hours that begin in [from, to). A year of many assets is large: see EachRow.
func (s *Store) Ledger(ctx context.Context, from, to time.Time) ([]utilisation.Hour, error) {
	var rows []utilisation.Hour
	err := s.EachRow(ctx, from, to, func(r utilisation.Hour) error {
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// EachRow hands over the rows of the hours that begin in [from, to), asset by asset in the order of time. It holds one,
// however many there are.
func (s *Store) EachRow(ctx context.Context, from, to time.Time, each func(utilisation.Hour) error) error {
	ask := "SELECT "
	for state := range record.State(record.States) {
		ask += field(state) + ", "
	}
	ask += "estimated_ms FROM ledger WHERE time >= " + ns(from) + " AND time < " + ns(to) + " GROUP BY base, asset"
	return s.query(ctx, ledgerRetention, ask, func(r *row) error {
		row := utilisation.Hour{Base: r.tags["base"], Asset: r.tags["asset"], Start: time.Unix(0, r.cells[0].number).UTC()}
		for state := range row.MS {
			row.MS[state] = r.cells[1+state].number
		}
		row.EstimatedMS = r.cells[1+record.States].number
		return each(row)
	})
}

// Assets are all that have a fact or a row of the ledger, by base and name. Since is when the first spell began; if that
// spell is no longer kept, the first hour of the ledger.
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
	return slices.SortedFunc(maps.Values(known), func(a, b utilisation.Asset) int {
		if a.Base != b.Base {
			return strings.Compare(a.Base, b.Base)
		}
		return strings.Compare(a.Name, b.Name)
	}), nil
}
