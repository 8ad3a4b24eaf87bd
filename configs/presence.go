package configs

// Presence says who can be seen where: cards at readers, and what stands for a purpose, or counts who passes.
type Presence struct {
	Timezone    string   `yaml:"timezone"`     // of the hours below and of the academic year, which turns on 1 September
	Closing     string   `yaml:"closing"`      // the hour at which everybody has left, such as "22:30"; empty: there is none
	LongestStay Duration `yaml:"longest_stay"` // nobody stays longer: who has not shown the card out by then has forgotten it; 10m to 24h

	Areas    []Area          `yaml:"areas"`
	Readers  []PlacedReader  `yaml:"readers"` // one that is not listed has its cards published, and nothing made of them
	Switches []PurposeSwitch `yaml:"switches"`
	Counters []Counter       `yaml:"counters"`
}

// Area is a room or a hall.
type Area struct {
	Name   string   `yaml:"name"` // as the centre's registry calls it; no asset has this name
	TextZH string   `yaml:"text_zh"`
	TextEN string   `yaml:"text_en"`
	Assets []string `yaml:"assets"` // that stand in it: who is at one of them has not left the area
}

// Ways in which a reader is used.
const (
	In     = "in"
	Out    = "out"
	Toggle = "toggle"
	Tap    = "tap"
)

// PlacedReader is where a badge reader is, and what it means to show a card there.
type PlacedReader struct {
	Reader string   `yaml:"reader"` // the line
	Area   string   `yaml:"area"`   // where it is,
	Asset  string   `yaml:"asset"`  // or at which machine
	Way    string   `yaml:"way"`    // in, out; toggle: the first showing is in, the next out; tap: each showing is in, for as long as hold
	Hold   Duration `yaml:"hold"`   // tap: who is not seen again within it has left; 10s to longest_stay
}

// PurposeSwitch is a selector switch at an asset that says what the asset is used for.
type PurposeSwitch struct {
	Asset      string           `yaml:"asset"`
	Contacts   []PurposeContact `yaml:"contacts"`    // the first that is closed decides; none closed: no purpose
	StaleAfter Duration         `yaml:"stale_after"` // readings further apart leave time without a purpose between them
}

// PurposeContact is a contact that means a purpose while it is closed.
type PurposeContact struct {
	Point   string `yaml:"point"`   // device/point: "sel-1/contact", or a point of type bit
	Purpose string `yaml:"purpose"` // one of Purposes
}

// Counter counts who passes, and never who it is.
type Counter struct {
	Name  string `yaml:"name"`
	Area  string `yaml:"area"`
	Point string `yaml:"point"` // device/point: "beam-1/count", whose growth counts, or "door-1/contact", whose closings do
}

// Purposes are what can be chosen on the spot: those of the taxonomy but unattributed, which is to choose none.
var Purposes = []string{"student_training", "employee_training", "pilot_test", "trial_batch", "process_improve", "tech_rd",
	"production", "public_service", "social_training", "teacher_training", "skills_contest", "intl_training", "maintenance"}
