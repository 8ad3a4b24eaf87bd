package configs

import (
	"slices"
	"strings"
	"testing"
)

// agentText is a gateway without a fault. Tests swap a part of it for a worse one.
const agentText = `base: base-1
gateway: gw-1
grid: 5m
batch_every: 30s
spool: {dir: /spool, max_bytes: 1GiB, max_age: 90d}
mqtt: {broker: "ssl://broker:8883", username: gw-1, password_file: p, cert_file: c, key_file: k}
clock: {trust: kernel}
http: {listen: ":9090", password_file: w}
badge_key_file: /badge.key
lines:
- {name: rtu, kind: rs485, port: /dev/a, baud: 9600, parity: none, stop_bits: 1, timeout: 500ms, devices: [
   {name: m1, profile: sdm120, unit: 1, period: 1s, points: [power, energy_import]},
   {name: m2, profile: pzem016, unit: 2, period: 10s, timeout: 1s}]}
- {name: tcp, kind: modbus-tcp, address: "host:502", timeout: 1s, devices: [{name: m3, profile: sdm630, unit: 1}]}
- {name: reader, kind: rdm6300, port: /dev/b}
- {name: pins, kind: gpio, devices: [
   {name: lamp, pin: GPIO17, input: contact, closed: low, pull: up, settle: 20ms},
   {name: flow, pin: GPIO18, input: pulse}]}
assets:
- {name: a1, thresholds: {point: m1/power, standby_above: 40, running_above: 300, hysteresis: 10}, dwell: 3s, stale_after: 15s}
- {name: a2, contacts: [{point: lamp/contact, state: running}], otherwise: standby, samples: {every: 1m, points: [m2/power, flow/count]}}
`

const collectorText = `mqtt: {broker: "tcp://broker:1883", client_id: c1}
group: collectors
influxdb: {url: "http://db:8086", database: basemeter, org: school, token_file: t, keep_facts: 400d, timeout: 20s}
aside: {dir: /aside, max_bytes: 256MiB}
http: {listen: "127.0.0.1:8080"}
bases: [{name: b1, timezone: Asia/Shanghai}, {name: b2}]
`

const siteText = `base: base-1
gateway: gw-1
dir: /data
page: {listen: "localhost:80", access: open}
keep_facts: 24h
lines: [{name: reader, kind: rdm6300, port: /dev/b}]
`

const profileText = `name: plc
source: the manual
serial: [9600 8N1]
max_registers: 10
points:
- {name: power, unit: W, function: 3, address: 0x0010, type: i16, scale: 0.1}
- {name: run, unit: "1", function: 2, address: 3, type: bit}
golden:
- {source: made, request: 01 03 00 10 00 01 85 CF, response: 01 03 02 FF FE 78 34, values: {power: -0.2}}
- {source: made, request: 01 02 00 00 00 04 79 C9, response: 01 02 01 08 A0 4E, values: {run: 1}}
`

// change is one edit of a good text and what must be said of it.
type change struct{ old, new, want string }

// at returns "path: text" of each fault of the changed text.
func faultsOf[T File](t *testing.T, text string, c change) []string {
	t.Helper()
	if strings.Count(text, c.old) != 1 {
		t.Fatalf("%q stands %d times in the text", c.old, strings.Count(text, c.old))
	}
	_, faults := Parse[T]("f.yaml", []byte(strings.Replace(text, c.old, c.new, 1)))
	var said []string
	for _, f := range faults {
		said = append(said, f.Path+": "+f.Text)
	}
	return said
}

func said[T File](t *testing.T, text string, changes []change) {
	t.Helper()
	if _, faults := Parse[T]("f.yaml", []byte(text)); len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, c := range changes {
		t.Run(c.new, func(t *testing.T) {
			got := faultsOf[T](t, text, c)
			if c.want == "" && len(got) > 0 || c.want != "" && !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s → %s\n got %q\nwant %q", c.old, c.new, got, c.want)
			}
		})
	}
}

const idAllowed = "allowed: 1 to 64 of a-z, 0-9, - and _, the first a letter or a digit"

