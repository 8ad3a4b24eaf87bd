package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// A share is a number between 0 and 1, as it was written.
type share string

// A percent is a number between 1 and 100, as it was written.
type percent string

// Schema documents it.
func (percent) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Minimum: new(1.), Maximum: new(100.)}
}

// Schema documents it.
func (share) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Minimum: new(0.), Maximum: new(1.)}
}

// A spanning reads the span of a question by a clock.
type spanning func(zone *time.Location) (from, to time.Time, err error)

// query is a question for figures, with all that the ledger must know to answer it and no more than may be seen.
func (s *server) query(a *asked, k kindOf) (q report.Query, err error) {
	if q, err = s.asking(a, k.allowed, a.span); err != nil {
		return q, err
	}
	var bad faults
	if q.By, bad = by(a.values.Get("by"), k); len(bad) > 0 {
		return q, bad.problem(http.StatusBadRequest)
	}
	if q.Metrics, bad = metrics(a, k); len(bad) > 0 {
		return q, bad.problem(http.StatusBadRequest)
	}
	if slices.ContainsFunc(q.Metrics, tellsOfPeople) {
		if err := wholeLocalDays(&q); err != nil {
			return q, err
		}
	}
	return q, s.bounded(a, &q)
}

// tellsOfPeople tells whether a metric is of people.
func tellsOfPeople(id string) bool {
	m, known := utilisation.MetricOf(id)
	return known && peopleMetric(&m)
}

// asking is the part of a question that says where and when.
func (s *server) asking(a *asked, filters []report.Dimension, span spanning) (q report.Query, err error) {
	q = report.Query{Now: s.Now(), Grace: report.Grace, Within: a.grant.Scope, Catalogue: a.catalogue, Version: a.values.Get("version"),
		Where: map[report.Dimension][]string{}}
	var bad faults
	for _, d := range filters {
		list := a.list(string(d))
		if slices.Contains(list, "") {
			bad.add(string(d), table.Text{EN: "has an empty value between its commas", ZH: "逗号之间有空值"})
		}
		if list != nil {
			q.Where[d] = list
		}
	}
	if len(bad) > 0 {
		return q, bad.problem(http.StatusBadRequest)
	}
	for _, id := range q.Where[report.ByBase] {
		if err := a.base("base", id); err != nil {
			return q, err
		}
	}
	if err := s.meaning(a, filters, q.Where); err != nil {
		return q, err
	}
	single := s.singleBase(a, &q)
	q.Zone = s.zone(a, single)
	if q.From, q.To, err = span(q.Zone); err != nil {
		return q, err
	}
	if single == "" {
		if q.To, err = wholeDays(q.From, q.To, q.Now, q.Zone); err != nil {
			return q, err
		}
	}
	if err := within(q.From, q.To, mostDays); err != nil {
		return q, err
	}
	return q, s.remembered(q.From, q.To)
}

// meaning holds the values of filters to mean something: zeros for a name that is mistyped would look like figures.
func (s *server) meaning(a *asked, filters []report.Dimension, where map[report.Dimension][]string) error {
	for _, d := range filters {
		for _, id := range where[d] {
			known, err := s.known(a, d, id)
			if err != nil {
				return err
			}
			if !known {
				return &report.UnknownError{Parameter: string(d), Value: id}
			}
		}
	}
	return nil
}

// known tells whether a value is one that the registry has of a base that may be seen, or means something otherwise. What a
// line, an asset or a place is called means something within its base alone.
func (s *server) known(a *asked, d report.Dimension, id string) (bool, error) {
	if s.Known == nil || d == report.ByLine || d == report.ByAsset || d == report.ByPlace {
		return true, nil
	}
	if _, named := s.Bases[id]; named && d == report.ByBase {
		return true, nil
	}
	if slices.ContainsFunc(a.bases(), func(b *report.Base) bool { return b.Value(d) == id }) {
		return true, nil
	}
	return s.Known(a.ctx, a.grant.Scope, d, id)
}

// singleBase is the only base that a question is about; empty: there may be more. Where only one stands, nobody has to
// name it.
func (s *server) singleBase(a *asked, q *report.Query) string {
	if q.Within.Base != "" {
		return q.Within.Base
	}
	if list := q.Where[report.ByBase]; len(list) > 0 {
		if len(list) == 1 {
			return list[0]
		}
		return ""
	}
	list := a.bases()
	if len(list) == 1 {
		return list[0].ID
	}
	if len(list) == 0 && q.Within == (report.Scope{}) && len(s.Bases) == 1 { // there is no registry
		for id := range s.Bases {
			return id
		}
	}
	return ""
}

