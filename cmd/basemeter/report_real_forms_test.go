package main

import (
	"bytes"
	"context"
	"testing"
	"time"

	"basemeter/collector/forms"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/web"
)

// Sessions and Corrections make a centre what forms are made of.
func (c *centre) Sessions(_ context.Context, base, asset string, from, _ time.Time) ([]report.Session, error) {
	return []report.Session{{Base: base, Asset: asset, From: from, To: from.Add(time.Hour), Purpose: "student_training", Affiliation: "host", HeldMS: 3_600_000, EffectiveMS: 1_800_000}}, nil
}

func (c *centre) Corrections(_ context.Context, base string) ([]report.Correction, error) {
	return []report.Correction{{ID: "c-1", Base: base, Asset: "lathe", From: day(2026, 3, 1), To: day(2026, 3, 2), Reason: "断电", Author: "实训处", Made: day(2026, 3, 3)}}, nil
}

func (c *centre) Answer(ctx context.Context, q report.Query) (report.Answer, error) {
	return c.answer(ctx, q)
}

// Each real form reads the same, whether it is printed as it was made or comes over the API.
func TestARealFormIsPrintedAsItWasMade(t *testing.T) {
	same := func(_ report.Dimension, id string) table.Text {
		return table.Text{ZH: "《" + id + "》", EN: "“" + id + "”"}
	}
	words := forms.Vocabulary{Text: same, Class: func(string) string { return "teaching" }, Students: []string{"college_student"}, Row: func(string) int { return 1 },
		Municipal: func(string) bool { return true }, Project: func(string, string) table.Text { return table.Text{} },
		Targets: []forms.Target{{No: 1, Text: table.Text{ZH: "基地数", EN: "bases"}, Unit: "个", Y2025: 1, Y2030: 2, Y2035: 3, Telemetry: "direct"}}}
	for _, f := range forms.All() {
		centre := newCentre(t)
		var made table.Document
		centre.options.Form = func(ctx context.Context, id string, q report.Query, choice web.Choice) (d table.Document, err error) {
			made, err = forms.Make(ctx, centre, forms.Request{Form: id, Query: q, Words: words, Floor: &choice.Floor})
			return made, err
		}
		centre.options.Forms = []web.Form{formNamed(f.ID)}
		centre.serve()
		for _, lang := range []string{"zh", "en"} {
			out, said, code := centre.run(t, "--form", f.ID, "--period", "2025-2026", "--lang", lang)
			var want bytes.Buffer
			for i, s := range made.Sheets {
				if i > 0 {
					want.WriteString("\n\n")
				}
				if err := table.WriteText(&want, s, lang); err != nil {
					t.Fatal(err)
				}
			}
			if code != 0 || said != "" || out != want.String() || len(out) < 200 {
				t.Errorf("%s: exit %d, said %q, printed\n%s\nwant\n%s", f.ID, code, said, out, &want)
			}
		}
	}
}