func TestAgentAsAWhole(t *testing.T) {
	said[Agent](t, agentText, []change{
		{"base: base-1", "base: Base 1", `base: "Base 1" does not fit; ` + idAllowed},
		{"gateway: gw-1\n", "", "gateway: is missing; " + idAllowed},
		{"grid: 5m", "grid: 7m", "grid: 7m does not divide an hour; allowed: a divisor of 1h between 1s and 1h, such as 1m, 5m, 10m"},
		{"grid: 5m", "grid: 500ms", "grid: 500ms does not divide an hour; allowed: a divisor of 1h between 1s and 1h, such as 1m, 5m, 10m"},
		{"grid: 5m", "grid: 1h", ""},
		{"batch_every: 30s", "batch_every: 2m", "batch_every: 2m is out of bounds; allowed: 1s to 30s"},
		{"max_bytes: 1GiB", "max_bytes: 512KiB", "spool.max_bytes: 512KiB is out of bounds; allowed: 1MiB to 1024TiB"},
		{"max_age: 90d", "max_age: 30m", "spool.max_age: 30m is out of bounds; allowed: 1h to 36500d"},
		{"dir: /spool", `dir: ""`, "spool.dir: is missing; expected a folder"},
		{"trust: kernel", "trust: ntp", `clock.trust: "ntp" is none of the allowed: kernel, always`},
		{`listen: ":9090", password_file: w`, "listen: localhost", `http.listen: "localhost" is not an address; allowed: host:port, such as 192.168.1.20:502`},
		{`listen: ":9090", password_file: w`, "listen: host:0", `http.listen: port "0"; allowed: 1 to 65535`},
		{`listen: ":9090", password_file: w`, `listen: "0.0.0.0:9090"`, "http.password_file: is missing; others can reach 0.0.0.0:9090: the name of a file that holds a password, or listen on 127.0.0.1"},
		{`listen: ":9090", password_file: w`, `listen: "[::1]:9090"`, ""},
		{`listen: ":9090", password_file: w`, `listen: ""`, ""},
		{"assets:", "assets: []\nspare:", "spare: unknown key; allowed: base, gateway, grid, batch_every, spool, mqtt, clock, http, badge_key_file, cards_file, lines, assets, presence"},
		{"clock: {trust: kernel}", "influxdb: {}", "influxdb: unknown key; it belongs in the file of a collector. allowed: base, gateway, grid, batch_every, spool, mqtt, clock, http, badge_key_file, cards_file, lines, assets, presence"},
		{"badge_key_file: /badge.key", `badge_key_file: ""`, "badge_key_file: is missing; expected the name of a file"},
		{"badge_key_file: /badge.key", `cards_file: ""`, "cards_file: is missing; expected the name of a file"},
	})
}

func TestBroker(t *testing.T) {
	const allowed = "allowed: tcp://host:1883 or ssl://host:8883 (mqtt:// and mqtts:// mean the same)"
	said[Agent](t, agentText, []change{
		{`broker: "ssl://broker:8883", `, "", "mqtt.broker: is missing; " + allowed},
		{"ssl://broker:8883", "mqtts://broker:8883", ""},
		{"ssl://broker:8883", "http://broker:8883", `mqtt.broker: "http://broker:8883" does not start with a known scheme; ` + allowed},
		{"ssl://broker:8883", "broker:8883", `mqtt.broker: "broker:8883" does not start with a known scheme; ` + allowed},
		{"ssl://broker:8883", "ssl://broker", `mqtt.broker: "ssl://broker" does not name a host and a port; ` + allowed},
		{"ssl://broker:8883", "ssl://broker:8883/x", `mqtt.broker: "ssl://broker:8883/x" has more than a host and a port; ` + allowed},
		{"ssl://broker:8883", "ssl://me:secret@broker:8883", "mqtt.broker: a name or a password in a URL; allowed: username and the name of a file with the password"},
		{"ssl://broker:8883", "ssl://bro ker:8883", "mqtt.broker: not a URL; " + allowed},
		{"username: gw-1, ", "", "mqtt.password_file: a password without a name; expected username as well"},
		{"cert_file: c, ", "", "mqtt.cert_file: is missing; expected together with key_file"},
		{", key_file: k", "", "mqtt.key_file: is missing; expected together with cert_file"},
		{`ssl://broker:8883", username: gw-1, password_file: p, cert_file: c, key_file: k`, `tcp://broker:1883", ca_file: ca`,
			"mqtt.ca_file: not used without encryption; allowed with ssl:// or mqtts:// as the broker"},
		{`"ssl://broker:8883"`, `"ssl://broker:8883", client_id: ""`, "mqtt.client_id: is missing; expected a name that no other client of the broker has"},
	})
}

