package configs

import "time"

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

	BadgeKeyFile string  `yaml:"badge_key_file"` // key of the card pseudonyms, made at the first start, mode 0600
	Lines        []Line  `yaml:"lines"`
	Assets       []Asset `yaml:"assets"`
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

// AgentHTTP is where metrics and health are served. Empty: nowhere.
type AgentHTTP struct {
	Listen string `yaml:"listen"`
}

// Line kinds.
const (
	RS485     = "rs485"
	ModbusTCP = "modbus-tcp"
	RDM6300   = "rdm6300"
	GPIO      = "gpio"
)

// Line is one wire, on which one conversation is held at a time.
type Line struct {
	Name string `yaml:"name"`
	Kind string `yaml:"kind"` // rs485, modbus-tcp, rdm6300, gpio

	// rs485 and rdm6300
	Port string `yaml:"port"` // /dev/serial/by-id/…
	Baud int    `yaml:"baud"`

	// rs485
	Parity   string `yaml:"parity"`    // none, even, odd
	StopBits int    `yaml:"stop_bits"` // 1 or 2

	Address string   `yaml:"address"` // modbus-tcp: host:port
	Timeout Duration `yaml:"timeout"` // modbus: the longest wait for an answer

	Devices []Device `yaml:"devices"` // modbus, gpio; an rdm6300 line is one reader, named as the line
}

// Device is one thing on a line that answers.
type Device struct {
	Name string `yaml:"name"`

	// modbus
	Profile string   `yaml:"profile"` // name of a device profile, or a path ending in .yaml
	Unit    int      `yaml:"unit"`    // 1 to 247
	Period  Duration `yaml:"period"`  // how often it is asked
	Points  []string `yaml:"points"`  // which of the profile's points are read; all if empty
	Timeout Duration `yaml:"timeout"` // instead of the line's

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

// Duration is a length of time written as Go writes it: 300ms, 10s, 5m; or in whole days: 90d.
type Duration time.Duration

// D is the duration as the standard library's type.
func (d Duration) D() time.Duration { return time.Duration(d) }

// Bytes is a size written as 64KiB, 256MiB, 1GiB or a plain number of bytes.
type Bytes int64
