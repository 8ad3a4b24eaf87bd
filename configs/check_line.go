package configs

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"basemeter/configs/strict"
)

// What each kind of line has a use for.
var (
	lineKinds = []string{RS485, ModbusTCP, MTConnect, RDM6300, Wiegand, ASCIIReader, HIDReader, GPIO}
	lineKeys  = map[string][]string{
		RS485:       {"name", "kind", "port", "baud", "parity", "stop_bits", "direction", "timeout", "devices"},
		ModbusTCP:   {"name", "kind", "address", "timeout", "devices"},
		MTConnect:   {"name", "kind", "address", "timeout", "devices"},
		RDM6300:     {"name", "kind", "port", "baud"},
		Wiegand:     {"name", "kind", "port", "baud", "bits"},
		ASCIIReader: {"name", "kind", "port", "baud", "pattern", "digits", "end"},
		HIDReader:   {"name", "kind", "port", "digits"},
		GPIO:        {"name", "kind", "devices"},
	}
	askedKeys   = []string{"name", "profile", "period", "slow_period", "points", "timeout", "max_rate"}
	addressKeys = map[string]string{Modbus: "unit", DLT645: "meter", AnMTAgent: "device"} // by protocol
	gpioKeys    = []string{"name", "pin", "input", "closed", "pull", "settle"}
	parities    = []string{"none", "even", "odd"}
	directions  = []string{"adapter", "kernel"}
	frameBits   = []string{"0", "26", "34", "37"} // of Wiegand; 0: any
	digitKinds  = []string{"decimal", "hex"}
	lineEnds    = []string{"any", "cr", "lf", "crlf", "etx"}
	inputs      = []string{"contact", "pulse"}
	levels      = []string{"low", "high"}
	pulls       = []string{"up", "down", "none"}
	bauds       = []string{"300", "600", "1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200", "230400"}

	// The protocols that a kind of line carries.
	carried = map[string][]string{RS485: {Modbus, DLT645}, ModbusTCP: {Modbus}, MTConnect: {AnMTAgent}}
)

// heartbeat is how often a pin speaks when nothing happens to it.
const heartbeat = Duration(time.Second)

// wiring is what the assets' points can refer to: the devices of all lines, badge readers among them.
type wiring struct {
	agent   *Agent
	devices map[string]wire
	names   []string // of devices, in the file's order
}

// wire is a device and where it hangs. Its profile is nil if it has none, or none that can be used.
type wire struct {
	line    *Line
	device  *Device
	profile *Profile
	path    string
}

func (w *wiring) checkLines(d *strict.Document) {
	if len(w.agent.Lines) == 0 {
		d.Fault("lines", "is missing; expected at least one line")
	}
	lines, ends, pins, names := strict.Taken{}, strict.Taken{}, strict.Taken{}, strict.Taken{}
	profiles := library{folder: filepath.Dir(d.File), known: map[string]*shelved{}}
	for i := range w.agent.Lines {
		l, path := &w.agent.Lines[i], strict.Index("lines", i)
		d.Check(path+".name", strict.ID(l.Name))
		lines.Take(d, path+".name", l.Name)
		l.check(d, path, ends)
		if l.IsReader() {
			names.Take(d, path+".name", l.Name)
			w.devices[l.Name] = wire{line: l, path: path}
		}
		addresses := strict.Taken{}
		for j := range l.Devices {
			dev, path := &l.Devices[j], strict.Index(path+".devices", j)
			d.Check(path+".name", strict.ID(dev.Name))
			names.Take(d, path+".name", dev.Name)
			hung := wire{line: l, device: dev, path: path}
			hung.check(d, profiles, pins)
			hung.alone(d, addresses)
			if dev.Name != "" && w.devices[dev.Name].line == nil {
				w.devices[dev.Name], w.names = hung, append(w.names, dev.Name)
			}
		}
		w.named(d, l)
	}
}

