package cmd

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"basemeter/collector/collectortest"
	"basemeter/drivers/sim"
)

// A technician edits the configuration while the gateway runs. What is right counts; what is wrong changes nothing.
func TestAnEditedConfigurationCounts(t *testing.T) {
	agent := filepath.Join(build(t, "basemeter-agent"), "basemeter-agent")
	machine := sim.New(1, time.Now().Add(-time.Hour), 1)
	port := rtuLine(t, map[byte]sim.Registers{1: sim.SDM120(machine, time.Now), 2: sim.PZEM016(machine, time.Now)}, 0)

	listen := freeAddress(t)
	path := filepath.Join(t.TempDir(), "agent.yaml")
	write := func(devices, assets string) {
		t.Helper()
		writeFile(t, path, `base: school
gateway: gw-1
mqtt: {broker: "tcp://127.0.0.1:9"}
spool: {dir: spool}
badge_key_file: key
clock: {trust: always}
http: {listen: %q}
lines:
  - {name: rs485-1, kind: rs485, port: %s, devices: [%s]}
assets:
%s`, listen, port, devices, assets)
	}
	one := "{name: m1, profile: sdm120, unit: 1, points: [power]}"
	two := one + ", {name: m2, profile: pzem016, unit: 2, points: [power]}"
	lathe := "  - {name: lathe, thresholds: {point: m1/power, standby_above: 50, running_above: 600}}\n"
	mill := "  - {name: mill, thresholds: {point: m2/power, standby_above: 50, running_above: 600}}\n"
	write(one, lathe)
	p := newProcess(t, agent, "run", "-c", path)
	p.start()
	await(t, "the first meter", listen, func(f floor) bool { return f.state("lathe") != "unknown" && f.state("lathe") != "" })

	write(two, lathe+mill)
	await(t, "the second meter, once the file was saved", listen, func(f floor) bool { return f.state("mill") != "unknown" && f.state("mill") != "" })

	write(two+", {name: m3, profile: sdm121, unit: 3}", lathe+mill)
	f := await(t, "the fault to be told", listen, func(f floor) bool { return strings.Contains(strings.Join(f.Faults, "\n"), `"sdm121"`) })
	if f.state("lathe") == "unknown" || f.state("mill") == "unknown" || len(f.Lines[0].Devices) != 2 {
		t.Errorf("a file with a fault changed something: %+v", f)
	}
	if err := os.Remove(path); err != nil { // an editor may do so for a moment
		t.Fatal(err)
	}
	write(one, lathe)
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	await(t, "the second meter to go, and the fault", listen, func(f floor) bool {
		return len(f.Faults) == 0 && f.state("mill") == "" && len(f.Lines) == 1 && len(f.Lines[0].Devices) == 1
	})
	p.end()
}

// A floor is what this test needs of /v1/live.
type floor struct {
	Assets []struct{ Name, State string }
	Lines  []struct{ Devices []struct{ Name string } }
	Faults []string
}

func (f floor) state(asset string) string {
	for _, a := range f.Assets {
		if a.Name == asset {
			return a.State
		}
	}
	return ""
}

// await waits until the agent shows something.
func await(t *testing.T, what, address string, so func(floor) bool) floor {
	t.Helper()
	client := http.Client{Timeout: 2 * time.Second}
	var last floor
	defer func() {
		if t.Failed() {
			t.Logf("the floor was last seen as %+v", last)
		}
	}()
	collectortest.Until(t, what, 30*time.Second, func() bool {
		answer, err := client.Get("http://" + address + "/v1/live")
		if err != nil {
			return false // it has only just been started
		}
		defer answer.Body.Close()
		last = floor{}
		if err := json.NewDecoder(answer.Body).Decode(&last); err != nil {
			t.Fatal(err)
		}
		return so(last)
	})
	return last
}
