package collector

import (
	"context"
	"strings"
	"testing"
	"time"

	"basemeter/collector/forms"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
	"basemeter/collector/web"
)

// A formDesk is what forms ask, answered by the desk's books.
type formDesk struct{ *desk }

func (f formDesk) Answer(ctx context.Context, q report.Query) (report.Answer, error) {
	return report.Build(ctx, f.source, q)
}

func (f formDesk) Sessions(ctx context.Context, base, asset string, from, to time.Time) ([]report.Session, error) {
	spans, err := f.source.spans(ctx, base, asset, from, to)
	return sessionsOf(base, asset, spans), err
}

func (f formDesk) Corrections(context.Context, string) ([]report.Correction, error) { return nil, nil }

// Every question that a form asks is one that the ledger answers; and what stands in the cells is what happened.
func TestFormsOfAWeek(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 2, allDay), half("lathe", "03-04 00:00", strings.Replace(allDay, "ssrrrrss", "ss..rrss", 1)), days("lathe", "03-05 00:00", 4, allDay))
	d.tell(five(at("hall", "03-03 08:00", "03-03 10:00")))
	q := report.Query{From: local("03-02 00:00"), To: local("03-09 00:00"), Now: local("03-10 00:00"), Zone: beijing, Catalogue: d.source.plans.catalogue()}
	documents := map[string]table.Document{}
	for _, f := range forms.All() {
		made, err := forms.Make(t.Context(), formDesk{d}, forms.Request{Form: f.ID, Query: q, Words: Vocabulary(d.source.plans.current.Load().plan), Options: forms.Options{AllAssets: true}})
		if err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
		documents[f.ID] = made
	}
	for _, x := range []struct {
		form, sheet, column, want string
	}{
		{"sj3", "sj3", "teaching_hours", "2 0"}, {"sj3", "sj3", "social_service_hours", "2 0"}, {"sj3", "sj3-evidence", "unattributed_hours", "12 0"},
		{"state-data", "on-campus", "days_used", "7"}, {"state-data", "on-campus", "person_hours_inside", "10"}, {"utilisation", "bases", "effective_hours", "16"},
		{"cities", "cities", "hours_per_asset", "16"}, {"annex2", "bases", "days_used", "7"},
	} {
		if got := columnOf(documents[x.form], x.sheet, x.column); got != x.want {
			t.Errorf("%s/%s, %s: %s, want %s", x.form, x.sheet, x.column, got, x.want)
		}
	}
}

// columnOf is a column of a sheet as CSV has it.
func columnOf(d table.Document, sheet, column string) string {
	for _, s := range d.Sheets {
		for i, c := range s.Columns {
			if s.ID != sheet || c.ID != column {
				continue
			}
			var cells []string
			for _, row := range s.Rows {
				var text strings.Builder
				if err := table.WriteCSV(&text, table.Sheet{ID: "s", Columns: []table.Column{c}, Rows: [][]table.Cell{{row[i]}}}, "en"); err != nil {
					return err.Error()
				}
				value, _, _ := strings.Cut(strings.Split(text.String(), "\n")[1], ",")
				cells = append(cells, value)
			}
			return strings.Join(cells, " ")
		}
	}
	return "no column"
}

// A form of a frozen version knows when each base's was frozen, and lists no later correction.
func TestAFormOfAFrozenVersion(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 2, allDay))
	c := utilisation.Correction{ID: "before", FromMS: local("03-03 08:00").UnixMilli(), ToMS: local("03-03 09:00").UnixMilli(), Purpose: "student_training",
		Affiliation: utilisation.Host, Reason: "paper log", Author: "office", MadeMS: local("03-20 09:00").UnixMilli()}
	correct := func() {
		if err := d.Correct(t.Context(), "b", "lathe", c); err != nil {
			t.Fatal(err)
		}
	}
	correct()
	if _, err := d.Freeze(t.Context(), "b", "2026-03", "r", "a"); err != nil {
		t.Fatal(err)
	}
	c.ID, c.MadeMS = "after", time.Now().UnixMilli()+1
	correct()
	self := &Collector{}
	self.opened.Store(d.source.store)
	self.plans.put(loadPlan(t))
	for version, want := range map[string]string{"": "before after", "2026-03.1": "before"} {
		q := report.Query{From: local("03-01 00:00"), To: local("04-01 00:00"), Now: time.Now(), Zone: beijing, Catalogue: self.Catalogue(), Version: version}
		made, err := self.Form(t.Context(), "utilisation", q, web.Choice{Floor: report.CoverageFloor})
		if err != nil {
			t.Fatal(err)
		}
		if got := columnOf(made, "corrections", "correction_id"); got != want {
			t.Errorf("version %q lists %s, want %s", version, got, want)
		}
	}
}