func TestLines(t *testing.T) {
	said[Agent](t, agentText, []change{
		{"name: rtu", "name: RTU", `lines[0].name: "RTU" does not fit; ` + idAllowed},
		{"name: tcp", "name: rtu", `lines[1].name: "rtu" is taken by lines[0].name; choose another`},
		{"kind: rs485", "kind: modbus", `lines[0].kind: "modbus" is none of the allowed: rs485, modbus-tcp, mtconnect, rdm6300, wiegand, ascii-reader, hid-reader, gpio`},
		{"kind: rs485, ", "", "lines[0].kind: is missing; allowed: rs485, modbus-tcp, mtconnect, rdm6300, wiegand, ascii-reader, hid-reader, gpio"},
		{"port: /dev/a, ", "", "lines[0].port: is missing; expected a port, such as /dev/serial/by-id/usb-…"},
		{"port: /dev/b", "port: /dev/a", `lines[2].port: "/dev/a" is taken by lines[0].port; choose another`},
		{"baud: 9600", "baud: 9601", `lines[0].baud: "9601" is none of the allowed: 300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400`},
		{"parity: none", "parity: mark", `lines[0].parity: "mark" is none of the allowed: none, even, odd`},
		{"stop_bits: 1", "stop_bits: 3", "lines[0].stop_bits: 3 is out of bounds; allowed: 1 to 2"},
		{"stop_bits: 1, timeout: 500ms", "stop_bits: 1, timeout: 0s", "lines[0].timeout: 0s is out of bounds; allowed: 10ms to 1m"},
		{`address: "host:502", `, "", "lines[1].address: is missing; allowed: host:port, such as 192.168.1.20:502"},
		{`address: "host:502"`, `address: ":502"`, `lines[1].address: ":502" is not an address; allowed: host:port, such as 192.168.1.20:502`},
		{`address: "host:502"`, `address: "host:502", baud: 9600`, "lines[1].baud: not used with modbus-tcp; allowed: name, kind, address, timeout, devices"},
		{"kind: rdm6300", "kind: rdm6300, parity: none", "lines[2].parity: not used with rdm6300; allowed: name, kind, port, baud"},
		{"kind: rdm6300", "kind: rdm6300, timeout: 1s", "lines[2].timeout: not used with rdm6300; allowed: name, kind, port, baud"},
		{"kind: gpio", "kind: gpio, port: /dev/c", "lines[3].port: not used with gpio; allowed: name, kind, devices"},
		{"port: /dev/a", "port: /dev/ttyUSB0", `lines[0].port: "/dev/ttyUSB0" is called otherwise after it was unplugged; allowed: a name that stays, such as /dev/serial/by-id/usb-… (basemeter-agent ports lists them)`},
		{"port: /dev/a", "port: /dev/ttyAMA0", ""},
		{"stop_bits: 1", "stop_bits: 1, direction: rts", `lines[0].direction: "rts" is none of the allowed: adapter, kernel`},
		{"kind: rdm6300, port: /dev/b", "kind: wiegand, port: /dev/b, bits: 27", `lines[2].bits: "27" is none of the allowed: 0, 26, 34, 37`},
		{"kind: rdm6300, port: /dev/b", "kind: ascii-reader, port: /dev/b", "lines[2].pattern: is missing; expected a regular expression whose one group is the number, such as ^[0-9]{3},([0-9]{10})$"},
		{"kind: rdm6300, port: /dev/b", "kind: ascii-reader, port: /dev/b, pattern: '(['", "lines[2].pattern: error parsing regexp: missing closing ]: `[`; expected a regular expression whose one group is the number"},
		{"kind: rdm6300, port: /dev/b", "kind: ascii-reader, port: /dev/b, pattern: '([0-9]+),([0-9]+)'", "lines[2].pattern: 2 groups; allowed: one, which is the number, or one that is named card: (?P<card>[0-9]+)"},
		{"kind: rdm6300, port: /dev/b", "kind: ascii-reader, port: /dev/b, pattern: '([0-9]+)', digits: octal", `lines[2].digits: "octal" is none of the allowed: decimal, hex`},
		{"kind: rdm6300, port: /dev/b", "kind: ascii-reader, port: /dev/b, pattern: '([0-9]+)', end: space", `lines[2].end: "space" is none of the allowed: any, cr, lf, crlf, etx`},
		{"kind: rdm6300, port: /dev/b", "kind: hid-reader, port: /dev/input/event3", `lines[2].port: "/dev/input/event3" is called otherwise after it was unplugged; allowed: a name that stays, such as /dev/input/by-id/usb-…-event-kbd (basemeter-agent ports lists them)`},
		{"kind: rdm6300, port: /dev/b", "kind: mtconnect, address: cnc-1, devices: [{name: cnc}]", `lines[2].address: "cnc-1" is not an address; allowed: http://host:port, such as http://192.168.1.20:5000`},
		{"kind: rdm6300, port: /dev/b", "kind: mtconnect, address: 'http://cnc-1:5000', devices: [{name: cnc}]", ""},
		{"kind: rdm6300, port: /dev/b", "kind: mtconnect, address: 'http://cnc-1:5000?x=1', devices: [{name: cnc}]", `lines[2].address: "http://cnc-1:5000?x=1" is not an address; allowed: http://host:port, such as http://192.168.1.20:5000`},
		{"kind: rdm6300, port: /dev/b", "kind: mtconnect, address: 'http://cnc-1:5000', devices: [{name: cnc}, {name: cnc2, device: b}]", "lines[2].devices[0].device: is missing; it can be left out of an agent's only machine, and this line has 2"},
		{"kind: rdm6300, port: /dev/b", "kind: mtconnect, address: 'http://cnc-1:5000', devices: [{name: cnc, device: b}, {name: cnc2, device: b}]", `lines[2].devices[1].device: "b" is taken by lines[2].devices[0].device; choose another`},
		{"kind: rdm6300, port: /dev/b", "kind: ascii-reader, port: /dev/b, pattern: '(?P<facility>[0-9]+)'", "lines[2].pattern: 1 groups; allowed: one, which is the number, or one that is named card: (?P<card>[0-9]+)"},
		{"kind: rdm6300, port: /dev/b", "kind: ascii-reader, port: /dev/b, pattern: '(?P<facility>[0-9]+),(?P<card>[0-9]+)'", ""},
		{"kind: rdm6300, port: /dev/b", "kind: ascii-reader, port: /dev/b, pattern: '(" + strings.Repeat("0", 255) + ")'", "lines[2].pattern: 257 bytes; allowed: up to 256"},
		{"devices: [{name: m3, profile: sdm630, unit: 1}]", "devices: []", "lines[1].devices: is missing; expected at least one device"},
		{"lines:\n", "lines:\n- \n", "lines[0]: nothing behind the dash"},
	})
}

