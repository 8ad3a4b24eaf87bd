package schoolyear

import "time"

// A date is a day of the year, counted from 1 September.
type date int

func (d date) midnight() int64 { return FromMS + int64(d)*day }

func (d date) time() time.Time {
	return time.Date(2025, time.September, 1+int(d), 0, 0, 0, 0, time.UTC)
}

func (d date) String() string { return d.time().Format(time.DateOnly) }

// weekday counts from Monday, 1, to Sunday, 7.
func (d date) weekday() int { return (int(d.time().Weekday())+6)%7 + 1 }

// clock is the moment of "13:05" on the date; "24:00" is the end of it.
func (d date) clock(text string) int64 {
	digit := func(i int) int64 { return int64(text[i] - '0') }
	return d.midnight() + (digit(0)*10+digit(1))*hour + (digit(3)*10+digit(4))*minute
}

// dated is the date of "2025-10-11".
func dated(text string) date {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return date(t.Sub(date(0).time()) / (24 * time.Hour))
}

// A term is twenty weeks from a Monday on.
type term struct{ code, week1 string }

const termWeeks = 20

var terms = []term{{"2025-2026-1", "2025-09-01"}, {"2025-2026-2", "2026-03-02"}}

// week is the number of the date's teaching week in the term; 0 if it is not in it.
func (d date) week(t term) int {
	if since := int(d - dated(t.week1)); since >= 0 && since < termWeeks*7 {
		return since/7 + 1
	}
	return 0
}

func (d date) inTerm() bool { return d.week(terms[0]) > 0 || d.week(terms[1]) > 0 }

// Hours of the week, as calendar.yaml has them under weekly.
var (
	termDays      = [][2]string{{"08:00", "12:00"}, {"14:00", "17:30"}}
	termSaturdays = [][2]string{{"09:00", "12:00"}}
	vacationDays  = [][2]string{{"09:00", "11:30"}}
)

// What calendar.yaml has under overrides.
var (
	closedOn        = "2025-12-24"
	openOn          = map[string][][2]string{"2025-11-08": {{"09:00", "16:00"}}, "2026-04-18": {{"18:00", "24:00"}}}
	followsWeekday  = map[string]int{"2025-09-28": 2} // Tuesday
	followsDate     = map[string]string{"2025-10-11": "2025-10-08", "2026-05-09": "2026-05-01"}
	overrideReasons = map[string]string{"2025-11-08": "技能竞赛", "2026-04-18": "开放夜"}
)

// open are the opening hours of the date.
func (d date) open() (spans []span) {
	for _, between := range d.hours() {
		spans = append(spans, span{d.clock(between[0]), d.clock(between[1])})
	}
	return spans
}

func (d date) hours() [][2]string {
	name := d.String()
	if name == closedOn {
		return nil
	}
	if between, special := openOn[name]; special {
		return between
	}
	if weekday, follows := followsWeekday[name]; follows {
		return d.ordinary(weekday)
	}
	if other, follows := followsDate[name]; follows {
		return d.ordinary(dated(other).weekday())
	}
	if off, told := notices[name]; told && off.off {
		return nil
	} else if told {
		return d.ordinary(1) // a make-up day; Monday to Friday have the same hours
	}
	return d.ordinary(d.weekday())
}

// ordinary are the hours of a weekday, by whether the date itself is in a term.
func (d date) ordinary(weekday int) [][2]string {
	switch {
	case weekday == 7, weekday == 6 && !d.inTerm():
		return nil
	case weekday == 6:
		return termSaturdays
	case d.inTerm():
		return termDays
	}
	return vacationDays
}

// A closure is a span of planned maintenance, of an asset or of an area.
type closure struct{ place, from, to, why string }

var maintenance = []closure{
	{"lathe-01", "2025-12-01T08:00", "2025-12-01T12:00", "年检"},
	{"robot-01", "2026-04-13T13:00", "2026-04-15T12:00", "更换减速器"},
	{"hall-b", "2026-06-06T08:00", "2026-06-06T18:00", "吊车检修"},
}

// span is when it is: the clock's part stands behind the T.
func (c closure) span() span { return span{moment(c.from), moment(c.to)} }

func moment(text string) int64 { return dated(text[:10]).clock(text[11:]) }

// local writes what moment reads.
func local(at int64) string { return time.UnixMilli(at + 8*hour).UTC().Format("2006-01-02T15:04") }
