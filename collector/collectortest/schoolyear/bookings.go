package schoolyear

import (
	"fmt"
	"slices"
)

// drawnBookings is how many bookings are drawn by lot besides the certain ones.
const drawnBookings = 180

// purposesOf are what an organisation books for.
var purposesOf = map[string][]string{
	"nc-vtc":      {"tech_rd", "skills_contest", "student_training"},
	"firm-a":      {"employee_training", "production", "process_improve"},
	"firm-b":      {"trial_batch", "public_service", "employee_training", "pilot_test"},
	"county-agri": {"social_training"},
}

// book makes up the bookings: some that meet a case for certain, and others by lot.
func (g *generator) book() {
	certain := []planned{
		g.booked("2025-11-08T08:30", "2025-11-08T16:30", "nc-vtc", "skills_contest", "hall-a"),           // the contest
		g.booked("2025-10-31T22:00", "2025-11-01T02:00", "firm-a", "production", "mill-03", "mill-04"),   // over the month's end
		g.booked("2025-12-01T07:00", "2025-12-01T13:00", "firm-b", "trial_batch", "lathe-01"),            // over planned maintenance
		g.booked("2025-10-11T13:00", "2025-10-11T17:00", "firm-b", "employee_training", "lathe-01"),      // on a make-up day
		g.booked("2025-10-11T13:00", "2025-10-11T15:00", "firm-a", "production", "lathe-01", "lathe-02"), // and as early as it
		g.booked("2025-09-08T09:15", "2025-09-08T11:00", "firm-a", "process_improve", "lathe-03"),        // over a lesson
		g.booked("2025-09-08T09:00", "2025-09-08T10:00", "county-agri", "social_training", "hall-a"),     // and over that
		g.booked("2026-03-07T19:30", "2026-03-07T24:00", "firm-b", "pilot_test", "robot-03"),             // on a Saturday night
		g.booked("2025-12-24T09:00", "2025-12-24T11:00", "nc-vtc", "tech_rd", "robot-04"),                // on the closed day
		g.booked("2026-04-14T08:00", "2026-04-14T18:00", "firm-a", "employee_training", "lab-c"),         // over maintenance of one
	}
	for _, b := range certain {
		b.noShow = false
		g.bookings = append(g.bookings, b)
	}
	nobody := g.booked("2025-09-03T05:00", "2025-09-03T06:30", "firm-a", "production", "lathe-07") // not that anything is known of it
	nobody.noShow = true
	g.bookings = append(g.bookings, nobody)
	for range drawnBookings {
		g.bookings = append(g.bookings, g.drawn())
	}
	for i := range g.bookings {
		g.bookings[i].id = fmt.Sprintf("b-2025-%04d", (i*37+11)%len(g.bookings)+1) // ids follow no order of time
		g.bookings[i].text = fmt.Sprintf("预约 %d", i+1)
	}
}

// booked is a booking of an area or of assets; nobody comes to some of them.
func (g *generator) booked(from, to, organisation, purpose string, places ...string) planned {
	return planned{span: span{moment(from), moment(to)}, places: places, purpose: purpose, organisation: organisation,
		booking: true, selfOperated: g.chance(35), group: groupOf(organisation), size: 3 + g.random.IntN(10), noShow: g.chance(15)}
}

// drawn is a booking by lot: any day of the year, from six in the morning to ten at night, for up to six hours.
func (g *generator) drawn() planned {
	organisation := pick(g, []string{"nc-vtc", "firm-a", "firm-a", "firm-b", "firm-b", "county-agri"})
	d := date(g.random.IntN(days - 1))
	from := d.midnight() + g.between(6*12, 22*12)*5*minute
	to := from + g.between(6, 6*12)*5*minute
	room := pick(g, rooms)
	places := []string{room.id}
	if g.chance(80) {
		places = nil
		for range 1 + g.random.IntN(3) {
			if asset := pick(g, room.assets); !slices.Contains(places, asset) {
				places = append(places, asset)
			}
		}
	}
	b := g.booked(local(from), local(to), organisation, pick(g, purposesOf[organisation]), places...)
	if g.chance(20) {
		b.project = "p-2025-007"
	}
	return b
}
