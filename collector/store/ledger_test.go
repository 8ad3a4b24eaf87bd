package store

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/utilisation"
)

var (
	lesson  = utilisation.Key{Purpose: "student_training", Affiliation: utilisation.Host}
	service = utilisation.Key{Purpose: "pilot_test", Affiliation: utilisation.Outside}
	nobody  = utilisation.Key{Purpose: utilisation.None}
	formula = utilisation.Judged{Formula: utilisation.Formula, Plan: "0123abcd"}
)

const odd = `it's "甲", 車` // a name that breaks out of bad quotes

// rowOfHour has another number in each measure.
func rowOfHour(base, asset string, hour int, key utilisation.Key, first int64) utilisation.Row {
	r := utilisation.Row{Base: base, Asset: asset, Start: monday.Add(time.Duration(hour) * time.Hour), Key: key, Judged: formula}
	for m := range r.Cell {
		r.Cell[m] = first + int64(m)
	}
	return r
}

func crowdOfHour(base, place string, hour int, key utilisation.Key, group string, first int64) utilisation.CrowdRow {
	return utilisation.CrowdRow{Base: base, Start: monday.Add(time.Duration(hour) * time.Hour), Judged: formula,
		CrowdKey:  utilisation.CrowdKey{Place: place, Key: key, UserGroup: group},
		CrowdCell: utilisation.CrowdCell{PersonMS: first, EstimatedMS: first + 1, Visits: first + 2, People: first + 3}}
}

func writeRows(t *testing.T, s *Store, rows ...utilisation.Row) {
	t.Helper()
	if err := s.WriteRows(t.Context(), utilisation.Hour, rows); err != nil {
		t.Fatal(err)
	}
}

func writeCrowd(t *testing.T, s *Store, rows ...utilisation.CrowdRow) {
	t.Helper()
	if err := s.WriteCrowd(t.Context(), utilisation.Hour, rows); err != nil {
		t.Fatal(err)
	}
}

// gather is what is handed over, in an order of its own.
func gather[T any](t *testing.T, of func(each func(T) error) error) (all []T) {
	t.Helper()
	if err := of(func(one T) error { all = append(all, one); return nil }); err != nil {
		t.Fatal(err)
	}
	return sorted(all)
}

func sorted[T any](all []T) []T {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b T) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return all
}

func ledgerOf(t *testing.T, s *Store, span utilisation.Range) []utilisation.Row {
	t.Helper()
	return gather(t, func(each func(utilisation.Row) error) error { return s.EachRow(t.Context(), span, each) })
}

func crowdOfAll(t *testing.T, s *Store, span utilisation.Range) []utilisation.CrowdRow {
	t.Helper()
	return gather(t, func(each func(utilisation.CrowdRow) error) error { return s.EachCrowdRow(t.Context(), span, each) })
}

func same[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if want = sorted(want); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %v\nwant %v", what, got, want)
	}
}

func hours(base string, from, to int) utilisation.Range {
	r := utilisation.Range{From: monday.Add(time.Duration(from) * time.Hour), To: monday.Add(time.Duration(to) * time.Hour)}
	if base != "" {
		r.Bases = []string{base}
	}
	return r
}

var ever = utilisation.Range{To: time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)}

