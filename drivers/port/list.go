package port

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An Adapter is a serial port that this machine has.
type Adapter struct {
	Device string // /dev/ttyUSB0: its name until it is plugged in again
	ByID   string // /dev/serial/by-id/…: what it says it is; empty if it is not on USB
	ByPath string // /dev/serial/by-path/…: the socket it is in; empty if it is not on USB
	Driver string // ftdi_sio

	VendorID, ProductID string // four hexadecimal digits each; empty if it is not on USB
	Vendor, Product     string // in its own words, if it has any
	Serial              string // empty: it has none
	Twin                bool   // another adapter has the same ByID

	Stable string // the name to write into the configuration
	Why    string // that one is stable and others are not
}

// List finds the serial adapters of this machine, by what the kernel says of them: none is opened.
func List() ([]Adapter, error) { return machine.list() }

// A tree is where a machine shows its devices.
type tree struct{ sys, dev string }

// machine is the one we are on.
var machine = tree{"/sys", "/dev"}

func (t tree) list() ([]Adapter, error) {
	class := filepath.Join(t.sys, "class/tty")
	entries, err := os.ReadDir(class)
	if err != nil {
		return nil, fmt.Errorf("list serial adapters: %w", err)
	}
	var found []Adapter
	for _, e := range entries {
		if n, ok := nodeAt(filepath.Join(class, e.Name())); ok && isSerial(n) {
			found = append(found, t.adapter(n))
		}
	}
	slices.SortFunc(found, func(a, b Adapter) int {
		return cmp.Or(cmp.Compare(len(a.Device), len(b.Device)), cmp.Compare(a.Device, b.Device))
	})
	return advise(found), nil
}

// isSerial is false for consoles and for the ports that the kernel keeps in case there is hardware: they have no type.
func isSerial(n node) bool {
	if _, err := os.Stat(n.file("device")); err != nil {
		return false
	}
	kind := n.text("type")
	return kind != "" && kind != "0" || isUSB(n)
}

// isUSB is udev's choice of ports that get names, of those with USB above them.
func isUSB(n node) bool {
	_, onBus := n.above("usb", "usb_interface")
	return onBus && (strings.HasPrefix(n.name(), "ttyUSB") || strings.HasPrefix(n.name(), "ttyACM"))
}

func (t tree) adapter(n node) Adapter {
	a := Adapter{Device: filepath.Join(t.dev, n.name())}
	if device, ok := nodeAt(n.file("device")); ok {
		a.Driver = device.link("driver")
	}
	if !isUSB(n) {
		a.Why = "it is part of the board, and keeps its number"
		if n.text("console") == "Y" {
			a.Why += "; but the kernel talks on it: take console= out of its command line"
		}
		return a
	}
	on, _ := n.above("usb", "usb_device")
	a.VendorID, a.ProductID = on.text("idVendor"), on.text("idProduct")
	a.Vendor, a.Product, a.Serial = on.text("manufacturer"), on.text("product"), serialOf(on)
	end := ""
	if port := portNumber(n); port != "" {
		end = "-port" + port
	}
	face, _ := n.above("usb", "usb_interface")
	a.ByID = t.dev + "/serial/by-id/usb-" + idOf(on) + "-if" + face.text("bInterfaceNumber") + end
	if path := pathOf(n); path != "" {
		a.ByPath = t.dev + "/serial/by-path/" + path + end
	}
	return a
}

// portNumber is that of an adapter with several ports; ttyACM has none.
func portNumber(n node) string {
	on, _ := n.above("usb-serial", "")
	return on.text("port_number")
}

// advise says which name of each adapter lasts.
func advise(all []Adapter) []Adapter {
	for i := range all {
		a := &all[i]
		a.Twin = a.ByID != "" && slices.ContainsFunc(all, func(b Adapter) bool { return b.ByID == a.ByID && b.Device != a.Device })
		switch {
		case a.ByID == "":
			a.Stable = a.Device
		case a.ByPath == "":
			a.Stable, a.Why = a.ByID, "nothing says which socket it is in"
		case a.Twin:
			a.Stable, a.Why = a.ByPath, "another adapter here has the same by-id name: leave it in this socket"
		case a.Serial == "":
			a.Stable, a.Why = a.ByPath, "it has no serial number, so the next of its kind will have the same by-id name: leave it in this socket"
		default:
			a.Stable, a.Why = a.ByID, "it has a serial number, so any socket will do"
		}
	}
	return all
}
