package forms

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

func number(t *testing.T, c table.Cell, want float64) {
	t.Helper()
	if c.Kind != table.Number || c.Number < want-1e-9 || c.Number > want+1e-9 {
		t.Errorf("%+v, want %v", c, want)
	}
}

func kind(t *testing.T, c table.Cell, want table.Kind, why string) {
	t.Helper()
	if c.Kind != want || c.Text.ZH != why {
		t.Errorf("%+v, want kind %d, %s", c, want, why)
	}
}

// says tells whether a note of a sheet holds a text.
func says(t *testing.T, s table.Sheet, text string) {
	t.Helper()
	if !slices.ContainsFunc(s.Below, func(n table.Text) bool { return strings.Contains(n.ZH, text) || strings.Contains(n.EN, text) }) {
		t.Errorf("%s: no note says %q: %q", s.ID, text, s.Below)
	}
}

func TestAFormThatThereIsNot(t *testing.T) {
	_, err := Make(context.Background(), source(), request("sj9"))
	var unknown *report.UnknownError
	if !errors.As(err, &unknown) || unknown.Parameter != "form" || unknown.Value != "sj9" ||
		err.Error() != `form: there is no "sj9"; there are utilisation, sj3, state-data, benefit, trainee, cities, annex2` {
		t.Error(err)
	}
}

// Without a period it is the last year of the form's kind that has ended.
func TestPeriods(t *testing.T) {
	for _, x := range []struct {
		year     Year
		now      time.Time
		from, to time.Time
	}{
		{Academic, day(2026, 8, 31), day(2024, 9, 1), day(2025, 9, 1)}, {Academic, day(2026, 9, 1), day(2025, 9, 1), day(2026, 9, 1)},
		{Academic, time.Date(2026, 8, 31, 17, 0, 0, 0, time.UTC), day(2025, 9, 1), day(2026, 9, 1)}, // which is September in Shanghai
		{Calendar, day(2026, 1, 1), day(2025, 1, 1), day(2026, 1, 1)}, {Calendar, day(2026, 12, 31), day(2025, 1, 1), day(2026, 1, 1)},
	} {
		f := Form{Year: x.year}
		if from, to := f.Period(x.now, zone); !from.Equal(x.from) || !to.Equal(x.to) {
			t.Errorf("%v: %v to %v", x.now, from, to)
		}
	}
	r := request("sj3")
	r.Query.From, r.Query.To = time.Time{}, time.Time{}
	s := source()
	if d := made(t, s, r); d.File != "sj3-2025-09-01-2026-08-31" || !s.asked[0].From.Equal(day(2025, 9, 1)) || !d.Made.Equal(day(2026, 9, 1)) {
		t.Errorf("%s %v", d.File, s.asked[0].From)
	}
}

// Filters and scope reach every question, and the bases that are listed.
func TestFormsKeepToTheirScope(t *testing.T) {
	for _, form := range All() {
		s, r := source(), request(form.ID)
		r.Query.Within = report.Scope{City: "nanchang"}
		r.Query.Where = map[report.Dimension][]string{report.ByBase: {"nc-vtc"}}
		d := made(t, s, r)
		for _, q := range s.asked {
			if q.Within.City != "nanchang" || !slices.Equal(q.Where[report.ByBase], []string{"nc-vtc"}) || q.Catalogue == nil || q.Zone != zone {
				t.Errorf("%s asked %+v", form.ID, q)
			}
		}
		for _, s := range d.Sheets {
			for _, row := range s.Rows {
				for _, c := range row {
					if strings.Contains(c.Text.ZH, "陶瓷") || strings.Contains(c.Text.ZH, "九江") {
						t.Errorf("%s/%s tells of %s", form.ID, s.ID, c.Text.ZH)
					}
				}
			}
			if s.Above[1].ZH != "范围：南昌市；基地：数控实训基地；登记的基地 1 个" {
				t.Errorf("%s: %s", s.ID, s.Above[1].ZH)
			}
		}
	}
}

func TestProgressIsToldToTheEnd(t *testing.T) {
	for _, form := range All() {
		r, last := request(form.ID), -1
		r.Progress = func(done, of int, _ string) {
			if done != last+1 || done > of {
				t.Errorf("%s: step %d of %d comes after %d", form.ID, done, of, last)
			}
			last = done
		}
		m := newMaker(source(), r, form)
		made(t, source(), r)
		if want := form.steps(m); last != want {
			t.Errorf("%s: %d steps of %d", form.ID, last, want)
		}
	}
}

// broken is a source that fails at its nth question.
type broken struct {
	*desk
	after int
}

var errBroken = errors.New("the database is gone")

func (b *broken) fails() bool { b.after--; return b.after < 0 }

func (b *broken) Answer(ctx context.Context, q report.Query) (report.Answer, error) {
	if b.fails() {
		return report.Answer{}, errBroken
	}
	return b.desk.Answer(ctx, q)
}

func (b *broken) Sessions(ctx context.Context, base, asset string, from, to time.Time) ([]report.Session, error) {
	if b.fails() {
		return nil, errBroken
	}
	return b.desk.Sessions(ctx, base, asset, from, to)
}

func (b *broken) Corrections(ctx context.Context, base string) ([]report.Correction, error) {
	if b.fails() {
		return nil, errBroken
	}
	return b.desk.Corrections(ctx, base)
}