func TestRowsOfMachines(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	if got := ledgerOf(t, s, ever); len(got) != 0 {
		t.Fatalf("of an empty database: %v", got)
	}
	rows := []utilisation.Row{
		rowOfHour("base", "a", 1, lesson, 100), rowOfHour("base", "a", 0, lesson, 200), rowOfHour("base", "a", 0, service, 300),
		rowOfHour("base", "a", 0, nobody, 400), rowOfHour("base", "b", 0, lesson, 500), rowOfHour(odd, odd, 0, lesson, 600), rowOfHour("base", "a", 5, lesson, 1),
	}
	rows[4].Judged = utilisation.Judged{Formula: 7, Plan: ""}
	writeRows(t, s, rows...)
	rows[0] = rowOfHour("base", "a", 1, lesson, 1<<40)
	rows[0].Plan = "feed"
	writeRows(t, s, rows[0], rows[2]) // over what is there, and once more
	same(t, "all", ledgerOf(t, s, ever), rows)
	same(t, "until the sixth hour", ledgerOf(t, s, hours("", 0, 5)), rows[:6])
	same(t, "one base", ledgerOf(t, s, hours("base", 0, 5)), rows[:5])
	same(t, "one base with quotes", ledgerOf(t, s, hours(odd, 0, 5)), rows[5:6])
	same(t, "one hour", ledgerOf(t, s, hours("base", 1, 2)), rows[:1])
	same(t, "no base", ledgerOf(t, s, hours("nowhere", 0, 5)), nil)
	ask := `SELECT running_ms, pot_ms, energy_mwh, formula, plan FROM ledger.ledger WHERE base='base' AND asset='a' AND purpose='pilot_test' AND affiliation='outside'`
	want := fmt.Sprintf(`,303,%d,%d,%d,"0123abcd"]`, 300+int(utilisation.POT), 300+int(utilisation.Energy), utilisation.Formula)
	if got := db.Query("base meter", ask); !strings.Contains(got, want) {
		t.Errorf("the fields are not what boards ask for: %s, want %s", got, want)
	}
}

func TestRowsOfPeople(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	rows := []utilisation.CrowdRow{
		crowdOfHour("base", "hall", 1, lesson, "teacher", 10), crowdOfHour("base", "hall", 0, lesson, "teacher", 20), crowdOfHour("base", "hall", 0, lesson, "employee", 30),
		crowdOfHour("base", "hall", 0, service, "employee", 40), crowdOfHour("base", "a", 0, service, "employee", 50), crowdOfHour(odd, odd, 0, lesson, "teacher", 60),
	}
	writeCrowd(t, s, rows...)
	rows[1].CrowdCell, rows[1].Plan = utilisation.CrowdCell{}, "" // vanished, and now without a plan
	writeCrowd(t, s, rows[1])
	same(t, "all", crowdOfAll(t, s, ever), rows)
	same(t, "one base", crowdOfAll(t, s, hours("base", 0, 2)), rows[:5])
	same(t, "one hour", crowdOfAll(t, s, hours("", 1, 2)), rows[:1])
	same(t, "one base with quotes", crowdOfAll(t, s, hours(odd, 0, 1)), rows[5:])
}

// Each series comes in the order of time, and more rows than one request or one answer takes are all there.
func TestManyRows(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	var rows []utilisation.Row
	for hour := range requestLines + 100 {
		rows = append(rows, rowOfHour("base", "a", hour, lesson, 1))
	}
	slices.Reverse(rows)
	writeRows(t, s, rows...)
	hour := 0
	err := s.EachRow(t.Context(), ever, func(r utilisation.Row) error {
		if !r.Start.Equal(monday.Add(time.Duration(hour) * time.Hour)) {
			t.Fatalf("row %d is of %v", hour, r.Start)
		}
		hour++
		return nil
	})
	if err != nil || hour != len(rows) {
		t.Errorf("%d rows of %d, %v", hour, len(rows), err)
	}
	if err := s.EachRow(t.Context(), ever, func(utilisation.Row) error { return io.EOF }); err != io.EOF {
		t.Errorf("whoever has had enough: %v", err)
	}
}

