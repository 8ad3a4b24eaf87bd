package configs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What each kind of line has a use for.
var (
	lineKeys = map[string][]string{
		RS485:     {"name", "kind", "port", "baud", "parity", "stop_bits", "timeout", "devices"},
		ModbusTCP: {"name", "kind", "address", "timeout", "devices"},
		RDM6300:   {"name", "kind", "port", "baud"},
		GPIO:      {"name", "kind", "devices"},
	}
	modbusKeys = []string{"name", "profile", "unit", "period", "points", "timeout"}
	gpioKeys   = []string{"name", "pin", "input", "closed", "pull", "settle"}
	bauds      = []string{"300", "600", "1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200", "230400"}
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
		if l.Kind == RDM6300 {
			names.take(d, path+".name", l.Name)
			w.devices[l.Name] = wire{line: l, path: path}
		}
		for j := range l.Devices {
			dev, path := &l.Devices[j], index(path+".devices", j)
			d.check(path+".name", id(dev.Name))
			names.take(d, path+".name", dev.Name)
			hung := wire{line: l, device: dev, path: path}
			hung.check(d, profiles, pins)
			if dev.Name != "" && w.devices[dev.Name].line == nil {
				w.devices[dev.Name], w.names = hung, append(w.names, dev.Name)
			}
		}
		units(d, path, l)
	}
}

// check looks at the line itself. Two lines do not share an end: one wire holds one conversation.
func (l *Line) check(d *document, path string, ends taken) {
	d.check(path+".kind", oneOf(l.Kind, RS485, ModbusTCP, RDM6300, GPIO))
	if lineKeys[l.Kind] == nil {
		return
	}
	d.unused(path, l.Kind, lineKeys[l.Kind]...)
	if l.Kind != RDM6300 && len(l.Devices) == 0 {
		d.fault(path+".devices", "is missing; expected at least one device")
	}
	if l.Kind == RS485 || l.Kind == RDM6300 {
		d.check(path+".port", needed(l.Port, "a serial port, such as /dev/serial/by-id/usb-…"))
		ends.take(d, path+".port", l.Port)
		d.check(path+".baud", oneOf(strconv.Itoa(l.Baud), bauds...))
	}
	if l.Kind == RS485 {
		d.check(path+".parity", oneOf(l.Parity, "none", "even", "odd"))
		d.check(path+".stop_bits", between(count(l.StopBits), 1, 2))
	}
	if l.Kind == ModbusTCP {
		d.check(path+".address", hostPort(l.Address, false))
		ends.take(d, path+".address", l.Address)
	}
	if l.Kind == RS485 || l.Kind == ModbusTCP {
		d.check(path+".timeout", waits(l.Timeout))
	}
}

func waits(timeout Duration) error {
	return between(timeout, Duration(10*time.Millisecond), Duration(time.Minute))
}

func (w *wire) check(d *document, profiles library, pins taken) {
	switch w.line.Kind {
	case RS485, ModbusTCP:
		d.unused(w.path, w.line.Kind, modbusKeys...)
		w.profile = profiles.find(d, w.path+".profile", w.device.Profile)
		w.device.checkModbus(d, w.path, w.profile)
		if d.faulty(w.path + ".points") {
			w.profile = nil // what it reads is anybody's guess
		}
	case GPIO:
		d.unused(w.path, w.line.Kind, gpioKeys...)
		w.device.checkGPIO(d, w.path, pins)
	}
}

func (dev *Device) checkModbus(d *document, path string, profile *Profile) {
	if d.given(path + ".unit") {
		d.check(path+".unit", between(count(dev.Unit), 1, 247))
	} else {
		d.fault(path+".unit", "is missing; allowed: 1 to 247")
	}
	if d.given(path + ".timeout") { // else it is the line's, and checked there
		d.check(path+".timeout", waits(dev.Timeout))
	}
	d.check(path+".period", between(dev.Period, Duration(100*time.Millisecond), Duration(24*time.Hour)))
	if !d.ill(path+".timeout") && dev.Period < dev.Timeout {
		d.fault(path+".period", "%v is shorter than %v, the longest wait for an answer; allowed: a longer period or a shorter timeout", dev.Period, dev.Timeout)
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

func (dev *Device) checkGPIO(d *document, path string, pins taken) {
	d.check(path+".pin", needed(dev.Pin, "the name of a pin, such as GPIO17"))
	pins.take(d, path+".pin", strings.ToUpper(dev.Pin))
	d.check(path+".input", oneOf(dev.Input, "contact", "pulse"))
	d.check(path+".closed", oneOf(dev.Closed, "low", "high"))
	d.check(path+".pull", oneOf(dev.Pull, "up", "down", "none"))
	d.check(path+".settle", between(dev.Settle, Duration(time.Millisecond), heartbeat/2))
}

// units finds two devices of one line that would answer at once.
func units(d *document, path string, l *Line) {
	used := taken{}
	for i, dev := range l.Devices {
		if dev.Unit != 0 {
			used.take(d, index(path+".devices", i)+".unit", fmt.Sprint(dev.Unit))
		}
	}
}
