package configs

// Agent is agent.yaml: one gateway, its wires, and the machines they lead to.
type Agent struct {
	Base    string `yaml:"base"`    // id of the base; part of every topic
	Gateway string `yaml:"gateway"` // id of this gateway, unique in the base

	Grid       Duration `yaml:"grid"`        // spells are cut on it; a divisor of an hour, 1s to 1h
	BatchEvery Duration `yaml:"batch_every"` // how long a fact may wait in memory, which is what a power cut costs; 1s to 30s

	Spool Spool     `yaml:"spool"`
	MQTT  MQTT      `yaml:"mqtt"`
	Clock Clock     `yaml:"clock"`
	HTTP  AgentHTTP `yaml:"http"`

	BadgeKeyFile string   `yaml:"badge_key_file"` // badge.key: keys of the card pseudonyms, one a year, beside it as badge-2026-2027.key, mode 0600
	CardsFile    string   `yaml:"cards_file"`     // the table of enrolled cards, mode 0600
	Lines        []Line   `yaml:"lines"`
	Assets       []Asset  `yaml:"assets"`
	Presence     Presence `yaml:"presence"`
}

// Spool is where facts wait until the centre has them.
type Spool struct {
	Dir      string   `yaml:"dir"`
	MaxBytes Bytes    `yaml:"max_bytes"` // 1MiB or more
	MaxAge   Duration `yaml:"max_age"`   // an hour or more
}

// MQTT is the way to the broker. Secrets are names of files.
type MQTT struct {
	Broker       string `yaml:"broker"` // tcp://host:1883 or ssl://host:8883
	ClientID     string `yaml:"client_id"`
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
	CAFile       string `yaml:"ca_file"`
	CertFile     string `yaml:"cert_file"`
	KeyFile      string `yaml:"key_file"`
	ServerName   string `yaml:"server_name"`
}

// Clock says when the wall clock of this machine is believed.
type Clock struct {
	// Trust is "kernel" (when the kernel says that it is disciplined, as on a gateway with NTP) or "always" (a machine
	// whose clock is known to be right but is kept by something the kernel does not know of, such as a container).
	Trust string `yaml:"trust"`
}

// AgentHTTP is where the page of the gateway, its metrics and its health are served.
type AgentHTTP struct {
	Listen       string `yaml:"listen"`        // host:port; nowhere if it is empty
	PasswordFile string `yaml:"password_file"` // needed where others than this machine can reach it
}

// Line kinds.
const (
	RS485       = "rs485" // Modbus RTU and DL/T 645, whichever a device's profile says
	ModbusTCP   = "modbus-tcp"
	MTConnect   = "mtconnect"
	RDM6300     = "rdm6300"
	Wiegand     = "wiegand"
	ASCIIReader = "ascii-reader"
	HIDReader   = "hid-reader"
	GPIO        = "gpio"
)

// Line is one wire, on which one conversation is held at a time.
type Line struct {
	Name string `yaml:"name"`
	Kind string `yaml:"kind"` // one of the above

	// rs485 and badge readers
	Port string `yaml:"port"` // /dev/serial/by-id/…; hid-reader: /dev/input/by-id/…-event-kbd
	Baud int    `yaml:"baud"`

	// rs485
	Parity    string `yaml:"parity"`    // none, even, odd
	StopBits  int    `yaml:"stop_bits"` // 1 or 2
	Direction string `yaml:"direction"` // who switches between sending and receiving: adapter, kernel

	Address string   `yaml:"address"` // modbus-tcp: host:port; mtconnect: http://host:5000
	Timeout Duration `yaml:"timeout"` // the longest wait for an answer; shorter ones are learned

	// badge readers
	Bits    int    `yaml:"bits"`    // wiegand: 26, 34, 37; 0: any of them
	Pattern string `yaml:"pattern"` // ascii-reader: a regular expression whose one group is the number
	Digits  string `yaml:"digits"`  // ascii-reader, hid-reader: decimal, hex
	End     string `yaml:"end"`     // ascii-reader: what ends a line: any, cr, lf, crlf, etx

	Devices []Device `yaml:"devices"` // none of a badge reader: it is named as its line
}

// IsReader tells whether the line is a badge reader.
func (l *Line) IsReader() bool {
	return l.Kind == RDM6300 || l.Kind == Wiegand || l.Kind == ASCIIReader || l.Kind == HIDReader
}

// Device is one thing on a line that answers.
type Device struct {
	Name string `yaml:"name"`

	// all but gpio
	Profile    string   `yaml:"profile"`     // name of a device profile, or a path ending in .yaml
	Unit       int      `yaml:"unit"`        // Modbus: 1 to 247
	Meter      string   `yaml:"meter"`       // DL/T 645: twelve digits; empty if no other such meter is on the line
	Device     string   `yaml:"device"`      // MTConnect: its name or uuid; empty if the agent has no other
	Period     Duration `yaml:"period"`      // how often it is asked
	SlowPeriod Duration `yaml:"slow_period"` // how often it is asked for what its profile calls slow
	Points     []string `yaml:"points"`      // which of the profile's points are read; all if empty
	Timeout    Duration `yaml:"timeout"`     // instead of the line's
	MaxRate    float64  `yaml:"max_rate"`    // what a counter of it can grow by in an hour, instead of the profile's

	// gpio
	Pin    string   `yaml:"pin"`    // line name: GPIO17
	Input  string   `yaml:"input"`  // contact or pulse
	Closed string   `yaml:"closed"` // the level of a closed contact: low or high
	Pull   string   `yaml:"pull"`   // up, down or none
	Settle Duration `yaml:"settle"` // contact: how long a level must stand; pulse: the shortest pulse; 1ms to 500ms
}

// Asset is one machine whose time is accounted for.
type Asset struct {
	Name   string `yaml:"name"`
	TextZH string `yaml:"text_zh"` // what people call it
	TextEN string `yaml:"text_en"`

	// The first contact that is closed decides; then the thresholds; then Otherwise.
	Contacts   []Contact   `yaml:"contacts"`
	Thresholds *Thresholds `yaml:"thresholds"`
	Otherwise  string      `yaml:"otherwise"` // off or standby: no contact closed and no thresholds; empty with thresholds

	Dwell      Duration `yaml:"dwell"`       // a new state counts, from its beginning, once it has stood this long
	StaleAfter Duration `yaml:"stale_after"` // readings further apart leave unknown time between them
	Samples    Samples  `yaml:"samples"`
}

// Contact is a signal that means a state while it is closed.
type Contact struct {
	Point string `yaml:"point"` // device/point: "lamp-green/contact", or a point of type bit
	State string `yaml:"state"` // off, standby, running, fault
}

// Thresholds divide a point's range into off, standby and running.
type Thresholds struct {
	Point        string  `yaml:"point"`         // device/point: "meter-1/power"
	StandbyAbove float64 `yaml:"standby_above"` // in the point's unit
	RunningAbove float64 `yaml:"running_above"`
	Hysteresis   float64 `yaml:"hysteresis"` // in the point's unit: how far below its threshold a value must fall to leave the state
}

// Samples are points published as they are, beside the states.
type Samples struct {
	Every  Duration `yaml:"every"`  // 1s or slower
	Points []string `yaml:"points"` // device/point; published under the part behind the slash
}
