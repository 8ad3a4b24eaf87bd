package web

import (
	"fmt"
	"net/http"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// moment reads 2026-03-02, midnight by the base's clock, or 2026-03-02T08:00:00+08:00. What is wrong is said in words.
func moment(text string, zone *time.Location) (time.Time, table.Text) {
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		if t, err = time.Parse(time.RFC3339, text); err != nil {
			return t, table.Text{EN: fmt.Sprintf("%q is neither a date like 2026-03-02 nor a time like 2026-03-02T08:00:00+08:00", text),
				ZH: fmt.Sprintf("“%s”既不是 2026-03-02 这样的日期，也不是 2026-03-02T08:00:00+08:00 这样的时间", text)}
		}
	}
	if y := t.UTC().Year(); y < 1900 || y > 2200 { // every part of the way can write these
		return t, table.Text{EN: fmt.Sprintf("the year %d is not between 1900 and 2200", y), ZH: fmt.Sprintf("年份 %d 不在 1900 到 2200 之间", y)}
	}
	return t, table.Text{}
}

// span reads from and to by a clock.
func (a *asked) span(zone *time.Location) (from, to time.Time, err error) {
	var bad faults
	var text table.Text
	if from, text = moment(a.values.Get("from"), zone); text.EN != "" {
		bad.add("from", text)
	}
	if to, text = moment(a.values.Get("to"), zone); text.EN != "" {
		bad.add("to", text)
	}
	if len(bad) == 0 && !from.Before(to) {
		bad.add("to", table.Text{EN: "is not after from", ZH: "不晚于 from"})
	}
	return from, to, bad.problem(http.StatusBadRequest)
}

// within holds a span to a bound.
func within(from, to time.Time, days int) error {
	if to.Sub(from) > time.Duration(days)*24*time.Hour {
		return wrong(http.StatusBadRequest, "to", fmt.Sprintf("is more than %d days after from; expected a shorter span", days),
			fmt.Sprintf("比 from 晚 %d 天以上；请缩短时间范围", days))
	}
	return nil
}

// remembered holds both ends to what can still be told: of an hour whose facts are gone there is only the whole.
func (s *server) remembered(from, to time.Time) error {
	var bad faults
	for _, end := range []struct {
		name string
		at   time.Time
	}{{"from", from}, {"to", to}} {
		if s.KeepFacts > 0 && end.at.Before(s.Now().Add(-s.KeepFacts)) && !end.at.Truncate(time.Hour).Equal(end.at) {
			bad.add(end.name, table.Text{EN: "is older than single facts are kept, and only whole hours are known: write it on the hour",
				ZH: "早于原始记录的保存期，只知道整点的数据：请写整点"})
		}
	}
	return bad.problem(http.StatusBadRequest)
}

// wholeLocalDays holds a question about people to days of its clock: of two spans that differ by minutes the difference
// would be what one person did in them. What lies ahead of now tells nothing, so the end may lie anywhere there.
func wholeLocalDays(q *report.Query) error {
	var bad faults
	for _, end := range []struct {
		name  string
		at    time.Time
		whole bool
	}{{"from", q.From, midnight(q.From, q.Zone)}, {"to", q.To, midnight(q.To, q.Zone) || !q.To.Before(q.Now)}} {
		if !end.whole {
			day := end.at.In(q.Zone).Format(time.DateOnly)
			bad.add(end.name, table.Text{EN: "is within a day, and figures of people are of whole days by the base's clock (" + q.Zone.String() + "): expected a date, such as " + day + map[string]string{"to": ", or a time still to come"}[end.name],
				ZH: "不在零点；人员数字只按基地当地（" + q.Zone.String() + "）的整日给出：应为日期，例如 " + day + map[string]string{"to": "，或尚未到来的时间"}[end.name]})
		}
	}
	return bad.problem(http.StatusBadRequest)
}

func midnight(t time.Time, zone *time.Location) bool {
	y, m, d := t.In(zone).Date()
	return t.Equal(time.Date(y, m, d, 0, 0, 0, 0, zone))
}

// zone is where a base's days are cut: by the registry, by the collector's configuration, or else in Beijing, as they are
// for all bases together.
func (s *server) zone(a *asked, base string) *time.Location {
	if b := a.catalogue.Base(base); b != nil && b.Clock != nil {
		return b.Clock
	}
	if s.Zone != nil {
		if zone := s.Zone(base); zone != nil {
			return zone
		}
	}
	if b, ok := s.Bases[base]; ok && b.Zone != nil {
		return b.Zone
	}
	return beijing
}

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60) // there is no daylight saving time at present
