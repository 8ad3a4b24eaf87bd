package port

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"basemeter/drivers"
)

// Find is the device that a port's name stands for at this moment. Whatever exists is taken as it is. A name under
// /dev/serial/by-id or /dev/serial/by-path needs no such file: it is looked up in what the kernel says of its devices. A
// port that is not there is a state: the error wraps ErrAbsent, and says what there is.
func Find(name string) (device string, err error) { return machine.find(name) }

// FindInput is Find for the event device of a reader that is a keyboard, under /dev/input/by-id or /dev/input/by-path.
func FindInput(name string) (device string, err error) { return machine.findInput(name) }

func (t tree) find(name string) (string, error) {
	if device, err := filepath.EvalSymlinks(name); err == nil {
		return device, nil
	}
	all, err := t.list()
	if err != nil {
		return "", fmt.Errorf("find %s: %w: %w", name, drivers.ErrAbsent, err)
	}
	var here, same []string
	for _, a := range all {
		here = append(here, a.Stable)
		if a.ByID == name || a.ByPath == anyRevision(name) && a.ByPath != "" {
			same = append(same, a.Device)
		}
	}
	return choose(name, same, here, "serial adapter", "basemeter-agent ports lists them")
}

// choose takes the only device of a name.
func choose(name string, same, here []string, what, hint string) (string, error) {
	switch {
	case len(same) == 1:
		return same[0], nil
	case len(same) > 1:
		return "", fmt.Errorf("find %s: %w for sure: %s have this name; use their by-path names", name, drivers.ErrAbsent, strings.Join(same, " and "))
	case len(here) == 0:
		return "", fmt.Errorf("find %s: %w: this machine has no %s", name, drivers.ErrAbsent, what)
	}
	return "", fmt.Errorf("find %s: %w: this machine has %s; %s", name, drivers.ErrAbsent, strings.Join(here, ", "), hint)
}

// usbRevision is what newer versions of udev have in a second name for each path. Serial adapters and keyboards are all
// on USB 2 hubs, so it tells nothing.
var usbRevision = regexp.MustCompile(`-usbv[0-9]-0:`)

func anyRevision(name string) string { return usbRevision.ReplaceAllString(name, "-usb-0:") }

func (t tree) findInput(name string) (string, error) {
	if device, err := filepath.EvalSymlinks(name); err == nil {
		return device, nil
	}
	class := filepath.Join(t.sys, "class/input")
	entries, err := os.ReadDir(class)
	if err != nil {
		return "", fmt.Errorf("find %s: %w: %w", name, drivers.ErrAbsent, err)
	}
	var here, same []string
	for _, e := range entries {
		n, ok := nodeAt(filepath.Join(class, e.Name()))
		if !ok || !strings.HasPrefix(e.Name(), "event") {
			continue
		}
		id, path := t.inputNames(n)
		if id == name || path == anyRevision(name) {
			same = append(same, filepath.Join(t.dev, "input", e.Name()))
		}
		if id != "" {
			here = append(here, id)
		}
	}
	return choose(name, same, here, "such input device on USB", "cat /proc/bus/input/devices tells more")
}

// inputNames are those of an event device on USB; both are empty for any other.
func (t tree) inputNames(n node) (id, path string) {
	face, ok := n.above("usb", "usb_interface")
	if !ok {
		return "", ""
	}
	on, _ := n.above("usb", "usb_device")
	number := "-if" + face.text("bInterfaceNumber")
	id, path = "usb-"+idOf(on), pathOf(n)
	switch {
	case !isKeyboard(n):
		id, path = id+"-event"+number, path+"-event"
	case number == "-if00":
		id, path = id+"-event-kbd", path+"-event-kbd"
	default:
		id, path = id+number+"-event-kbd", path+"-event-kbd"
	}
	return t.dev + "/input/by-id/" + id, t.dev + "/input/by-path/" + path
}

// isKeyboard is udev's opinion: a device with all keys from 1, Escape, to 31, S. The last word of the bits that the
// kernel lists in hexadecimal is the lowest.
func isKeyboard(event node) bool {
	device, ok := nodeAt(event.file("device"))
	words := strings.Fields(device.text("capabilities/key"))
	if !ok || len(words) == 0 {
		return false
	}
	bits, err := strconv.ParseUint(words[len(words)-1], 16, 64)
	return err == nil && bits&0xFFFFFFFE == 0xFFFFFFFE
}
