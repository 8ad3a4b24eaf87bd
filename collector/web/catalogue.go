package web

import (
	"slices"
	"strings"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// Bases are those of the registry.
type Bases struct {
	Plan  string    `json:"plan,omitempty" doc:"The version of the plan that they stand in."`
	Bases []OneBase `json:"bases" nullable:"false"`
	Count int       `json:"lines_total"`
	Next  string    `json:"next,omitempty"`
}

// OneBase is a base, where it stands and what is in it.
type OneBase struct {
	ID         string    `json:"id"`
	ZH         string    `json:"zh,omitempty"`
	EN         string    `json:"en,omitempty"`
	Kind       string    `json:"kind,omitempty"`
	Variant    string    `json:"variant,omitempty"`
	Owner      string    `json:"owner,omitempty"`
	SchoolCode string    `json:"school_code,omitempty"`
	City       string    `json:"city,omitempty"`
	County     string    `json:"county,omitempty"`
	Zone       string    `json:"zone,omitempty"`
	Cluster    string    `json:"cluster,omitempty"`
	Consortium string    `json:"consortium,omitempty"`
	Clock      string    `json:"clock,omitempty" doc:"Days are cut at its midnight."`
	Assets     int       `json:"assets"`
	Areas      []OneArea `json:"areas" nullable:"false"`
	Terms      []Term    `json:"terms" nullable:"false"`
}

// OneArea is a room or a hall.
type OneArea struct {
	ID           string `json:"id"`
	ZH           string `json:"zh,omitempty"`
	EN           string `json:"en,omitempty"`
	Workstations int    `json:"workstations"`
}

// A Term is some weeks of a base's calendar.
type Term struct {
	Code string `json:"code"`
	From string `json:"from" format:"date"`
	To   string `json:"to" format:"date" doc:"Itself not included."`
}

// Assets are those of the registry. Who is in charge of one stays there: figures do not need a name.
type Assets struct {
	Plan   string     `json:"plan,omitempty"`
	Assets []OneAsset `json:"assets" nullable:"false"`
	Count  int        `json:"lines_total"`
	Next   string     `json:"next,omitempty"`
}

// OneAsset is a machine.
type OneAsset struct {
	Base          string  `json:"base"`
	ID            string  `json:"id"`
	ZH            string  `json:"zh,omitempty"`
	EN            string  `json:"en,omitempty"`
	Area          string  `json:"area,omitempty"`
	Line          string  `json:"line,omitempty"`
	Host          string  `json:"host,omitempty" doc:"The organisation that hosts it, if not the owner."`
	From          string  `json:"from,omitempty" format:"date" doc:"In service."`
	Until         string  `json:"until,omitempty" format:"date" doc:"The first day out of service."`
	QuotaHours    float64 `json:"quota_hours,omitempty" doc:"A year."`
	AssetNumber   string  `json:"asset_number,omitempty"`
	ClassCode     string  `json:"class_code,omitempty"`
	Model         string  `json:"model,omitempty"`
	Specification string  `json:"specification,omitempty"`
	PriceYuan     float64 `json:"price_yuan,omitempty"`
}

type ofBases struct {
	In
	Where
	Paged
}

type ofAssets struct {
	In
	Where
	Line string `query:"line"`
	Paged
	Format string `query:"format" enum:"json,csv,xlsx"`
}

func (s *server) catalogueEndpoints() {
	get(s, endpoint{path: "/v1/bases", may: []int{404}, example: "city=nanchang",
		summary: table.Text{ZH: "基地名录", EN: "The bases"},
		detail:  table.Text{ZH: "登记的基地：名称、类型、所在地、区域和工位数、学期。", EN: "Those of the registry: what they are called, kind, place, areas with their workstations, terms."},
	}, s.bases)
	get(s, endpoint{path: "/v1/assets", may: []int{404}, example: "base=nc-vtc-cnc", formats: []string{asJSON, asCSV, asXLSX},
		summary: table.Text{ZH: "设备名录", EN: "The assets"},
		detail:  table.Text{ZH: "登记的设备。", EN: "Those of the registry."},
	}, s.assets)
}

// chosen are the bases that may be seen and that the filters want.
func (a *asked) chosen() ([]*report.Base, error) {
	for _, id := range a.list("base") {
		if a.catalogue.Base(id) == nil || !a.sees(id) {
			return nil, &report.UnknownError{Parameter: "base", Value: id}
		}
	}
	return slices.DeleteFunc(a.bases(), func(b *report.Base) bool {
		for _, d := range []report.Dimension{report.ByBase, report.ByCity, report.ByCounty, report.ByZone, report.ByCluster, report.ByConsortium, report.ByKind} {
			if list := a.list(string(d)); list != nil && !slices.Contains(list, b.Value(d)) {
				return true
			}
		}
		return false
	}), nil
}

func (s *server) bases(a *asked, _ *ofBases) (*reply[Bases], error) {
	chosen, err := a.chosen()
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(a, chosen, func(b **report.Base) string { return (*b).ID })
	if err != nil {
		return nil, err
	}
	body := Bases{Plan: a.catalogue.Version, Bases: []OneBase{}, Count: len(chosen), Next: next}
	for _, b := range page {
		body.Bases = append(body.Bases, oneBase(b))
	}
	return &reply[Bases]{body: body, next: next}, nil
}

func oneBase(b *report.Base) OneBase {
	one := OneBase{b.ID, b.Text.ZH, b.Text.EN, b.Kind, b.Variant, b.Owner, b.SchoolCode, b.City, b.County, b.Zone, b.Cluster, b.Consortium, "", len(b.Assets), []OneArea{}, []Term{}}
	if b.Clock != nil {
		one.Clock = b.Clock.String()
	}
	for _, area := range b.Areas {
		one.Areas = append(one.Areas, OneArea{area.ID, area.Text.ZH, area.Text.EN, area.Workstations})
	}
	for _, t := range b.Terms {
		one.Terms = append(one.Terms, Term{t.Code, date(t.From, b.Clock), date(t.To, b.Clock)})
	}
	return one
}

func (s *server) assets(a *asked, _ *ofAssets) (*reply[Assets], error) {
	chosen, err := a.chosen()
	if err != nil {
		return nil, err
	}
	all, lines := []OneAsset{}, a.list("line")
	for _, b := range chosen {
		first := len(all)
		for i := range b.Assets {
			if lines == nil || slices.Contains(lines, b.Assets[i].Line) {
				all = append(all, oneAsset(b, &b.Assets[i]))
			}
		}
		slices.SortFunc(all[first:], func(a, b OneAsset) int { return strings.Compare(a.ID, b.ID) })
	}
	page, next, err := pageOf(a, all, func(one *OneAsset) string { return one.Base + "\x00" + one.ID })
	if err != nil {
		return nil, err
	}
	return &reply[Assets]{body: Assets{a.catalogue.Version, page, len(all), next}, next: next,
		document: func() table.Document { return assetsDocument(page) }}, nil
}

func oneAsset(b *report.Base, a *report.Asset) OneAsset {
	return OneAsset{b.ID, a.ID, a.Text.ZH, a.Text.EN, a.Area, a.Line, a.Host, date(a.From, b.Clock), date(a.Until, b.Clock), a.QuotaHours,
		a.AssetNumber, a.ClassCode, a.Model, a.Specification, a.PriceYuan}
}

func assetsDocument(list []OneAsset) table.Document {
	title := table.Text{ZH: "设备名录", EN: "Assets"}
	s := table.Sheet{ID: "assets", Title: title, Columns: []table.Column{
		column("base", "基地", "base"), column("asset", "设备", "asset"), column("name", "名称", "name"), column("area", "区域", "area"), column("line", "产线", "line"),
		column("host", "承接单位", "host"), column("from", "启用", "in service from"), column("until", "停用", "out of service from"),
		{ID: "quota_hours", Head: table.Text{ZH: "年定额机时", EN: "quota a year"}, Unit: "h", Format: table.Decimal},
		column("asset_number", "资产编号", "asset number"), column("class_code", "分类号", "class code"), column("model", "型号", "model"), column("specification", "规格", "specification"),
		{ID: "price_yuan", Head: table.Text{ZH: "单价（元）", EN: "price in yuan"}, Format: table.Decimal},
	}}
	for _, a := range list {
		s.Rows = append(s.Rows, []table.Cell{name(a.Base), name(a.ID), table.SayIn(table.Text{ZH: a.ZH, EN: a.EN}), name(a.Area), name(a.Line), name(a.Host), name(a.From), name(a.Until),
			amountOf(a.QuotaHours), name(a.AssetNumber), name(a.ClassCode), name(a.Model), name(a.Specification), amountOf(a.PriceYuan)})
	}
	return table.Document{Title: title, File: "assets", Sheets: []table.Sheet{s}}
}
