package port

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"

	"basemeter/drivers"
)

// pi is the tree of a Raspberry Pi 4, folders as its kernel names them.
type pi struct {
	*testing.T
	tree
}

const xhci = "devices/platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0/usb1"

func newPi(t *testing.T) pi {
	root := t.TempDir()
	p := pi{t, tree{filepath.Join(root, "sys"), filepath.Join(root, "dev")}}
	for path, subsystem := range map[string]string{
		"devices/platform": "", "devices/platform/scb": "platform", "devices/platform/scb/fd500000.pcie": "platform",
		"devices/platform/scb/fd500000.pcie/pci0000:00":                           "",
		"devices/platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0":              "pci",
		"devices/platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0": "pci",
	} {
		p.device(path, subsystem, nil)
	}
	p.device(xhci, "usb", map[string]string{"uevent": "DEVTYPE=usb_device", "idVendor": "1d6b", "idProduct": "0002", "manufacturer": "Linux 6.12 xhci-hcd", "product": "xHCI Host Controller"})
	p.device(xhci+"/1-1", "usb", map[string]string{"uevent": "DEVTYPE=usb_device", "idVendor": "2109", "idProduct": "3431"})
	return p
}

func (p pi) device(path, subsystem string, texts map[string]string) {
	p.Helper()
	dir := filepath.Join(p.sys, path)
	p.check(os.MkdirAll(dir, 0o755))
	p.check(os.WriteFile(filepath.Join(dir, "uevent"), nil, 0o644))
	for name, text := range texts {
		p.check(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		p.check(os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o644))
	}
	if subsystem != "" {
		p.link(path+"/subsystem", "bus/"+subsystem)
	}
}

func (p pi) check(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p pi) link(at, to string) {
	p.Helper()
	p.check(os.MkdirAll(filepath.Join(p.sys, to), 0o755))
	p.check(os.MkdirAll(filepath.Dir(filepath.Join(p.sys, at)), 0o755))
	p.check(os.Symlink(filepath.Join(p.sys, to), filepath.Join(p.sys, at)))
}

// A plug is what is plugged in.
type plug struct{ vendor, product, manufacturer, name, serial string }

// usb plugs something into a socket of the Pi's hub, and returns the path of its interface.
func (p pi) usb(socket, face string, what plug) string {
	device := xhci + "/1-1/1-1." + socket
	texts := map[string]string{"uevent": "MAJOR=189\nDEVTYPE=usb_device", "idVendor": what.vendor, "idProduct": what.product}
	for name, text := range map[string]string{"manufacturer": what.manufacturer, "product": what.name, "serial": what.serial} {
		if text != "" {
			texts[name] = text
		}
	}
	p.device(device, "usb", texts)
	path := device + "/1-1." + socket + ":1." + strings.TrimPrefix(face, "0")
	p.device(path, "usb", map[string]string{"uevent": "DEVTYPE=usb_interface", "bInterfaceNumber": face})
	return path
}

func (p pi) ttyUSB(name, socket, driver string, what plug) {
	path := p.usb(socket, "00", what) + "/" + name
	p.device(path, "usb-serial", map[string]string{"port_number": "0"})
	p.link(path+"/driver", "bus/usb-serial/drivers/"+driver)
	p.tty(name, path, nil)
}

func (p pi) tty(name, device string, texts map[string]string) {
	p.device(device+"/tty/"+name, "tty", texts)
	p.link(device+"/tty/"+name+"/device", device)
	p.link("class/tty/"+name, device+"/tty/"+name)
}

func (p pi) unplug(name, socket string) {
	p.check(os.RemoveAll(filepath.Join(p.sys, xhci, "1-1/1-1."+socket)))
	p.check(os.Remove(filepath.Join(p.sys, "class/tty", name)))
}

var (
	ftdi  = plug{"0403", "6001", "FTDI", "FT232R USB UART", "A50285BI"}
	ch340 = plug{"1a86", "7523", "", "USB Serial", ""}
	cp210 = plug{"10c4", "ea60", "Silicon Labs", "CP2102 USB to UART Bridge Controller", "0001"}
	ch343 = plug{"1a86", "55d3", "", "USB Single Serial", "5B61033180"}
	uno   = plug{"2341", "0043", "Arduino (www.arduino.cc)", "", "7513533363635141E001"}
	pl230 = plug{"067b", "2303", "Prolific Technology Inc.", "USB-Serial Controller ", ""}
)

