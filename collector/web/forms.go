package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// Forms are those that can be made.
type Forms struct {
	Forms []OneForm `json:"forms" nullable:"false"`
}

// OneForm is one of them.
type OneForm struct {
	ID    string   `json:"id"`
	ZH    string   `json:"zh"`
	EN    string   `json:"en"`
	Year  string   `json:"year" enum:"academic,calendar" doc:"The kind of year that it is about: from 1 September, or from 1 January."`
	From  string   `json:"from" format:"date" doc:"Where it begins if neither from nor to is given: the last such year that has ended."`
	To    string   `json:"to" format:"date" doc:"Itself not included."`
	Takes []string `json:"takes" nullable:"false" doc:"Those of all_assets, use_in and weight that it can be asked for."`
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
	Rows    [][]any         `json:"rows" nullable:"false" doc:"A cell is a number, a text, a time, null if it is empty, or an object: {missing} says why there is nothing, manual, withheld or unknown; {number, doubtful} is a number whose coverage is below the floor, {number, at_least} one of which a part is withheld."`
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
	Format string `json:"format" enum:"plain,whole,decimal,percent,date,moment,mixed" doc:"How people read its cells: percent is a ratio of 1, mixed is whole or decimal. Nothing is rounded here."`
}

var formatWords = map[table.Format]string{table.Plain: "plain", table.Whole: "whole", table.Decimal: "decimal", table.Percent: "percent", table.Date: "date", table.Moment: "moment", table.Mixed: "mixed"}

type ofForm struct {
	ID string `path:"id"`
	In
	From string `query:"from"`
	To   string `query:"to"`
	Where
	Version   string  `query:"version"`
	Floor     share   `query:"floor"`
	AllAssets string  `query:"all_assets" enum:"true,false"`
	UseIn     string  `query:"use_in" enum:"days,hours"`
	Weight    percent `query:"weight"`
	Format    string  `query:"format" enum:"xlsx,csv,json"`
	Sheet     string  `query:"sheet"`
}

func (s *server) formEndpoints() {
	get(s, endpoint{path: "/v1/forms",
		summary: table.Text{ZH: "报表", EN: "The forms"},
		detail:  table.Text{ZH: "可由台账生成的报表、各自的年度，以及不写 from 和 to 时的统计期间。", EN: "Those that can be made of the ledger, with their kinds of years, and the spans that they have now if from and to are left out."},
	}, s.forms)
	get(s, endpoint{path: "/v1/forms/{id}", formats: []string{asXLSX, asCSV, asJSON}, costly: true, example: "from=2025-09-01&to=2026-09-01&base=nc-vtc-cnc",
		summary: table.Text{ZH: "一张报表", EN: "A form"},
		detail:  table.Text{ZH: "生成一张报表：默认 XLSX；CSV 一次一个工作表。from 和 to 可都不写：取该报表最近一个已结束的年度。遥测无法得知的栏目留待人工填写。", EN: "One of the forms, filled in: a workbook, or as CSV one sheet at a time. Without from and to it is about the last year of its own kind that has ended. What telemetry cannot know is left to be filled in by hand."},
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
	f := &s.Forms[i]
	choice, err := a.choice(f)
	if err != nil {
		return nil, err
	}
	q, err := s.asking(a, formFilters, func(zone *time.Location) (from, to time.Time, err error) { return s.formSpan(a, f, zone) })
	if err != nil {
		return nil, err
	}
	if err := wholeLocalDays(&q); err != nil { // they tell of people as well
		return nil, err
	}
	d, err := s.Form(a.ctx, in.ID, q, choice)
	if err != nil {
		return nil, err
	}
	return &reply[Filled]{body: filled(f, &d), document: func() table.Document { return d }, sheet: in.Sheet, frozen: q.Version != ""}, nil
}

// forms lists them, with the spans that they have now.
func (s *server) forms(a *asked, _ *none) (*reply[Forms], error) {
	zone := s.zone(a, s.singleBase(a, &report.Query{Within: a.grant.Scope}))
	body := Forms{[]OneForm{}}
	for _, f := range s.Forms {
		from, to := f.Period(s.Now(), zone)
		body.Forms = append(body.Forms, OneForm{f.ID, f.Text.ZH, f.Text.EN, f.Year, date(from, zone), date(to, zone), slices.Concat([]string{}, f.Takes)})
	}
	return &reply[Forms]{body: body}, nil
}

// formSpan is the span that is asked for or, if none is, the form's own last year.
func (s *server) formSpan(a *asked, f *Form, zone *time.Location) (from, to time.Time, err error) {
	for _, pair := range [][2]string{{"from", "to"}, {"to", "from"}} {
		if a.values.Has(pair[0]) && !a.values.Has(pair[1]) {
			return from, to, wrong(http.StatusBadRequest, pair[1], "is missing; expected it beside "+pair[0]+", or neither: then it is the form's own last year",
				"缺少该参数；应与 "+pair[0]+" 一起写，或都不写：取该报表最近一个已结束的年度")
		}
	}
	if a.values.Has("from") {
		return a.span(zone)
	}
	from, to = f.Period(s.Now(), zone)
	return from, to, nil
}

// choice is what a form is asked for besides. What it does not take is a fault: who asks believes that it makes a difference.
func (a *asked) choice(f *Form) (c Choice, err error) {
	var bad faults
	for _, name := range []string{"all_assets", "use_in", "weight"} {
		if a.values.Has(name) && !slices.Contains(f.Takes, name) {
			bad.add(name, table.Text{EN: "means nothing to the form " + f.ID + "; /v1/forms says what each takes", ZH: "不适用于报表 " + f.ID + "；/v1/forms 列出各报表可用的参数"})
		}
	}
	c = Choice{Floor: a.floor(), AllAssets: a.values.Get("all_assets") == "true", UseInHours: a.values.Get("use_in") == "hours"}
	if text := a.values.Get("weight"); text != "" {
		c.Weight, _ = strconv.ParseFloat(text, 64) // it was held to be a number
	}
	return c, bad.problem(http.StatusBadRequest)
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

// plainNumber is a number as JSON, with what must be known of it.
func plainNumber(c *table.Cell) any {
	if !c.Faint && !c.Least {
		return c.Number
	}
	said := map[string]any{"number": c.Number}
	if c.Faint {
		said["doubtful"] = true
	}
	if c.Least {
		said["at_least"] = true
	}
	return said
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
		return plainNumber(c)
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
