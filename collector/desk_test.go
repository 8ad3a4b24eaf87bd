package collector

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A desk is the books of one base in a database of its own, with a plan: open on weekdays from 8 to 12 and from 14 to
// 17, a lesson on Tuesdays from 8 to 10, a firm from outside on Wednesday the 4th from 14 to 16.
type desk struct {
	testing.TB
	*Books
	sequence uint64
}

var planFiles = map[string]string{
	"registry.yaml": `base: {id: b, text_zh: 基地, kind: open_regional_center, owner: college, city: nanchang}
organisations:
  - {id: college, text_zh: 学院, affiliation: host}
  - {id: firm, text_zh: 公司, affiliation: outside}
areas: [{id: hall, text_zh: 车间, workstations: 10}]
assets: [{id: lathe, text_zh: 车床, area: hall}, {id: mill, text_zh: 铣床, area: hall}]
cards: [{group: students, text_zh: 学生, user_group: college_student, organisation: college}]
`,
	"calendar.yaml": `terms: [{code: 2025-2026-2, week1: 2026-03-02, weeks: 18}]
periods: [{table: {"1": ["08:00", "08:55"], "2": ["09:05", "10:00"]}}]
weekly: {in_term: {mon-fri: [["08:00", "12:00"], ["14:00", "17:00"]]}}
`,
	"timetable.yaml": `lessons: [{id: turning, text: 车削, term: 2025-2026-2, weeks: 1-18, weekday: tue, periods: 1-2, area: hall, purpose: student_training, organisation: college}]
`,
	"bookings.yaml": `bookings: [{id: firm-1, text: 试制, from: 2026-03-04T14:00, to: 2026-03-04T16:00, assets: [lathe], purpose: pilot_test, organisation: firm}]
`,
}

func loadPlan(t testing.TB, change ...string) *plan.Plan {
	t.Helper()
	dir := t.TempDir()
	for name, text := range planFiles {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.NewReplacer(change...).Replace(text)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, faults := plan.Load(dir)
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	db := collectortest.Influx(t)
	s, err := store.Open(t.Context(), store.Options{URL: db.URL, Database: "basemeter"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p := &plans{}
	p.put(loadPlan(t))
	return &desk{t, &Books{source: newSource(newBookkeeper(s, p, 0, byHand()), s)}, 0}
}

// local is a moment by the clock on the wall in the base: 03-02 08:00 of 2026.
func local(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+text, beijing)
	if err != nil {
		panic(err)
	}
	return at
}

// half draws spells, a letter for half an hour from a moment on; a dot is half an hour that nobody tells of.
func half(asset, from, letters string) record.Facts {
	var f record.Facts
	states := map[rune]record.State{'r': record.Running, 's': record.Standby, 'o': record.Off}
	for i, letter := range strings.ReplaceAll(letters, " ", "") {
		begin := local(from).Add(time.Duration(i) * 30 * time.Minute).UnixMilli()
		if state, told := states[letter]; told {
			f.Spells = append(f.Spells, record.Spell{Asset: asset, State: state, FromMS: begin, ToMS: begin + 1_800_000})
		}
	}
	return f
}

func days(asset, from string, n int, letters string) (f record.Facts) {
	for i := range n {
		day := half(asset, local(from).AddDate(0, 0, i).Format("01-02 15:04"), letters)
		f.Spells = append(f.Spells, day.Spells...)
	}
	return f
}

func at(place, from, to string) record.Facts {
	p := record.Presence{Place: place, Reader: "r", Card: "0123456789abcdef", Group: "students", FromMS: local(from).UnixMilli(), ToMS: local(to).UnixMilli(), Ended: "out"}
	p.KnownMS = p.ToMS
	return record.Facts{Presences: []record.Presence{p}}
}

// five is the same of five people.
func five(one record.Facts) (all record.Facts) {
	for i := range 5 {
		p := one.Presences[0]
		p.Card, p.Reader = fmt.Sprintf("%016x", i), fmt.Sprintf("r%d", i) // a reader reads one at a time
		all.Presences = append(all.Presences, p)
	}
	return all
}

// tell is what a collector does with facts: it writes them, and settles their hours.
func (d *desk) tell(all ...record.Facts) {
	d.Helper()
	clear(d.source.near)
	for _, f := range all {
		d.sequence++
		batch := []record.Batch{{Base: "b", Gateway: "gw", Stream: "00112233445566778899aabbccddeeff", Sequence: d.sequence, Facts: f}}
		if err := errors.Join(d.source.store.WriteFacts(d.Context(), batch), d.source.settle(d.Context(), touched(batch))); err != nil {
			d.Fatal(err)
		}
	}
}

// sums are measures of an asset's whole time in a span, in hours; facts at once, and by the ledger, which must agree.
func (d *desk) sums(asset, from, to string, m ...utilisation.Measure) string {
	d.Helper()
	q := about(from, to)
	q.Where[report.ByAsset] = []string{asset}
	by := utilisation.Ledger{}
	err := report.EachHour(d.Context(), d.source, q, func(r utilisation.Row) { by[r.Key] = by[r.Key].Plus(r.Cell) })
	if err != nil {
		d.Fatal(err)
	}
	maps.DeleteFunc(by, func(_ utilisation.Key, c utilisation.Cell) bool { return c == utilisation.Cell{} })
	facts, plan, err := d.source.evidence(d.Context(), "b", asset, q.From, q.To)
	if err != nil {
		d.Fatal(err)
	}
	if once := utilisation.Sum(facts, plan, q.From.UnixMilli(), q.To.UnixMilli()); !maps.Equal(once, by) {
		d.Errorf("by the ledger %v\nfrom facts at once %v", by, once)
	}
	total := by.Total()
	var text []string
	for _, one := range m {
		text = append(text, fmt.Sprintf("%v %v", one, float64(total[one])/3_600_000))
	}
	return strings.Join(text, ", ")
}

// purposes are the effective hours of an asset by purpose and user.
func (d *desk) purposes(asset, from, to string) string {
	d.Helper()
	q := about(from, to, "effective_hours")
	q.Where[report.ByAsset], q.By = []string{asset}, []report.Dimension{report.ByPurpose, report.ByAffiliation}
	var text []string
	for _, l := range d.answer(q).Lines {
		if f := l.Figure("effective_hours"); f.Numerator > 0 {
			text = append(text, fmt.Sprintf("%s/%s %.2f", l.Purpose, l.Affiliation, f.Value))
		}
	}
	return strings.Join(text, ", ")
}

// about is a question about the desk's base, put when its time is over.
func about(from, to string, metrics ...string) report.Query {
	return report.Query{From: local(from), To: local(to), Now: local(to), Where: map[report.Dimension][]string{report.ByBase: {"b"}}, Metrics: metrics}
}

func (d *desk) answer(q report.Query) report.Answer {
	d.Helper()
	a, err := report.Build(d.Context(), d.source, q)
	if err != nil {
		d.Fatal(err)
	}
	return a
}

func everyMetric() (ids []string) {
	for _, m := range utilisation.Metrics {
		ids = append(ids, m.ID)
	}
	return ids
}

func (d *desk) want(what, got, want string) {
	d.Helper()
	if got != want {
		d.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

const (
	unknown = utilisation.Measure(record.Unknown)
	running = utilisation.Measure(record.Running)

	allDay = "oooooooooooooooo ssrrrrss oooo ssssss oooooooooooooo" // 8 to 12 on, of it 9 to 11 running; 14 to 17 standing by
)
