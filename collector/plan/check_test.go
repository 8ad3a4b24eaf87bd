package plan

import (
	"strings"
	"testing"
	"testing/fstest"
)

// edited is the school's plan with a text of a file replaced by another.
func edited(t *testing.T, name, old, new string) fstest.MapFS {
	t.Helper()
	files := school(t, nil)
	text := ""
	if f := files[name]; f != nil {
		text = string(f.Data)
	}
	if !strings.Contains(text, old) {
		t.Fatalf("%s has no %q", name, old)
	}
	files[name] = file("%s", strings.Replace(text, old, new, 1))
	return files
}

// Each fault with its place, and with what is allowed.
func TestFaults(t *testing.T) {
	const (
		r, c, l, b = registryFile, calendarFile, timetableFile, bookingsFile
		end        = "holidays: ["
		lesson     = "lessons:\n"
		booking    = "bookings:\n- {id: b, text: b, purpose: tech_rd, organisation: us, "
		extra      = "lessons:\n  - {id: x, text: x, purpose: tech_rd, organisation: us, "
	)
	for _, x := range []struct{ file, old, new, want string }{
		{r, "kind: open_regional_center", "kind: open_regional_centre", `registry.yaml:2:39: base.kind: no kind of base is called "open_regional_centre"; did you mean "open_regional_center"? allowed: open_regional_center, `},
		{r, "city: nanchang", "city: nanchan", `registry.yaml:2:78: base.city: no city is called "nanchan"; did you mean "nanchang"? allowed: nanchang, jingdezhen, `},
		{r, "owner: us, ", "", `registry.yaml:2:7: base.owner: is missing; expected an id that stands in organisations`},
		{r, "owner: us", "owner: firm", `registry.yaml:2:68: base.owner: "firm" is outside; allowed: an organisation with affiliation host`},
		{r, "city: nanchang", "city: nanchang, timezone: Mars", `registry.yaml:2:98: base.timezone: "Mars" is not a time zone; allowed: a name such as Asia/Shanghai`},
		{r, "city: nanchang", "city: nanchang, cluster: coper", `registry.yaml:2:97: base.cluster: no cluster is called "coper"; did you mean "copper"?`},
		{r, "affiliation: outside", "affiliation: guest", `registry.yaml:5:42: organisations[1].affiliation: no affiliation is called "guest"; allowed: host, partner, outside`},
		{r, "{id: lathe-1, text_zh: 车床, area: hall}", "{id: lathe-1, text_zh: 车床}", `registry.yaml:8:5: assets[0].area: is missing; expected an id that stands in areas`},
		{r, "{id: lathe-1, text_zh: 车床, area: hall}", "{id: lathe-1, text_zh: 车床, area: hal}", `registry.yaml:8:38: assets[0].area: no area is called "hal"; did you mean "hall"? allowed: hall`},
		{r, "{id: lathe-1,", "{id: hall,", `registry.yaml:8:10: assets[0].id: "hall" is taken by areas[0].id; choose another`},
		{r, "until: 2026-01-07", "until: 2025-09-10", `registry.yaml:9:69: assets[1].until: 2025-09-10 is not after from, which is 2025-09-10; until is the first day out of service`},
		{r, "until: 2026-01-07", "until: 2026-01-07, quota_hours: 9000", `quota_hours: 9000 is out of bounds; allowed: 0 to 8784, the hours of a year`},
		{r, "until: 2026-01-07", "until: 2026-01-07, price_yuan: -1", `registry.yaml:9:93: assets[1].price_yuan: -1 is out of bounds; allowed: 0 to 999999999.99 yuan`},
		{r, "until: 2026-01-07", "until: 2026-01-07, price_yuan: 1e9", `price_yuan: 1e+09 is out of bounds`},
		{r, "until: 2026-01-07", "until: 2026-01-07, price_yuan: .nan", `price_yuan: `},
		{r, "until: 2026-01-07", "until: 2026-01-07, price_yuan: 4860.005", `price_yuan: 4860.005 has more than two decimals; allowed: yuan and fen, such as 486000.50`},
		{r, "until: 2026-01-07", "until: 2026-01-07, prize_yuan: 1", `prize_yuan: unknown key; did you mean "price_yuan"?`},
		{r, "affiliation: outside", "affiliation: outside, school_code: '123'", `organisations[1].school_code: "123" does not fit; allowed: five digits or capital letters, in quotes, such as "00000"`},
		{r, "until: 2026-01-07", "until: 2026-13-07", `registry.yaml:9:69: assets[1].until: "2026-13-07" is not a date; allowed: such as 2025-09-01, from 1970 to 2099`},
		{r, "areas:", "cards: [{group: g, text_zh: g, user_group: student, organisation: us}]\nareas:",
			`registry.yaml:6:44: cards[0].user_group: no user group is called "student"; `},
		{r, "areas:", "cards: [{group: g, text_zh: g, user_group: teacher, organisation: us}, {group: g, text_zh: g, user_group: teacher, organisation: us}]\nareas:",
			`registry.yaml:6:80: cards[1].group: "g" is taken by cards[0].group; choose another`},
		{r, "areas:", "terms: []\nareas:", `registry.yaml:6:1: terms: unknown key; it belongs in calendar.yaml. allowed: base, organisations, `},

		{c, "week1: 2025-09-01", "week1: 2025-09-02", `calendar.yaml:2:31: terms[0].week1: 2025-09-02 is a tue; expected the Monday of the first week, 2025-09-01`},
		{c, "weeks: 20}", "weeks: 0}", `calendar.yaml:2:50: terms[0].weeks: 0 is out of bounds; allowed: 1 to 53`},
		{c, "weeks: 20}]", "weeks: 20}, {code: spring, week1: 2026-01-12, weeks: 2}]", `calendar.yaml:2:77: terms[1].week1: spring begins on 2026-01-12, and autumn ends only on 2026-01-18`},
		{c, `["08:00","12:00"],`, `["12:00","08:00"],`, `calendar.yaml:4:23: weekly.in_term.mon-fri[0]: ends at 08:00, not after 12:00; a span after midnight belongs to the next day, and 24:00 ends a day`},
		{c, `["08:00","12:00"],`, `["08:00"],`, `weekly.in_term.mon-fri[0]: 1 times, expected two: a begin and an end, such as ["08:00","08:45"]`},
		{c, `["08:00","12:00"],`, `["08:00","14:30"],`, `weekly.in_term.mon-fri[1]: begins at 14:00, before the span ahead of it ends at 14:30`},
		{c, `["08:00","12:00"],`, `["8:00","12:00"],`, `weekly.in_term.mon-fri[0][0]: "8:00" is not a time of day; allowed: such as "08:00", up to "24:00"`},
		{c, "in_term: {mon-fri", `in_term: {tue: [], mon-fri`, `weekly.in_term.mon-fri: tue stands in tue too; write each day once`},
		{c, "in_term: {mon-fri", `in_term: {mo-fri`, `weekly.in_term.mo-fri: "mo" is no day of the week; allowed: mon, tue, wed, thu, fri, sat, sun, or 周一 to 周日`},
		{c, "  in_term:", "  interm:", `calendar.yaml:4:3: weekly.interm: unknown key; did you mean "in_term"? allowed: in_term, vacation`},
		{c, "2026.json", "2027.json", `calendar.yaml:6:23: holidays[1]: "2027.json" cannot be read: file does not exist`},
		{c, "2026.json", "../2026.json", `calendar.yaml:6:23: holidays[1]: "../2026.json" leads out of the plan's folder`},
		{c, "2026.json", "2025.json", `calendar.yaml:6:23: holidays[1]: "2025.json" stands twice`},
		{c, end, "overrides: [{date: 2025-11-08}]\n" + end, `calendar.yaml:6:13: overrides[0]: says nothing; expected one of follows_weekday, follows_date, open, closed: true`},
		{c, end, "overrides: [{date: 2025-11-08, closed: true, open: []}]\n" + end, `overrides[0]: closed goes with nothing else but a reason`},
		{c, end, "overrides: [{date: 2025-11-08, follows_weekday: mon, follows_date: 2025-11-03}]\n" + end, `overrides[0]: follows_weekday and follows_date exclude each other`},
		{c, end, "overrides: [{date: 2025-11-08, follows_date: 2025-11-08}]\n" + end, `overrides[0]: a date cannot follow itself`},
		{c, end, "overrides: [{date: 2025-11-08, closed: true}, {date: 2025-11-08, closed: true}]\n" + end, `overrides[1].date: 2025-11-08 is taken by line 6; write one entry for each date`},
		{c, end, "overrides: [{closed: true}]\n" + end, `overrides[0].date: is missing; expected a date such as 2025-09-28`},
		{c, end, "maintenance: [{from: 2025-12-01T08:00, to: 2025-12-01T12:00}]\n" + end, `maintenance[0]: expected one of asset and area`},
		{c, end, "maintenance: [{asset: lath-1, from: 2025-12-01T08:00, to: 2025-12-01T12:00}]\n" + end, `maintenance[0].asset: no asset is called "lath-1"; did you mean "lathe-1"?`},
		{c, end, "maintenance: [{area: hall, from: 2025-12-01T08:00, to: 2025-12-01T08:00}]\n" + end, `maintenance[0].to: 2025-12-01T08:00 is not after from, which is 2025-12-01T08:00`},
		{c, end, `periods: [{table: {"0": ["08:00","08:45"]}}]` + "\n" + end, `"0" is no number of a period; allowed: 1 to 63`},
		{c, end, `periods: [{table: {"1": ["08:00","08:45"], "2": ["08:40","09:45"]}}]` + "\n" + end, `begins at 08:40, before the period ahead of it ends at 08:45`},
		{c, end, `periods: [{from: 05-01, table: {"1": ["08:00","08:45"]}}]` + "\n" + end, `periods[0].from: from and until belong together; write both, or none for all of the year`},
		{c, end, `periods: [{from: 05-01, until: 2025-10-01, table: {"1": ["08:00","08:45"]}}]` + "\n" + end, `periods[0].until: 05-01 and 2025-10-01 are not of a kind; allowed: a month and a day both, or a date both`},
		{c, end, `periods: [{from: 2025-10-01, until: 2025-10-01, table: {"1": ["08:00","08:45"]}}]` + "\n" + end, `periods[0].until: 2025-10-01 is not after from`},
		{c, end, `periods: [{campus: north, table: {"1": ["08:00","08:45"]}}]` + "\n" + end, `periods[0].campus: no campus of an area is called "north"; there is none`},

		{l, lesson, extra + `area: hall, term: spring, weeks: 1-3, weekday: mon, from: "08:00", to: "09:00"}` + "\n", `lessons[0].term: no term is called "spring"; allowed: autumn`},
		{l, lesson, extra + `area: hall, term: autumn, weeks: 1-21, weekday: mon, from: "08:00", to: "09:00"}` + "\n", `lessons[0].weeks: week 21 is beyond the term; allowed: 1 to 20`},
		{l, lesson, extra + `area: hall, term: autumn, weeks: 1–3, weekday: mon, from: "08:00", to: "09:00"}` + "\n", `lessons[0].weeks: "1–3" is not a list of numbers; allowed: such as 1-8,10,12-16, from 1 to 63`},
		{l, lesson, extra + `area: hall, term: autumn, weeks: 1-3, weekday: mond, from: "08:00", to: "09:00"}` + "\n", `lessons[0].weekday: "mond" is no day of the week`},
		{l, lesson, extra + `area: hall, term: autumn, weeks: 1-3, parity: both, weekday: mon, from: "08:00", to: "09:00"}` + "\n", `lessons[0].parity: "both" is no parity; allowed: odd, even, 单周, 双周, or leave it out`},
		{l, lesson, extra + `area: hall, dates: [2025-09-01], weeks: 1-3, from: "08:00", to: "09:00"}` + "\n", `lessons[0].weeks: not used with dates; allowed: `},
		{l, lesson, extra + `area: hall, from: "08:00", to: "09:00"}` + "\n", `lessons[0].term: is missing; expected term, weeks and weekday, or dates`},
		{l, lesson, extra + `area: hall, dates: [2025-09-01]}` + "\n", `lessons[0].periods: is missing; expected periods, such as 1-4, or from and to, such as "08:00"`},
		{l, lesson, extra + `area: hall, dates: [2025-09-01], periods: "1", to: "09:00"}` + "\n", `lessons[0].to: not used with periods; allowed: `},
		{l, lesson, extra + `area: hall, dates: [2025-09-01], periods: "1"}` + "\n", `lessons[0].periods: no table of periods holds on 2025-09-01; periods of calendar.yaml must cover it`},
		{l, lesson, extra + `area: hall, dates: [2025-09-01], from: "10:00", to: "09:00"}` + "\n", `lessons[0].to: ends at 09:00, not after 10:00`},
		{l, lesson, extra + `dates: [2025-09-01], from: "08:00", to: "09:00"}` + "\n", `lessons[0].area: is missing; expected area, or assets: a list of them`},
		{l, lesson, extra + `area: hall, assets: [lathe-1], dates: [2025-09-01], from: "08:00", to: "09:00"}` + "\n", `lessons[0].assets: area and assets exclude each other: an area is all that stands in it`},
		{l, lesson, extra + `assets: [lathe-1, lathe-1], dates: [2025-09-01], from: "08:00", to: "09:00"}` + "\n", `lessons[0].assets[1]: "lathe-1" is taken by lessons[0].assets[0]; choose another`},
		{l, "id: t,", "id: m,", `lessons[1].id: "m" is taken by lessons[0].id; choose another`},
		{l, "purpose: student_training", "purpose: maintenance", `lessons[0].purpose: no purpose is called "maintenance"; allowed: student_training, employee_training, `},
		{l, "organisation: us", "organisation: you", `lessons[0].organisation: no organisation is called "you"; allowed: us, firm`},
		{l, "organisation: us", "organisation: us, project: p", `lessons[0].project: no project is called "p"; there is none`},

		{b, "", booking + `area: hall, from: 2025-10-11T13:00, to: 2025-10-11T12:00}]`, `bookings.yaml:2:`},
		{b, "", booking + `area: hall, from: 2025-10-11T13:00, to: 2025-10-11T12:00}`, `bookings.yaml:2:96: bookings[0].to: 2025-10-11T12:00 is not after from, which is 2025-10-11T13:00`},
		{b, "", booking + `area: hall, from: 2025-10-11, to: 2025-10-11T12:00}`, `bookings[0].from: "2025-10-11" is not a date and time; allowed: such as 2025-12-01T08:00, by the base's clock`},
		{b, "", booking + `area: hall, from: 2025-10-11T13:00, to: 2026-12-11T12:00}`, `bookings[0].to: is more than 366 days after from; write one entry for each year`},
		{b, "", booking + `area: hall, from: 2025-10-11T13:00}`, `bookings[0].to: is missing, or from is; expected both, such as 2025-12-01T08:00`},
		{b, "", booking + `area: hall, from: 2025-10-11T13:00, to: 2025-10-11T14:00, people: -1}`, `bookings[0].people: -1 is out of bounds; allowed: 0 to 10000`},
	} {
		p, faults := load(edited(t, x.file, x.old, x.new), "school")
		if len(faults) != 1 || !strings.Contains(faults[0].String(), x.want) || p != nil {
			t.Errorf("%s → %s\n got %v\nwant %s", x.old, x.new, faults.Error(), x.want)
		}
	}
}
