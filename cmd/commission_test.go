package cmd

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"basemeter/drivers/sim"
)

// A technician stands before a line with two meters on it, and has the program alone.
func TestCommissioning(t *testing.T) {
	agent := filepath.Join(build(t, "basemeter-agent"), "basemeter-agent")
	machine := sim.New(1, time.Now().Add(-time.Hour), 1)
	port := rtuLine(t, map[byte]sim.Registers{3: sim.SDM120(machine, time.Now), 5: sim.PZEM016(machine, time.Now)}, 0)

	say := func(args ...string) string {
		t.Helper()
		out, err := command(agent, args...)
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return out
	}
	// What is there?
	found := say("scan", "--port", port, "--setting", "9600 8N1", "--units", "1-6")
	for _, want := range []string{"unit 3 at 9600 8N1", "unit 5 at 9600 8N1", "profile: sdm120, unit: 3", "profile: pzem016, unit: 5", "baud: 9600"} {
		if !strings.Contains(found, want) {
			t.Errorf("scan lacks %q:\n%s", want, found)
		}
	}
	if dry := say("scan", "--port", port, "--dry-run"); !strings.Contains(dry, "115200 8N1") {
		t.Errorf("a dry run says\n%s", dry)
	}
	// What does it show?
	if seen := say("probe", "--port", port, "--unit", "3", "--register", "0x0000", "--count", "2"); !strings.Contains(seen, "f32") || !strings.Contains(seen, "0x0000") {
		t.Errorf("probe says\n%s", seen)
	}
	// The piece that the search printed is a configuration, as it is.
	_, lines, _ := strings.Cut(found, "lines:\n")
	dir, listen := t.TempDir(), freeAddress(t)
	config := writeFile(t, filepath.Join(dir, "agent.yaml"), `base: school
gateway: gw-1
mqtt: {broker: "tcp://127.0.0.1:9"}
spool: {dir: spool}
badge_key_file: key
clock: {trust: always}
http: {listen: %q}
lines:
%s
assets:
  - {name: lathe, thresholds: {point: sdm120-3/power, standby_above: 50, running_above: 600, hysteresis: 20}}
`, listen, lines)
	say("check", "-c", config)
	// Without an agent the wires are read from here; with one, it is asked.
	for _, runs := range []bool{false, true} {
		if runs {
			p := newProcess(t, agent, "run", "-c", config)
			p.start()
			defer p.end()
			await(t, "the agent to have read its machine", listen, func(f floor) bool { return f.state("lathe") != "unknown" && f.state("lathe") != "" })
		}
		status := say("status", "-c", config, "--lang", "en")
		if alone := strings.Contains(status, "No agent answers"); alone == runs {
			t.Errorf("an agent runs: %v, and status says\n%s", runs, status)
		}
		for _, want := range []string{"rs485-1  rs485 " + port, "sdm120-3  answers", "pzem016-5  answers", "  power", "W"} {
			if !strings.Contains(status, want) {
				t.Errorf("status lacks %q:\n%s", want, status)
			}
		}
	}
	// A few seconds are too short to learn from, and it says so; what was read is kept, and can be gone on from.
	kept, picture := filepath.Join(dir, "power.csv"), filepath.Join(dir, "power.png")
	learned := say("learn", "lathe", "-c", config, "--for", "4s", "--keep", kept, "--png", picture)
	if !strings.Contains(learned, "learned from") || !strings.Contains(learned, "# ") {
		t.Errorf("learn says\n%s", learned)
	}
	rows, err := os.ReadFile(kept)
	if n := bytes.Count(rows, []byte("\n")); err != nil || n < 2 {
		t.Errorf("it kept %d readings, %v", n, err)
	}
	file, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if picture, err := png.Decode(file); err != nil || picture.Bounds().Dx() < 300 {
		t.Errorf("the picture: %v", err)
	}
	if out, err := command(agent, "learn", "mill", "-c", config, "--for", "2s"); err == nil || !strings.Contains(out, `"mill"`) {
		t.Errorf("a machine that is not there: %v\n%s", err, out)
	}
}

// command runs a program to its end, which it has to come to.
func command(program string, args ...string) (string, error) {
	c := exec.Command(program, args...)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	late := time.AfterFunc(60*time.Second, func() { c.Process.Kill() })
	defer late.Stop()
	out, err := c.CombinedOutput()
	return string(out), err
}
