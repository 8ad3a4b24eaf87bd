package agent

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	periph "periph.io/x/conn/v3/gpio"

	"basemeter/agent/record"
	"basemeter/agent/sampler"
	"basemeter/agent/state"
	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/gpio"
	"basemeter/drivers/modbus"
	"basemeter/drivers/serial"
)

// wire makes a source of each configured device, line by line. One that makes no sense is left out.
func (a *Agent) wire() ([][]sampler.Device, error) {
	var lines [][]sampler.Device
	for _, l := range a.config.Lines {
		switch l.Kind { // a new driver is a case here
		case configs.RS485:
			wire := modbus.RTU(modbus.Serial{Port: l.Port, Baud: l.Baud, Parity: l.Parity, StopBits: l.StopBits}, a.clock.Now)
			lines = append(lines, a.modbus(wire, l))
		case configs.ModbusTCP:
			lines = append(lines, a.modbus(modbus.TCP(l.Address, a.clock.Now), l))
		case configs.RDM6300:
			key, err := serial.LoadKey(a.config.BadgeKeyFile)
			if err != nil {
				a.leaveOut(l.Name, fmt.Errorf("badge_key_file: %w", err))
				continue
			}
			reader := serial.New(serial.Config{Name: l.Name, Port: l.Port, Baud: l.Baud, Key: key, Now: a.clock.Now})
			lines = append(lines, []sampler.Device{{Source: reader}})
		case configs.GPIO:
			for _, d := range l.Devices { // each pin is watched on its own
				lines = append(lines, []sampler.Device{{Source: a.pin(d)}})
			}
		default:
			return nil, fmt.Errorf("line %s: kind %q is not wired", l.Name, l.Kind)
		}
	}
	return lines, nil
}

func (a *Agent) modbus(wire *modbus.Line, l configs.Line) []sampler.Device {
	var devices []sampler.Device
	for _, d := range l.Devices {
		profile, faults := configs.FindProfile(d.Profile)
		source, err := wire.Source(modbus.Device{
			Name: d.Name, Unit: byte(d.Unit), MaxRegisters: profile.MaxRegisters,
			Timeout: cmp.Or(d.Timeout, l.Timeout).D(), Points: modbusPoints(profile, d.Points),
		})
		if err = errors.Join(faults.Err(), err); err != nil {
			a.leaveOut(d.Name, err)
			continue
		}
		devices = append(devices, sampler.Device{Source: source, Period: d.Period.D()})
	}
	return devices
}

// modbusPoints are the profile's points that are wanted, all if none is named.
func modbusPoints(p configs.Profile, wanted []string) []modbus.Point {
	named := map[string]bool{}
	for _, name := range wanted {
		named[name] = true
	}
	var points []modbus.Point
	for _, pt := range p.Points {
		if len(wanted) > 0 && !named[pt.Name] {
			continue
		}
		function, err := modbus.FunctionOf(pt.Function)
		if err != nil {
			continue // the loader refuses such a profile
		}
		points = append(points, modbus.Point{
			Name: pt.Name, Function: function, Address: uint16(pt.Address), Type: pt.Type,
			LowWordFirst: pt.Order == "low-first", Scale: pt.Scale,
		})
	}
	return points
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
