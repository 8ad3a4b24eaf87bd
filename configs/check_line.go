package configs

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
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

func (w *wiring) checkLines(d *document) {
	if len(w.agent.Lines) == 0 {
		d.fault("lines", "is missing; expected at least one line")
	}
	lines, ends, pins, names := taken{}, taken{}, taken{}, taken{}
	profiles := library{folder: d.folder, known: map[string]*shelved{}}
	for i := range w.agent.Lines {
		l, path := &w.agent.Lines[i], index("lines", i)
		d.check(path+".name", id(l.Name))
		lines.take(d, path+".name", l.Name)
		l.check(d, path, ends)
		if l.IsReader() {
			names.take(d, path+".name", l.Name)
			w.devices[l.Name] = wire{line: l, path: path}
		}
		addresses := taken{}
		for j := range l.Devices {
			dev, path := &l.Devices[j], index(path+".devices", j)
			d.check(path+".name", id(dev.Name))
			names.take(d, path+".name", dev.Name)
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
func (l *Line) check(d *document, path string, ends taken) {
	d.check(path+".kind", oneOf(l.Kind, lineKinds...))
	keys := lineKeys[l.Kind]
	if keys == nil {
		return
	}
	d.unused(path, l.Kind, keys...)
	for key, rule := range map[string]func() error{
		"port":      func() error { return serialPort(l.Port, l.Kind) },
		"baud":      func() error { return oneOf(strconv.Itoa(l.Baud), bauds...) },
		"parity":    func() error { return oneOf(l.Parity, parities...) },
		"stop_bits": func() error { return between(l.StopBits, 1, 2) },
		"direction": func() error { return oneOf(l.Direction, directions...) },
		"address":   func() error { return l.reachable() },
		"timeout":   func() error { return waits(l.Timeout) },
		"bits":      func() error { return oneOf(strconv.Itoa(l.Bits), frameBits...) },
		"pattern":   func() error { return cardPattern(l.Pattern) },
		"digits":    func() error { return oneOf(l.Digits, digitKinds...) },
		"end":       func() error { return oneOf(l.End, lineEnds...) },
		"devices":   func() error { return l.hasDevices() },
	} {
		if slices.Contains(keys, key) {
			d.check(path+"."+key, rule())
		}
	}
	ends.take(d, path+".port", l.Port)
	ends.take(d, path+".address", l.Address)
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
		return fmt.Errorf("%s is not an address; allowed: http://host:port, such as http://192.168.1.20:5000", shown(l.Address))
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
		return fmt.Errorf("%s is called otherwise after it was unplugged; allowed: a name that stays, such as %s (basemeter-agent ports lists them)", shown(port), example)
	}
	return needed(port, "a port, such as "+example)
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
	return between(timeout, Duration(10*time.Millisecond), Duration(time.Minute))
}

func (w *wire) check(d *document, profiles library, pins taken) {
	protocols := carried[w.line.Kind]
	switch {
	case w.line.Kind == GPIO:
		d.unused(w.path, w.line.Kind, gpioKeys...)
		w.device.checkGPIO(d, w.path, pins)
		return
	case protocols == nil:
		return
	}
	w.profile = profiles.find(d, w.path+".profile", w.device.Profile)
	if w.profile != nil && !slices.Contains(protocols, w.profile.Protocol) {
		d.fault(w.path+".profile", "%s speaks %s; allowed on a line of kind %s: %s", shown(w.device.Profile), w.profile.Protocol, w.line.Kind, strings.Join(protocols, ", "))
		w.profile = nil
	}
	keys := slices.Clone(askedKeys)
	for _, p := range protocols {
		if w.profile == nil || p == w.profile.Protocol {
			keys = append(keys, addressKeys[p])
		}
	}
	d.unused(w.path, w.line.Kind, keys...)
	w.device.checkAsked(d, w.path, w.profile)
	if d.faulty(w.path + ".points") {
		w.profile = nil // what it reads is anybody's guess
	}
}

var meterForm = regexp.MustCompile(`^[0-9]{12}$`)

const everybody = "999999999999" // the address that DL/T 645-2007 broadcasts to

func (dev *Device) checkAsked(d *document, path string, profile *Profile) {
	if profile != nil {
		dev.checkAddress(d, path, profile.Protocol)
	}
	if d.given(path + ".timeout") { // else it is the line's, and checked there
		d.check(path+".timeout", waits(dev.Timeout))
	}
	d.check(path+".period", between(dev.Period, Duration(100*time.Millisecond), Duration(24*time.Hour)))
	if !d.ill(path + ".period") {
		d.check(path+".slow_period", between(dev.SlowPeriod, dev.Period, Duration(24*time.Hour)))
	}
	if dev.MaxRate < 0 {
		d.fault(path+".max_rate", "%v; allowed: more than 0, in the counter's unit an hour", dev.MaxRate)
	}
	names := taken{}
	for i, name := range dev.Points {
		at := index(path+".points", i)
		names.take(d, at, name)
		if profile != nil && !slices.Contains(profile.names(), name) {
			d.check(at, called("point of "+profile.Name, name, profile.names()))
		}
	}
}

func (dev *Device) checkAddress(d *document, path, protocol string) {
	switch protocol {
	case Modbus:
		if !d.given(path + ".unit") {
			d.fault(path+".unit", "is missing; allowed: 1 to 247")
			return
		}
		d.check(path+".unit", between(dev.Unit, 1, 247))
	case DLT645:
		if dev.Meter != "" && (!meterForm.MatchString(dev.Meter) || dev.Meter == everybody) {
			d.fault(path+".meter", "%s is not an address; allowed: the twelve digits on the meter's plate, in quotes", shown(dev.Meter))
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
func (w *wire) alone(d *document, addresses taken) {
	if w.profile != nil {
		addresses.take(d, w.path+"."+addressKeys[w.profile.Protocol], w.address())
	}
}

// named wants the address of each of a line's meters or machines, if there are several: all meters answer to whoever asks
// for one without it, and an agent shows all machines at once.
func (w *wiring) named(d *document, l *Line) {
	for protocol, what := range map[string]string{DLT645: "a line's only DL/T 645 meter", AnMTAgent: "an agent's only machine"} {
		var several []wire
		for i := range l.Devices {
			if one := w.devices[l.Devices[i].Name]; one.profile != nil && one.profile.Protocol == protocol {
				several = append(several, one)
			}
		}
		for _, one := range several {
			if len(several) > 1 && one.address() == "" {
				d.fault(one.path+"."+addressKeys[protocol], "is missing; it can be left out of %s, and this line has %d", what, len(several))
			}
		}
	}
}

func (dev *Device) checkGPIO(d *document, path string, pins taken) {
	d.check(path+".pin", needed(dev.Pin, "the name of a pin, such as GPIO17"))
	pins.take(d, path+".pin", strings.ToUpper(dev.Pin))
	d.check(path+".input", oneOf(dev.Input, inputs...))
	d.check(path+".closed", oneOf(dev.Closed, levels...))
	d.check(path+".pull", oneOf(dev.Pull, pulls...))
	d.check(path+".settle", between(dev.Settle, Duration(time.Millisecond), heartbeat/2))
}
