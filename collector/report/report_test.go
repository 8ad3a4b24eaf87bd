package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // in Beijing

func minute(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

type name struct{ base, asset string }

// A ledger is one in memory.
type ledger struct {
	crowd
	coarser   []utilisation.Row // its days and months
	grains    []utilisation.Grain
	useDays   []dayRow
	forgotten bool // the registry as it was
	assets    []utilisation.Asset
	dated     []utilisation.Asset // of them
	wanted    [][]string          // of which bases Assets was asked
	rows      []utilisation.Row
	facts     map[name]utilisation.Facts
	plan      utilisation.Plan
	fail      map[string]error // by method
	asked     []string         // what Account was asked
}

func (l *ledger) Assets(_ context.Context, bases []string, _ time.Time) ([]utilisation.Asset, error) {
	l.wanted = append(l.wanted, bases)
	return l.assets, l.fail["Assets"]
}

func (l *ledger) Dated() []utilisation.Asset { return l.dated }

func (l *ledger) Told(context.Context, []utilisation.Asset, []string, time.Time) error { return nil }

func (l *ledger) Bases(context.Context) (bases []string, err error) {
	for _, a := range l.assets {
		bases = append(bases, a.Base)
	}
	return append(bases, l.crowd.bases...), l.crowd.fail["Bases"]
}

func (l *ledger) EachRow(_ context.Context, of utilisation.Range, each func(utilisation.Row) error) error {
	for _, r := range l.grained(of) {
		if of.Measures != nil { // what is not asked for is not told, but for what no figure is formed of
			told := utilisation.Cell{utilisation.Held: r.Cell[utilisation.Held]}
			for _, m := range of.Measures {
				told[m] = r.Cell[m]
			}
			r.Cell = told
		}
		if !r.Start.Before(of.From) && r.Start.Before(of.To) && (len(of.Bases) == 0 || slices.Contains(of.Bases, r.Base)) {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	if of.Grain == utilisation.Hour {
		return l.fail["EachRow"]
	}
	return nil
}

func (l *ledger) EachDays(_ context.Context, of utilisation.Range, each func(string, string, time.Time, int64) error) error {
	for _, d := range l.useDays {
		if !d.month.Before(of.From) && d.month.Before(of.To) && (d.asset == "") == of.Whole {
			if err := each(d.base, d.asset, d.month, d.days); err != nil {
				return err
			}
		}
	}
	return l.fail["EachDays"]
}

// Registered is of a quota of all time for each machine, and of ten workstations in each hall.
func (l *ledger) Registered(base string, from, to time.Time) (Registered, bool) {
	r := Registered{QuotaMS: map[string]int64{}, StationMS: map[string]int64{"hall": 10 * to.Sub(from).Milliseconds()}, Hosted: map[string]bool{}}
	for _, a := range l.assets {
		if a.Base == base {
			r.QuotaMS[a.Name] = to.Sub(from).Milliseconds()
		}
	}
	return r, !l.forgotten
}

func (l *ledger) Account(_ context.Context, base, asset string, from, to time.Time) ([]utilisation.Row, error) {
	l.asked = append(l.asked, fmt.Sprintf("%s %v-%v", asset, from.Sub(noon).Minutes(), to.Sub(noon).Minutes()))
	var rows []utilisation.Row
	for from.Before(to) {
		end := earlier(floorHour(from).Add(time.Hour), to)
		rows = append(rows, l.judge(base, asset, from, end)...)
		from = end
	}
	return rows, l.fail["Account"]
}

// judge is the rows of a span that lies within an hour.
func (l *ledger) judge(base, asset string, from, to time.Time) (rows []utilisation.Row) {
	plan := l.plan
	plan.Asset = asset
	for key, cell := range utilisation.Sum(l.facts[name{base, asset}], plan, from.UnixMilli(), to.UnixMilli()) {
		rows = append(rows, utilisation.Row{Base: base, Asset: asset, Start: floorHour(from), Key: key, Cell: cell})
	}
	return rows
}

var letters = map[rune]record.State{'?': record.Unknown, 'o': record.Off, 's': record.Standby, 'r': record.Running, 'f': record.Fault}

// draw adds an asset. A letter of spells is ten minutes in that state from noon on, a letter of rows an hour that the
// ledger has wholly in that state; a dot is neither, a space is only for the eye. That the two disagree is how a test
// sees which of them was used.
func (l *ledger) draw(base, asset, spells, rows string) {
	if l.facts == nil {
		l.facts = map[name]utilisation.Facts{}
	}
	var f utilisation.Facts
	for i, letter := range strings.ReplaceAll(spells, " ", "") {
		if letter != '.' {
			f.Spells = append(f.Spells, record.Spell{Asset: asset, State: letters[letter],
				FromMS: minute(10 * i).UnixMilli(), ToMS: minute(10 * (i + 1)).UnixMilli()})
		}
	}
	for i, letter := range rows {
		if letter != '.' {
			l.book(base, asset, i, utilisation.Key{Purpose: utilisation.None}, utilisation.Measure(letters[letter]), 60)
		}
	}
	l.facts[name{base, asset}] = f
	l.assets = append(l.assets, utilisation.Asset{Base: base, Name: asset,
		Since: time.UnixMilli(f.Spells[0].FromMS), Told: time.UnixMilli(f.Spells[len(f.Spells)-1].ToMS)})
}

// book adds a row of some minutes.
func (l *ledger) book(base, asset string, hour int, key utilisation.Key, m utilisation.Measure, minutes int64) {
	r := utilisation.Row{Base: base, Asset: asset, Start: minute(60 * hour), Key: key}
	r.Cell[m] = minutes * 60_000
	l.rows = append(l.rows, r)
}

// drawn is a line's time by state, in minutes.
func drawn(l Line) string {
	var parts []string
	cell := l.Totals.Ledger.Total()
	for state, letter := range []string{record.Unknown: "?", record.Off: "o", record.Standby: "s", record.Running: "r", record.Fault: "f"} {
		if cell[state] != 0 {
			parts = append(parts, fmt.Sprintf("%s%v", letter, float64(cell[state])/60_000))
		}
	}
	return strings.Join(parts, " ")
}

var bothKeys = []Dimension{ByBase, ByAsset}

const someday = 10_000 // a minute long after everything drawn

// machineMetrics are all that are formed of the ledger of machines alone, effective hours first: together they read all of it.
func machineMetrics() []string {
	all := []string{"effective_hours"}
	for _, m := range utilisation.Metrics {
		if m.Needs == utilisation.OfMachines && m.ID != all[0] {
			all = append(all, m.ID)
		}
	}
	return all
}

func build(t testing.TB, l *ledger, q Query) []Line {
	t.Helper()
	if q.Metrics == nil {
		q.Metrics = machineMetrics()
	}
	a, err := Build(context.Background(), l, q)
	if err != nil {
		t.Fatal(err)
	}
	var sum utilisation.Cell
	for _, line := range a.Lines {
		sum = sum.Plus(line.Totals.Ledger.Total())
	}
	if total := a.Total.Totals.Ledger.Total(); total != sum {
		t.Errorf("the total is %v, the lines add up to %v", total, sum)
	}
	return a.Lines
}

// value is a figure of a line.
func value(t testing.TB, l Line, metric string) float64 {
	t.Helper()
	f := l.Figure(metric)
	if f == nil || f.Missing != "" {
		t.Fatalf("%s: %+v", metric, f)
	}
	return f.Value
}

func TestBuild(t *testing.T) {
	const running = "rrrrrr rrrrrr rrrrrr"
	for _, c := range []struct {
		name, spells, rows   string
		from, to, now, grace int
		want                 string
	}{
		{"whole hours come from the ledger", running, "sss", 0, 180, someday, 0, "s180"},
		{"edges come from the spells", running, "sss", 30, 150, someday, 0, "s60 r60"},
		{"only the first hour is cut", running, "sss", 30, 180, someday, 0, "s120 r30"},
		{"only the last hour is cut", running, "sss", 0, 150, someday, 0, "s120 r30"},
		{"both ends in one hour", running, "sss", 70, 100, someday, 0, "r30"},
		{"one whole hour", running, "sss", 60, 120, someday, 0, "s60"},
		{"no whole hour between", running, "sss", 50, 70, someday, 0, "r20"},
		{"an hour without a row is judged by its facts", running, "s.s", 0, 180, someday, 0, "s120 r60"},
		{"an hour without a row or a fact is unknown", "rrrrrr ...... rrrrrr", "s.s", 0, 180, someday, 0, "?60 s120"},
		{"no spell in an edge is unknown", "r..... ...... rrrrrr", "ss.", 0, 150, someday, 0, "s120 r30"},
		{"a hole in an edge is unknown", "r.r.r. rrrrrr", "..", 0, 50, someday, 0, "?20 r30"},
		{"nothing before the first fact", "...rrr rrrrrr rrrrrr", "sss", 0, 180, someday, 0, "s120 r30"},
		{"first heard of on the hour", "...... rrrrrr rrrrrr", ".ss", 0, 180, someday, 0, "s120"},
		{"asked about the time before", "...... rrrrrr", ".s", 0, 60, someday, 0, "none"},
		{"asked about the time until the first fact and after", "...r", "s", 10, 50, someday, 0, "?10 r10"},
		{"from is to", running, "sss", 60, 60, someday, 0, "none"},
		{"from is after to", running, "sss", 120, 60, someday, 0, "none"},

		{"what has not happened is not unknown", running, "sss", 0, 600, 90, 0, "s60 r30"},
		{"all of it lies ahead", running, "sss", 60, 120, 30, 0, "none"},
		{"silence until now is unknown", running, "sss", 0, 600, 200, 0, "?20 s180"},

		{"what is not told yet is left out", "rrrrrr rr", "s.", 0, 600, 90, 15, "s60 r20"},
		{"who was silent for longer is unknown", "rrrrrr rr", "s.", 0, 600, 100, 15, "?20 s60 r20"},
		{"exactly as long as may be", "rrrrrr rr", "s.", 0, 600, 95, 15, "?15 s60 r20"},
		{"just not that long", "rrrrrr rr", "s.", 0, 600, 94, 15, "s60 r20"},
		{"a hole before the newest spell stays unknown", "rrrrrr r.r", "s.", 0, 600, 95, 30, "?10 s60 r20"},
		{"a spell that reaches beyond now", "rrrrrr rrr", "s.", 0, 600, 85, 15, "s60 r25"},
		{"the past is complete", "rrrrrr rr", "s.", 0, 70, 90, 15, "s60 r10"},
		{"the past is complete, with its silence", "rrrrrr rr", "s.", 0, 85, 110, 15, "?5 s60 r20"},
		{"the end of what is told lies on the hour", "rrrrrr", "s", 0, 600, 65, 15, "s60"},
		{"asked only about what is not told yet", "rrrrrr", "s", 62, 600, 65, 15, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l ledger
			l.draw("b", "a", c.spells, c.rows)
			rows := build(t, &l, Query{From: minute(c.from), To: minute(c.to), Now: minute(c.now), Grace: time.Duration(c.grace) * time.Minute, By: bothKeys})
			got := "none"
			if len(rows) > 0 {
				got = drawn(rows[0])
			}
			if got != c.want {
				t.Errorf("%q, ledger %q: got %s, want %s", c.spells, c.rows, got, c.want)
			}
		})
	}
}

func TestWholeHoursAreNotReadAgain(t *testing.T) {
	var l ledger
	l.draw("b", "a", "rrrrrr rrrrrr rrrrrr", "rrr")
	build(t, &l, Query{From: minute(30), To: minute(150), Now: minute(someday), By: bothKeys})
	if want := []string{"a 30-60", "a 120-150"}; !slices.Equal(l.asked, want) {
		t.Errorf("judged anew: %q, want %q", l.asked, want)
	}
}

// Hours in a row that the ledger lacks are one question, whose answer is a row for each of them.
func TestHoursThatTheLedgerLacks(t *testing.T) {
	for _, c := range []struct {
		rows     string
		from, to int
		want     []string
	}{
		{"s..ss", 0, 300, []string{"a 60-180"}},
		{".s.s.", 0, 300, []string{"a 0-60", "a 120-180", "a 240-300"}},
		{".....", 0, 300, []string{"a 0-300"}},
		{".sss.", 30, 290, []string{"a 30-60", "a 240-290"}},
		{"s..s.", 30, 130, []string{"a 30-130"}},
		{"sssss", 0, 300, nil},
	} {
		var l ledger
		l.draw("b", "a", strings.Repeat("r", 30), c.rows)
		hours := map[time.Time]bool{}
		q := Query{From: minute(c.from), To: minute(c.to), Now: minute(someday), By: bothKeys}
		err := EachHour(t.Context(), &l, q, func(r utilisation.Row) { hours[r.Start] = true })
		if err != nil || !slices.Equal(l.asked, c.want) || len(hours) != (c.to+59)/60-c.from/60 {
			t.Errorf("%s from %d to %d: asked %q, want %q; %d hours, %v", c.rows, c.from, c.to, l.asked, c.want, len(hours), err)
		}
	}
}

func TestOutOfService(t *testing.T) {
	for _, c := range []struct {
		until int
		want  string
	}{{-10, "none"}, {0, "none"}, {30, "r30"}, {60, "s60"}, {100, "s60 r40"}, {180, "s180"}, {999, "?20 s180"}} {
		var l ledger
		l.draw("b", "a", strings.Repeat("r", 18), "sss")
		l.assets[0].Until = minute(c.until)
		got := "none"
		for _, r := range build(t, &l, Query{From: minute(0), To: minute(200), Now: minute(someday), By: bothKeys}) {
			got = drawn(r)
		}
		if got != c.want {
			t.Errorf("until minute %d: %s, want %s", c.until, got, c.want)
		}
	}
}

// Two bases have an asset of the same name; they are two assets.
func town() *ledger {
	var l ledger
	l.draw("west", "lathe", "rrrrrr ssssss", "rs")
	l.draw("east", "mill", "oooooo ffffff", "of")
	l.draw("east", "lathe", "rrrrrr rrrrrr", "rr")
	return &l
}

func narrow(d Dimension, values ...string) map[Dimension][]string {
	return map[Dimension][]string{d: values}
}

func TestRowsFiltersAndOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		q    Query
		want string
	}{
		{"by asset", Query{By: bothKeys}, "east/lathe×1 r120; east/mill×1 o60 f60; west/lathe×1 s60 r60"},
		{"by base", Query{By: []Dimension{ByBase}}, "east/×2 o60 r120 f60; west/×1 s60 r60"},
		{"one base", Query{By: bothKeys, Where: narrow(ByBase, "west")}, "west/lathe×1 s60 r60"},
		{"one asset, in both bases", Query{By: bothKeys, Where: narrow(ByAsset, "lathe")}, "east/lathe×1 r120; west/lathe×1 s60 r60"},
		{"one asset of one base", Query{By: []Dimension{ByBase}, Where: map[Dimension][]string{ByBase: {"east"}, ByAsset: {"mill"}}}, "east/×1 o60 f60"},
		{"nobody", Query{By: bothKeys, Where: narrow(ByBase, "north")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.From, c.q.To, c.q.Now = minute(0), minute(120), minute(someday)
			var got []string
			for _, r := range build(t, town(), c.q) {
				got = append(got, fmt.Sprintf("%s/%s×%d %s", r.Base, r.Asset, r.Assets, drawn(r)))
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A base's order is by its name alone: "a-b" comes behind "a", whatever the assets are called.
func TestOrderIsByBaseFirst(t *testing.T) {
	var l ledger
	l.draw("a-b", "a", "r", "")
	l.draw("a", "z", "r", "")
	rows := build(t, &l, Query{From: minute(0), To: minute(10), Now: minute(someday), By: bothKeys})
	if rows[0].Base != "a" || rows[1].Base != "a-b" {
		t.Errorf("order %s, %s", rows[0].Base, rows[1].Base)
	}
}

func TestCoverageAndEstimateBesideTheFigures(t *testing.T) {
	var l ledger
	l.draw("b", "a", "rr..s. ......", "..")
	l.facts[name{"b", "a"}].Spells[0].Estimated = true
	r := build(t, &l, Query{From: minute(0), To: minute(50), Now: minute(someday), By: bothKeys})[0]
	if f := r.Figure("effective_hours"); f.Coverage != 0.6 || r.Totals.Ledger.Total()[utilisation.Estimated] != 600_000 {
		t.Errorf("%+v; want a coverage of 0.6 and 600 s estimated", f)
	}
}

// A base's coverage is formed from its sums, not from its assets' coverages.
func TestARatioIsFormedOnce(t *testing.T) {
	var l ledger
	l.draw("b", "long", "rrrrrr rrrrrr rrrrrr", "rrr")
	l.draw("b", "short", "...... ...... ....r.", "...")
	r := build(t, &l, Query{From: minute(0), To: minute(180), Now: minute(someday), By: []Dimension{ByBase}})[0]
	if got, want := r.Figure("effective_hours").Coverage, 190.0/200; got != want {
		t.Errorf("coverage %v, want %v", got, want)
	}
}

func TestWhatFailsIsNamed(t *testing.T) {
	gone := errors.New("gone")
	for method, want := range map[string]string{"Assets": "assets: gone", "EachRow": "ledger of b: gone", "Account": "b/a: gone"} {
		var l ledger
		l.draw("b", "a", "rrrrrr rrrrrr", "rr")
		l.fail = map[string]error{method: gone}
		_, err := Build(t.Context(), &l, Query{From: minute(0), To: minute(90), Now: minute(someday), By: bothKeys, Metrics: []string{"coverage"}})
		if !errors.Is(err, gone) || err.Error() != want {
			t.Errorf("%s: got %v, want %s", method, err, want)
		}
	}
}

func TestParseDimensions(t *testing.T) {
	for _, c := range []struct {
		list    string
		allowed []Dimension
		want    string
	}{
		{"base", MachineDimensions, "[base]"},
		{"base,asset", MachineDimensions, "[base asset]"},
		{" asset , base ", MachineDimensions, "[asset base]"},
		{"asset", MachineDimensions, "[base asset]"},
		{"city,line", MachineDimensions, "[base city line]"},
		{"purpose,affiliation", MachineDimensions, "[purpose affiliation]"},
		{"place,user_group", PeopleDimensions, "[base place user_group]"},
		{"", []Dimension{ByBase, ByDay}, `"" is not a grouping; allowed: base, day`},
		{"base,", []Dimension{ByBase, ByDay}, `"" is not a grouping; allowed: base, day`},
		{"base,city", []Dimension{ByBase}, `"city" is not a grouping; allowed: base`},
		{"base,base", MachineDimensions, "base is named twice"},
		{"asset,asset", MachineDimensions, "asset is named twice"},
	} {
		keys, err := ParseDimensions(c.list, c.allowed)
		got := fmt.Sprint(keys)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q: got %s, want %s", c.list, got, c.want)
		}
	}
}
