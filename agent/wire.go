package agent

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	periph "periph.io/x/conn/v3/gpio"

	"basemeter/agent/counter"
	"basemeter/agent/record"
	"basemeter/agent/sampler"
	"basemeter/agent/state"
	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/badge"
	"basemeter/drivers/dlt645"
	"basemeter/drivers/gpio"
	"basemeter/drivers/hid"
	"basemeter/drivers/modbus"
	"basemeter/drivers/mtconnect"
	"basemeter/drivers/port"
	"basemeter/drivers/serial"
)

// wire makes the wire of a line. A new driver is a case here.
func (a *Agent) wire(l configs.Line) (wire, error) {
	switch l.Kind {
	case configs.RS485:
		p := port.New(settings(l))
		rtu, meters := modbus.RTU(p, a.clock.Now), dlt645.New(p, a.clock.Now)
		return func(d configs.Device, profile configs.Profile) (sampler.Device, error) {
			if profile.Protocol == configs.DLT645 {
				return meterDevice(meters, l, d, profile)
			}
			return modbusDevice(rtu, l, d, profile)
		}, nil
	case configs.ModbusTCP:
		tcp := modbus.TCP(l.Address, a.clock.Now)
		return func(d configs.Device, profile configs.Profile) (sampler.Device, error) {
			return modbusDevice(tcp, l, d, profile)
		}, nil
	case configs.MTConnect:
		return func(d configs.Device, profile configs.Profile) (sampler.Device, error) {
			return a.machine(l, d, profile)
		}, nil
	case configs.GPIO:
		return func(d configs.Device, _ configs.Profile) (sampler.Device, error) { return listening(a.pin(d)), nil }, nil
	}
	return a.reader(l)
}

// reader is the wire of a badge reader, which is its only device.
func (a *Agent) reader(l configs.Line) (wire, error) {
	if _, err := a.keys.Key(a.clock.Now()); err != nil { // now, rather than when the first card comes
		return nil, fmt.Errorf("badge_key_file: %w", err)
	}
	source, err := Reader(l, a.keys, a.clock.Now)
	return func(configs.Device, configs.Profile) (sampler.Device, error) { return listening(source), nil }, err
}

// Reader makes the badge reader that a line is.
func Reader(l configs.Line, keys badge.Keys, now func() drivers.Instant) (*badge.Reader, error) {
	common := badge.Config{Name: l.Name, Keys: keys, Now: now}
	if l.Kind == configs.HIDReader {
		return hid.New(hid.Config{Badge: common, Device: l.Port, Digits: l.Digits})
	}
	return serial.New(serial.Config{Badge: common, Kind: l.Kind, Port: settings(l),
		Bits: l.Bits, Pattern: l.Pattern, Digits: l.Digits, End: strings.TrimPrefix(l.End, "any")})
}

// Keys are those of the pseudonyms. What is done to their files is logged, by their names alone.
func Keys(c configs.Agent, log *slog.Logger) *badge.Ring {
	return &badge.Ring{Path: c.BadgeKeyFile, Zone: zone(c), Tell: func(did, file string, err error) {
		if err != nil {
			log.Error("badge key not "+did, "file", file, "reason", err)
			return
		}
		log.Info("badge key "+did, "file", file)
	}}
}

func settings(l configs.Line) port.Settings {
	return port.Settings{Name: l.Port, Baud: l.Baud, Parity: l.Parity, StopBits: l.StopBits, Direction: l.Direction}
}

// A round is what of a device is asked together, and how often.
type round struct {
	points []configs.Point
	period time.Duration
}

// rounds are a device's fast points, and then all of them, with the slow ones.
func rounds(d configs.Device, p configs.Profile) []round {
	var fast, all []configs.Point
	for _, point := range p.Points {
		if len(d.Points) > 0 && !slices.Contains(d.Points, point.Name) {
			continue
		}
		if all = append(all, point); !point.Slow {
			fast = append(fast, point)
		}
	}
	period, slow := d.Period.D(), max(d.SlowPeriod, d.Period).D()
	switch {
	case len(fast) == len(all) || slow == period:
		return []round{{all, period}}
	case len(fast) == 0:
		return []round{{all, slow}}
	}
	return []round{{fast, period}, {all, slow}}
}

