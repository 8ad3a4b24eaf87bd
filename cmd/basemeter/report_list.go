package main

import (
	"bytes"
	"cmp"
	"context"
	"net/url"
	"strings"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

type oneMetric struct {
	ID, ZH, EN, Unit, Formula, Source, Of string
	FormulaZH                             string `json:"formula_zh"` // empty: an earlier collector
}

type oneDimension struct {
	ID, ZH, EN       string
	Machines, People bool
	Values           []struct{ ID, ZH, EN string }
}

// A listing is one of the lists: where it stands, and how it is a table.
type listing struct {
	path, key string
	title     table.Text
	where     url.Values
	sheet     func(body []byte, s *table.Sheet) error
}

func (a *client) listings() map[string]listing {
	return map[string]listing{
		"metrics":    {"/v1/metrics", "metrics", table.Text{ZH: "指标", EN: "Metrics"}, nil, a.metricList},
		"dimensions": {"/v1/dimensions", "dimensions", table.Text{ZH: "维度", EN: "Dimensions"}, nil, a.dimensionList},
		"forms":      {"/v1/forms", "forms", table.Text{ZH: "报表", EN: "Forms"}, nil, a.formList},
		"frozen":     {"/v1/periods", "periods", table.Text{ZH: "冻结版本", EN: "Frozen versions"}, a.where(), a.frozenList},
		"bases":      {"/v1/bases", "bases", table.Text{ZH: "基地", EN: "Bases"}, a.where(), a.baseList},
	}
}

// list asks for one of the lists. Its CSV and its workbook are made here, as the collector makes others.
func (a *client) list(ctx context.Context) ([]byte, error) {
	l := a.listings()[a.List]
	ask := func() ([]byte, error) { return a.ask(ctx, l.path, l.where, "json") }
	if a.List == "bases" {
		ask = func() ([]byte, error) { return a.pages(ctx, l.path, l.key, l.where) }
	}
	body, err := ask()
	if err != nil {
		return nil, err
	}
	s := table.Sheet{ID: a.List, Title: l.title}
	if err := l.sheet(body, &s); err != nil || a.Format == "json" {
		return body, err
	}
	var out bytes.Buffer
	switch a.Format {
	case "csv":
		err = table.WriteCSV(&out, s, a.Lang)
	case "xlsx":
		err = table.WriteXLSX(&out, table.Document{Title: l.title, File: a.List, Sheets: []table.Sheet{s}}, a.Lang)
	default:
		return a.printed(s)
	}
	return out.Bytes(), err
}

// columns are given as id, Chinese and English.
func columns(s *table.Sheet, words ...string) {
	for i := 0; i < len(words); i += 3 {
		s.Columns = append(s.Columns, table.Column{ID: words[i], Head: table.Text{ZH: words[i+1], EN: words[i+2]}})
	}
}

// cells are texts, or what table takes.
func cells(all ...any) (row []table.Cell) {
	for _, one := range all {
		switch one := one.(type) {
		case string:
			row = append(row, table.Say(one))
		case table.Text:
			row = append(row, table.SayIn(one))
		case table.Cell:
			row = append(row, one)
		}
	}
	return row
}

func (a *client) metricList(body []byte, s *table.Sheet) error {
	var answer struct{ Metrics []oneMetric }
	columns(s, "metric", "编号", "metric", "name", "名称", "name", "unit", "单位", "unit", "people", "对象", "of", "formula", "算法", "formula", "source", "出处", "source")
	err := a.decoded(body, &answer)
	of := map[string]table.Text{"machines": {ZH: "设备", EN: "machines"}, "people": {ZH: "人员", EN: "people"}}
	for _, m := range answer.Metrics {
		s.Rows = append(s.Rows, cells(m.ID, table.Text{ZH: m.ZH, EN: m.EN}, m.Unit, of[m.Of], table.Text{ZH: cmp.Or(m.FormulaZH, m.Formula), EN: m.Formula}, m.Source))
	}
	return err
}

func (a *client) dimensionList(body []byte, s *table.Sheet) error {
	var answer struct{ Dimensions []oneDimension }
	columns(s, "dimension", "编号", "dimension", "name", "名称", "name", "machines", "设备", "machines", "people", "人员", "people", "values", "取值", "values")
	err := a.decoded(body, &answer)
	yes := map[bool]table.Text{true: {ZH: "可", EN: "yes"}, false: {ZH: "—", EN: "—"}}
	for _, d := range answer.Dimensions {
		var values []string
		for _, v := range d.Values {
			values = append(values, v.ID)
		}
		s.Rows = append(s.Rows, cells(d.ID, table.Text{ZH: d.ZH, EN: d.EN}, yes[d.Machines], yes[d.People], a.some(values)))
	}
	return err
}

// some are as many of a list as a line of a terminal can hold; other formats hold them all.
func (a *client) some(list []string) string {
	if a.Format == "table" {
		return shortened(list)
	}
	return strings.Join(list, ", ")
}

func (a *client) formList(body []byte, s *table.Sheet) error {
	var answer struct {
		Forms []struct {
			ID, ZH, EN, From, To string
			Takes                []string
		}
	}
	columns(s, "form", "编号", "form", "name", "名称", "name", "from", "默认期间起", "period if none is given: from", "to", "止（不含）", "to, not included", "takes", "可用选项", "options")
	err := a.decoded(body, &answer)
	for _, f := range answer.Forms {
		var options []string
		for _, name := range f.Takes {
			options = append(options, a.option(name))
		}
		s.Rows = append(s.Rows, cells(f.ID, table.Text{ZH: f.ZH, EN: f.EN}, f.From, f.To, strings.Join(options, ", ")))
	}
	return err
}

func (a *client) frozenList(body []byte, s *table.Sheet) error {
	var answer struct{ Periods []report.Frozen }
	columns(s, "base", "基地", "base", "version", "版本", "version", "from", "起", "from", "to", "止（不含）", "to", "made", "冻结于", "frozen at",
		"author", "责任人", "author", "reason", "原因", "reason", "sha256", "SHA-256", "SHA-256")
	for _, i := range []int{2, 3, 4} {
		s.Columns[i].Format = table.Moment
	}
	err := a.decoded(body, &answer)
	zone := a.clock(&report.Catalogue{})
	for _, f := range answer.Periods {
		s.Rows = append(s.Rows, cells(f.Base, f.Version, table.At(f.From.In(zone)), table.At(f.To.In(zone)), table.At(f.Made.In(zone)), f.Author, f.Reason, f.Digest))
	}
	return err
}

func (a *client) baseList(body []byte, s *table.Sheet) error {
	var answer struct{ Bases []oneBase }
	columns(s, "base", "编号", "base", "name", "名称", "name", "kind", "类型", "kind", "city", "设区市", "city", "county", "县（市、区）", "county",
		"owner", "所属单位", "owner", "assets", "设备数", "assets", "terms", "学期", "terms")
	s.Columns[6].Format = table.Whole
	err := a.decoded(body, &answer)
	text := taxonomyText()
	for _, b := range answer.Bases {
		var terms []string
		for _, t := range b.Terms {
			terms = append(terms, t.Code)
		}
		s.Rows = append(s.Rows, cells(b.ID, table.Text{ZH: b.ZH, EN: b.EN}, text(b.Kind), text(b.City), b.County, b.Owner, table.Amount(float64(b.Assets)), a.some(terms)))
	}
	return err
}