func TestDevices(t *testing.T) {
	said[Agent](t, agentText, []change{
		{"name: m3", "name: m1", `lines[1].devices[0].name: "m1" is taken by lines[0].devices[0].name; choose another`},
		{"name: m3", "name: rtu", ""}, // the name of a line whose devices have their own
		{"name: m3", "name: reader", `lines[2].name: "reader" is taken by lines[1].devices[0].name; choose another`},
		{"profile: sdm630, ", "", "lines[1].devices[0].profile: is missing; allowed: adl3000e, adw300, dlt645, dtsu666, iem3155, mtconnect, pac2200, pzem016, sdm120, sdm630, or a file ending in .yaml"},
		{"profile: sdm630", "profile: sdm640", `lines[1].devices[0].profile: no profile is called "sdm640"; did you mean "sdm630"? allowed: adl3000e, adw300, dlt645, dtsu666, iem3155, mtconnect, pac2200, pzem016, sdm120, sdm630, or a file ending in .yaml`},
		{"profile: sdm630", "profile: none.yaml", "lines[1].devices[0].profile: no such file or directory"},
		{"unit: 2", "unit: 0", "lines[0].devices[1].unit: 0 is out of bounds; allowed: 1 to 247"},
		{"unit: 2, ", "", "lines[0].devices[1].unit: is missing; allowed: 1 to 247"},
		{"unit: 2", "unti: 2", `lines[0].devices[1].unti: unknown key; did you mean "unit"? allowed: name, profile, unit, meter, device, period, slow_period, points, timeout, max_rate, pin, input, closed, pull, settle`},
		{"unit: 2", "unit: 1", `lines[0].devices[1].unit: "1" is taken by lines[0].devices[0].unit; choose another`},
		{"period: 10s", "period: 50ms", "lines[0].devices[1].period: 50ms is out of bounds; allowed: 100ms to 24h"},
		{"period: 10s", "period: 500ms", ""},
		{"period: 10s", "period: 10s, slow_period: 5s", "lines[0].devices[1].slow_period: 5s is out of bounds; allowed: 10s to 24h"},
		{"period: 10s", "period: 10s, max_rate: -1", "lines[0].devices[1].max_rate: -1; allowed: more than 0, in the counter's unit an hour"},
		{"profile: pzem016, unit: 2", "profile: dlt645", ""},
		{"profile: pzem016, unit: 2", `profile: dlt645, meter: "1234"`, `lines[0].devices[1].meter: "1234" is not an address; allowed: the twelve digits on the meter's plate, in quotes`},
		{"profile: pzem016, unit: 2", `profile: dlt645, meter: "999999999999"`, `lines[0].devices[1].meter: "999999999999" is not an address; allowed: the twelve digits on the meter's plate, in quotes`},
		{"profile: pzem016, unit: 2", "profile: dlt645, unit: 2", "lines[0].devices[1].unit: not used with rs485; allowed: name, profile, period, slow_period, points, timeout, max_rate, meter"},
		{"{name: m1, profile: sdm120, unit: 1, period: 1s", `{name: m0, profile: dlt645, meter: "202212182018"}, {name: m9, profile: dlt645}, {name: m1, profile: sdm120, unit: 1, period: 1s`, "lines[0].devices[1].meter: is missing; it can be left out of a line's only DL/T 645 meter, and this line has 2"},
		{"{name: m1, profile: sdm120, unit: 1, period: 1s", `{name: m0, profile: dlt645, meter: "202212182018"}, {name: m9, profile: dlt645, meter: "202212182018"}, {name: m1, profile: sdm120, unit: 1, period: 1s`, `lines[0].devices[1].meter: "202212182018" is taken by lines[0].devices[0].meter; choose another`},
		{"profile: sdm630, unit: 1", "profile: dlt645", `lines[1].devices[0].profile: "dlt645" speaks dlt645; allowed on a line of kind modbus-tcp: modbus`},
		{"timeout: 1s}", "timeout: 2m}", "lines[0].devices[1].timeout: 2m is out of bounds; allowed: 10ms to 1m"},
		{"[power, energy_import]", "[power, energy_import, powre]", `lines[0].devices[0].points[2]: no point of sdm120 is called "powre"; did you mean "power"? allowed: voltage, current, power, apparent_power, reactive_power, power_factor, frequency, energy_import, energy_export, reactive_energy_import, reactive_energy_export, energy_total, reactive_energy_total`},
		{"[power, energy_import]", "[power, power]", `lines[0].devices[0].points[1]: "power" is taken by lines[0].devices[0].points[0]; choose another`},
		{"unit: 1, period", "unit: 1, pull: up, period", "lines[0].devices[0].pull: not used with rs485; allowed: name, profile, period, slow_period, points, timeout, max_rate, unit"},
		{"input: contact", "input: contact, period: 1s", "lines[3].devices[0].period: not used with gpio; allowed: name, pin, input, closed, pull, settle"},
		{"pin: GPIO17, ", "", "lines[3].devices[0].pin: is missing; expected the name of a pin, such as GPIO17"},
		{"pin: GPIO18", "pin: gpio17", `lines[3].devices[1].pin: "GPIO17" is taken by lines[3].devices[0].pin; choose another`},
		{"input: pulse", "input: edge", `lines[3].devices[1].input: "edge" is none of the allowed: contact, pulse`},
		{"closed: low", "closed: 0", `lines[3].devices[0].closed: 0 is not text for YAML; write "0" in quotes`},
		{"pull: up", "pull: sideways", `lines[3].devices[0].pull: "sideways" is none of the allowed: up, down, none`},
		{"settle: 20ms", "settle: 0s", "lines[3].devices[0].settle: 0s is out of bounds; allowed: 1ms to 500ms"},
	})
}