// sets turns the points of each round into a driver's.
func sets[P any](rounds []round, point func(configs.Point) P) [][]P {
	all := make([][]P, len(rounds))
	for i, r := range rounds {
		for _, p := range r.points {
			all[i] = append(all[i], point(p))
		}
	}
	return all
}

// asked is a device of which each round has a source.
func asked[S drivers.Source](name string, sources []S, rounds []round) sampler.Device {
	d := sampler.Device{Name: name}
	for i, s := range sources {
		d.Asks = append(d.Asks, sampler.Ask{Source: s, Period: rounds[i].period})
	}
	var first drivers.Source = sources[0]
	if p, ok := first.(drivers.Prober); ok {
		d.Probe = p.Probe
	}
	if i, ok := first.(drivers.Identifier); ok {
		d.Identity = i.Identity
	}
	return d
}

// listening is a device that speaks by itself.
func listening(s drivers.Source) sampler.Device {
	return sampler.Device{Name: s.Name(), Asks: []sampler.Ask{{Source: s}}}
}

func modbusDevice(line *modbus.Line, l configs.Line, d configs.Device, p configs.Profile) (sampler.Device, error) {
	device := modbus.Device{
		Name: d.Name, Unit: byte(d.Unit), Timeout: cmp.Or(d.Timeout, l.Timeout).D(),
		MaxRegisters: p.MaxRegisters, MaxHole: p.MaxHole, Pause: p.Pause.D(),
	}
	if i := p.Identity; i != nil {
		device.Identity = &modbus.Identity{Function: function(i.Function), Address: uint16(i.Address), Type: i.Type, Count: i.Count}
	}
	all := rounds(d, p)
	sources, err := line.Sources(device, sets(all, modbusPoint)...)
	if err != nil {
		return sampler.Device{}, err
	}
	return asked(d.Name, sources, all), nil
}

func modbusPoint(p configs.Point) modbus.Point {
	return modbus.Point{
		Name: p.Name, Function: function(p.Function), Address: uint16(p.Address), Type: p.Type,
		LowWordFirst: p.Order == "low-first", Scale: p.Scale,
	}
}

// function is the one with this code; none, which no driver takes, if the loader was not asked.
func function(code int) modbus.Function {
	f, _ := modbus.FunctionOf(code)
	return f
}

func meterDevice(line *dlt645.Line, l configs.Line, d configs.Device, p configs.Profile) (sampler.Device, error) {
	all := rounds(d, p)
	sources, err := line.Sources(dlt645.Device{
		Name: d.Name, Address: d.Meter, Timeout: cmp.Or(d.Timeout, l.Timeout).D(), Pause: p.Pause.D(),
	}, sets(all, func(p configs.Point) dlt645.Point {
		return dlt645.Point{Name: p.Name, Identifier: uint32(p.Identifier), Offset: p.Offset, Length: p.Length, Signed: p.Signed, Scale: p.Scale}
	})...)
	if err != nil {
		return sampler.Device{}, err
	}
	return asked(d.Name, sources, all), nil
}

// machine is a device behind an MTConnect agent, which answers all there is at once.
func (a *Agent) machine(l configs.Line, d configs.Device, p configs.Profile) (sampler.Device, error) {
	all := rounds(d, p)
	all = []round{{all[len(all)-1].points, all[0].period}}
	points := sets(all, func(p configs.Point) mtconnect.Point {
		point := mtconnect.Point{Name: p.Name, Item: p.Item, Is: p.Is}
		if len(p.Is) == 0 {
			point.Scale = p.Scale
		}
		return point
	})
	source, err := mtconnect.New(mtconnect.Config{
		Name: d.Name, URL: l.Address, Device: d.Device, Points: points[0], Timeout: cmp.Or(d.Timeout, l.Timeout).D(), Now: a.clock.Now,
	})
	if err != nil {
		return sampler.Device{}, err
	}
	return asked(d.Name, []*mtconnect.Source{source}, all), nil
}

