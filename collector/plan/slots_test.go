package plan

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"
)

var zones = []string{"Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe", "UTC"}

// anyBase is a base in any zone with bookings, lessons and maintenance that overlap as they please. Dates are around the
// changes of the clocks in 2018, of which some were at midnight.
func anyBase(t *rapid.T) *Base {
	clock := rapid.Custom(func(t *rapid.T) Clock { return Clock(rapid.IntRange(0, 287).Draw(t, "five minutes") * 5) })
	moment := rapid.Custom(func(t *rapid.T) string {
		return Moment{Date{2018, 10, 20}.Add(rapid.IntRange(0, 20).Draw(t, "day")), clock.Draw(t, "clock")}.String()
	})
	files := fstest.MapFS{
		registryFile: file(`
base: {id: b, text_zh: b, kind: rd_center, owner: us, city: jian, timezone: %s}
organisations: [{id: us, text_zh: us, affiliation: host}]
areas: [{id: hall, text_zh: hall}]
assets: [{id: a, text_zh: a, area: hall}, {id: b, text_zh: b, area: hall, from: 2018-10-25, until: 2018-11-06}]
`, rapid.SampledFrom(zones).Draw(t, "zone")),
		timetableFile: file(`
lessons:
  - {id: l, text: l, term: t, weeks: "1-3", weekday: wed, from: "08:00", to: "10:00", area: hall, purpose: tech_rd, organisation: us}
  - {id: s, text: s, term: t, weeks: "1-3", weekday: sun, from: "00:00", to: "24:00", assets: [b], purpose: tech_rd, organisation: us}
`),
	}
	calendar := `
terms: [{code: t, week1: 2018-10-22, weeks: 3}]
weekly: {in_term: {mon-fri: [["08:00","12:00"],["14:00","24:00"]], sat-sun: [["00:00","24:00"]]}}
maintenance:`
	bookings := "bookings:"
	for i := range rapid.IntRange(0, 6).Draw(t, "entries") {
		from, to := moment.Draw(t, "from"), moment.Draw(t, "to")
		if from == to {
			continue
		}
		at := rapid.SampledFrom([]string{"area: hall", "assets: [a]", "assets: [b]", "assets: [a, b]"}).Draw(t, "at")
		bookings += fmt.Sprintf("\n- {id: b%d, text: b, from: %s, to: %s, %s, purpose: tech_rd, organisation: us}", i, min(from, to), max(from, to), at)
		if i%3 == 0 {
			calendar += fmt.Sprintf("\n- {asset: a, from: %s, to: %s}", min(from, to), max(from, to))
		}
	}
	files[calendarFile], files[bookingsFile] = file("%s", calendar), file("%s", bookings)
	p, faults := load(files, "any")
	if err := faults.Err(); err != nil {
		t.Skip(err) // such as a booking within the hour that the clock jumps over
	}
	return p.Bases[0]
}

func file(format string, args ...any) *fstest.MapFile {
	return &fstest.MapFile{Data: fmt.Appendf(nil, format, args...)}
}

func anyTime(t *rapid.T, name string) time.Time {
	return time.Date(2018, 10, 19, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, 24*86_400).Draw(t, name)) * time.Second)
}

// The slots partition the span, and neighbours differ.
func TestSlotsPartitionTheSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, place := anyBase(t), rapid.SampledFrom([]string{"hall", "a", "b"}).Draw(t, "place")
		from, to := anyTime(t, "from"), anyTime(t, "to")
		slots := b.Slots(place, from, to)
		if !from.Before(to) {
			if slots != nil {
				t.Fatalf("an empty span has %d slots", len(slots))
			}
			return
		}
		for i, s := range slots {
			if !s.From.Equal(from) || !s.From.Before(s.To) {
				t.Fatalf("slot %d is from %v to %v, expected from %v", i, s.From, s.To, from)
			}
			if i > 0 && slots[i-1].same(&s) {
				t.Fatalf("nothing changes at %v", s.From)
			}
			from = s.To
		}
		if !from.Equal(to) {
			t.Fatalf("the slots end at %v, not %v", from, to)
		}
	})
}

// joined are slots without what divides neighbours that say the same.
func joined(parts ...[]Slot) []Slot {
	var all []Slot
	for _, s := range slices.Concat(parts...) {
		if n := len(all) - 1; n >= 0 && all[n].same(&s) {
			all[n].To = s.To
		} else {
			all = append(all, s)
		}
	}
	return all
}

