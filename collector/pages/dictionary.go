package pages

import (
	"fmt"
	"net/http"

	"basemeter/collector/utilisation"
)

// A dictionary is what every metric means.
type dictionary struct {
	List     []definition
	Elements [][2]string
	States   []termOf
}

// A definition is one metric, with its name in the other language as well.
type definition struct{ ID, Name, Other, Unit, Formula, FormulaOther, Source, Href string }

func (a *asking) metrics() (any, error) {
	d := dictionary{}
	for i := range utilisation.Metrics {
		m := &utilisation.Metrics[i]
		def := definition{ID: m.ID, Name: a.metricName(m.ID), Other: m.EN, Unit: a.word["unit "+string(m.Unit)], Formula: a.formula(m), FormulaOther: namesEN.Replace(m.Formula), Source: a.source(m), Href: a.explained(m.ID)}
		if m.Unit == utilisation.Ratio {
			def.Unit = "%"
		}
		if a.Lang == "en" {
			def.Other, def.FormulaOther = m.ZH, m.FormulaZH()
		}
		d.List = append(d.List, def)
	}
	for _, e := range elements {
		text := e[1]
		if a.Lang == "en" {
			text = e[2]
		}
		d.Elements = append(d.Elements, [2]string{e[0], text})
	}
	for _, state := range []string{"running", "standby", "off", "fault", "unknown"} {
		d.States = append(d.States, termOf{a.word[state], a.word["is "+state], state})
	}
	return d, nil
}

// A wrong is a page that says what was wrong, and where to go on.
type wrong struct {
	Title     string // which word is its title
	Field     string
	FieldName string
	Text      string
	Home      string
	Without   string // the same page without what was wrong; empty: there is none
	Again     bool   // it may be well later
}

func (a *asking) faultPage(page string, f *fault) wrong {
	w := wrong{Title: fmt.Sprintf("title %d", f.status), Field: f.field, FieldName: a.word["field "+f.field], Text: f.zh, Home: here + "?lang=" + a.Lang, Again: f.status >= http.StatusInternalServerError}
	if a.Lang == "en" {
		w.Text = f.en
	}
	switch {
	case page == "nowhere" || !a.given.Has(f.field):
	case f.field == "from" || f.field == "last": // which belong to a period of one's own
		w.Without = a.href(pathOf(page), "period", "")
	default:
		w.Without = a.href(pathOf(page), f.field, "")
	}
	return w
}
