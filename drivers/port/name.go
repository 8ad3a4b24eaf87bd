package port

import (
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The names in /dev/serial and /dev/input are udev's: 60-serial.rules, 60-persistent-input.rules, and of its builtins
// usb_id and path_id. They are made here from what the kernel says, so that a machine without udev knows them, too.

// A node is a device in sysfs: a folder with a file uevent.
type node struct{ path string }

func nodeAt(path string) (node, bool) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return node{}, false
	}
	n := node{real}
	_, err = os.Stat(n.file("uevent"))
	return n, err == nil
}

func (n node) name() string            { return filepath.Base(n.path) }
func (n node) file(name string) string { return filepath.Join(n.path, name) }

// text is what a device says under a name; empty if it says nothing.
func (n node) text(name string) string {
	if n.path == "" {
		return ""
	}
	b, err := os.ReadFile(n.file(name))
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(b), "\n")
}

// link is the last part of what a link, such as subsystem or driver, leads to.
func (n node) link(name string) string {
	to, err := os.Readlink(n.file(name))
	if err != nil {
		return ""
	}
	return filepath.Base(to)
}

// parent is the next device above.
func (n node) parent() (node, bool) {
	for at := filepath.Dir(n.path); at != filepath.Dir(at); at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "uevent")); err == nil {
			return node{at}, true
		}
	}
	return node{}, false
}

// above is the nearest device above n of a subsystem and, unless that is empty, a kind.
func (n node) above(subsystem, kind string) (node, bool) {
	for p, ok := n.parent(); ok; p, ok = p.parent() {
		if p.link("subsystem") == subsystem && (kind == "" || p.kind() == kind) {
			return p, true
		}
	}
	return node{}, false
}

// kind is usb_device or usb_interface.
func (n node) kind() string {
	for line := range strings.Lines(n.text("uevent")) {
		if kind, ok := strings.CutPrefix(strings.TrimSpace(line), "DEVTYPE="); ok {
			return kind
		}
	}
	return ""
}

// idOf is what usb_id calls ID_SERIAL: vendor, model and serial number. A vendor and a model have their numbers at the
// least.
func idOf(device node) string {
	vendor, model := device.text("manufacturer"), device.text("product")
	if vendor == "" {
		vendor = device.text("idVendor")
	}
	if model == "" {
		model = device.text("idProduct")
	}
	id := plain(vendor, 63) + "_" + plain(model, 63)
	if serial := plain(serialOf(device), 511); serial != "" {
		id += "_" + serial
	}
	return id
}

// serialOf leaves out what udev does not take for a serial number.
func serialOf(device node) string {
	serial := device.text("serial")
	for _, b := range []byte(serial) {
		if b < 0x20 || b > 0x7F || b == ',' {
			return ""
		}
	}
	return serial
}

// plain makes a part of a name as udev does, of as many bytes as it looks at: white space becomes one underscore, and so
// does each other character that is neither plain nor UTF-8.
func plain(text string, most int) string {
	text = text[:min(len(text), most)]
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < utf8.RuneSelf && unicode.IsSpace(r) }), "_")
	var b strings.Builder
	for i := 0; i < len(text); {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case size > 1, isPlain(text[i]):
			b.WriteString(text[i : i+size])
		case strings.HasPrefix(text[i:], `\x`): // udev's own escape
			b.WriteString(`\x`)
			size = 2
		default:
			b.WriteByte('_')
		}
		i += size
	}
	return b.String()
}

func isPlain(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || strings.IndexByte("#+-.:=@_", c) >= 0
}

// pathOf is what path_id calls ID_PATH: the way to a device. Empty: there is no fixed point on it.
func pathOf(n node) string {
	var parts []string
	fixed := false
	for p, ok := n, true; ok; p, ok = p.parent() {
		subsystem := p.link("subsystem")
		switch subsystem {
		case "usb":
			_, port, numbered := strings.Cut(p.name(), "-")
			if kind := p.kind(); !numbered || kind != "usb_interface" && kind != "usb_device" {
				continue
			}
			parts = append(parts, "usb-0:"+port)
		case "pci", "platform", "amba", "acpi":
			parts = append(parts, subsystem+"-"+p.name())
			fixed = true
		default:
			continue
		}
		p = p.top(subsystem)
	}
	if !fixed {
		return ""
	}
	var path []string
	for i := range parts {
		path = append(path, parts[len(parts)-1-i])
	}
	return strings.Join(path, "-")
}

// top is the uppermost of the devices above n that are of its subsystem.
func (n node) top(subsystem string) node {
	for {
		p, ok := n.parent()
		if !ok || p.link("subsystem") != subsystem {
			return n
		}
		n = p
	}
}
