package schoolyear

import (
	"strings"
	"testing"

	"basemeter/agent/record"
)

func TestThePlanHasEveryFeature(t *testing.T) {
	plan := first().Plan
	for file, features := range map[string][]string{
		"registry.yaml": {"affiliation: host", "affiliation: partner", "affiliation: outside", "campus: east", "user_group: college_student",
			"user_group: secondary_student", "user_group: teacher", "user_group: employee", "user_group: farmer", "quota_hours"},
		"calendar.yaml": {"weeks: 20", "from: 05-01, until: 10-01", "campus: east", "in_term", "vacation", "follows_weekday: tue",
			"follows_date: 2025-10-08", "closed: true", "技能竞赛", `"24:00"`, "asset: lathe-01", "asset: robot-01", "area: hall-b"},
		"timetable.yaml": {`weeks: "1-8,10,12-16", parity: odd`, "parity: even", "area: lab-c", "assets: [robot-01, robot-02]",
			"dates: [2025-12-30, 2026-01-06]", "organisation: firm-a", "project: p-2025-007"},
		"bookings.yaml": {"self_operated: true", "organisation: firm-a", "organisation: firm-b", "organisation: county-agri",
			"to: 2026-03-07T24:00", "area: hall-a", "project: p-2025-007"},
		"cn-2025.json": {`"2025-09-28"`, `"2025-10-08"`},
		"cn-2026.json": {`"2026-01-04"`, `"isOffDay": false`},
	} {
		for _, feature := range features {
			if !strings.Contains(plan[file], feature) {
				t.Errorf("%s does not have %s", file, feature)
			}
		}
	}
	if strings.Contains(plan["calendar.yaml"], "2026-01-04") {
		t.Error("somebody says what is taught on 2026-01-04")
	}
}

func TestTheFactsHaveEveryCase(t *testing.T) {
	seen := map[string]int{}
	cards := map[string]bool{}
	groups := map[string]bool{}
	when := func(what string, is bool) {
		if is {
			seen[what]++
		} else {
			seen[what] += 0
		}
	}
	for _, b := range first().Batches {
		for _, s := range b.Spells {
			when("estimated spell", s.Estimated)
			when("unknown spell with a reason", s.State == record.Unknown && s.Why != "")
			when("mill-02 by gw-b2", s.Asset == "mill-02" && b.Gateway == gatewayB2)
		}
		for _, s := range b.Presences {
			cards[s.Card], groups[s.Group] = true, true
			when("forgotten badge-out", s.KnownMS < s.ToMS)
			when("stay across midnight", (s.FromMS-FromMS)/day != (s.ToMS-FromMS)/day)
			when("stay of 24 hours", s.ToMS-s.FromMS == record.MaxStayMS)
			when("stay that "+s.Ended+" ended", true)
			when("hall-b by gw-b2", s.Place == "hall-b" && b.Gateway == gatewayB2)
		}
		for _, s := range b.Sessions {
			when("switch", s.By == "switch")
			when("card", s.By == "card")
			when("session of no group", s.By == "card" && s.Group == "")
			when("session of an unknown group", s.Group == visitors)
			when("session for maintenance", s.Purpose == "maintenance")
			when("switch that stands on", s.Ended == "")
		}
	}
	for _, ended := range []string{"out", "elsewhere", "closing", "longest", "idle", "year"} {
		seen["stay that "+ended+" ended"] += 0
	}
	for what, count := range seen {
		if count == 0 {
			t.Errorf("there is no %s", what)
		}
	}
	if len(cards) < 290 || len(groups) != len(enrolments)+2 {
		t.Errorf("%d cards of %d groups were seen", len(cards), len(groups))
	}
}

func TestTheTruthHasEveryMeasure(t *testing.T) {
	var sum Measures
	var people People
	truth := first().Truth
	for _, m := range truth.Assets {
		sum = plus(sum, m)
	}
	for name, ms := range numbers(sum) {
		if ms == 0 {
			t.Errorf("%s is nowhere", name)
		}
	}
	for _, p := range truth.People {
		people = People{people.Person + p.Person, people.Estimated + p.Estimated, people.Visits + p.Visits}
	}
	if people.Estimated == 0 || people.Estimated >= people.Person || people.Visits == 0 {
		t.Errorf("people: %+v", people)
	}
}
