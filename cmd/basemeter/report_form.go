package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"basemeter/collector/table"
)

// A filling is one sheet of a form, as the collector writes it.
type filling struct {
	ID           string
	ZH, EN       string
	Above, Below []table.Text
	Columns      []struct{ ID, ZH, EN, Unit, Format string }
	Rows         [][]json.RawMessage
}

// form asks for a form.
func (a *client) form(ctx context.Context) ([]byte, error) {
	path, v := "/v1/forms/"+url.PathEscape(string(a.Form)), a.formValues()
	switch a.Format {
	case "csv":
		if a.Sheet != "" {
			v.Set("sheet", string(a.Sheet))
		}
		return a.file(ctx, path, v)
	case "xlsx":
		return a.file(ctx, path, v)
	}
	v.Set("format", "json")
	body, err := a.ask(ctx, path, v, "json")
	if err != nil {
		return nil, err
	}
	var filled struct{ Sheets []filling }
	if err := a.decoded(body, &filled); err != nil || a.Format == "json" {
		return body, err
	}
	return a.formTable(filled.Sheets)
}

// formValues are what a form is asked for. Without a span it is about its own last year.
func (c *reportCommand) formValues() url.Values {
	v := c.where()
	for name, value := range map[string]given{"from": c.From, "to": c.To, "version": c.Frozen, "floor": c.Floor, "use_in": given(c.UseIn), "weight": c.Weight,
		"all_assets": map[bool]given{true: "true"}[c.AllAssets]} {
		if value != "" {
			v.Set(name, string(value))
		}
	}
	return v
}

func (a *client) formTable(all []filling) ([]byte, error) {
	var sheets []table.Sheet
	var ids []string
	for i := range all {
		ids = append(ids, all[i].ID)
		if a.Sheet == "" || string(a.Sheet) == all[i].ID {
			s, err := all[i].sheet()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", a.URL, err)
			}
			sheets = append(sheets, s)
		}
	}
	if len(sheets) == 0 {
		return nil, fmt.Errorf(a.words("--sheet: there is no %q; expected one of: %s", "--sheet：没有“%s”；应为：%s"), a.Sheet, strings.Join(ids, ", "))
	}
	return a.printed(sheets...)
}

// cellFormats are in the order of table's.
var cellFormats = []string{"plain", "whole", "decimal", "percent", "date", "moment", "mixed"}

func (f *filling) sheet() (table.Sheet, error) {
	s := table.Sheet{ID: f.ID, Title: table.Text{ZH: f.ZH, EN: f.EN}, Above: f.Above, Below: f.Below}
	for _, c := range f.Columns {
		format := max(slices.Index(cellFormats, c.Format), 0)
		s.Columns = append(s.Columns, table.Column{ID: c.ID, Head: table.Text{ZH: c.ZH, EN: c.EN}, Unit: c.Unit, Format: table.Format(format)})
	}
	for n, row := range f.Rows {
		if len(row) != len(s.Columns) {
			return s, fmt.Errorf("answer: sheet %s, row %d: %d cells; expected %d", f.ID, n+1, len(row), len(s.Columns))
		}
		cells := make([]table.Cell, len(row))
		for i := range row {
			var err error
			if cells[i], err = cellOf(row[i], s.Columns[i].Format); err != nil {
				return s, fmt.Errorf("answer: sheet %s, row %d, %s: %w", f.ID, n+1, s.Columns[i].ID, err)
			}
		}
		s.Rows = append(s.Rows, cells)
	}
	return s, nil
}

// cellOf reads a cell. In a column of times a text may be one.
func cellOf(raw json.RawMessage, f table.Format) (table.Cell, error) {
	var text string
	var number float64
	switch {
	case string(raw) == "null":
		return table.Cell{}, nil
	case json.Unmarshal(raw, &number) == nil:
		return table.Amount(number), nil
	case json.Unmarshal(raw, &text) == nil:
		if t, err := time.Parse(time.RFC3339, text); err == nil && (f == table.Date || f == table.Moment) {
			return table.At(t), nil
		}
		return table.Say(text), nil
	}
	var said struct {
		table.Text
		Missing  string
		Number   float64
		Doubtful bool
		Least    bool `json:"at_least"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return table.Cell{}, err
	}
	switch said.Missing {
	case "manual":
		return table.Cell{Kind: table.Manual}, nil
	case "withheld":
		return table.Cell{Kind: table.Withheld}, nil
	case "unknown":
		return table.Cell{Kind: table.Unknown, Text: said.Text}, nil
	case "":
		if said.Text != (table.Text{}) {
			return table.SayIn(said.Text), nil
		}
		return table.Cell{Kind: table.Number, Number: said.Number, Faint: said.Doubtful, Least: said.Least}, nil
	}
	return table.Cell{}, fmt.Errorf("%s: missing, in a way that this version of basemeter does not know", raw)
}