func fullPi(t *testing.T) pi {
	p := newPi(t)
	p.ttyUSB("ttyUSB0", "2", "ftdi_sio", ftdi)
	p.ttyUSB("ttyUSB1", "1.3", "ch341-uart", ch340)
	p.ttyUSB("ttyUSB2", "1.4", "ch341-uart", ch340)
	p.ttyUSB("ttyUSB3", "3", "cp210x", cp210)
	p.ttyUSB("ttyUSB10", "1.1", "pl2303", pl230)
	for name, socket := range map[string]string{"ttyACM0": "4", "ttyACM1": "1.2"} {
		what := map[string]plug{"4": ch343, "1.2": uno}[socket]
		face := p.usb(socket, "00", what)
		p.link(face+"/driver", "bus/usb/drivers/cdc_acm")
		p.tty(name, face, nil)
	}
	p.device("devices/platform/soc/fe201000.serial", "amba", nil)
	p.link("devices/platform/soc/fe201000.serial/driver", "bus/amba/drivers/uart-pl011")
	p.tty("ttyAMA0", "devices/platform/soc/fe201000.serial", map[string]string{"type": "32", "console": "N"})
	p.device("devices/platform/soc/fe215040.serial", "platform", nil)
	p.tty("ttyS0", "devices/platform/soc/fe215040.serial", map[string]string{"type": "1", "console": "Y"})
	p.device("devices/platform/serial8250", "platform", nil)
	for _, phantom := range []string{"ttyS1", "ttyS2", "ttyS3"} {
		p.tty(phantom, "devices/platform/serial8250", map[string]string{"type": "0"})
	}
	p.device("devices/virtual/tty/tty1", "tty", nil)
	p.link("class/tty/tty1", "devices/virtual/tty/tty1")
	return p
}

// The names are from listings of /dev/serial on real machines.
func TestNamesAreUdevs(t *testing.T) {
	p := fullPi(t)
	all, err := p.list()
	if err != nil {
		t.Fatal(err)
	}
	type want struct{ device, driver, id, path, stable, why string }
	const socket = "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1."
	for i, w := range []want{
		{"ttyS0", "", "", "", "ttyS0", "kernel talks"},
		{"ttyACM0", "cdc_acm", "usb-1a86_USB_Single_Serial_5B61033180-if00", socket + "4:1.0", "id", "any socket"},
		{"ttyACM1", "cdc_acm", "usb-Arduino__www.arduino.cc__0043_7513533363635141E001-if00", socket + "1.2:1.0", "id", "any socket"},
		{"ttyAMA0", "uart-pl011", "", "", "ttyAMA0", "part of the board"},
		{"ttyUSB0", "ftdi_sio", "usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0", socket + "2:1.0-port0", "id", "any socket"},
		{"ttyUSB1", "ch341-uart", "usb-1a86_USB_Serial-if00-port0", socket + "1.3:1.0-port0", "path", "another adapter"},
		{"ttyUSB2", "ch341-uart", "usb-1a86_USB_Serial-if00-port0", socket + "1.4:1.0-port0", "path", "another adapter"},
		{"ttyUSB3", "cp210x", "usb-Silicon_Labs_CP2102_USB_to_UART_Bridge_Controller_0001-if00-port0", socket + "3:1.0-port0", "id", "any socket"},
		{"ttyUSB10", "pl2303", "usb-Prolific_Technology_Inc._USB-Serial_Controller-if00-port0", socket + "1.1:1.0-port0", "path", "no serial number"},
	} {
		if i >= len(all) {
			t.Fatalf("only %d adapters: %+v", len(all), all)
		}
		a := all[i]
		if w.id != "" {
			w.id, w.path = p.dev+"/serial/by-id/"+w.id, p.dev+"/serial/by-path/"+w.path
		}
		stable := map[string]string{"id": w.id, "path": w.path}[w.stable]
		if stable == "" {
			stable = p.dev + "/" + w.stable
		}
		if a.Device != p.dev+"/"+w.device || a.Driver != w.driver || a.ByID != w.id || a.ByPath != w.path || a.Stable != stable ||
			!strings.Contains(a.Why, w.why) || a.Twin != (w.why == "another adapter") {
			t.Errorf("%+v\nwant %+v", a, w)
		}
	}
	if len(all) != 9 {
		t.Errorf("%d adapters: ports without hardware are listed", len(all))
	}
	if a := all[4]; a.VendorID != "0403" || a.ProductID != "6001" || a.Vendor != "FTDI" || a.Product != "FT232R USB UART" || a.Serial != "A50285BI" {
		t.Errorf("%+v", a)
	}
}

