package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"basemeter/configs"
)

func TestProfileList(t *testing.T) {
	for lang, text := range map[string]string{"LANG=zh_CN.UTF-8": "sdm120     modbus      13  Eastron SDM120 单相电能表", "LANG=en_GB.UTF-8": "sdm120     modbus      13  Eastron SDM120 single-phase meter"} {
		out, said, code := command(t, lang, "profile", "list")
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if code != 0 || said != "" || len(lines) != len(configs.ProfileNames()) || !slices.Contains(lines, text) {
			t.Errorf("%s: exit %d, said %q, printed\n%s", lang, code, said, out)
		}
	}
}

// What is shown can be copied to a file, which is then sound.
func TestProfileShow(t *testing.T) {
	out, said, code := command(t, "", "profile", "show", "sdm120")
	if want, err := os.ReadFile("../../configs/profiles/sdm120.yaml"); code != 0 || said != "" || err != nil || out != string(want) {
		t.Errorf("exit %d, said %q, %v, printed\n%s", code, said, err, out)
	}
	out, said, code = command(t, "", "profile", "show", "sdm12")
	if code == 0 || out != "" || !strings.Contains(said, `no profile is called "sdm12"; did you mean "sdm120"?`) {
		t.Errorf("exit %d, said %q, printed %q", code, said, out)
	}
}

const plc = `name: plc
text_zh: 车间 PLC
text_en: the workshop's PLC
source: what the electrician said
max_registers: 20
points:
  - {name: power, unit: W, function: 3, address: 10, type: u16}
  - {name: voltage, unit: V, function: 3, address: 14, type: u16}
  - {name: energy_import, unit: kWh, function: 3, address: 15, type: u32, counter: true, slow: true}
golden:
  - {source: recorded, request: 01 03 00 0A 00 01 A4 08, response: 01 03 02 00 64 B9 AF, values: {power: 100}}
`

func TestProfileCheck(t *testing.T) {
	holes := strings.Replace(plc, "max_registers: 20", "max_registers: 20\nmax_hole: 3\nrecognise: [{point: voltage, min: 80, max: 300}]\ncaveats: [{zh: 无, en: none}]", 1)
	holes = strings.Replace(holes, "what the electrician said", "the manual, p. 7", 1)
	holes = strings.Replace(holes, "counter: true", "counter: true, max_rate: 50, rollover: 1000", 1)
	for _, c := range []struct{ lang, text, want string }{
		{"en", plc, `plc.yaml: no faults
  requests each period, for the 2 points that are not slow: 2
    1 holding registers at 0x000A: power
    1 holding registers at 0x000E: voltage
  requests each slow_period instead, for all 3 points: 2
    1 holding registers at 0x000A: power
    3 holding registers at 0x000E: voltage, energy_import
  golden frames decoded: 1; none holds voltage, energy_import
  hint: max_hole is 0; reading over holes, it would be 1 instead of 2 requests, if the device answers for registers that its manual does not list
  hint: counters without max_rate: energy_import; what they can grow by in an hour is then a general bound, too high to find most glitches
  hint: counters without rollover: energy_import; one that begins again from 0 is then taken for a reset
  hint: it has no recognise; a search of a line cannot tell this device by itself
  hint: it has no caveats; what misleads on this device, say in caveats
  hint: source names no page (p. 14) and no repository; the next reader cannot look the registers up
`},
		{"zh", holes, `plc.yaml：没有错误
  每个 period，2 个非慢速测点：1 次请求
    5 holding registers at 0x000A，其中 3 个不属于任何测点：power, voltage
  每到 slow_period 改为全部 3 个测点：1 次请求
    7 holding registers at 0x000A，其中 3 个不属于任何测点：power, voltage, energy_import
  已核对 1 个 golden 报文；没有报文包含 voltage, energy_import
`},
	} {
		file := writeProfile(t, c.text)
		out, said, code := command(t, "", "profile", "check", "--lang", c.lang, file)
		if out = strings.ReplaceAll(out, filepath.Dir(file)+"/", ""); code != 0 || said != "" || out != c.want {
			t.Errorf("exit %d, said %q, printed\n%swant\n%s", code, said, out, c.want)
		}
	}
}

func writeProfile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plc.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestProfileCheckTellsEveryFault(t *testing.T) {
	wrong := strings.NewReplacer("type: u16}", "type: u17}", "64 B9 AF", "64 B9 AE").Replace(plc)
	file := writeProfile(t, wrong)
	out, said, code := command(t, "", "profile", "check", "sdm120", file, "no-such.yaml")
	want := []string{
		file + `:7:60: points[0].type: "u17" is none of the allowed: `,
		file + `:8:62: points[1].type: "u17" is none of the allowed: `,
		file + ":11:68: golden[0].response: ends with b9ae; its CRC is b9af",
		"no-such.yaml: no such file or directory",
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if code != 1 || said != "basemeter: error: 4 faults\n" || len(lines) < len(want) {
		t.Fatalf("exit %d, said %q, printed\n%s", code, said, out)
	}
	for i, line := range lines[len(lines)-len(want):] {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("%q, want %q", line, want[i])
		}
	}
}

// A meter of each protocol, and of energy alone.
func TestAccountsOfKnownDevices(t *testing.T) {
	for name, want := range map[string]string{
		"dlt645":    "  requests each period, for the 9 points that are not slow: 5\n    0201FF00: voltage_l1, voltage_l2, voltage_l3\n",
		"mtconnect": "  one request each period, for all ",
		"adl3000e":  "  requests each slow_period, for all 3 points: 3\n",
		"sdm120":    "    32 input registers at 0x0000, 20 of them no point's: voltage, ",
	} {
		out, said, code := command(t, "", "profile", "check", "--lang", "en", name)
		if code != 0 || said != "" || !strings.Contains(out, want) {
			t.Errorf("exit %d, said %q, printed\n%swant\n%s", code, said, out, want)
		}
	}
}
