package store

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/utilisation"
)

func TestLedger(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	row := func(asset string, hour int, running int64) utilisation.Hour {
		r := utilisation.Hour{Base: "base", Asset: asset, Start: monday.Add(time.Duration(hour) * time.Hour)}
		r.EstimatedMS = 5
		r.MS[record.Running], r.MS[record.Unknown] = running, 3_600_000-running
		return r
	}
	want := []utilisation.Hour{row("a", 0, 10), row("a", 1, 20), row("b", 0, 30)}
	if err := s.WriteLedger(t.Context(), append(want, row("a", 5, 1))); err != nil {
		t.Fatal(err)
	}
	want[1] = row("a", 1, 99)
	if err := s.WriteLedger(t.Context(), want[1:2]); err != nil {
		t.Fatal(err)
	}
	got, err := s.Ledger(t.Context(), monday, monday.Add(5*time.Hour))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v, %v", got, want, err)
	}
	names := `SELECT running_ms, standby_ms, off_ms, fault_ms, unknown_ms, estimated_ms, formula FROM ledger.ledger WHERE base='base' AND asset='b'`
	if got := db.Query("base meter", names); !strings.Contains(got, ",30,0,0,0,3599970,5,1]") {
		t.Errorf("the fields are not what boards ask for: %s", got)
	}
}

func TestAssetsKnowTheirFirstSpell(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	if assets, err := s.Assets(t.Context()); err != nil || len(assets) != 0 {
		t.Fatalf("of an empty database: %v, %v", assets, err)
	}
	b := batch(1, "orrr")
	b.Spells = b.Spells[1:] // begins at 01:05
	write(t, s, batch(2, "s"), b)
	rows := []utilisation.Hour{{Base: "base", Asset: "a", Start: monday}, {Base: "base", Asset: "gone", Start: monday.Add(-time.Hour)}}
	if err := s.WriteLedger(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	want := []utilisation.Asset{{Base: "base", Name: "a", Since: monday.Add(5 * time.Minute)}, {Base: "base", Name: "gone", Since: monday.Add(-time.Hour)}}
	if got, err := s.Assets(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if err := s.WriteLedger(t.Context(), []utilisation.Hour{{Base: "base", Asset: "a", Start: monday.Add(-24 * time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Assets(t.Context()); err != nil || !got[0].Since.Equal(monday.Add(-24*time.Hour)) {
		t.Errorf("when its first spells are no longer kept: %v, %v", got, err)
	}
}

func TestGapsOfAStream(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	for _, n := range []uint64{2, 3, 7, 5, 10, 3, 7} {
		write(t, s, batch(n, "rs"))
	}
	want := []Range{{1, 1}, {4, 4}, {6, 6}, {8, 9}}
	if got, err := s.Gaps(t.Context(), "base", "gw", stream); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("gaps %v, %v, want %v", got, err, want)
	}
	got, err := s.Gateways(t.Context(), time.Time{})
	newest := time.UnixMilli(minute(9*60 + 10)).UTC()
	if all := []Gateway{{"base", "gw", stream, 2, 10, 5, 4, newest}}; err != nil || !reflect.DeepEqual(got, all) {
		t.Errorf("gateways %v, %v, want %v", got, err, all)
	}
	if got, err := s.Gateways(t.Context(), newest.Add(time.Hour)); err != nil || len(got) != 0 {
		t.Errorf("since later: %v, %v", got, err)
	}
}