func (a *Agent) pin(d configs.Device) drivers.Source {
	c := gpio.Config{
		Name: d.Name, Open: func() (periph.PinIn, error) { return a.options.Pins(d.Pin) },
		Closed: periph.Level(d.Closed == "high"), Pull: pulls[d.Pull], Now: a.clock.Now,
		Settle: d.Settle.D(), Hold: time.Second,
	}
	if d.Input == "pulse" {
		return gpio.NewPulse(c)
	}
	return gpio.NewContact(c)
}

var pulls = map[string]periph.Pull{"up": periph.PullUp, "down": periph.PullDown, "none": periph.Float}

// heartbeat is how often a pin speaks at least.
const heartbeat = time.Second

// points are the device's, by name.
func (h *hung) points() map[string]about {
	switch {
	case h.config.Input == "contact":
		return map[string]about{h.config.Name + "/contact": {period: heartbeat}}
	case h.config.Input == "pulse":
		return map[string]about{h.config.Name + "/count": {period: heartbeat}}
	case h.config.Profile == "":
		return nil // a badge reader: nothing it shows lasts
	}
	all := map[string]about{}
	for _, r := range slices.Backward(rounds(h.config, h.profile)) {
		for _, p := range r.points {
			a := about{unit: p.Unit, period: r.period}
			if p.Counter {
				a.counter = &counter.Rule{MaxRate: cmp.Or(h.config.MaxRate, p.MaxRate, mostRate), Rollover: p.Rollover, Resolution: resolution(p)}
			}
			all[h.config.Name+"/"+p.Name] = a
		}
	}
	return all
}

// resolution is what the last digit of a register of whole numbers stands for; 0 of a floating-point one.
func resolution(p configs.Point) float64 {
	if p.Type == "f32" || p.Type == "f64" || p.Item != "" {
		return 0
	}
	return math.Abs(p.Scale)
}

// names are those of the device's points, in the order of its profile.
func (h *hung) names() []string {
	points := h.points()
	if h.config.Profile == "" {
		return slices.Sorted(maps.Keys(points))
	}
	var names []string
	for _, p := range h.profile.Points {
		if name := h.config.Name + "/" + p.Name; points[name].period > 0 {
			names = append(names, name)
		}
	}
	return names
}

// mostRate is what a counter can grow by in an hour if nothing else is known, in its own unit. It is our own bound: no
// machine of a school draws a megawatt.
const mostRate = 1000

// address is the device's on its line.
func (h *hung) address() string {
	switch {
	case h.config.Unit != 0:
		return strconv.Itoa(h.config.Unit)
	case h.config.Pin != "":
		return h.config.Pin
	}
	return h.config.Meter + h.config.Device
}

// rule is an asset's configuration in the words of the state machine.
func rule(a configs.Asset, grid time.Duration) state.Rule {
	r := state.Rule{Asset: a.Name, Otherwise: states[a.Otherwise], Dwell: a.Dwell.D(), StaleAfter: a.StaleAfter.D(), Grid: grid}
	for _, c := range a.Contacts {
		r.Contacts = append(r.Contacts, state.Contact{Point: c.Point, State: states[c.State]})
	}
	if t := a.Thresholds; t != nil {
		r.Thresholds = &state.Thresholds{Point: t.Point, StandbyAbove: t.StandbyAbove, RunningAbove: t.RunningAbove, Hysteresis: t.Hysteresis}
	}
	return r
}

var states = map[string]record.State{"off": record.Off, "standby": record.Standby, "running": record.Running, "fault": record.Fault}
