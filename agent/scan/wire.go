package scan

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/dlt645"
	"basemeter/drivers/modbus"
	"basemeter/drivers/port"
)

// A units line is asked for Modbus devices.
type units interface {
	Registers(ctx context.Context, unit byte, f modbus.Function, address uint16, count int, timeout time.Duration) ([]byte, error)
}

// A meters line is asked for a DL/T 645 meter.
type meters interface {
	Address(ctx context.Context, timeout time.Duration) (string, error)
}

// A wire is a line at one setting.
type wire struct {
	units
	meters
	ready func() error // says why nothing can be asked
	close func()
}

// errNothing is that no question reaches anybody: the port or the network is the trouble.
var errNothing = errors.New("nothing can be asked")

func never() drivers.Instant { return drivers.Instant{} }

// serial opens the port for as long as a step takes.
func serial(o Options, set Setting) (*wire, error) {
	p := port.New(port.Settings{Name: o.Port, Baud: set.Baud, Parity: set.Parity, StopBits: set.StopBits, Direction: o.Direction})
	w := &wire{units: modbus.RTU(p, never), meters: dlt645.New(p, never), close: p.Leave}
	w.ready = func() error {
		p.Lock()
		defer p.Unlock()
		_, err := p.Open()
		switch {
		case errors.Is(err, port.ErrBusy):
			return fmt.Errorf("%w: %w; if it is the agent, stop it first: systemctl stop basemeter-agent", errNothing, err)
		case err != nil:
			return fmt.Errorf("%w: %w", errNothing, err)
		}
		return nil
	}
	p.Join()
	if err := w.ready(); err != nil {
		p.Leave()
		return nil, err
	}
	return w, nil
}

// network is a gateway, which is asked for each unit.
func network(o Options, _ Setting) (*wire, error) {
	g := &gateway{address: o.Address}
	return &wire{units: g, ready: func() error { return nil }, close: g.hangUp}, nil
}

// A gateway holds its connection for as long as units answer. The driver waits longer and longer before it dials again
// a peer that keeps silent, and a search would take that for units that are not there: so it gets a new line then.
type gateway struct {
	address string
	line    *modbus.Line
	hold    *modbus.Source // keeps the connection between two questions
}

func (g *gateway) hangUp() {
	if g.hold != nil {
		g.hold.Close()
		g.hold = nil
	}
}

func (g *gateway) dial() error {
	if g.hold != nil {
		return nil
	}
	g.line = modbus.TCP(g.address, never)
	f, err := modbus.FunctionOf(3)
	if err == nil {
		g.hold, err = g.line.Source(modbus.Device{Name: "scan", Points: []modbus.Point{{Name: "none", Function: f, Type: "u16"}}})
	}
	return err
}

// Registers is the driver's.
func (g *gateway) Registers(ctx context.Context, unit byte, f modbus.Function, address uint16, count int, timeout time.Duration) ([]byte, error) {
	if err := g.dial(); err != nil {
		return nil, err
	}
	began := time.Now()
	data, err := g.line.Registers(ctx, unit, f, address, count, timeout)
	var network *net.OpError
	switch {
	case errors.As(err, &network) && network.Op == "dial":
		return nil, fmt.Errorf("%w: %w", errNothing, err)
	case errors.Is(err, drivers.ErrAbsent) && time.Since(began) >= timeout:
		g.hangUp()
	}
	return data, err
}
