package report

import (
	"slices"
	"time"

	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// dimensionWords are what the dimensions are called.
var dimensionWords = map[Dimension]table.Text{
	ByCity: {ZH: "设区市", EN: "city"}, ByCounty: {ZH: "县（市、区）", EN: "county"}, ByZone: {ZH: "开发区", EN: "development zone"},
	ByCluster: {ZH: "产业集群", EN: "cluster"}, ByConsortium: {ZH: "产教联合体", EN: "consortium"}, ByKind: {ZH: "基地类型", EN: "kind of base"},
	ByBase: {ZH: "基地", EN: "base"}, ByLine: {ZH: "产线", EN: "line"}, ByAsset: {ZH: "设备", EN: "asset"}, ByPlace: {ZH: "地点", EN: "place"},
	ByPurpose: {ZH: "用途", EN: "purpose"}, ByAffiliation: {ZH: "使用方", EN: "user"}, ByUserGroup: {ZH: "人员类别", EN: "user group"},
	ByDay: {ZH: "日", EN: "day"}, ByWeek: {ZH: "周", EN: "week"}, ByMonth: {ZH: "月", EN: "month"}, ByTerm: {ZH: "学期", EN: "term"},
	ByYear: {ZH: "年", EN: "year"}, ByAcademicYear: {ZH: "学年", EN: "academic year"},
}

// Text is what a dimension is called.
func (d Dimension) Text() table.Text { return dimensionWords[d] }

// Sheet is the answer as a table: its lines and, if there can be more than one, their total below. Words tell what an id
// of the taxonomy means.
func (a *Answer) Sheet(words func(id string) table.Text, c *Catalogue) table.Sheet {
	return a.SheetAt(words, c, CoverageFloor)
}

// SheetAt is Sheet with a floor of coverage of its own, below which a number is faint. No number stands without its
// coverage: that of a line is the least of its figures', for they may rest on different time.
func (a *Answer) SheetAt(words func(id string) table.Text, c *Catalogue, floor float64) table.Sheet {
	s := table.Sheet{ID: "figures", Title: table.Text{ZH: "统计", EN: "Figures"}, Above: a.above()}
	for _, d := range a.By {
		s.Columns = append(s.Columns, table.Column{ID: string(d), Head: d.Text(), Worth: table.Vital})
		if d.named() {
			s.Columns = append(s.Columns, table.Column{ID: string(d) + "_name", Head: table.Text{ZH: d.Text().ZH + "名称", EN: "name of " + d.Text().EN}})
		}
	}
	s.Columns = append(s.Columns, table.Column{ID: "bases", Head: table.Text{ZH: "基地数", EN: "bases"}, Format: table.Whole, Worth: table.Spare})
	if a.ofMachines() {
		s.Columns = append(s.Columns, table.Column{ID: "assets", Head: table.Text{ZH: "设备数", EN: "assets"}, Format: table.Whole, Worth: table.Spare})
	}
	for i, id := range a.Metrics {
		c := metricColumn(id)
		if i == 0 {
			c.Worth = table.Vital
		}
		s.Columns = append(s.Columns, c)
	}
	s.Columns = append(s.Columns,
		table.Column{ID: "lowest_coverage", Head: table.Text{ZH: "最低覆盖率", EN: "lowest coverage"}, Format: table.Percent, Worth: table.Vital,
			Help: table.Text{ZH: "本行各指标中最低的覆盖率", EN: "the lowest coverage of the line's figures"}},
		table.Column{ID: "estimated_hours", Head: table.Text{ZH: "其中估计", EN: "of it estimated"}, Unit: string(utilisation.Hours), Format: table.Decimal, Worth: table.Spare,
			Help: table.Text{ZH: "本行各指标中最多的估计时间", EN: "the most time that a figure of the line rests on an estimate for"}})
	for i := range a.Lines {
		s.Rows = append(s.Rows, append(a.heads(&a.Lines[i], words, c), a.cells(&a.Lines[i], floor)...))
	}
	if len(a.By) > 0 {
		s.Rows = append(s.Rows, append(a.totalHeads(), a.cells(&a.Total, floor)...))
	}
	s.Below = []table.Text{{ZH: "覆盖率低于下限的数字以浅色显示，不应参与排名。",
		EN: "Numbers whose coverage is below the floor are faint, and should not be ranked."}}
	return s
}

// ofMachines tells whether any figure is of machines: of people alone there are none to be counted.
func (a *Answer) ofMachines() bool {
	return slices.ContainsFunc(a.Metrics, func(id string) bool {
		m, known := utilisation.MetricOf(id)
		return !known || m.Needs&utilisation.OfPeople == 0
	})
}

// above says what the figures are of.
func (a *Answer) above() []table.Text {
	from, to := a.From.Format(time.RFC3339), a.To.Format(time.RFC3339)
	lines := []table.Text{{ZH: "统计期间：" + from + " 至 " + to, EN: "Period: " + from + " to " + to}}
	if a.Version != "" {
		lines = append(lines, table.Text{ZH: "冻结版本：" + a.Version, EN: "Frozen version: " + a.Version})
	}
	return lines
}

// named tells whether the values of a dimension have names beside their ids.
func (d Dimension) named() bool {
	switch d {
	case ByCounty, ByZone, ByLine, ByDay, ByWeek, ByMonth, ByTerm, ByYear, ByAcademicYear:
		return false
	}
	return true
}

func (a *Answer) heads(l *Line, words func(id string) table.Text, c *Catalogue) (cells []table.Cell) {
	for _, d := range a.By {
		id := l.At(d)
		cells = append(cells, said(table.Text{ZH: id, EN: id}))
		if d.named() {
			cells = append(cells, said(nameOf(d, id, l, words, c)))
		}
	}
	return cells
}

// said is a cell of words; an empty one of none.
func said(text table.Text) table.Cell {
	if text == (table.Text{}) {
		return table.Cell{}
	}
	return table.SayIn(text)
}

// nameOf is what a value of a dimension is called.
func nameOf(d Dimension, id string, l *Line, words func(id string) table.Text, c *Catalogue) table.Text {
	if id == "" {
		return table.Text{}
	}
	var base *Base
	if c != nil {
		base = c.Base(l.Base)
	}
	switch d {
	case ByBase:
		if base != nil {
			return base.Text
		}
		return table.Text{}
	case ByAsset, ByPlace:
		if asset := base.Asset(id); asset != nil {
			return asset.Text
		}
		if area := base.Area(id); area != nil {
			return area.Text
		}
		return table.Text{}
	}
	return words(id)
}

func (a *Answer) totalHeads() (cells []table.Cell) {
	for _, d := range a.By {
		cells = append(cells, table.Cell{})
		if d.named() {
			cells = append(cells, table.Cell{})
		}
	}
	cells[0] = table.SayIn(table.Text{ZH: "合计", EN: "total"})
	return cells
}

func (a *Answer) cells(l *Line, floor float64) []table.Cell {
	cells := []table.Cell{table.Amount(float64(l.Bases))}
	if a.ofMachines() {
		cells = append(cells, table.Amount(float64(l.Assets)))
	}
	lowest, estimated, any := 1., int64(0), false
	for _, id := range a.Metrics {
		f := l.Figure(id)
		cells = append(cells, f.cell(floor))
		if f != nil && f.Missing == "" {
			lowest, estimated, any = min(lowest, f.Coverage), max(estimated, f.EstimatedMS), true
		}
	}
	if !any {
		return append(cells, table.Cell{}, table.Cell{})
	}
	return append(cells, table.Amount(lowest), table.Amount(float64(estimated)/3_600_000))
}

// cell is a figure, or why there is none.
func (f *Figure) cell(floor float64) table.Cell {
	switch {
	case f == nil:
		return table.Cell{}
	case f.Missing == Withheld:
		return table.Cell{Kind: table.Withheld}
	case f.Missing == NotDivided:
		return table.Cell{Kind: table.Unknown, Text: table.Text{ZH: "不能这样分组", EN: "cannot be divided so"}}
	case f.Missing != "":
		return table.Cell{Kind: table.Unknown, Text: table.Text{ZH: "没有保存所需的数据", EN: "what it needs is not kept"}}
	}
	return table.Cell{Kind: table.Number, Number: f.Value, Faint: f.Coverage < floor}
}

// metricColumn is the column of a metric.
func metricColumn(id string) table.Column {
	m, _ := utilisation.MetricOf(id)
	c := table.Column{ID: id, Head: table.Text{ZH: m.ZH, EN: m.EN}, Unit: string(m.Unit), Format: table.Decimal,
		Help: table.Text{ZH: m.FormulaZH(), EN: m.Formula}}
	switch m.Unit {
	case utilisation.Ratio:
		c.Unit, c.Format = "", table.Percent
	case utilisation.Visits, utilisation.People, utilisation.Days:
		c.Format = table.Whole
	}
	return c
}
