package forms

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// A column is one of a sheet that has a row for each line of an answer.
type column struct {
	table.Column
	cell func(*report.Line) table.Cell
}

// sheet is an answer as a table.
func (m *maker) sheet(id string, title table.Text, lines []report.Line, columns ...column) table.Sheet {
	s := table.Sheet{ID: id, Title: title}
	for _, c := range columns {
		s.Columns = append(s.Columns, c.Column)
	}
	for i := range lines {
		row := make([]table.Cell, len(columns))
		for n, c := range columns {
			row[n] = c.cell(&lines[i])
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// formats are how figures of a unit are shown.
var formats = map[utilisation.Unit]table.Format{utilisation.Ratio: table.Percent, utilisation.Visits: table.Whole, utilisation.People: table.Whole, utilisation.Days: table.Whole}

// head is a column of a metric, as the dictionary calls it.
func head(metric string) table.Column {
	d, known := utilisation.MetricOf(metric)
	if !known {
		return table.Column{ID: metric, Head: or(table.Text{}, metric), Format: table.Decimal}
	}
	format, special := formats[d.Unit]
	if !special {
		format = table.Decimal
	}
	return table.Column{ID: metric, Head: table.Text{ZH: d.ZH, EN: upper(d.EN)}, Unit: string(d.Unit), Format: format, Help: formula(&d)}
}

// headed is a column of a metric under another heading.
func headed(metric, zh, en string) table.Column {
	c := head(metric)
	c.Head = table.Text{ZH: zh, EN: en}
	return c
}

// hoursOf is a column of machine-hours that is no metric.
func hoursOf(id, zh, en string) table.Column {
	return table.Column{ID: id, Head: table.Text{ZH: zh, EN: en}, Unit: string(utilisation.Hours), Format: table.Decimal}
}

// upper begins with a capital letter.
func upper(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// metric is a column of figures.
func (m *maker) metric(id string) column {
	return column{head(id), func(l *report.Line) table.Cell { return m.of(l, id) }}
}

func (m *maker) metrics(ids ...string) (all []column) {
	for _, id := range ids {
		all = append(all, m.metric(id))
	}
	return all
}

// heads of dimensions.
var heads = map[report.Dimension]table.Text{
	report.ByCity: {ZH: "设区市", EN: "City"}, report.ByCounty: {ZH: "县（市、区）", EN: "County"}, report.ByZone: {ZH: "开发区", EN: "Zone"},
	report.ByBase: {ZH: "基地", EN: "Base"}, report.ByAsset: {ZH: "设备", EN: "Asset"}, report.ByPlace: {ZH: "地点", EN: "Place"},
	report.ByPurpose: {ZH: "用途", EN: "Purpose"}, report.ByAffiliation: {ZH: "使用方", EN: "User"}, report.ByUserGroup: {ZH: "人员类别", EN: "User group"},
	report.ByMonth: {ZH: "月份", EN: "Month"},
}

// by is a column of what lines are divided by.
func (m *maker) by(d report.Dimension) column {
	return column{table.Column{ID: string(d), Head: heads[d]}, func(l *report.Line) table.Cell { return table.SayIn(m.called(d, l)) }}
}

// ids is a column of ids, for whoever joins tables.
func (m *maker) ids(d report.Dimension) column {
	return column{table.Column{ID: string(d) + "_id", Head: say("%s编号", "%s id", heads[d])}, func(l *report.Line) table.Cell { return table.Say(l.At(d)) }}
}

// called is what people call the value of a dimension.
func (m *maker) called(d report.Dimension, l *report.Line) table.Text {
	id := l.At(d)
	base := m.Query.Catalogue.Base(l.Base)
	switch d {
	case report.ByBase:
		return baseName(base, id)
	case report.ByAsset:
		return assetName(base.Asset(id), id)
	case report.ByPlace:
		if area := base.Area(id); area != nil {
			return or(area.Text, id)
		}
		return assetName(base.Asset(id), id)
	case report.ByMonth, report.ByCounty, report.ByZone:
		return or(table.Text{}, id)
	}
	return m.word(d, id)
}

// word is what the taxonomy calls an id.
func (m *maker) word(d report.Dimension, id string) table.Text {
	if id == "" {
		return table.Text{ZH: "（未登记）", EN: "(not registered)"}
	}
	if text, ours := ownWords[string(d)+" "+id]; ours {
		return text
	}
	return or(m.Words.Text(d, id), id)
}

// ownWords are those of the ledger that the taxonomy does not have.
var ownWords = map[string]table.Text{
	"affiliation unattributed": {ZH: "使用方不明", EN: "Nobody knows whose"}, "affiliation none": {ZH: "无", EN: "None"}, "purpose none": {ZH: "无使用", EN: "No use"},
}

func baseName(b *report.Base, id string) table.Text {
	if b == nil {
		return or(table.Text{}, id)
	}
	return or(b.Text, id)
}

func assetName(a *report.Asset, id string) table.Text {
	if a == nil {
		return or(table.Text{}, id)
	}
	return or(a.Text, id)
}

// counted is a column of a number that a line has besides its figures.
func counted(id string, head table.Text, n func(*report.Line) int) column {
	return column{table.Column{ID: id, Head: head, Format: table.Whole}, func(l *report.Line) table.Cell { return table.Amount(float64(n(l))) }}
}

func percent(weight float64) string { return strconv.FormatFloat(weight, 'f', -1, 64) + " %" }

// shown are the metrics that were asked for, each once, in the order of the dictionary; those that it does not have come
// last.
func (m *maker) shown() (all []string) {
	asked := map[string]bool{}
	for _, id := range m.asked {
		asked[id] = true
	}
	for _, d := range utilisation.Metrics {
		if asked[d.ID] {
			all = append(all, d.ID)
			delete(asked, d.ID)
		}
	}
	return append(all, slices.Sorted(maps.Keys(asked))...)
}
