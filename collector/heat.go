package collector

import (
	"context"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// Heat is a base's time, or one of its assets', by weekday and hour of the day. Closed days have the hours of their base; of
// others, and of a single asset, they are added up by the database.
func (c *Collector) Heat(ctx context.Context, base, asset string, from, to time.Time) (heat report.Heat, err error) {
	s, err := c.source()
	if err != nil {
		return heat, err
	}
	return s.heat(ctx, base, asset, from, to)
}

func (s source) heat(ctx context.Context, base, asset string, from, to time.Time) (heat report.Heat, err error) {
	zone := s.plans.of(base).zone()
	warm := func(start time.Time, cell utilisation.Cell) error {
		local := start.In(zone)
		sum := &heat[(local.Weekday()+6)%7][local.Hour()]
		*sum = sum.Plus(cell)
		return nil
	}
	left := []stretch{{base, from, to}}
	if asset == "" {
		if left, err = s.warmHours(ctx, base, from, to, warm); err != nil {
			return heat, err
		}
	}
	for _, l := range left {
		if err := s.store.SumByHour(ctx, base, asset, l.from, l.to, warmth(), warm); err != nil {
			return heat, err
		}
	}
	return heat, nil
}

// warmHours hands over the hours of a base that were rolled, and returns those spans that were not.
func (s source) warmHours(ctx context.Context, base string, from, to time.Time, each func(time.Time, utilisation.Cell) error) (left []stretch, err error) {
	next := from
	of := utilisation.Range{Bases: []string{base}, From: from, To: to, Grain: utilisation.Hour, Whole: true, Measures: warmth()}
	err = s.EachRow(ctx, of, func(r utilisation.Row) error {
		if next.Before(r.Start) {
			left = append(left, stretch{base, next, r.Start})
		}
		next = r.Start.Add(time.Hour)
		return each(r.Start, r.Cell)
	})
	if next.Before(to) {
		left = append(left, stretch{base, next, to})
	}
	return left, err
}

// warmth is what a week is drawn of: effective use, and the states, by which its hours and what is known of them are told.
func warmth() []utilisation.Measure {
	m, _ := utilisation.MetricOf("effective_hours")
	return utilisation.Reads([]utilisation.Metric{m})
}
