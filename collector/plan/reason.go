package plan

import "fmt"

// A Layer is what says something about a moment. Of those that say whether a base is open, the later one wins.
type Layer string

const (
	ByTerm     Layer = "in_term"  // the weekly hours of a term
	ByVacation Layer = "vacation" // the weekly hours outside terms
	ByHoliday  Layer = "holiday"  // a day off by the notice of the State Council
	ByWorkday  Layer = "workday"  // a make-up work day (调休) by that notice
	ByOverride Layer = "override" // what the school says of the date
	ByService  Layer = "service"  // the asset is not in service yet, or no longer

	ByTimetable   Layer = "timetable"
	ByBooking     Layer = "booking"
	ByMaintenance Layer = "maintenance"
)

// A Reason is which layer said so, and where: an answer can cite it. Reasons can be compared.
type Reason struct {
	Layer Layer
	Text  string // in the words of the file: the days of the weekly hours, a holiday's name, an override's reason
	Like  string // the day whose hours and lessons it takes, if another than itself: tue, 2025-10-08, mon-fri
	Where Where
}

// Where is a place in a file.
type Where struct {
	File string
	Line int // from 1
}

func (w Where) String() string { return fmt.Sprintf("%s:%d", w.File, w.Line) }
