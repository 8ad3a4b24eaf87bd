package configs

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestSchemasAreUpToDate(t *testing.T) {
	made := newSchemas(t)
	for name, text := range map[string][]byte{
		"agent.schema.json":   made.text(t, Agent{}, "agent.yaml of basemeter"),
		"site.schema.json":    made.text(t, Site{}, "site.yaml of basemeter"),
		"profile.schema.json": made.text(t, Profile{}, "A device profile of basemeter"),
	} {
		upToDate(t, name, text)
	}
}

// upToDate holds a file that is made to what it is made from.
func upToDate(t *testing.T, name string, text []byte) {
	t.Helper()
	if *update {
		check(t, os.WriteFile(name, text, 0o644))
	}
	if !bytes.Equal(readFile(t, name), text) {
		t.Errorf("%s is not what it would be made now: go test ./configs -update writes it", name)
	}
}

func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(readFile(t, name)))
	check(t, err)
	c := jsonschema.NewCompiler()
	check(t, c.AddResource(name, document))
	s, err := c.Compile(name)
	check(t, err)
	return s
}

// allows asks a schema about a text, as an editor would.
func allows(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	var v any
	check(t, yaml.Unmarshal([]byte(text), &v))
	data, err := json.Marshal(v)
	check(t, err)
	v, err = jsonschema.UnmarshalJSON(bytes.NewReader(data))
	check(t, err)
	return s.Validate(v)
}

