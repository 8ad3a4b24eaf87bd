package pagestest

import (
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// open tells whether a base is open on a day: it is a working day of a term.
func open(day time.Time) bool {
	term := day.Before(date(2026, 1, 19)) || !day.Before(date(2026, 2, 23)) && day.Before(date(2026, 7, 13))
	return term && day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// guests are the purposes of an afternoon.
var guests = []utilisation.Key{
	{Purpose: "employee_training", Affiliation: utilisation.Outside}, {Purpose: "pilot_test", Affiliation: utilisation.Outside}, {Purpose: "tech_rd", Affiliation: utilisation.Partner},
	{Purpose: "social_training", Affiliation: utilisation.Outside}, {Purpose: utilisation.Unattributed, Affiliation: utilisation.Unnamed},
}

// A day is made up span by span.
type day struct {
	spans []utilisation.Span
	at    int64 // where the next one begins
	open  bool
}

func (d *day) until(start time.Time, hours float64, state record.State, why string) *utilisation.Span {
	to := start.UnixMilli() + int64(hours*hour)
	d.spans = append(d.spans, utilisation.Span{FromMS: d.at, ToMS: to, State: state, Open: d.open, Planned: d.open, Key: utilisation.Key{Purpose: utilisation.None}})
	s := &d.spans[len(d.spans)-1]
	if s.Context = utilisation.Closed; d.open {
		s.Context, s.Because.Slot = utilisation.Free, &utilisation.Slot{Open: true, OpenBy: "term"}
	}
	if state != record.Unknown {
		s.Because.Spell = &record.Spell{State: state, FromMS: d.at, ToMS: to, Why: why}
	}
	d.at = to
	return s
}

// use makes a span part of a session that there is evidence of.
func use(s *utilisation.Span, key utilisation.Key, layer, id string) {
	s.Context, s.Key, s.Held, s.Attended = utilisation.InSession, key, true, true
	s.Because.Slot = &utilisation.Slot{Open: true, Use: &utilisation.Use{Layer: layer, ID: id}}
	s.Self = key.Affiliation == utilisation.Outside
	if s.State == record.Unknown {
		s.Attended, s.Held = false, false
	}
}

// Day is the spans of a machine on a day, which begins at midnight; none after now.
func (p *Province) Day(b *report.Base, asset string, start time.Time) []utilisation.Span {
	d := &day{at: start.UnixMilli()}
	if !open(start) {
		d.until(start, 24, record.Off, "main/power")
		return p.cut(d.spans)
	}
	luck := chance(b.ID, asset, start)
	dark := luck%50 == 7 || b.ID == Dim && luck < 55
	state := func(s record.State) record.State {
		if dark && d.at > start.UnixMilli()+10*hour {
			return record.Unknown
		}
		return s
	}
	d.until(start, 8, record.Off, "main/power")
	d.open = true
	lesson := utilisation.Key{Purpose: "student_training", Affiliation: utilisation.Host}
	switch {
	case luck < 62 && asset != "m-03":
		use(d.until(start, 8.5, state(record.Standby), "main/power"), lesson, utilisation.Timetable, "CNC-201")
		use(d.until(start, 8.5+float64(luck%30)/10, state(record.Running), "main/power"), lesson, utilisation.Timetable, "CNC-201")
		use(d.until(start, 12, state(record.Standby), "main/power"), lesson, utilisation.Timetable, "CNC-201")
	case luck < 70:
		s := d.until(start, 12, state(record.Off), "main/power")
		use(s, lesson, utilisation.Timetable, "CNC-201")
		s.Held, s.Attended = false, false
	default:
		d.until(start, 12, state(record.Standby), "main/power")
	}
	d.until(start, 13.5, state(record.Standby), "main/power")
	if guest := guests[chance(asset, start.Month())%len(guests)]; luck%3 != 0 && asset != "m-03" {
		s := d.until(start, 13.75+float64(luck%25)/10, state(record.Running), "main/power")
		use(s, guest, utilisation.Booking, "bk-1042")
		s.Attended = s.Attended && luck%4 != 1
		s.Estimated = luck%10 == 4 && s.State != record.Unknown
		if s.Estimated {
			s.Because.Chosen = &record.Session{By: "card", Ended: "end_of_day"}
		}
		p.correct(b, asset, s, luck)
	}
	s := d.until(start, 17, state(record.Standby), "main/power")
	if luck%5 == 2 && s.State != record.Unknown {
		s.Occupied, s.Attended, s.Because.Stay = true, true, &record.Presence{Place: asset, Reader: "reader-" + asset}
	}
	d.open = false
	d.until(start, 24, state(record.Off), "main/power")
	return p.cut(d.spans)
}

// correct judges one afternoon of the first machine by a correction.
func (p *Province) correct(b *report.Base, asset string, s *utilisation.Span, luck int) {
	if b.ID != Large || asset != "m-01" || luck%7 != 1 || s.State != record.Running {
		return
	}
	s.Corrected, s.Key = true, utilisation.Key{Purpose: "skills_contest", Affiliation: utilisation.Host}
	s.Because.Correction = &utilisation.Correction{ID: "c-7", FromMS: s.FromMS, ToMS: s.ToMS, Purpose: "skills_contest", Affiliation: utilisation.Host, Reason: "省赛集训，未改预约", Author: "lab-office"}
	p.days[asset] = time.UnixMilli(s.FromMS).In(Beijing)
}

func (p *Province) cut(spans []utilisation.Span) (past []utilisation.Span) {
	for _, s := range spans {
		if s.ToMS = min(s.ToMS, p.Now.UnixMilli()); s.FromMS < s.ToMS {
			past = append(past, s)
		}
	}
	return past
}