func TestAssets(t *testing.T) {
	said[Agent](t, agentText, []change{
		{"name: a1", `name: ""`, "assets[0].name: is missing; " + idAllowed},
		{"name: a2", "name: a1", `assets[1].name: "a1" is taken by assets[0].name; choose another`},
		{"thresholds: {point: m1/power, standby_above: 40, running_above: 300, hysteresis: 10}, ", "", "assets[0]: nothing tells its state; expected contacts or thresholds"},
		{"hysteresis: 10}", "hysteresis: 10}, otherwise: standby", "assets[0].otherwise: not used with thresholds, which decide when no contact does"},
		{"otherwise: standby", "otherwise: running", `assets[1].otherwise: "running" is none of the allowed: off, standby`},
		{"state: running", "state: busy", `assets[1].contacts[0].state: "busy" is none of the allowed: off, standby, running, fault`},
		{"state: running}", "state: running}, {point: lamp/contact, state: fault}", `assets[1].contacts[1].point: "lamp/contact" is taken by assets[1].contacts[0].point; choose another`},
		{"dwell: 3s", "dwell: 5m", "assets[0].dwell: 5m is not shorter than the grid; allowed: 0s or more, less than 5m"},
		{"dwell: 3s", "dwell: -1s", `assets[0].dwell: "-1s" is not a length of time; allowed: such as 300ms, 10s, 5m, 2h or 90d`},
		{"stale_after: 15s", "stale_after: 1s", "assets[0].stale_after: 1s is too short; allowed: 2s or more, two periods of its slowest device and no less than 1s"},
		{"otherwise: standby", "otherwise: standby, stale_after: 1s", "assets[1].stale_after: 1s is too short; allowed: 2s or more, two periods of its slowest device and no less than 1s"},
		{"every: 1m", "every: 500ms", "assets[1].samples.every: 500ms is out of bounds; allowed: 1s to 24h"},
		{"m1/power, standby", "m1/frequency, standby", `assets[0].thresholds.point: m1 does not read "frequency"; allowed: one of its points power, energy_import, or add it there`},
		{"m2/power, flow", "m2/power, m3/power, flow", `assets[1].samples.points[1]: "m3/power" and "m2/power" would both be published as "power"; allowed: one of them`},
	})
}

func TestPointsOfAssets(t *testing.T) {
	said[Agent](t, agentText, []change{
		{"profile: sdm120, unit: 1, period: 1s, points: [power, energy_import]", "profile: testdata/profiles/slow.yaml, unit: 1", `assets[0].thresholds.point: "m1/power" is read at slow_period only; allowed: a point that its profile does not call slow`},
		{"point: m1/power", "point: m1", `assets[0].thresholds.point: "m1" is not a point; allowed: device/point, such as meter-1/power`},
		{"point: m1/power", "point: lampe/power", `assets[0].thresholds.point: no device is called "lampe"; did you mean "lamp"? allowed: m1, m2, m3, lamp, flow`},
		{"point: m1/power", "point: m1/watts", `assets[0].thresholds.point: no point of sdm120 is called "watts"; allowed: voltage, current, power, apparent_power, reactive_power, power_factor, frequency, energy_import, energy_export, reactive_energy_import, reactive_energy_export, energy_total, reactive_energy_total`},
		{"point: m1/power", "point: m1/voltage", `assets[0].thresholds.point: m1 does not read "voltage"; allowed: one of its points power, energy_import, or add it there`},
		{"point: m1/power", "point: m1/energy_import", `assets[0].thresholds.point: "m1/energy_import" is a counter or a contact; allowed: a measured value, such as meter-1/power`},
		{"point: m1/power", "point: lamp/contact", `assets[0].thresholds.point: "lamp/contact" is a counter or a contact; allowed: a measured value, such as meter-1/power`},
		{"point: lamp/contact", "point: reader/card", `assets[1].contacts[0].point: "reader" reads badges; allowed: a point of another device`},
		{"point: lamp/contact", "point: flow/contact", `assets[1].contacts[0].point: flow is a pulse and has no point "contact"; allowed: flow/count`},
		{"point: lamp/contact", "point: flow/count", `assets[1].contacts[0].point: "flow/count" is not a contact; allowed: a contact of a gpio line, a point of type bit, or one with is`},
		{"point: lamp/contact", "point: m2/alarm", `assets[1].contacts[0].point: "m2/alarm" is not a contact; allowed: a contact of a gpio line, a point of type bit, or one with is`},
	})
}

