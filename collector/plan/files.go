package plan

import "strconv"

// The files of a plan, as people write them. What a key means is told where it stands in the samples of configs/plan.

// Registry is registry.yaml: what there is.
type Registry struct {
	Base          BaseEntry      `yaml:"base"`
	Organisations []Organisation `yaml:"organisations"`
	Areas         []Area         `yaml:"areas"`
	Assets        []Asset        `yaml:"assets"`
	Cards         []CardGroup    `yaml:"cards"`
	Projects      []Project      `yaml:"projects"`
}

// BaseEntry is the base itself. Kind, variant, city, cluster and consortium are ids of the taxonomy.
type BaseEntry struct {
	ID         string `yaml:"id"`
	TextZH     string `yaml:"text_zh"`
	TextEN     string `yaml:"text_en"`
	Kind       string `yaml:"kind"`
	Variant    string `yaml:"variant"`
	Owner      string `yaml:"owner"` // an organisation
	City       string `yaml:"city"`
	County     string `yaml:"county"`
	Park       string `yaml:"zone"` // a development zone, 开发区
	Cluster    string `yaml:"cluster"`
	Consortium string `yaml:"consortium"`
	Timezone   string `yaml:"timezone"`
}

// Organisation is who uses or hosts what.
type Organisation struct {
	ID          string `yaml:"id"`
	TextZH      string `yaml:"text_zh"`
	TextEN      string `yaml:"text_en"`
	Affiliation string `yaml:"affiliation"` // host, partner, outside
	// 学校代码, five characters. What SJ3 asks for beyond this line came later: a plan without it keeps its version.
	SchoolCode string `yaml:"school_code" json:",omitempty"`
}

// Area is a room or a hall.
type Area struct {
	ID           string `yaml:"id"`
	TextZH       string `yaml:"text_zh"`
	TextEN       string `yaml:"text_en"`
	Workstations int    `yaml:"workstations"`
	Campus       string `yaml:"campus"`
}

// Asset is a machine, in service from one date until another.
type Asset struct {
	ID          string  `yaml:"id"`
	TextZH      string  `yaml:"text_zh"`
	TextEN      string  `yaml:"text_en"`
	Area        string  `yaml:"area"`
	Line        string  `yaml:"line"` // of production, if it is part of one
	AssetNumber string  `yaml:"asset_number"`
	ClassCode   string  `yaml:"class_code"`
	QuotaHours  float64 `yaml:"quota_hours"` // a year
	Host        string  `yaml:"host"`        // the organisation that hosts it, if not the owner
	From        Date    `yaml:"from"`
	Until       Date    `yaml:"until"`

	Model         string  `yaml:"model" json:",omitempty"`
	Specification string  `yaml:"specification" json:",omitempty"`
	PriceYuan     float64 `yaml:"price_yuan" json:",omitempty"` // to the fen; 0: it is not said
	InCharge      string  `yaml:"in_charge" json:",omitempty"`  // 负责人姓名: a person's name
}

// CardGroup says who the holders of a group of cards are.
type CardGroup struct {
	Group        string `yaml:"group"`
	TextZH       string `yaml:"text_zh"`
	TextEN       string `yaml:"text_en"`
	UserGroup    string `yaml:"user_group"` // of the taxonomy
	Organisation string `yaml:"organisation"`
}

// Project is what lessons and bookings may be part of.
type Project struct {
	ID     string `yaml:"id"`
	TextZH string `yaml:"text_zh"`
	TextEN string `yaml:"text_en"`
}

// Calendar is calendar.yaml: when the base is open, and what a lesson's period means.
type Calendar struct {
	Terms       []Term        `yaml:"terms"`
	Periods     []PeriodTable `yaml:"periods"`
	Weekly      Weekly        `yaml:"weekly"`
	Holidays    []string      `yaml:"holidays"` // files of holiday-cn
	Overrides   []Override    `yaml:"overrides"`
	Maintenance []Maintenance `yaml:"maintenance"`
}

// Term is some weeks that begin on a Monday.
type Term struct {
	Code  string `yaml:"code"`
	Week1 Date   `yaml:"week1"`
	Weeks int    `yaml:"weeks"`
}

// End is the first day behind the term.
func (t *Term) End() Date { return t.Week1.Add(7 * t.Weeks) }

// PeriodTable maps a lesson's periods to clock times, on one campus or all, in a part of the year or all of it.
type PeriodTable struct {
	Campus string             `yaml:"campus"`
	From   Season             `yaml:"from"`
	Until  Season             `yaml:"until"`
	Table  map[string][]Clock `yaml:"table"` // period: begin, end
}

// period is when one is, and whether the table has it.
func (t *PeriodTable) period(n int) (span, bool) {
	times := t.Table[strconv.Itoa(n)]
	if len(times) != 2 {
		return span{}, false
	}
	return span{times[0], times[1]}, true
}

// numbers are the periods that the table has.
func (t *PeriodTable) numbers() Numbers {
	var all Numbers
	for n := 1; n <= mostNumber; n++ {
		if _, ok := t.period(n); ok {
			all |= 1 << n
		}
	}
	return all
}

// Weekly is the ordinary opening hours, by day or range of days: mon, mon-fri, daily.
type Weekly struct {
	InTerm   map[string][][]Clock `yaml:"in_term"`
	Vacation map[string][][]Clock `yaml:"vacation"`
}

// Override says what one date is like, whatever its weekday.
type Override struct {
	Date           Date      `yaml:"date"`
	FollowsWeekday string    `yaml:"follows_weekday"`
	FollowsDate    Date      `yaml:"follows_date"`
	Open           [][]Clock `yaml:"open"`
	Closed         bool      `yaml:"closed"`
	Reason         string    `yaml:"reason"`
}

// Maintenance is planned, of an asset or all of an area.
type Maintenance struct {
	Asset  string `yaml:"asset"`
	Area   string `yaml:"area"`
	From   Moment `yaml:"from"`
	To     Moment `yaml:"to"`
	Reason string `yaml:"reason"`
}

// Timetable is timetable.yaml.
type Timetable struct {
	Lessons []Lesson `yaml:"lessons"`
}

// Lesson comes again: in weeks of a term on a weekday, or on dates; in periods of the day, or from one time to another.
type Lesson struct {
	ID      string `yaml:"id"`
	Text    string `yaml:"text"`
	Term    string `yaml:"term"`
	Weeks   string `yaml:"weeks"`  // 1-8,10,12-16
	Parity  string `yaml:"parity"` // odd, even; both if empty
	Weekday string `yaml:"weekday"`
	Dates   []Date `yaml:"dates"` // instead of term, weeks, parity and weekday

	Periods string `yaml:"periods"` // 1-4
	From    Clock  `yaml:"from"`    // instead of periods
	To      Clock  `yaml:"to"`

	Use       `yaml:",inline"`
	ClassSize int `yaml:"class_size"`
}

// Use is what lessons and bookings have in common.
type Use struct {
	Area         string   `yaml:"area"`
	Assets       []string `yaml:"assets"` // instead of area
	Purpose      string   `yaml:"purpose"`
	Organisation string   `yaml:"organisation"`
	Project      string   `yaml:"project"`
	SelfOperated bool     `yaml:"self_operated"` // its users run the machine themselves: open use
}

// Bookings is bookings.yaml.
type Bookings struct {
	Bookings []Booking `yaml:"bookings"`
}

// Booking happens once.
type Booking struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
	From Moment `yaml:"from"`
	To   Moment `yaml:"to"`

	Use    `yaml:",inline"`
	People int `yaml:"people"`
}