// check looks at the line itself. Two lines do not share an end: one wire holds one conversation.
func (l *Line) check(d *strict.Document, path string, ends strict.Taken) {
	d.Check(path+".kind", strict.OneOf(l.Kind, lineKinds...))
	keys := lineKeys[l.Kind]
	if keys == nil {
		return
	}
	d.Unused(path, l.Kind, keys...)
	for key, rule := range map[string]func() error{
		"port":      func() error { return serialPort(l.Port, l.Kind) },
		"baud":      func() error { return strict.OneOf(strconv.Itoa(l.Baud), bauds...) },
		"parity":    func() error { return strict.OneOf(l.Parity, parities...) },
		"stop_bits": func() error { return strict.Between(l.StopBits, 1, 2) },
		"direction": func() error { return strict.OneOf(l.Direction, directions...) },
		"address":   func() error { return l.reachable() },
		"timeout":   func() error { return waits(l.Timeout) },
		"bits":      func() error { return strict.OneOf(strconv.Itoa(l.Bits), frameBits...) },
		"pattern":   func() error { return cardPattern(l.Pattern) },
		"digits":    func() error { return strict.OneOf(l.Digits, digitKinds...) },
		"end":       func() error { return strict.OneOf(l.End, lineEnds...) },
		"devices":   func() error { return l.hasDevices() },
	} {
		if slices.Contains(keys, key) {
			d.Check(path+"."+key, rule())
		}
	}
	ends.Take(d, path+".port", l.Port)
	ends.Take(d, path+".address", l.Address)
}

func (l *Line) hasDevices() error {
	if len(l.Devices) == 0 {
		return fmt.Errorf("is missing; expected at least one device")
	}
	return nil
}

func (l *Line) reachable() error {
	if l.Kind == ModbusTCP {
		return hostPort(l.Address, false)
	}
	u, err := url.Parse(l.Address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%s is not an address; allowed: http://host:port, such as http://192.168.1.20:5000", strict.Shown(l.Address))
	}
	return nil
}

// numbered are names of devices that change when they are plugged in again, or in another order.
var numbered = regexp.MustCompile(`^/dev/(ttyUSB|ttyACM|hidraw|input/event)[0-9]+$`)

func serialPort(port, kind string) error {
	example := "/dev/serial/by-id/usb-…"
	if kind == HIDReader {
		example = "/dev/input/by-id/usb-…-event-kbd"
	}
	if numbered.MatchString(port) {
		return fmt.Errorf("%s is called otherwise after it was unplugged; allowed: a name that stays, such as %s (basemeter-agent ports lists them)", strict.Shown(port), example)
	}
	return strict.Needed(port, "a port, such as "+example)
}

const maxPattern = 256 // bytes; a line is short

// cardPattern wants one group, or one named card, as drivers/serial does.
func cardPattern(pattern string) error {
	if pattern == "" {
		return fmt.Errorf(`is missing; expected a regular expression whose one group is the number, such as ^[0-9]{3},([0-9]{10})$`)
	}
	if len(pattern) > maxPattern {
		return fmt.Errorf("%d bytes; allowed: up to %d", len(pattern), maxPattern)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return fmt.Errorf("%w; expected a regular expression whose one group is the number", err)
	}
	if re.SubexpIndex("card") < 0 && (re.NumSubexp() != 1 || re.SubexpIndex("facility") >= 0) {
		return fmt.Errorf("%d groups; allowed: one, which is the number, or one that is named card: (?P<card>[0-9]+)", re.NumSubexp())
	}
	return nil
}

func waits(timeout Duration) error {
	return strict.Between(timeout, Duration(10*time.Millisecond), Duration(time.Minute))
}

func (w *wire) check(d *strict.Document, profiles library, pins strict.Taken) {
	protocols := carried[w.line.Kind]
	switch {
	case w.line.Kind == GPIO:
		d.Unused(w.path, w.line.Kind, gpioKeys...)
		w.device.checkGPIO(d, w.path, pins)
		return
	case protocols == nil:
		return
	}
	w.profile = profiles.find(d, w.path+".profile", w.device.Profile)
	if w.profile != nil && !slices.Contains(protocols, w.profile.Protocol) {
		d.Fault(w.path+".profile", "%s speaks %s; allowed on a line of kind %s: %s", strict.Shown(w.device.Profile), w.profile.Protocol, w.line.Kind, strings.Join(protocols, ", "))
		w.profile = nil
	}
	keys := slices.Clone(askedKeys)
	for _, p := range protocols {
		if w.profile == nil || p == w.profile.Protocol {
			keys = append(keys, addressKeys[p])
		}
	}
	d.Unused(w.path, w.line.Kind, keys...)
	w.device.checkAsked(d, w.path, w.profile)
	if d.Faulty(w.path + ".points") {
		w.profile = nil // what it reads is anybody's guess
	}
}

