package vm

import "fmt"

// An Adapter is an RS-485 adapter with an FTDI chip.
type Adapter struct {
	Serial string // its serial number
	Line   string // a unix socket, where QEMU calls whatever is at the far end. Nobody there: the adapter stays unseen
}

// Plug plugs an adapter in. One that was pulled before keeps its far end, as its wires are still screwed to it.
func (m *Machine) Plug(a Adapter) error {
	wire := "wire-" + a.Serial
	if !m.screwed[wire] {
		to := arguments{"type": "unix", "data": arguments{"path": a.Line}}
		backend := arguments{"type": "socket", "data": arguments{"addr": to, "server": false}}
		if err := m.monitor.ask("chardev-add", arguments{"id": wire, "backend": backend}, nil); err != nil {
			return fmt.Errorf("screw a line to %s: %w", a.Serial, err)
		}
		m.screwed[wire] = true
	}
	return m.plug(a.Serial, arguments{"driver": "usb-serial", "chardev": wire})
}

// PlugKeyboard plugs in a keyboard, which a badge reader may be.
func (m *Machine) PlugKeyboard(serial string) error {
	return m.plug(serial, arguments{"driver": "usb-kbd"})
}

func (m *Machine) plug(serial string, device arguments) error {
	device["id"], device["serial"], device["bus"] = "usb-"+serial, serial, "usb.0"
	if err := m.monitor.ask("device_add", device, nil); err != nil {
		return fmt.Errorf("plug in %s: %w", serial, err)
	}
	return nil
}

// Pull pulls out what has that serial number.
func (m *Machine) Pull(serial string) error {
	if err := m.monitor.ask("device_del", arguments{"id": "usb-" + serial}, nil); err != nil {
		return fmt.Errorf("pull %s: %w", serial, err)
	}
	return nil
}

// Type presses and releases a key, named as QEMU does: 0 to 9, ret. A keyboard holds eight for the kernel to fetch.
func (m *Machine) Type(key string) error {
	for _, down := range []bool{true, false} {
		press := arguments{"type": "key", "data": arguments{"down": down, "key": arguments{"type": "qcode", "data": key}}}
		if err := m.monitor.ask("input-send-event", arguments{"events": []any{press}}, nil); err != nil {
			return fmt.Errorf("type %s: %w", key, err)
		}
	}
	return nil
}