func TestThresholds(t *testing.T) {
	said[Agent](t, agentText, []change{
		{"standby_above: 40, ", "", "assets[0].thresholds.standby_above: is missing; expected a number in the unit of the point"},
		{"running_above: 300, ", "", "assets[0].thresholds.running_above: is missing; expected a number in the unit of the point"},
		{"running_above: 300", "running_above: 40", "assets[0].thresholds.running_above: 40 is not above standby_above; allowed: more than 40"},
		{"standby_above: 40", "standby_above: -1", "assets[0].thresholds.standby_above: -1; allowed: more than 0"},
		{"hysteresis: 10", "hysteresis: -1", "assets[0].thresholds.hysteresis: -1; allowed: 0 or more, and less than 260, the distance of the thresholds"},
		{"hysteresis: 10", "hysteresis: 260", "assets[0].thresholds.hysteresis: 260; allowed: 0 or more, and less than 260, the distance of the thresholds"},
		{"hysteresis: 10", "hysteresis: 40", "assets[0].thresholds.hysteresis: 40 would keep it from ever being off; allowed: less than 40, which is standby_above"},
		{"hysteresis: 10", "hysteresis: .inf", `assets[0].thresholds.hysteresis: ".inf" is not a number; allowed: such as 3, 0.1 or 1e-3`},
		{"running_above: 300", "running_above: 3e2", ""},
	})
}

const publicAllowed = "allowed: https://host, with a port if it is another than HTTPS', such as https://basemeter.example.edu.cn"

func TestCollector(t *testing.T) {
	said[Collector](t, collectorText, []change{
		{", client_id: c1", "", "mqtt.client_id: is missing; expected a name that no other client of the broker has"},
		{"group: collectors", "group: a/b", `group: "a/b" does not fit; ` + idAllowed},
		{"http://db:8086", "db:8086", `influxdb.url: "db:8086" does not start with a known scheme; allowed: http://host:8086 or https://host:8086`},
		{"database: basemeter", `database: ""`, "influxdb.database: is missing; " + idAllowed},
		{", token_file: t", "", "influxdb.token_file: is missing; expected together with org"},
		{"org: school, ", "", "influxdb.org: is missing; expected together with token_file"},
		{"org: school, token_file: t", "username: u", "influxdb.password_file: is missing; expected together with username"},
		{"org: school, token_file: t", "username: u, password_file: p", ""},
		{"token_file: t", "token_file: t, username: u", "influxdb.username: not used with org and token_file; allowed: one pair or the other"},
		{"keep_facts: 400d", "keep_facts: 1h", "influxdb.keep_facts: 1h is shorter than a day; allowed: 24h or longer, or 0s for ever"},
		{"keep_facts: 400d", "keep_facts: 0s", ""},
		{"timeout: 20s", "timeout: 1ms", "influxdb.timeout: 1ms is out of bounds; allowed: 1s to 10m"},
		{"max_bytes: 256MiB", "max_bytes: 1", "aside.max_bytes: 1 is out of bounds; allowed: 1MiB to 1024TiB"},
		{`"127.0.0.1:8080"`, `":8080"`, ""},
		{`"127.0.0.1:8080"`, `":8080", access: tokens, access_log: false`, ""},
		{`"127.0.0.1:8080"`, `"127.0.0.1:8080", access: open`, ""},
		{`"127.0.0.1:8080"`, `"127.0.0.1:8080", access: none`, `http.access: "none" is none of the allowed: tokens, open`},
		{`"127.0.0.1:8080"`, `"127.0.0.1:8080", access: open, token_file: t`, "http.token_file: not used with access: open; allowed: one or the other"},
		{`"127.0.0.1:8080"`, `"0.0.0.0:8080", access: open`, "http.access: open, while others can reach 0.0.0.0:8080; allowed: tokens, or listen on an address of this machine alone, such as 127.0.0.1:8080"},
		{`"127.0.0.1:8080"`, `":8080", access: open`, "http.access: open, while others can reach :8080; allowed: tokens, or listen on an address of this machine alone, such as 127.0.0.1:8080"},
		{`"127.0.0.1:8080"`, `":8080", token_file: t`, ""},
		{`"127.0.0.1:8080"`, `":8080", public: "https://basemeter.example.edu.cn"`, ""},
		{`"127.0.0.1:8080"`, `":8080", public: "http://10.3.0.7:8080"`, ""},
		{`"127.0.0.1:8080"`, `":8080", public: basemeter.example.edu.cn`, `http.public: "basemeter.example.edu.cn" is no address of this server; ` + publicAllowed},
		{`"127.0.0.1:8080"`, `":8080", public: "https://"`, `http.public: "https://" is no address of this server; ` + publicAllowed},
		{`"127.0.0.1:8080"`, `":8080", public: "https://u:p@a.cn"`, "http.public: a name or a password in a URL that everybody reads; " + publicAllowed},
		{`"127.0.0.1:8080"`, `":8080", public: "https://a.cn:80x"`, `http.public: "https://a.cn:80x" is no address of this server; ` + publicAllowed},
		{`"127.0.0.1:8080"`, `":8080", public: "javascript://a.cn"`, `http.public: "javascript://a.cn" is no address of this server; ` + publicAllowed},
		{`"127.0.0.1:8080"`, `":8080", public: "https://a.cn/"`, `http.public: "https://a.cn/" has more than a host; ` + publicAllowed},
		{`"127.0.0.1:8080"`, `":8080", public: "https://a.cn?x=1"`, `http.public: "https://a.cn?x=1" has more than a host; ` + publicAllowed},
		{"127.0.0.1:8080", "[::1]:8080", ""},
		{"name: b2", "name: b1", `bases[1].name: "b1" is taken by bases[0].name; choose another`},
		{"Asia/Shanghai", "Asia/Nanchang", `bases[0].timezone: "Asia/Nanchang" is not a time zone; allowed: a name such as Asia/Shanghai`},
		{"Asia/Shanghai", "Local", "bases[0].timezone: is missing; allowed: a name such as Asia/Shanghai"},
	})
}

