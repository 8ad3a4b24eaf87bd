package configs

// Protocols.
const (
	Modbus    = "modbus"
	DLT645    = "dlt645"
	AnMTAgent = "mtconnect"
)

// Profile is one kind of device: a table, not a type.
type Profile struct {
	Name     string   `yaml:"name"` // sdm120
	TextZH   string   `yaml:"text_zh"`
	TextEN   string   `yaml:"text_en"`
	Protocol string   `yaml:"protocol"` // modbus, dlt645, mtconnect
	Source   string   `yaml:"source"`   // where the registers come from
	Caveats  []Caveat `yaml:"caveats"`  // what misleads

	Serial       []string  `yaml:"serial"`        // factory settings to try, the likeliest first: "9600 8N1"
	MaxRegisters int       `yaml:"max_registers"` // in one request; 1 to 125
	MaxHole      int       `yaml:"max_hole"`      // registers of no point that a request may read over; 0 to 125
	Pause        Duration  `yaml:"pause"`         // the silence it wants before each question
	Identity     *Identity `yaml:"identity"`      // where it says what it is
	Recognise    []Range   `yaml:"recognise"`     // what a device of this kind shows when it is asked, for who looks for one
	Points       []Point   `yaml:"points"`
	Golden       []Golden  `yaml:"golden"` // recorded or documented answers that a test decodes
}

// Caveat is what misleads, with its source, in both languages.
type Caveat struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

// Identity is where a Modbus device says what it is: its serial number, as a rule.
type Identity struct {
	Function int    `yaml:"function"`
	Address  int    `yaml:"address"`
	Type     string `yaml:"type"`  // text, of ASCII, or a point's
	Count    int    `yaml:"count"` // registers of a text
}

// Range is what a point shows in a device that is at work.
type Range struct {
	Point string  `yaml:"point"`
	Min   float64 `yaml:"min"`
	Max   float64 `yaml:"max"`
}

// Point is one value of a device.
type Point struct {
	Name     string  `yaml:"name"`     // power, energy_import, …
	Unit     string  `yaml:"unit"`     // W, kWh, V, A, Hz, 1
	Scale    float64 `yaml:"scale"`    // the value is the number times scale
	Counter  bool    `yaml:"counter"`  // it only grows, but for a rollover or a reset
	MaxRate  float64 `yaml:"max_rate"` // counter: the most it can grow by in an hour
	Rollover float64 `yaml:"rollover"` // counter: where it goes on from 0; 0: nowhere
	Slow     bool    `yaml:"slow"`     // it changes slowly, and is read at slow_period

	// modbus
	Function int    `yaml:"function"` // 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
	Address  int    `yaml:"address"`  // zero-based, as in the frame
	Type     string `yaml:"type"`     // u16, i16, u32, i32, u64, i64, f32, f64, bit
	Order    string `yaml:"order"`    // high-first (default) or low-first: which word of a longer value comes first

	// dlt645
	Identifier int  `yaml:"identifier"` // 0x00010000
	Offset     int  `yaml:"offset"`     // of its first byte in the data behind the identifier
	Length     int  `yaml:"length"`     // bytes, two digits each
	Signed     bool `yaml:"signed"`     // the top bit is the sign

	// mtconnect
	Item string   `yaml:"item"` // id, name or type of a data item
	Is   []string `yaml:"is"`   // 1 if it shows one of these, else 0; without it, its number
}

// Golden is an exchange whose values are known: whole frames in hexadecimal, with their checksums.
type Golden struct {
	Source   string             `yaml:"source"`
	Request  string             `yaml:"request"`
	Response string             `yaml:"response"`
	Values   map[string]float64 `yaml:"values"`
}