// wholeDays ends what several bases add up to with the last whole day: the present one is not everywhere told of to the
// same moment.
func wholeDays(from, to, now time.Time, zone *time.Location) (time.Time, error) {
	y, m, d := now.In(zone).Date()
	if midnight := time.Date(y, m, d, 0, 0, 0, 0, zone); midnight.Before(to) {
		to = midnight
	}
	if from.Before(to) {
		return to, nil
	}
	day := to.In(zone).Format(time.DateOnly)
	return to, wrong(http.StatusBadRequest, "from", "is not over yet: figures of more than one base end with the last whole day, so expected a day before "+day+", or one base",
		"尚未结束：多个基地合计时只算到最后一个完整的日子；应早于 "+day+"，或只查一个基地")
}

// by reads the dimensions.
func by(text string, k kindOf) (list []report.Dimension, bad faults) {
	if text == "" {
		return k.by, nil
	}
	list, err := report.ParseDimensions(text, k.allowed)
	if err != nil {
		all := names(k.allowed)
		bad.add("by", table.Text{EN: err.Error(), ZH: fmt.Sprintf("“%s”不能这样分组；可用的维度，各写一次：%s", text, all)})
	} else if len(list) > mostBy {
		bad.add("by", table.Text{EN: fmt.Sprintf("names %d dimensions; expected at most %d, with base, which a line, an asset and a place bring along", len(list), mostBy),
			ZH: fmt.Sprintf("有 %d 个维度；最多 %d 个（产线、设备、地点自带基地）", len(list), mostBy)})
	}
	return list, bad
}

func names(all []report.Dimension) string {
	var list []string
	for _, d := range all {
		list = append(list, string(d))
	}
	return strings.Join(list, ", ")
}

// metrics reads the ids of metrics.
func metrics(a *asked, k kindOf) (ids []string, bad faults) {
	if ids = a.list("metrics"); ids == nil {
		return k.metrics, nil
	}
	for i, id := range ids {
		m, known := utilisation.MetricOf(id)
		switch {
		case !known || !k.mayDivide(&m):
			bad.add("metrics", table.Text{EN: fmt.Sprintf("%q is none of %s; /v1/metrics lists them", id, strings.ToLower(k.title.EN)), ZH: fmt.Sprintf("“%s”不是%s的指标；见 /v1/metrics", id, k.title.ZH)})
		case slices.Contains(ids[:i], id):
			bad.add("metrics", table.Text{EN: id + " is named twice", ZH: id + " 写了两次"})
		}
	}
	return ids, bad
}

func peopleMetric(m *utilisation.Metric) bool   { return m.Needs&utilisation.OfPeople != 0 }
func machinesMetric(m *utilisation.Metric) bool { return m.Needs&utilisation.OfMachines != 0 }

// floor is below which coverage a figure is doubtful.
func (a *asked) floor() float64 {
	if f, err := strconv.ParseFloat(a.values.Get("floor"), 64); err == nil {
		return f
	}
	return report.CoverageFloor
}

// bounded holds a question to what can be answered at once, and says what to narrow.
func (s *server) bounded(a *asked, q *report.Query) error {
	if slices.Contains(q.By, report.ByDay) && q.To.Sub(q.From) > mostSingleDays*24*time.Hour {
		return wrong(http.StatusUnprocessableEntity, "by", fmt.Sprintf("more than %d single days; group by month instead of day, or narrow from and to", mostSingleDays),
			fmt.Sprintf("逐日超过 %d 天；请改为按月分组，或缩短时间范围", mostSingleDays))
	}
	single := slices.Contains(q.By, report.ByAsset) || slices.Contains(q.By, report.ByLine)
	if !single || q.Where[report.ByBase] != nil || q.Where[report.ByCity] != nil {
		return nil
	}
	assets := 0
	for _, b := range a.bases() {
		assets += len(b.Assets)
	}
	if assets <= mostAssets {
		return nil
	}
	return wrong(http.StatusUnprocessableEntity, "by", fmt.Sprintf("single assets or lines of %d assets; narrow by city or base, or group by base", assets),
		fmt.Sprintf("共 %d 台设备，不能一次逐台列出；请用 city 或 base 缩小范围，或改为按基地分组", assets))
}

func tooManyLines(n int) error {
	return wrong(http.StatusUnprocessableEntity, "by", fmt.Sprintf("the answer has %d lines, and %d at most are given; narrow by city or base, or group by month instead of day", n, mostLines),
		fmt.Sprintf("结果有 %d 行，最多 %d 行；请用 city 或 base 缩小范围，或按月而不是按日分组", n, mostLines))
}