func TestPlainParts(t *testing.T) {
	for text, want := range map[string]string{
		"Sycreader RFID Technology Co., Ltd": "Sycreader_RFID_Technology_Co.__Ltd",
		"  padded \t twice  ":                "padded_twice",
		"Natural® Ergonomic":                 "Natural®_Ergonomic",
		"a/b\xff$":                           "a_b__",
		`a\x2fb`:                             `a\x2fb`,
		"":                                   "",
	} {
		if got := plain(text, 63); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := plain(strings.Repeat("x", 80), 63); len(got) != 63 {
		t.Errorf("udev looks at 63 bytes: %d", len(got))
	}
	if got := serialOf(node{t.TempDir()}); got != "" {
		t.Errorf("%q", got)
	}
}

// Whatever a device says of itself, a name is one part of a path, and the same however often it is made.
func FuzzPlain(f *testing.F) {
	f.Add("Sycreader RFID Technology Co., Ltd")
	f.Add("\\x2f/ \xff®")
	f.Fuzz(func(t *testing.T, text string) {
		got := plain(text, 63)
		if len(got) > 63 || strings.ContainsAny(got, "/ \t\n\x00") || plain(got, 63) != got {
			t.Errorf("%q: %q, then %q", text, got, plain(got, 63))
		}
	})
}

// A Pi 5 has its sockets on platform devices, and a PC on PCI alone.
func TestPathsOfOtherMachines(t *testing.T) {
	p := newPi(t)
	for path, want := range map[string]string{
		"devices/platform/axi/1000120000.pcie/1f00300000.usb/xhci-hcd.1": "platform-xhci-hcd.1-usb-0:2:1.0",
		"devices/pci0000:00/0000:00:14.0":                                "pci-0000:00:14.0-usb-0:2:1.0",
	} {
		subsystem, _, _ := strings.Cut(want, "-")
		p.device(path, subsystem, nil)
		p.device(path+"/usb3", "usb", map[string]string{"uevent": "DEVTYPE=usb_device"})
		p.device(path+"/usb3/3-2", "usb", map[string]string{"uevent": "DEVTYPE=usb_device"})
		p.device(path+"/usb3/3-2/3-2:1.0", "usb", map[string]string{"uevent": "DEVTYPE=usb_interface"})
		n, _ := nodeAt(filepath.Join(p.sys, path, "usb3/3-2/3-2:1.0"))
		if got := pathOf(n); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	p.device("devices/virtual/x", "usb", nil)
	n, _ := nodeAt(filepath.Join(p.sys, "devices/virtual/x"))
	if got := pathOf(n); got != "" {
		t.Errorf("%q of nothing fixed", got)
	}
}

func TestFind(t *testing.T) {
	p := fullPi(t)
	const path = "/serial/by-path/platform-fd500000.pcie-pci-0000:01:00.0-usb"
	for name, want := range map[string]string{
		"/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0": "/ttyUSB0",
		path + "-0:1.1.3:1.0-port0":                                  "/ttyUSB1",
		path + "v2-0:1.1.4:1.0-port0":                                "/ttyUSB2",
	} {
		if got, err := p.find(p.dev + name); got != p.dev+want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, want := range map[string]string{
		"/serial/by-id/usb-1a86_USB_Serial-if00-port0": "by-path",
		"/serial/by-id/usb-nobody-if00":                "usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0",
		"/ttyUSB7":                                     "basemeter-agent ports",
	} {
		if got, err := p.find(p.dev + name); !errors.Is(err, drivers.ErrAbsent) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	bare := newPi(t)
	p.check(os.MkdirAll(filepath.Join(bare.sys, "class/tty"), 0o755))
	if _, err := bare.find("/dev/ttyUSB0x"); !errors.Is(err, drivers.ErrAbsent) || !strings.Contains(err.Error(), "no serial adapter") {
		t.Error(err)
	}
	if _, err := (tree{"/nowhere", "/nowhere"}).find("/nowhere/x"); !errors.Is(err, drivers.ErrAbsent) {
		t.Error(err)
	}
}

// What the kernel calls a line changes when its adapter is plugged in again; the port does not lose it.
func TestReplugged(t *testing.T) {
	p := newPi(t)
	p.check(os.MkdirAll(p.dev, 0o755))
	line := New(Settings{Name: p.dev + "/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0", Baud: 9600})
	line.find = p.find
	line.Join()
	defer line.Leave()
	line.Lock()
	defer line.Unlock()
	plugIn := func(name, socket, say string) func() {
		master, tty, err := pty.Open()
		p.check(err)
		p.ttyUSB(name, socket, "ftdi_sio", ftdi)
		p.check(os.Symlink(tty.Name(), filepath.Join(p.dev, name)))
		fresh, err := line.Open()
		if !fresh || err != nil {
			t.Fatalf("%v, %v", fresh, err)
		}
		p.check(line.Write([]byte(say)))
		got := make([]byte, len(say))
		if _, err := master.Read(got); err != nil || string(got) != say {
			t.Errorf("%q, %v", got, err)
		}
		return func() {
			p.check(errors.Join(master.Close(), tty.Close(), os.Remove(filepath.Join(p.dev, name))))
			p.unplug(name, socket)
		}
	}
	pull := plugIn("ttyUSB0", "2", "first")
	pull()
	line.Close()
	if _, err := line.Open(); !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("opened what is not there: %v", err)
	}
	plugIn("ttyUSB1", "3", "second")()
	line.Close()
}

func TestWhoHasThePort(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	first, second := New(Settings{Name: tty.Name(), Baud: 9600}), New(Settings{Name: tty.Name(), Baud: 9600})
	if _, err := first.Open(); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Open(); !errors.Is(err, ErrBusy) || !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("opened twice: %v", err)
	}
	first.Close()
	if _, err := second.Open(); err != nil {
		t.Errorf("still taken: %v", err)
	}
	second.Close()
}

// A pty has no transceiver, nor has an adapter that switches its own.
func TestDirectionThatTheDriverCannotSwitch(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	p := New(Settings{Name: tty.Name(), Baud: 9600, Direction: "kernel"})
	if _, err := p.Open(); !errors.Is(err, drivers.ErrAbsent) || !strings.Contains(err.Error(), "leave direction out") {
		t.Error(err)
	}
	p = New(Settings{Name: tty.Name(), Baud: 9600, Direction: "adapter"})
	if _, err := p.Open(); err != nil {
		t.Errorf("still taken: %v", err)
	}
	p.Close()
}

func TestReadersThatAreKeyboards(t *testing.T) {
	p := newPi(t)
	const all = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
	reader := plug{"ffff", "0035", "Sycreader RFID Technology Co., Ltd", "SYC ID&IC USB Reader", "08FF20140315"}
	board := plug{"045e", "00db", "Microsoft", "Natural® Ergonomic Keyboard 4000", ""}
	for i, c := range []struct {
		socket, face, keys string
		what               plug
	}{
		{"1", "00", all, reader},
		{"2", "01", "10000 7 ff800000 fffffffe", board}, // as 32 bits show it
		{"3", "00", "ffffffff 0", plug{"05f3", "0007", "", "", ""}},
	} {
		name := "event" + string(rune('0'+i))
		face := p.usb(c.socket, c.face, c.what)
		p.device(face+"/0003:FFFF:0035.0001", "hid", nil)
		input := face + "/0003:FFFF:0035.0001/input/input5"
		p.device(input, "input", map[string]string{"capabilities/key": c.keys})
		p.device(input+"/"+name, "input", nil)
		p.link(input+"/"+name+"/device", input)
		p.link("class/input/"+name, input+"/"+name)
	}
	for name, want := range map[string]string{
		"by-id/usb-Sycreader_RFID_Technology_Co.__Ltd_SYC_ID_IC_USB_Reader_08FF20140315-event-kbd": "event0",
		"by-path/platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.1:1.0-event-kbd":                  "event0",
		"by-path/platform-fd500000.pcie-pci-0000:01:00.0-usbv2-0:1.1:1.0-event-kbd":                "event0",
		"by-id/usb-Microsoft_Natural®_Ergonomic_Keyboard_4000-if01-event-kbd":                      "event1",
		"by-id/usb-05f3_0007-event-if00":                                                           "event2",
	} {
		if got, err := p.findInput(p.dev + "/input/" + name); got != p.dev+"/input/"+want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := p.findInput(p.dev + "/input/by-id/usb-other-event-kbd"); !errors.Is(err, drivers.ErrAbsent) || !strings.Contains(err.Error(), "Sycreader") {
		t.Error(err)
	}
}

// Whatever this machine has, it is listed without being opened, and its own names lead back to it.
func TestThisMachine(t *testing.T) {
	all, err := List()
	if err != nil {
		t.Skip(err) // no sysfs
	}
	for _, a := range all {
		if device, err := Find(a.Stable); err != nil || filepath.Base(device) != filepath.Base(a.Device) {
			t.Errorf("%s: %s, %v", a.Stable, device, err)
		}
	}
}
