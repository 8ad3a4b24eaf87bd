package configs

import (
	"path/filepath"
	"time"

	"basemeter/configs/strict"
)

const (
	home = "/var/lib/basemeter"
	day  = 24 * time.Hour
)

var agentDefaults = Agent{
	Grid:         Duration(5 * time.Minute),
	BatchEvery:   Duration(30 * time.Second),
	Spool:        Spool{Dir: home + "/spool", MaxBytes: 1 << 30, MaxAge: Duration(90 * day)},
	Clock:        Clock{Trust: "kernel"},
	HTTP:         AgentHTTP{Listen: "127.0.0.1:8090"},
	BadgeKeyFile: home + "/badge.key",
	CardsFile:    home + "/cards.csv",
	Presence:     presenceDefaults,
}

var collectorDefaults = Collector{
	Group:    "collectors",
	InfluxDB: InfluxDB{Database: "basemeter", KeepFacts: Duration(400 * day), Timeout: Duration(20 * time.Second)},
	Aside:    Aside{Dir: home + "/aside", MaxBytes: 256 << 20},
	HTTP:     CollectorHTTP{Listen: "127.0.0.1:8080", Access: AccessTokens, AccessLog: true},
}

var siteDefaults = Site{
	Agent: agentDefaults,
	Dir:   home,
	Page:  CollectorHTTP{Listen: "127.0.0.1:8080", Access: AccessTokens, AccessLog: true},
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

func (a *Agent) fill(d *strict.Document) {
	strict.FillIn(d, "", a, agentDefaults)
	if a.MQTT.ClientID == "" && !d.Given("mqtt.client_id") {
		a.MQTT.ClientID = "basemeter-" + a.Base + "-" + a.Gateway
	}
	a.fillParts(d)
}

func (s *Site) fill(d *strict.Document) {
	strict.FillIn(d, "", s, siteDefaults)
	if !d.Given("spool.dir") {
		s.Spool.Dir = filepath.Join(s.Dir, "spool")
	}
	if !d.Given("badge_key_file") {
		s.BadgeKeyFile = filepath.Join(s.Dir, "badge.key")
	}
	if !d.Given("cards_file") {
		s.CardsFile = filepath.Join(s.Dir, "cards.csv")
	}
	s.fillParts(d)
}

func (c *Collector) fill(d *strict.Document) {
	strict.FillIn(d, "", c, collectorDefaults)
	for i := range c.Bases {
		strict.FillIn(d, strict.Index("bases", i), &c.Bases[i], baseDefaults)
	}
}

func (p *Profile) fill(d *strict.Document) {
	strict.FillIn(d, "", p, profileDefaults)
	for i := range p.Points {
		strict.FillIn(d, strict.Index("points", i), &p.Points[i], pointDefaults)
	}
}

func (a *Agent) fillParts(d *strict.Document) {
	for i := range a.Lines {
		a.Lines[i].fillAt(d, strict.Index("lines", i))
	}
	for i := range a.Assets {
		a.fillAsset(d, strict.Index("assets", i), &a.Assets[i])
	}
	a.Presence.fill(d, a)
}

func (l *Line) fillAt(d *strict.Document, path string) {
	line, device := lineDefaults[l.Kind], deviceDefaults[l.Kind]
	strict.FillIn(d, path, l, line)
	device.Timeout = l.Timeout
	for i := range l.Devices {
		dev, at := &l.Devices[i], strict.Index(path+".devices", i)
		strict.FillIn(d, at, dev, device)
		if device.Period != 0 && !d.Given(at+".slow_period") {
			dev.SlowPeriod = max(slowDefault, dev.Period)
		}
	}
}

// slowDefault is how often slow points are read: a counter of energy hardly moves in between.
const slowDefault = Duration(30 * time.Second)

func (a *Agent) fillAsset(d *strict.Document, path string, asset *Asset) {
	defaults := assetDefaults
	defaults.Dwell = min(defaults.Dwell, a.Grid/2)
	defaults.StaleAfter = max(defaults.StaleAfter, 3*a.slowest(asset))
	if asset.Thresholds == nil {
		defaults.Otherwise = otherwiseDefault
	}
	strict.FillIn(d, path, asset, defaults)
}

func (a *Agent) locate(folder string) {
	locate(folder, &a.Spool.Dir, &a.BadgeKeyFile, &a.CardsFile, &a.HTTP.PasswordFile)
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
	locate(folder, &s.Dir, &s.Page.TokenFile, &s.Plan)
}

func (c *Collector) locate(folder string) {
	c.MQTT.locate(folder)
	locate(folder, &c.InfluxDB.PasswordFile, &c.InfluxDB.TokenFile, &c.Aside.Dir, &c.HTTP.TokenFile, &c.Plan)
}

func (p *Profile) locate(string) {}

func (m *MQTT) locate(folder string) {
	locate(folder, &m.PasswordFile, &m.CAFile, &m.CertFile, &m.KeyFile)
}