var meterForm = regexp.MustCompile(`^[0-9]{12}$`)

const everybody = "999999999999" // the address that DL/T 645-2007 broadcasts to

func (dev *Device) checkAsked(d *strict.Document, path string, profile *Profile) {
	if profile != nil {
		dev.checkAddress(d, path, profile.Protocol)
	}
	if d.Given(path + ".timeout") { // else it is the line's, and checked there
		d.Check(path+".timeout", waits(dev.Timeout))
	}
	d.Check(path+".period", strict.Between(dev.Period, Duration(100*time.Millisecond), Duration(24*time.Hour)))
	if !d.Ill(path + ".period") {
		d.Check(path+".slow_period", strict.Between(dev.SlowPeriod, dev.Period, Duration(24*time.Hour)))
	}
	if dev.MaxRate < 0 {
		d.Fault(path+".max_rate", "%v; allowed: more than 0, in the counter's unit an hour", dev.MaxRate)
	}
	names := strict.Taken{}
	for i, name := range dev.Points {
		at := strict.Index(path+".points", i)
		names.Take(d, at, name)
		if profile != nil && !slices.Contains(profile.names(), name) {
			d.Check(at, strict.Called("point of "+profile.Name, name, profile.names()))
		}
	}
}

func (dev *Device) checkAddress(d *strict.Document, path, protocol string) {
	switch protocol {
	case Modbus:
		if !d.Given(path + ".unit") {
			d.Fault(path+".unit", "is missing; allowed: 1 to 247")
			return
		}
		d.Check(path+".unit", strict.Between(dev.Unit, 1, 247))
	case DLT645:
		if dev.Meter != "" && (!meterForm.MatchString(dev.Meter) || dev.Meter == everybody) {
			d.Fault(path+".meter", "%s is not an address; allowed: the twelve digits on the meter's plate, in quotes", strict.Shown(dev.Meter))
		}
	}
}

// address is where the device answers on its line; empty if the file does not say.
func (w *wire) address() string {
	switch {
	case w.profile.Protocol == DLT645:
		return w.device.Meter
	case w.profile.Protocol == AnMTAgent:
		return w.device.Device
	case w.device.Unit == 0:
		return ""
	}
	return strconv.Itoa(w.device.Unit)
}

// alone finds two devices of one line that would answer at once.
func (w *wire) alone(d *strict.Document, addresses strict.Taken) {
	if w.profile != nil {
		addresses.Take(d, w.path+"."+addressKeys[w.profile.Protocol], w.address())
	}
}

// named wants the address of each of a line's meters or machines, if there are several: all meters answer to whoever asks
// for one without it, and an agent shows all machines at once.
func (w *wiring) named(d *strict.Document, l *Line) {
	for protocol, what := range map[string]string{DLT645: "a line's only DL/T 645 meter", AnMTAgent: "an agent's only machine"} {
		var several []wire
		for i := range l.Devices {
			if one := w.devices[l.Devices[i].Name]; one.profile != nil && one.profile.Protocol == protocol {
				several = append(several, one)
			}
		}
		for _, one := range several {
			if len(several) > 1 && one.address() == "" {
				d.Fault(one.path+"."+addressKeys[protocol], "is missing; it can be left out of %s, and this line has %d", what, len(several))
			}
		}
	}
}

func (dev *Device) checkGPIO(d *strict.Document, path string, pins strict.Taken) {
	d.Check(path+".pin", strict.Needed(dev.Pin, "the name of a pin, such as GPIO17"))
	pins.Take(d, path+".pin", strings.ToUpper(dev.Pin))
	d.Check(path+".input", strict.OneOf(dev.Input, inputs...))
	d.Check(path+".closed", strict.OneOf(dev.Closed, levels...))
	d.Check(path+".pull", strict.OneOf(dev.Pull, pulls...))
	d.Check(path+".settle", strict.Between(dev.Settle, Duration(time.Millisecond), heartbeat/2))
}
