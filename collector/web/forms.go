package web

import (
	"net/http"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// Forms are those that can be made.
type Forms struct {
	Forms []OneForm `json:"forms" nullable:"false"`
}

// OneForm is one of them.
type OneForm struct {
	ID string `json:"id"`
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// A Filled is a form, filled in.
type Filled struct {
	ID     string    `json:"id"`
	ZH     string    `json:"zh"`
	EN     string    `json:"en"`
	Sheets []Filling `json:"sheets" nullable:"false"`
}

// A Filling is one table of a form.
type Filling struct {
	ID      string          `json:"id"`
	ZH      string          `json:"zh"`
	EN      string          `json:"en"`
	Above   []Said          `json:"above" nullable:"false"`
	Columns []FillingColumn `json:"columns" nullable:"false"`
	Rows    [][]any         `json:"rows" nullable:"false" doc:"A cell is a number, a text, a time, null if it is empty, or an object: {missing} says why there is nothing, manual, withheld or unknown; {number, doubtful} is a number whose coverage is below the floor."`
	Below   []Said          `json:"below" nullable:"false"`
}

// Said is a text in both languages.
type Said struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// A FillingColumn is a column of a form.
type FillingColumn struct {
	ID   string `json:"id"`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
	Unit string `json:"unit,omitempty"`
	// Format is how people read its cells; what is stored is not rounded.
	Format string `json:"format" enum:"plain,whole,decimal,percent,date,moment" doc:"How people read its cells: percent is a ratio of 1. Nothing is rounded here."`
}

var formatWords = map[table.Format]string{table.Plain: "plain", table.Whole: "whole", table.Decimal: "decimal", table.Percent: "percent", table.Date: "date", table.Moment: "moment"}

type ofForm struct {
	ID string `path:"id"`
	Spanned
	Where
	Version string `query:"version"`
	Format  string `query:"format" enum:"xlsx,csv,json"`
	Sheet   string `query:"sheet"`
}

func (s *server) formEndpoints() {
	get(s, endpoint{path: "/v1/forms",
		summary: table.Text{ZH: "报表", EN: "The forms"},
		detail:  table.Text{ZH: "可由台账生成的报表。", EN: "Those that can be made of the ledger."},
	}, func(*asked, *none) (*reply[Forms], error) {
		body := Forms{[]OneForm{}}
		for _, f := range s.Forms {
			body.Forms = append(body.Forms, OneForm{f.ID, f.Text.ZH, f.Text.EN})
		}
		return &reply[Forms]{body: body}, nil
	})
	get(s, endpoint{path: "/v1/forms/{id}", formats: []string{asXLSX, asCSV, asJSON}, costly: true, example: "from=2025-09-01&to=2026-09-01&base=nc-vtc-cnc",
		summary: table.Text{ZH: "一张报表", EN: "A form"},
		detail:  table.Text{ZH: "生成一张报表：默认 XLSX；CSV 一次一个工作表。遥测无法得知的栏目留待人工填写。", EN: "One of the forms, filled in: a workbook, or as CSV one sheet at a time. What telemetry cannot know is left to be filled in by hand."},
	}, s.form)
}

var formFilters = []report.Dimension{report.ByBase, report.ByCity, report.ByCounty, report.ByZone, report.ByCluster, report.ByConsortium, report.ByKind}

func (s *server) form(a *asked, in *ofForm) (*reply[Filled], error) {
	i := slices.IndexFunc(s.Forms, func(f Form) bool { return f.ID == in.ID })
	if i < 0 {
		return nil, &report.UnknownError{Parameter: "id", Value: in.ID}
	}
	if in.Sheet != "" && a.format != asCSV {
		return nil, wrong(http.StatusBadRequest, "sheet", "chooses a sheet of CSV; expected format=csv beside it", "只用于 CSV；应同时写 format=csv")
	}
	q, err := s.asking(a, formFilters)
	if err != nil {
		return nil, err
	}
	d, err := s.Form(a.ctx, in.ID, q)
	if err != nil {
		return nil, err
	}
	return &reply[Filled]{body: filled(&s.Forms[i], &d), document: func() table.Document { return d }, sheet: in.Sheet, frozen: q.Version != ""}, nil
}

func filled(f *Form, d *table.Document) Filled {
	body := Filled{f.ID, d.Title.ZH, d.Title.EN, []Filling{}}
	for i := range d.Sheets {
		s := &d.Sheets[i]
		one := Filling{ID: s.ID, ZH: s.Title.ZH, EN: s.Title.EN, Above: said(s.Above), Below: said(s.Below), Columns: []FillingColumn{}, Rows: [][]any{}}
		for _, c := range s.Columns {
			one.Columns = append(one.Columns, FillingColumn{c.ID, c.Head.ZH, c.Head.EN, c.Unit, formatWords[c.Format]})
		}
		for _, row := range s.Rows {
			cells := make([]any, len(row))
			for i := range row {
				cells[i] = plain(&row[i])
			}
			one.Rows = append(one.Rows, cells)
		}
		body.Sheets = append(body.Sheets, one)
	}
	return body
}

func said(texts []table.Text) []Said {
	list := []Said{}
	for _, t := range texts {
		list = append(list, Said(t))
	}
	return list
}

// plain is a cell as JSON.
func plain(c *table.Cell) any {
	switch c.Kind {
	case table.Words:
		if c.Text.ZH == c.Text.EN || c.Text.EN == "" {
			return c.Text.ZH
		}
		return Said(c.Text)
	case table.Number:
		if c.Faint {
			return map[string]any{"number": c.Number, "doubtful": true}
		}
		return c.Number
	case table.Time:
		return c.Time
	case table.Manual:
		return map[string]any{"missing": "manual"}
	case table.Withheld:
		return map[string]any{"missing": "withheld"}
	case table.Unknown:
		return map[string]any{"missing": "unknown", "zh": c.Text.ZH, "en": c.Text.EN}
	}
	return nil
}