func TestSite(t *testing.T) {
	said[Site](t, siteText, []change{
		{"dir: /data", "mqtt: {broker: \"tcp://a:1\"}", "mqtt: a site brings its own broker; leave mqtt out"},
		{"dir: /data", `dir: ""`, "dir: is missing; expected the folder of everything that is kept"},
		{"localhost:80", "192.168.1.2:80", "page.access: open, while others can reach 192.168.1.2:80; allowed: tokens, or listen on an address of this machine alone, such as 127.0.0.1:8080"},
		{", access: open", "", "page.token_file: is missing; needed unless access is open"},
		{", access: open", ", token_file: t", ""},
		{"keep_facts: 24h", "keep_facts: 23h", "keep_facts: 23h is shorter than a day; allowed: 24h or longer, or 0s for ever"},
		{"lines: [{name: reader, kind: rdm6300, port: /dev/b}]", "", "lines: is missing; expected at least one line"},
	})
	site, _ := Parse[Site]("f.yaml", []byte(siteText))
	if site.Spool.Dir != "/data/spool" || site.BadgeKeyFile != "/data/badge.key" || site.CardsFile != "/data/cards.csv" {
		t.Errorf("kept in %s, %s and %s", site.Spool.Dir, site.BadgeKeyFile, site.CardsFile)
	}
}

func TestProfileRules(t *testing.T) {
	said[Profile](t, profileText, []change{
		{"name: plc", "name: PLC", `name: "PLC" does not fit; ` + idAllowed},
		{"source: the manual\n", "", "source: is missing; expected where the registers come from: a manual and its page, or a repository"},
		{"[9600 8N1]", "[9600-8N1]", `serial[0]: "9600-8N1" does not fit; allowed: such as 9600 8N1`},
		{"max_registers: 10", "max_registers: 126", "max_registers: 126 is out of bounds; allowed: 1 to 125"},
		{"name: run", "name: power", `points[1].name: "power" is taken by points[0].name; choose another`},
		{"unit: W", `unit: ""`, "points[0].unit: is missing; expected a unit, such as W, kWh, V, A, Hz, or 1 for a bare number"},
		{"function: 3", "function: 6", "points[0].function: 6 does not only read; allowed: 1, 2, 3, 4"},
		{"function: 3", "function: 1", "points[0].function: 1 reads bits; allowed: type bit with it, or function 3 or 4"},
		{"function: 2", "function: 4", "points[1].function: 4 reads registers; allowed: functions 1 and 2 for a bit, or another type"},
		{"type: i16", "type: int16", `points[0].type: "int16" is none of the allowed: u16, i16, u32, i32, u64, i64, f32, f64, bit`},
		{"type: i16", "type: i16, order: big", `points[0].order: "big" is none of the allowed: high-first, low-first`},
		{"address: 0x0010, ", "", "points[0].address: is missing; allowed: 0 to 65535"},
		{"address: 3", "address: 65536", "points[1].address: 65536 is out of bounds; allowed: 0 to 65535"},
		{"scale: 0.1", "scale: 0", "points[0].scale: 0 would hide every value; allowed: any other number, such as 0.1"},
		{"type: bit", "type: bit, scale: 2", "points[1].scale: not used with a bit, which is 0 or 1"},
		{"85 CF", "85 CE", "golden[0].request: ends with 85ce; its CRC is 85cf"},
		{"78 34", "34 78", "golden[0].response: ends with 3478; its CRC is 7834"},
		{"01 03 02 FF FE 78 34", "01 03 02 zz", "golden[0].response: not hexadecimal; expected a whole frame, such as 01 04 00 00 00 0A 70 0D"},
		{"01 03 02 FF FE 78 34", "01 02 01 08 A0 4E", "golden[0].response: starts with 01 02, expected 01 03 as in the request"},
		{"01 03 00 10 00 01 85 CF", "01 03 02 FF FE 78 34", "golden[0].request: not a request; allowed: 8 bytes: unit, function 1 to 4, address, count, CRC"},
		{"values: {power: -0.2}", "values: {power: 0.2}", "golden[0].values.power: the response says -0.2, not 0.2"},
		{"values: {power: -0.2}", "values: {run: 1}", "golden[0].values.run: is not in the response; allowed: points that the request asks for"},
		{"values: {power: -0.2}", "values: {pwer: 1}", `golden[0].values.pwer: no point is called "pwer"; did you mean "power"? allowed: power, run`},
		{"source: the manual", "source: the manual\nprotocol: canbus", `protocol: "canbus" is none of the allowed: modbus, dlt645, mtconnect`},
		{"source: the manual", "source: the manual\nmax_hole: 200", "max_hole: 200 is out of bounds; allowed: 0 to 125"},
		{"source: the manual", "source: the manual\npause: 2s", "pause: 2s is out of bounds; allowed: 0s to 1s"},
		{"source: the manual", "source: the manual\nidentity: {function: 3, address: 0, type: text}", "identity.count: 0 is out of bounds; allowed: 1 to 10"},
		{"source: the manual", "source: the manual\nidentity: {function: 3, address: 0, type: u32, count: 2}", "identity.count: not used with u32, whose length is known; allowed: with text"},
		{"source: the manual", "source: the manual\nidentity: {function: 3, address: 65535, type: u32}", "identity.address: 65535 is out of bounds; allowed: 0 to 65534"},
		{"source: the manual", "source: the manual\nidentity: {function: 3, type: u32}", "identity.address: is missing; allowed: 0 to 65534"},
		{"source: the manual", "source: the manual\nidentity: {function: 3, address: 0, type: f32}", `identity.type: "f32" is none of the allowed: text, u16, u32, u64`},
		{"source: the manual", "source: the manual\nrecognise: [{point: powr, min: 0, max: 1}]", `recognise[0].point: no point is called "powr"; did you mean "power"? allowed: power, run`},
		{"source: the manual", "source: the manual\nrecognise: [{point: power, min: 1, max: 1}]", "recognise[0].max: 1 is not above min; allowed: more than 1"},
		{"source: the manual", "source: the manual\ncaveats: [{en: it lies}]", "caveats[0].zh: is missing; expected the caveat in Chinese"},
		{"name: power", "name: power_flag", `points[0].name: "power_flag" ends as the names do that a counter's growth and flags are published under; choose another`},
		{"type: i16", "type: i16, rollover: 100", "points[0].counter: false; max_rate and rollover are a counter's"},
		{"type: i16", "type: i16, length: 2", "points[0].length: not used with modbus; allowed: name, unit, scale, counter, max_rate, rollover, slow, function, address, type, order"},
		{"values: {power: -0.2}", "values: {}", "golden[0].values: is missing; expected the values that the response holds"},
	})
}