func equal(a, b []Slot) bool {
	return slices.EqualFunc(a, b, func(a, b Slot) bool { return a.From.Equal(b.From) && a.To.Equal(b.To) && a.same(&b) })
}

// What is asked for in parts is what is asked for at once, so that an hour's slots are the part of the day's.
func TestSlotsOfPartsAreThoseOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, place := anyBase(t), rapid.SampledFrom([]string{"hall", "a", "b"}).Draw(t, "place")
		from, to := anyTime(t, "from"), anyTime(t, "to")
		cut := anyTime(t, "cut")
		if !from.Before(cut) || !cut.Before(to) {
			t.Skip("nothing to cut")
		}
		whole := b.Slots(place, from, to)
		if parts := joined(b.Slots(place, from, cut), b.Slots(place, cut, to)); !equal(whole, parts) {
			t.Fatalf("cut at %v:\n%v\n%v", cut, whole, parts)
		}
		hour := cut.Truncate(time.Hour)
		for _, s := range b.Slots(place, hour, hour.Add(time.Hour)) {
			if day := b.Slots(place, s.From.Add(-12*time.Hour), s.To.Add(12*time.Hour)); !holds(day, s) {
				t.Fatalf("%v is no part of %v", s, day)
			}
		}
	})
}

func holds(slots []Slot, part Slot) bool {
	return slices.ContainsFunc(slots, func(s Slot) bool { return !part.From.Before(s.From) && !part.To.After(s.To) && s.same(&part) })
}

// An occurrence is in the slots that it covers and in no other, unless the machine is not in service.
func TestOccurrencesAreWhereTheyBelong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, from, to := anyBase(t), anyTime(t, "from"), anyTime(t, "to")
		for _, place := range []string{"hall", "a", "b"} {
			for _, s := range b.Slots(place, from, to) {
				for _, o := range b.Occurrences {
					covers := o.From.Before(s.To) && s.From.Before(o.To) && concerns(o, place) && s.OpenBy.Layer != ByService
					named := slices.Contains(s.Uses, o)
					if covers != named && o.Layer != ByMaintenance {
						t.Fatalf("%s from %v to %v, slot of %s from %v to %v: covers %t, named %t", o.ID, o.From, o.To, place, s.From, s.To, covers, named)
					}
				}
				if !slices.IsSortedFunc(s.Uses, outranks) {
					t.Fatalf("not in order of precedence: %v", s.Uses)
				}
			}
		}
	})
}

func concerns(o *Occurrence, place string) bool {
	return o.Area == "hall" || slices.Contains(o.Assets, place) || place == "hall"
}

// A year's slots of an hour-long question are found by search: what lies elsewhere costs nothing.
func BenchmarkSlotsHour(b *testing.B) {
	base := busy(b)
	from := time.Date(2025, 11, 18, 1, 0, 0, 0, time.UTC) // 9:00, a lesson
	b.ReportAllocs()
	for b.Loop() {
		base.Slots("lathe-01", from, from.Add(time.Hour))
	}
}

func BenchmarkSlotsYear(b *testing.B) {
	base := busy(b)
	from, to := base.AcademicYear(time.Date(2025, 11, 18, 1, 0, 0, 0, time.UTC))
	b.ReportAllocs()
	for b.Loop() {
		base.Slots("lathe-01", from, to)
	}
}

// busy is the sample's base with a timetable of twenty hours a week in the hall, and as many bookings.
func busy(b *testing.B) *Base {
	base := sample(b).Bases[0]
	lessons := base.Occurrences
	for day := range 140 {
		for _, hour := range []Clock{8 * 60, 10 * 60, 14 * 60, 16 * 60} {
			d := Date{2025, 9, 1}.Add(day)
			e := &Entry{Layer: ByTimetable, ID: fmt.Sprint(day, hour), Use: Use{Area: "hall-a"}}
			if hour == 14*60 {
				e = &Entry{Layer: ByBooking, ID: fmt.Sprint(day, hour), Use: Use{Assets: []string{"lathe-01"}}}
			}
			lessons = append(lessons, &Occurrence{e, hour.On(d, base.Zone).UTC(), (hour + 100).On(d, base.Zone).UTC()})
		}
	}
	base.Occurrences = lessons
	base.settle(&base.content, func(string) Where { return Where{} })
	return base
}