// A row of the first formula had neither purpose nor user. It is read as such, and what stands in its place makes it zero.
func TestARowOfTheEarlierFormula(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	db.Write("base meter", "ledger", "ledger,asset=a,base=base unknown_ms=1i,off_ms=2i,standby_ms=3i,running_ms=4i,fault_ms=5i,estimated_ms=6i,formula=1i "+ns(monday))
	old := utilisation.Row{Base: "base", Asset: "a", Start: monday, Judged: utilisation.Judged{Formula: 1}}
	old.Cell[record.Unknown], old.Cell[record.Off], old.Cell[record.Standby], old.Cell[record.Running], old.Cell[record.Fault] = 1, 2, 3, 4, 5
	old.Cell[utilisation.Estimated] = 6
	same(t, "as it was", ledgerOf(t, s, ever), []utilisation.Row{old})
	next := rowOfHour("base", "a", 0, lesson, 10)
	old.Cell, old.Judged = utilisation.Cell{}, formula
	writeRows(t, s, old, next)
	same(t, "beside its successor", ledgerOf(t, s, ever), []utilisation.Row{old, next})
}

func TestAnAffiliationThatNobodyKnowsIsAnError(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	db.Write("base meter", "ledger", "ledger,affiliation=martian,asset=a,base=base,purpose=p formula=2i "+ns(monday))
	db.Write("base meter", "ledger", "crowd,affiliation=martian,place=a,base=base,purpose=p,user_group=u person_ms=2i "+ns(monday))
	for what, err := range map[string]error{
		"machines": s.EachRow(t.Context(), ever, func(utilisation.Row) error { return nil }),
		"people":   s.EachCrowdRow(t.Context(), ever, func(utilisation.CrowdRow) error { return nil }),
	} {
		if err == nil || !strings.Contains(err.Error(), `"martian" is not known`) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAssetsKnowTheirFirstSpellAndTheirLast(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	if assets, err := s.Assets(t.Context(), ""); err != nil || len(assets) != 0 {
		t.Fatalf("of an empty database: %v, %v", assets, err)
	}
	b := batch(1, "orrr")
	b.Spells = b.Spells[1:] // begins at 01:05
	write(t, s, batch(2, "s"), b)
	writeRows(t, s, rowOfHour("base", "a", 0, lesson, 1), rowOfHour("base", "a", 0, nobody, 1), rowOfHour("base", "gone", -1, lesson, 1))
	a := utilisation.Asset{Base: "base", Name: "a", Since: monday.Add(5 * time.Minute)}
	want := []utilisation.Asset{a, {Base: "base", Name: "gone", Since: monday.Add(-time.Hour)}}
	if got, err := s.Assets(t.Context(), ""); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	writeRows(t, s, utilisation.Row{Base: "base", Asset: "a", Start: monday.Add(-24 * time.Hour)}) // of the earlier formula
	if got, err := s.Assets(t.Context(), ""); err != nil || !got[0].Since.Equal(monday.Add(-24*time.Hour)) {
		t.Errorf("when its first spells are no longer kept: %v, %v", got, err)
	}
	for since, want := range map[time.Duration]string{0: "base/a 02:05", 64 * time.Minute: "base/a 02:05", 65 * time.Minute: "", 48 * time.Hour: ""} {
		said := ""
		err := s.EachTold(t.Context(), []string{"base", "other"}, monday.Add(since), func(base, asset string, told time.Time) {
			said += base + "/" + asset + told.Format(" 15:04")
		})
		if said != want || err != nil {
			t.Errorf("told after %v: %q, %v, want %q", since, said, err, want)
		}
	}
}

func TestOnlyTheMeasuresAskedForAreRead(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	writeRows(t, s, rowOfHour("base", "a", 0, lesson, 1))
	of := utilisation.Range{From: monday, To: monday.Add(24 * time.Hour)}
	one := func() (row utilisation.Row) {
		if err := s.EachRow(t.Context(), of, func(r utilisation.Row) error { row = r; return nil }); err != nil {
			t.Fatal(err)
		}
		return row
	}
	want := one()
	of.Measures = []utilisation.Measure{utilisation.Energy, utilisation.POT}
	want.Cell, want.Judged = utilisation.Cell{utilisation.Energy: want.Cell[utilisation.Energy], utilisation.POT: want.Cell[utilisation.POT]}, utilisation.Judged{}
	if got := one(); got != want || got.Cell[utilisation.POT] == 0 {
		t.Errorf("got  %+v\nwant %+v", got, want)
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
