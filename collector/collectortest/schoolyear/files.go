package schoolyear

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// files are the files of the plan.
func (g *generator) files() map[string]string {
	return map[string]string{
		"registry.yaml":  registryFile(),
		"calendar.yaml":  calendarFile(),
		"timetable.yaml": timetableFile(),
		"bookings.yaml":  g.bookingsFile(),
		"cn-2025.json":   holidayFile("2025"),
		"cn-2026.json":   holidayFile("2026"),
	}
}

// A page is a file under way.
type page struct{ strings.Builder }

func (p *page) line(format string, values ...any) { fmt.Fprintf(p, format+"\n", values...) }

func registryFile() string {
	var p page
	p.line("base:\n  id: %s\n  text_zh: 数控实训基地\n  text_en: CNC training base", Base)
	p.line("  kind: open_regional_center\n  owner: nc-vtc\n  city: nanchang\n  timezone: Asia/Shanghai")
	p.line("organisations:")
	for _, o := range [][2]string{{"nc-vtc", "南昌职业学院"}, {"firm-a", "甲公司"}, {"firm-b", "乙公司"}, {"county-agri", "县农业农村局"}} {
		p.line("  - {id: %s, text_zh: %s, affiliation: %s}", o[0], o[1], affiliations[o[0]])
	}
	p.line("areas:")
	for _, r := range rooms {
		p.line("  - {id: %s, text_zh: %s, text_en: %s, workstations: %d, campus: %s}", r.id, r.zh, r.en, r.workstations, r.campus)
	}
	p.line("assets:")
	for _, r := range rooms {
		for i, asset := range r.assets {
			p.line("  - {id: %s, text_zh: %d 号%s, area: %s, line: %s, quota_hours: 800, from: 2021-03-01}", asset, i+1, r.kind, r.id, r.line)
		}
	}
	p.line("cards:")
	for _, e := range enrolments {
		p.line("  - {group: %s, text_zh: %s, user_group: %s, organisation: %s}", e.group, e.zh, e.userGroup, e.organisation)
	}
	p.line("projects:\n  - {id: p-2025-007, text_zh: 薄壁件工艺}")
	return p.String()
}

func calendarFile() string {
	var p page
	p.line("terms:")
	for _, t := range terms {
		p.line("  - {code: %s, week1: %s, weeks: %d}", t.code, t.week1, termWeeks)
	}
	p.line("periods:")
	p.line("  - {table: %s}", tableText(winter))
	p.line("  - {from: %s, until: %s, table: %s}", summerOn, summerOff, tableText(summer))
	p.line("  - {campus: east, table: %s}", tableText(eastWin))
	p.line("  - {campus: east, from: %s, until: %s, table: %s}", summerOn, summerOff, tableText(eastSum))
	p.line("weekly:")
	p.line("  in_term: {mon-fri: %s, sat: %s, sun: []}", hoursText(termDays), hoursText(termSaturdays))
	p.line("  vacation: {mon-fri: %s}", hoursText(vacationDays))
	p.line("holidays: [cn-2025.json, cn-2026.json]")
	p.line("overrides:\n  - {date: %s, closed: true, reason: 停电}", closedOn)
	for _, name := range slices.Sorted(maps.Keys(openOn)) {
		p.line("  - {date: %s, open: %s, reason: %s}", name, hoursText(openOn[name]), overrideReasons[name])
	}
	for _, name := range slices.Sorted(maps.Keys(followsWeekday)) {
		p.line("  - {date: %s, follows_weekday: %s, reason: 调休}", name, weekdays[followsWeekday[name]])
	}
	for _, name := range slices.Sorted(maps.Keys(followsDate)) {
		p.line("  - {date: %s, follows_date: %s, reason: 调休}", name, followsDate[name])
	}
	p.line("maintenance:")
	for _, c := range maintenance {
		p.line("  - {%s: %s, from: %s, to: %s, reason: %s}", placeKey(c.place), c.place, c.from, c.to, c.why)
	}
	return p.String()
}

func placeKey(place string) string {
	if roomOf(place).id == place {
		return "area"
	}
	return "asset"
}

func placesText(places []string) string {
	if placeKey(places[0]) == "area" {
		return "area: " + places[0]
	}
	return "assets: [" + strings.Join(places, ", ") + "]"
}

func hoursText(hours [][2]string) string {
	var each []string
	for _, h := range hours {
		each = append(each, fmt.Sprintf("[%q, %q]", h[0], h[1]))
	}
	return "[" + strings.Join(each, ", ") + "]"
}

func tableText(table [6][2]string) string {
	var each []string
	for i, h := range table {
		each = append(each, fmt.Sprintf("\"%d\": [%q, %q]", i+1, h[0], h[1]))
	}
	return "{" + strings.Join(each, ", ") + "}"
}