const meterText = `name: meter
source: the manual
protocol: dlt645
points:
- {name: energy_import, unit: kWh, identifier: 0x00010000, length: 4, scale: 0.01}
golden:
- {source: published, request: 68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16, response: 68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16, values: {energy_import: 1206.42}}
`

const machineText = `name: machine
source: the manual
protocol: mtconnect
points:
- {name: running, unit: "1", item: EXECUTION, is: [ACTIVE]}
- {name: load, unit: "1", item: LOAD, scale: 0.01}
`

func TestOtherProtocols(t *testing.T) {
	said[Profile](t, meterText, []change{
		{"identifier: 0x00010000, ", "", "points[0].identifier: is missing; allowed: four bytes, such as 0x00010000"},
		{"length: 4", "length: 8", "points[0].length: 8 is out of bounds; allowed: 1 to 7"},
		{"length: 4", "length: 4, offset: 193", "points[0].offset: 193 is out of bounds; allowed: 0 to 192"},
		{"protocol: dlt645", "protocol: dlt645\nmax_registers: 4", "max_registers: not used with dlt645; allowed: name, text_zh, text_en, protocol, source, caveats, points, serial, pause, golden"},
		{"33 E1 16", "33 E2 16", "golden[0].request: its checksum is E1, not E2"},
		{"11 04 33 33 34 33 E1", "13 04 33 33 34 33 E3", "golden[0].request: not a request for data; expected control 11 and an identifier of 4 bytes"},
		{"33 8B 16", "33 8B 17", "golden[0].response: not a frame; expected 68, address, 68, control, length, data, checksum, 16"},
		{"33 8B 16", "zz", "golden[0].response: not hexadecimal; expected a whole frame, such as 68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16"},
		{"response: 68 25", "response: FE FE FE FE FE 68 25", "golden[0].response: not a frame; expected 68, address, 68, control, length, data, checksum, 16"},
		{"response: 68 25", "response: FF 68 25", "golden[0].response: not a frame; expected 68, address, 68, control, length, data, checksum, 16"},
		{"response: 68 25", "response: FE FE FE FE 68 25", ""},
		{"91 08 33 33 34 33 75", "91 08 33 33 35 33 74", "golden[0].response: does not answer the request; expected control 91, its address and its identifier"},
		{"75 39 45 33 8B", "75 3D 45 33 8F", "golden[0].values.energy_import: 00120a42 is not in decimal digits"},
		{"energy_import: 1206.42", "energy_import: 1206.41", "golden[0].values.energy_import: the response says 1206.42, not 1206.41"},
		{"energy_import: 1206.42", "energy_imprt: 1", `golden[0].values.energy_imprt: no point is called "energy_imprt"; did you mean "energy_import"? allowed: energy_import`},
		{"identifier: 0x00010000", "identifier: 0x00020000", "golden[0].values.energy_import: is not in the response; allowed: points of its identifier"},
	})
	said[Profile](t, machineText, []change{
		{"item: EXECUTION, ", "", "points[0].item: is missing; expected the id, name or type of a data item"},
		{"is: [ACTIVE]", "is: [ACTIVE], scale: 2", "points[0].scale: not used with is, which is 0 or 1"},
		{"item: LOAD", "item: LOAD, function: 3", "points[1].function: not used with mtconnect; allowed: name, unit, scale, counter, max_rate, rollover, slow, item, is"},
		{"protocol: mtconnect", "protocol: mtconnect\ngolden: []", "golden: not used with mtconnect; allowed: name, text_zh, text_en, protocol, source, caveats, points"},
	})
}