func TestSchemasAllowWhatIsSound(t *testing.T) {
	for name, patterns := range map[string][]string{
		"agent.schema.json": {"agent.yaml"}, "site.schema.json": {"site.yaml"}, "profile.schema.json": {"profiles/*.yaml"},
	} {
		s := compiled(t, name)
		for _, pattern := range patterns {
			files, err := filepath.Glob(pattern)
			check(t, err)
			if len(files) == 0 {
				t.Errorf("no file %s", pattern)
			}
			for _, file := range files {
				if err := allows(t, s, string(readFile(t, file))); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			}
		}
	}
	for name, text := range map[string]string{"agent": agentText, "site": siteText} {
		if err := allows(t, compiled(t, name+".schema.json"), text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{profileText, meterText, machineText} {
		if err := allows(t, compiled(t, "profile.schema.json"), text); err != nil {
			t.Errorf("%v in\n%s", err, text)
		}
	}
}

// What a schema refuses, the loader refuses too, or an editor would call wrong what runs.
func TestSchemasRefuseWhatTheLoaderDoes(t *testing.T) {
	refuses[Agent](t, "agent.schema.json", string(readFile(t, "agent.yaml")), [][2]string{
		{"grid: 5m", "grdi: 5m"}, {"grid: 5m", "grid: 5"}, {"max_bytes: 1GiB", "max_bytes: 1GB"}, {"trust: kernel", "trust: ntp"},
		{"base: nc-vtc-cnc", "base: NC"}, {"broker: ssl://mqtt.example.edu.cn:8883", "broker: http://mqtt.example.edu.cn:8883"},
		{"kind: rs485", "kind: rs232"}, {"kind: rs485", "kind: modbus-tcp"}, {"baud: 9600 ", "baud: 9601 "}, {"parity: none", "parity: mark"},
		{"stop_bits: 1 ", "stop_bits: 3 "}, {"direction: adapter", "direction: rts"}, {"unit: 1 ", "unit: 248 "}, {"unit: 1 ", "meter: 1 "},
		{"profile: sdm120 ", "profile: sdm12 "}, {`"202212182018"`, `"2022"`}, {"bits: 26", "bits: 27"}, {"digits: decimal", "digits: octal"},
		{"end: any", "end: nul"}, {"input: contact", "input: switch"}, {"closed: low", "closed: down"}, {"pull: up", "pull: yes"},
		{"max_rate: 20", "max_rate: -1"}, {"state: fault", "state: broken"}, {`otherwise: "off"`, "otherwise: fault"},
		{"hysteresis: 10", "hysteresis: -1"}, {"standby_above: 40", "standby_above: 0"}, {"point: meter-lathe/power", "point: power"},
		{"port: /dev/ttyAMA0", "port: /dev/ttyUSB0"}, {"pin: GPIO17", "pim: GPIO17"},
		{`closing: "22:30"`, `closing: "22.30"`}, {"way: tap,", "way: knock,"}, {"{reader: reader-hall, area: hall-a, way: in}", "{reader: reader-hall, way: in}"},
		{"{reader: reader-hall, area: hall-a, way: in}", "{reader: reader-hall, area: hall-a, asset: mill-01, way: in}"},
		{"purpose: student_training", "purpose: fun"}, {"point: beam-1/count", "point: beam-1"},
	})
	refuses[Site](t, "site.schema.json", string(readFile(t, "site.yaml")), [][2]string{
		{"keep_facts: 400d", "keep_facts: long"}, {"access: open ", "access: all "}, {"access_log: true ", "access_log: maybe "}, {"grid: 5m", "grid: 5m\nmqtt: {broker: 'tcp://host:1883'}"},
	})
	refuses[Profile](t, "profile.schema.json", string(readFile(t, "profiles/sdm120.yaml")), [][2]string{
		{"name: sdm120", "name: SDM 120"}, {"source: ", "sauce: "}, {"serial: [2400 8N1]", "serial: [2400-8N1]"},
		{"max_registers: 80", "max_registers: 126"}, {"max_hole: 20", "max_hole: -1"}, {"name: voltage, unit: V", "name: Voltage, unit: V"},
		{"name: voltage, unit: V", "name: voltage_flag, unit: V"}, {"unit: V, ", ""}, {"function: 4", "function: 6"},
		{"type: f32}", "type: f16}"}, {"type: f32}", "type: f32, scale: 0}"}, {"type: f32}", "type: f32, length: 4}"},
		{"type: f32}", "type: f32, order: big}"}, {"address: 0x0000", "address: 0x10000"}, {"address: 0x0000, ", ""},
		{"type: f32}", "type: f32, max_rate: 5}"}, {"max_hole: 20", "protocol: can"}, {"max_hole: 20", "protocol: mtconnect"},
		{"max: 300", "most: 300"}, {"max_hole: 20", "identity: {function: 3, address: 0, type: f32}"},
	})
	refuses[Profile](t, "profile.schema.json", meterText, [][2]string{
		{"length: 4", "length: 8"}, {"identifier: 0x00010000, ", ""}, {"protocol: dlt645", "protocol: dlt645\nmax_hole: 1"},
	})
}

func refuses[T File](t *testing.T, schema, text string, changes [][2]string) {
	t.Helper()
	s := compiled(t, schema)
	for _, c := range changes {
		if !strings.Contains(text, c[0]) {
			t.Fatalf("no %q", c[0])
		}
		wrong := strings.Replace(text, c[0], c[1], 1)
		if allows(t, s, wrong) == nil {
			t.Errorf("%s allows %s", schema, c[1])
		}
		if _, faults := Parse[T]("f.yaml", []byte(wrong)); len(faults) == 0 {
			t.Errorf("the loader allows %s", c[1])
		}
	}
}

// The words that the schema lists are those that the loader names when it is given another.
func TestSchemasListTheLoadersWords(t *testing.T) {
	text := string(readFile(t, "agent.yaml"))
	for key, line := range map[string]string{
		"Line.kind": "kind: rs485", "Line.parity": "parity: none", "Line.direction": "direction: adapter", "Line.digits": "digits: decimal",
		"Line.end": "end: any", "Device.input": "input: contact", "Device.closed": "closed: low", "Device.pull": "pull: up",
		"Contact.state": "state: fault", "Asset.otherwise": `otherwise: "off"`, "Clock.trust": "trust: kernel",
		"PlacedReader.way": "way: tap", "PurposeContact.purpose": "purpose: student_training",
	} {
		name, _, _ := strings.Cut(line, ":")
		_, faults := Parse[Agent]("agent.yaml", []byte(strings.Replace(text, line, name+": zzz", 1)))
		if want := "allowed: " + strings.Join(facets[key]["enum"].([]string), ", "); len(faults) == 0 || !strings.HasSuffix(faults[0].Text, want) {
			t.Errorf("%s: %v, and the schema %s", key, faults, want)
		}
	}
}

// The samples are the manual: what can be written stands in one of them, if only as a comment.
func TestSamplesNameEveryKey(t *testing.T) {
	text := string(readFile(t, "agent.yaml"))
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Slice, reflect.Pointer:
			walk(typ.Elem())
		case reflect.Struct:
			for _, f := range reflect.VisibleFields(typ) {
				if key := keyOfField(f); !regexp.MustCompile(`\b` + key + `:`).MatchString(text) {
					t.Errorf("%s of %s is nowhere in agent.yaml", key, typ.Name())
				}
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[Agent]())
}
