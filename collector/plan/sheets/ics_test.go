package sheets

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// ics is a calendar with events of some lines each.
func ics(events ...string) []byte {
	text := "BEGIN:VCALENDAR\nVERSION:2.0\n"
	for _, e := range events {
		text += "BEGIN:VEVENT\n" + strings.TrimSpace(e) + "\nEND:VEVENT\n"
	}
	return []byte(strings.ReplaceAll(text+"END:VCALENDAR\n", "\n", "\r\n"))
}

const training = `UID:1@x
SUMMARY:乙公司员工培训
LOCATION:1 号数控车床
CATEGORIES:重要,企业员工培训
ORGANIZER;CN="乙公司":mailto:x@example.com
`

func forICS(as Kind) Options {
	o := withPlan()
	o.As = as
	return o
}

// spans are the bookings in short.
func spans(c Content) []string {
	var all []string
	for _, v := range c.Bookings {
		all = append(all, v.From.String()+"/"+v.To.Clock.String())
	}
	for _, v := range c.Lessons {
		all = append(all, fmt.Sprint(v.Dates, " ", v.From, "-", v.To))
	}
	return all
}

func TestTimesOfEvents(t *testing.T) {
	for name, c := range map[string]struct {
		lines string
		want  []string
	}{
		"in the base's zone":        {"DTSTART;TZID=Asia/Shanghai:20251011T130000\nDTEND;TZID=Asia/Shanghai:20251011T170000", []string{"2025-10-11T13:00/17:00"}},
		"UTC":                       {"DTSTART:20251011T050000Z\nDTEND:20251011T090000Z", []string{"2025-10-11T13:00/17:00"}},
		"by the base's clock":       {"DTSTART:20251011T130000\nDURATION:PT4H", []string{"2025-10-11T13:00/17:00"}},
		"as Outlook calls it":       {"DTSTART;TZID=China Standard Time:20251011T130000\nDTEND;TZID=\"China Standard Time\":20251011T170000", []string{"2025-10-11T13:00/17:00"}},
		"elsewhere":                 {"DTSTART;TZID=Asia/Tokyo:20251011T140000\nDTEND;TZID=Asia/Tokyo:20251011T180000", []string{"2025-10-11T13:00/17:00"}},
		"weekly until":              {"DTSTART:20251014T080000\nDTEND:20251014T094000\nRRULE:FREQ=WEEKLY;UNTIL=20251027T000000Z", []string{"2025-10-14T08:00/09:40", "2025-10-21T08:00/09:40"}},
		"until a day, which counts": {"DTSTART:20251014T080000\nDTEND:20251014T094000\nRRULE:FREQ=WEEKLY;UNTIL=20251028", []string{"2025-10-14T08:00/09:40", "2025-10-21T08:00/09:40", "2025-10-28T08:00/09:40"}},
		"every other week, twice":   {"DTSTART:20251014T080000\nDTEND:20251014T094000\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,TH", []string{"2025-10-14T08:00/09:40", "2025-10-16T08:00/09:40", "2025-10-28T08:00/09:40", "2025-10-30T08:00/09:40"}},
		"but not then":              {"DTSTART;TZID=Asia/Shanghai:20251014T080000\nDTEND;TZID=Asia/Shanghai:20251014T094000\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Asia/Shanghai:20251021T080000\nEXDATE;VALUE=DATE:20251028", []string{"2025-10-14T08:00/09:40", "2025-11-04T08:00/09:40"}},
		"taken out in UTC":          {"DTSTART:20251014T080000\nDTEND:20251014T094000\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20251014T000000Z", []string{"2025-10-15T08:00/09:40"}},
		"dates":                     {"DTSTART:20251014T080000\nDTEND:20251014T094000\nRDATE:20251016T080000,20251014T080000", []string{"2025-10-14T08:00/09:40", "2025-10-16T08:00/09:40"}},
		"monthly":                   {"DTSTART:20251014T080000\nDTEND:20251014T094000\nRRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=2", []string{"2025-10-14T08:00/09:40", "2025-11-11T08:00/09:40"}},
		"an alarm is no event":      {"DTSTART:20251011T130000\nDTEND:20251011T170000\nBEGIN:VALARM\nDTSTART:20200101T000000\nEND:VALARM", []string{"2025-10-11T13:00/17:00"}},
	} {
		got := spans(read1(t, "c.ics", ics(training+c.lines), forICS(Either)))
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatEventsSay(t *testing.T) {
	c := read1(t, "c.ics", ics(training+"DTSTART:20251011T130000\nDTEND:20251011T170000", `UID:2
SUMMARY:很长的名字，\,折
 叠成两
	行\n的
LOCATION:hall-b
DTSTART:20251012T130000
DTEND:20251013T090000
STATUS:CONFIRMED`, `UID:3
SUMMARY:取消的
STATUS:CANCELLED`), Options{Purposes: purposes, Plan: &base, Zone: shanghai, Purpose: "student_training", Organisation: "南昌职业学院", Area: "hall-a"})
	if len(c.Bookings) != 2 || len(c.Notes) != 1 || c.Notes[0].String() != `c.ics:22: VEVENT "取消的": is cancelled and was not imported` {
		t.Fatalf("%+v %v", c.Bookings, c.Notes)
	}
	first, second := c.Bookings[0], c.Bookings[1]
	if first.Organisation != "firm-b" || first.Purpose != "employee_training" || !reflect.DeepEqual(first.Assets, []string{"lathe-01"}) || first.Area != "" {
		t.Errorf("%+v", first)
	}
	if second.Text != "很长的名字，,折叠成两行 的" || second.Area != "hall-b" || second.Purpose != "student_training" || second.Organisation != "nc-vtc" || second.To.String() != "2025-10-13T09:00" {
		t.Errorf("%+v", second)
	}
	gbk, _ := simplifiedchinese.GBK.NewEncoder().Bytes(ics(training + "DTSTART:20251011T130000\nDTEND:20251011T170000"))
	if again := read1(t, "c.ics", gbk, forICS(Either)); again.Bookings[0].Text != "乙公司员工培训" || again.Bookings[0].ID != first.ID {
		t.Errorf("%+v", again)
	}
}

// One occurrence of a series has been moved, another one cancelled.
func TestMovedOccurrences(t *testing.T) {
	series := training + "DTSTART:20251014T080000\nDTEND:20251014T094000\nRRULE:FREQ=WEEKLY;COUNT=4"
	moved := training + "RECURRENCE-ID:20251021T080000\nDTSTART:20251022T100000\nDTEND:20251022T114000"
	gone := training + "RECURRENCE-ID:20251028T080000\nDTSTART:20251028T080000\nDTEND:20251028T094000\nSTATUS:CANCELLED"
	got := spans(read1(t, "c.ics", ics(moved, series, gone), forICS(Bookings)))
	if want := []string{"2025-10-14T08:00/09:40", "2025-10-22T10:00/11:40", "2025-11-04T08:00/09:40"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	got = spans(read1(t, "c.ics", ics(series, moved, gone), forICS(Lessons)))
	if want := []string{"[2025-10-14 2025-11-04] 08:00-09:40", "[2025-10-22] 10:00-11:40"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

func TestFaultsOfEvents(t *testing.T) {
	const when = "DTSTART:20251014T080000\nDTEND:20251014T094000\n"
	for _, c := range []struct{ event, want string }{
		{training, "c.ics:3: DTSTART: is missing"},
		{training + "DTSTART:20251014T080000", "c.ics:3: DTEND: is missing"},
		{training + "DTSTART;VALUE=DATE:20251014", `c.ics:9: DTSTART "20251014": is a whole day, which says nothing about when machines are used; give it a beginning and an end`},
		{training + "DTSTART:20251014", `c.ics:9: DTSTART "20251014": is a whole day, which says nothing about when machines are used; give it a beginning and an end`},
		{training + "DTSTART:2025-10-14 08:00", `c.ics:9: DTSTART "2025-10-14 08:00": is no time; allowed: such as 20250902T080000`},
		{training + "DTSTART:20251014T080030", `c.ics:9: DTSTART "20251014T080030": has seconds; allowed: whole minutes`},
		{training + "DTSTART;TZID=Mars:20251014T080000", `c.ics:9: DTSTART "20251014T080000": time zone "Mars" is not known`},
		{training + "DTSTART:20251014T080000\nDTEND:20251014T080000", `c.ics:10: DTEND "20251014T080000": is not later than the beginning, 2025-10-14T08:00`},
		{training + "DTSTART:20251014T080000\nDURATION:P", `c.ics:10: DURATION "P": is no duration; allowed: such as PT1H30M`},
		{training + when + "RRULE:FREQ=WEEKLY", `c.ics:11: RRULE "FREQ=WEEKLY": has no end; give it one: UNTIL or COUNT`},
		{training + when + "RRULE:FREQ=WEEKLY;UNTIL=20991231", `c.ics:11: RRULE "FREQ=WEEKLY;UNTIL=20991231": goes on for more than 5 years`},
		{training + when + "RRULE:FREQ=YEARLY;COUNT=10", `c.ics:11: RRULE "FREQ=YEARLY;COUNT=10": goes on for more than 5 years`},
		{training + when + "RRULE:FREQ=DAILY;COUNT=2000", `c.ics:11: RRULE "FREQ=DAILY;COUNT=2000": more than 1000 occurrences`},
		{training + when + "RRULE:FREQ=DAILY;UNTIL=20290101", `c.ics:11: RRULE "FREQ=DAILY;UNTIL=20290101": more than 1000 occurrences`},
		{training + when + "RRULE:FREQ=HOURLY;COUNT=3", `c.ics:11: RRULE "FREQ=HOURLY;COUNT=3": HOURLY is not supported; allowed: DAILY, WEEKLY, MONTHLY, YEARLY`},
		{training + when + "RRULE:FREQ=DAILY;COUNT=3;BYHOUR=8", `c.ics:11: RRULE "FREQ=DAILY;COUNT=3;BYHOUR=8": "BYHOUR" is not supported; allowed: FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST`},
		{training + when + "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO", `c.ics:11: RRULE "FREQ=WEEKLY;COUNT=3;BYDAY=MO": does not meet the event's own beginning`},
		{training + when + "RRULE:FREQ=WEEKLY;COUNT=0", `c.ics:11: RRULE "FREQ=WEEKLY;COUNT=0": is no sound rule: COUNT=0`},
		{training + when + "RRULE:FREQ=WEEKLY;INTERVAL=0;COUNT=2", `c.ics:11: RRULE "FREQ=WEEKLY;INTERVAL=0;COUNT=2": is no sound rule: INTERVAL=0`},
		{training + when + "RRULE:FREQ=WEEKLY;COUNT=2;UNTIL=20260101", `c.ics:11: RRULE "FREQ=WEEKLY;COUNT=2;UNTIL=20260101": is no sound rule: COUNT, UNTIL`},
		{training + when + "RRULE:COUNT=2", `c.ics:11: RRULE "COUNT=2": is no sound rule: RRULE property FREQ is required`},
		{training + when + "EXDATE:tomorrow", `c.ics:11: EXDATE "tomorrow": is no time; allowed: such as 20250902T080000`},
		{training + when + "RDATE;VALUE=DATE:20251015", `c.ics:11: RDATE "20251015": is a whole day, which says nothing about when machines are used; give it a beginning and an end`},
		{training + when + "RECURRENCE-ID;RANGE=THISANDFUTURE:20251014T080000", `c.ics:11: RECURRENCE-ID "20251014T080000": changes all that follow, which is not supported; end the series and begin another`},
		{training + when + "not a line", `c.ics:11 "not a line": is no line of a calendar`},
		{"SUMMARY:甲\n" + when, `c.ics:3: CATEGORIES: the event does not say it; give one for all with --purpose
c.ics:3: ORGANIZER: the event does not say it; give one for all with --organisation
c.ics:3: LOCATION: the event does not say it; give one for all with --area`},
		{strings.Replace(training, "1 号数控车床", "数控车問", 1) + when, `c.ics:6: LOCATION "数控车問": "数控车問" is not known; did you mean "数控车间"?`},
		{strings.Replace(training, "1 号数控车床", "操场", 1) + when, `c.ics:6: LOCATION "操场": "操场" is not known; allowed: hall-a, hall-b, lathe-01, lathe-02, mill-01, mill-02`},
		{strings.Replace(training, "重要", "学生实习实训", 1) + when, `c.ics:7: CATEGORIES "学生实习实训,企业员工培训": names two purposes: student_training and employee_training`},
		{strings.Replace(training, "SUMMARY:乙公司员工培训\n", "", 1) + when, "c.ics:3: SUMMARY: is missing"},
	} {
		_, faults := Parse("c.ics", ics(c.event), forICS(Either))
		if got := faults.Error(); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.event, got, c.want)
		}
	}
	faulty(t, "c.ics", ics(training+"DTSTART:20251014T200000\nDTEND:20251015T010000"), forICS(Lessons), `c.ics:3: VEVENT "乙公司员工培训": goes beyond midnight; a lesson ends on its day`)
	faulty(t, "c.ics", ics(training+"DTSTART;TZID=Europe/London:20251014T080000\nDTEND;TZID=Europe/London:20251014T094000\nRRULE:FREQ=WEEKLY;COUNT=4"), forICS(Lessons),
		`c.ics:3: VEVENT "乙公司员工培训": is not at the same time of day on all its dates`)
	faulty(t, "c.ics", ics(training+when, training+when), forICS(Bookings), `c.ics:13: UID "1@x": the id is taken by line 3`)
	if faults := func() Faults {
		_, f := Parse("c.ics", ics(training+when, strings.Replace(training+when, "1@x", "2@x", 1)), forICS(Lessons))
		return f
	}(); faults.Error() != "c.ics:12: says the same as line 3; if both are meant, give each an id" {
		t.Error(faults)
	}
}

func TestCalendarsThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "c.ics: is cut short",
		"hello":                      `c.ics:1 "hello": is no line of a calendar`,
		"BEGIN:VCARD\nEND:VCARD":     "c.ics:1: is no calendar: it does not begin with BEGIN:VCALENDAR",
		"BEGIN:VCALENDAR\nVERSION:2": "c.ics: is cut short",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR":                      `c.ics:3: END "VCALENDAR": ends what has not begun; VEVENT is open`,
		"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR":                     "c.ics:3: is no calendar: it does not begin with BEGIN:VCALENDAR",
		"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR": "c.ics: holds nothing to import",
	} {
		_, faults := Parse("c.ics", []byte(text), forICS(Either))
		if got := faults.Error(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	c, _ := Parse("c.ics", []byte("BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR"), forICS(Either))
	if len(c.Notes) != 1 || c.Notes[0].String() != "c.ics: 1 VTODO were not imported: only events are" {
		t.Errorf("%v", c.Notes)
	}
}

func TestZonesThatAFileTells(t *testing.T) {
	zone := "BEGIN:VTIMEZONE\nTZID:/x/Beijing\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0800\nTZOFFSETTO:+0800\nEND:STANDARD\nEND:VTIMEZONE\n"
	event := training + "DTSTART;TZID=/x/Beijing:20251011T130000\nDTEND;TZID=/x/Beijing:20251011T170000"
	whole := func(zone string) []byte {
		return []byte(strings.Replace(string(ics(event)), "BEGIN:VEVENT", zone+"BEGIN:VEVENT", 1))
	}
	if got := spans(read1(t, "c.ics", whole(zone), forICS(Either))); got[0] != "2025-10-11T13:00/17:00" {
		t.Errorf("%q", got)
	}
	summer := strings.Replace(zone, "END:VTIMEZONE", "BEGIN:DAYLIGHT\nTZOFFSETTO:+0900\nEND:DAYLIGHT\nEND:VTIMEZONE", 1)
	_, faults := Parse("c.ics", whole(summer), forICS(Either))
	if len(faults) == 0 || !strings.Contains(faults[0].String(), `time zone "/x/Beijing" is not known`) {
		t.Errorf("%v", faults)
	}
}

func TestOccurrencesAreBounded(t *testing.T) {
	var events []string
	for i := range 60 {
		events = append(events, fmt.Sprintf("UID:%d\n%s\nDTSTART:20251014T080000\nDTEND:20251014T094000\nRRULE:FREQ=DAILY;COUNT=1000", i, strings.ReplaceAll(training, "UID:1@x\n", "")))
	}
	_, faults := Parse("c.ics", ics(events...), forICS(Bookings))
	if len(faults) != 10 || !strings.HasSuffix(faults[0].String(), ": more than 50000 occurrences") {
		t.Errorf("%d: %v", len(faults), faults[0])
	}
}

func FuzzCalendar(f *testing.F) {
	f.Add(ics(training+"DTSTART;TZID=Asia/Shanghai:20251014T080000\nDTEND:20251014T014000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,TH;WKST=SU\nEXDATE:20251021T080000\nRDATE:20251022T080000"), true)
	f.Add(ics(training+"DTSTART:20251014T080000\nDURATION:PT1H30M\nRRULE:FREQ=MONTHLY;BYDAY=-1MO,2TU;BYSETPOS=1;UNTIL=20261231"), false)
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:x\nTZOFFSETTO:+0800\nEND:VTIMEZONE\nEND:VCALENDAR"), false)
	f.Fuzz(func(t *testing.T, data []byte, lessons bool) {
		o := forICS(Bookings)
		if lessons {
			o.As = Lessons
		}
		held(t, "f.ics", data, o)
	})
}
