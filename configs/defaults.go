package configs

import (
	"path/filepath"
	"time"
)

const home = "/var/lib/basemeter"

var agentDefaults = Agent{
	Grid:         Duration(5 * time.Minute),
	BatchEvery:   Duration(30 * time.Second),
	Spool:        Spool{Dir: home + "/spool", MaxBytes: 1 << 30, MaxAge: Duration(90 * day)},
	Clock:        Clock{Trust: "kernel"},
	HTTP:         AgentHTTP{Listen: "127.0.0.1:8090"},
	BadgeKeyFile: home + "/badge.key",
}

var collectorDefaults = Collector{
	Group:    "collectors",
	InfluxDB: InfluxDB{Database: "basemeter", KeepFacts: Duration(400 * day), Timeout: Duration(20 * time.Second)},
	Aside:    Aside{Dir: home + "/aside", MaxBytes: 256 << 20},
	HTTP:     CollectorHTTP{Listen: "127.0.0.1:8080"},
}

var siteDefaults = Site{
	Agent: agentDefaults,
	Dir:   home,
	Page:  CollectorHTTP{Listen: "127.0.0.1:8080"},
	Keep:  Duration(400 * day),
}

var baseDefaults = Base{Timezone: "Asia/Shanghai"}

// By kind of line.
var (
	lineDefaults = map[string]Line{
		RS485:       {Baud: 9600, Parity: "none", StopBits: 1, Direction: "adapter", Timeout: Duration(500 * time.Millisecond)},
		ModbusTCP:   {Timeout: Duration(time.Second)},
		MTConnect:   {Timeout: Duration(5 * time.Second)},
		RDM6300:     {Baud: 9600},
		Wiegand:     {Baud: 9600},
		ASCIIReader: {Baud: 9600, Digits: "decimal", End: "any"},
		HIDReader:   {Digits: "decimal"},
	}
	deviceDefaults = map[string]Device{
		RS485:     {Period: Duration(time.Second)},
		ModbusTCP: {Period: Duration(time.Second)},
		MTConnect: {Profile: "mtconnect", Period: Duration(time.Second)},
		GPIO:      {Input: "contact", Closed: "low", Pull: "up", Settle: Duration(20 * time.Millisecond)},
	}
)

var assetDefaults = Asset{
	Dwell:      Duration(3 * time.Second),  // at most half the grid
	StaleAfter: Duration(15 * time.Second), // at least three periods of its slowest device
	Samples:    Samples{Every: Duration(5 * time.Minute)},
}

const otherwiseDefault = "off" // a stack light with no lamp lit has no power

var (
	profileDefaults = Profile{Protocol: Modbus, MaxRegisters: 125}
	pointDefaults   = Point{Order: "high-first", Scale: 1}
)

func (a *Agent) fill(d *document) {
	fillIn(d, "", reflectOf(a), reflectOf(&agentDefaults))
	if a.MQTT.ClientID == "" && !d.given("mqtt.client_id") {
		a.MQTT.ClientID = "basemeter-" + a.Base + "-" + a.Gateway
	}
	a.fillParts(d)
}

func (s *Site) fill(d *document) {
	fillIn(d, "", reflectOf(s), reflectOf(&siteDefaults))
	if !d.given("spool.dir") {
		s.Spool.Dir = filepath.Join(s.Dir, "spool")
	}
	if !d.given("badge_key_file") {
		s.BadgeKeyFile = filepath.Join(s.Dir, "badge.key")
	}
	s.fillParts(d)
}

func (c *Collector) fill(d *document) {
	fillIn(d, "", reflectOf(c), reflectOf(&collectorDefaults))
	for i := range c.Bases {
		fillIn(d, index("bases", i), reflectOf(&c.Bases[i]), reflectOf(&baseDefaults))
	}
}

func (p *Profile) fill(d *document) {
	fillIn(d, "", reflectOf(p), reflectOf(&profileDefaults))
	for i := range p.Points {
		fillIn(d, index("points", i), reflectOf(&p.Points[i]), reflectOf(&pointDefaults))
	}
}

func (a *Agent) fillParts(d *document) {
	for i := range a.Lines {
		a.Lines[i].fillAt(d, index("lines", i))
	}
	for i := range a.Assets {
		a.fillAsset(d, index("assets", i), &a.Assets[i])
	}
}

func (l *Line) fillAt(d *document, path string) {
	line, device := lineDefaults[l.Kind], deviceDefaults[l.Kind]
	fillIn(d, path, reflectOf(l), reflectOf(&line))
	device.Timeout = l.Timeout
	for i := range l.Devices {
		dev, at := &l.Devices[i], index(path+".devices", i)
		fillIn(d, at, reflectOf(dev), reflectOf(&device))
		if device.Period != 0 && !d.given(at+".slow_period") {
			dev.SlowPeriod = max(slowDefault, dev.Period)
		}
	}
}

// slowDefault is how often slow points are read: a counter of energy hardly moves in between.
const slowDefault = Duration(30 * time.Second)

func (a *Agent) fillAsset(d *document, path string, asset *Asset) {
	defaults := assetDefaults
	defaults.Dwell = min(defaults.Dwell, a.Grid/2)
	defaults.StaleAfter = max(defaults.StaleAfter, 3*a.slowest(asset))
	if asset.Thresholds == nil {
		defaults.Otherwise = otherwiseDefault
	}
	fillIn(d, path, reflectOf(asset), reflectOf(&defaults))
}

func (a *Agent) locate(folder string) {
	locate(folder, &a.Spool.Dir, &a.BadgeKeyFile, &a.HTTP.PasswordFile)
	a.MQTT.locate(folder)
	for _, l := range a.Lines {
		for i := range l.Devices {
			if isFile(l.Devices[i].Profile) {
				locate(folder, &l.Devices[i].Profile)
			}
		}
	}
}

func (s *Site) locate(folder string) {
	s.Agent.locate(folder)
	locate(folder, &s.Dir, &s.Page.TokenFile)
}

func (c *Collector) locate(folder string) {
	c.MQTT.locate(folder)
	locate(folder, &c.InfluxDB.PasswordFile, &c.InfluxDB.TokenFile, &c.Aside.Dir, &c.HTTP.TokenFile)
}

func (p *Profile) locate(string) {}

func (m *MQTT) locate(folder string) {
	locate(folder, &m.PasswordFile, &m.CAFile, &m.CertFile, &m.KeyFile)
}