// Whatever fails, there is no form, rather than one with a hole.
func TestAFormIsWholeOrNone(t *testing.T) {
	for _, form := range All() {
		for after := range 40 {
			b := &broken{source(), after}
			d, err := Make(context.Background(), b, request(form.ID))
			if b.after >= 0 {
				break // it had all it needed
			}
			if !errors.Is(err, errBroken) || len(d.Sheets) > 0 {
				t.Errorf("%s, after %d answers: %v, %d sheets", form.ID, after, err, len(d.Sheets))
			}
		}
	}
}

// Nothing is left in the other language, and no blank is left open.
func TestFormsSpeakBothLanguages(t *testing.T) {
	check := func(where string, text table.Text) {
		if strings.Contains(text.ZH+text.EN, "%!") || text.ZH == "" != (text.EN == "") {
			t.Errorf("%s: %+v", where, text)
		}
	}
	han := func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for _, form := range All() {
		check(form.ID, form.For)
		for _, s := range made(t, source(), request(form.ID)).Sheets {
			for _, text := range slices.Concat(s.Above, s.Below, []table.Text{s.Title}) {
				check(form.ID+"/"+s.ID, text)
			}
			for _, c := range s.Columns {
				if check(form.ID+"/"+s.ID, c.Head); han(c.Head.EN) || c.Head.EN == "" {
					t.Errorf("%s: the English heading of %s is %q", s.ID, c.ID, c.Head.EN)
				}
			}
			for _, row := range s.Rows {
				for _, c := range row {
					if strings.Contains(c.Text.ZH+c.Text.EN, "%!") {
						t.Errorf("%s: %+v", s.ID, c.Text)
					}
				}
			}
		}
	}
}

// Each formula of the dictionary can be read in Chinese.
func TestTheDictionaryIsInChinese(t *testing.T) {
	for _, d := range utilisation.Metrics {
		if inChinese[d.ID] == "" {
			t.Errorf("%s = %s has no Chinese formula", d.ID, d.Formula)
		}
	}
}

func TestHowFarFiguresReach(t *testing.T) {
	r := request("benefit")
	r.Query.Now = time.Date(2026, 3, 1, 8, 30, 0, 0, zone)
	s := sheetOf(t, made(t, source(), r), "benefit")
	says(t, s, "数据截至 2026-03-01 08:30，期间尚未结束。")
	says(t, s, "Rules 2, plan p1; not frozen")
	r.Query.Version = "2025-2026.1"
	says(t, sheetOf(t, made(t, source(), r), "benefit"), "数据取自冻结版本 2025-2026.1，不再变化。")
	r = request("sj3")
	r.Query.To = day(2026, 3, 1)
	says(t, sheetOf(t, made(t, source(), r), "sj3"), "期间不是一个完整学年")
}

// Each form and each field of SJ3 stands in the manual, in both languages.
func TestTheManualKnowsEveryForm(t *testing.T) {
	for _, name := range []string{"../../docs/forms.md", "../../docs/forms.zh-CN.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range All() {
			if !strings.Contains(string(text), "| `"+form.ID+"` |") || !strings.Contains(string(text), "\n## "+form.ID) {
				t.Errorf("%s does not tell of %s", name, form.ID)
			}
		}
		for _, f := range sj3Fields {
			word, _, _ := strings.Cut(f.text.ZH, "（")
			if word = strings.TrimSuffix(word, "情况"); !strings.Contains(string(text), word) || !strings.Contains(string(text), f.size()[:2]) {
				t.Errorf("%s does not tell of field %d, %s", name, f.no, f.text.ZH)
			}
		}
	}
}

// What nobody registered is not lost in silence; nor is a correction of it.
func TestWhatIsNotRegisteredIsTold(t *testing.T) {
	desk := source()
	stranger := fact{Group: report.Group{Base: "new-base", Asset: "saw", Month: "2025-09", Purpose: "student_training", Affiliation: "host"}, n: map[string]float64{"effective_hours": 1}}
	forgotten := use("drill", "2025-09", "student_training", "host", map[string]float64{"effective_hours": 1})
	desk.facts = append(desk.facts, stranger, forgotten)
	desk.corrections = append(desk.corrections, report.Correction{ID: "c9", Base: "new-base", Asset: "saw", From: day(2025, 9, 1), To: day(2025, 9, 2), State: "off", Reason: "试机"})
	for _, id := range []string{"sj3", "benefit"} {
		says(t, sheetOf(t, made(t, desk, request(id)), id), "没有登记，不在表中：nc-vtc/drill、new-base/saw。")
	}
	for form, sheet := range map[string]string{"state-data": "on-campus", "annex2": "bases"} {
		says(t, sheetOf(t, made(t, desk, request(form)), sheet), "not registered, not in the table: new-base.")
	}
	r := request("utilisation")
	r.Progress = func(done, of int, _ string) {
		if done > of {
			t.Errorf("step %d of %d", done, of)
		}
	}
	d := made(t, desk, r)
	kind(t, cellOf(t, sheetOf(t, d, "corrections"), "correction_id", "c9", "base"), table.Words, "new-base")
	kind(t, cellOf(t, sheetOf(t, d, "assets"), "asset", "drill", "base"), table.Words, "数控实训基地")
	r.Query.Catalogue = nil // without a plan there are figures, but no names
	kind(t, cellOf(t, sheetOf(t, made(t, desk, r), "corrections"), "correction_id", "c1", "asset"), table.Words, "lathe")
}
