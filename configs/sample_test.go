package configs

import (
	"os"
	"reflect"
	"regexp"
	"testing"
	"time"
)

// The samples are the manual: each must load as it stands.
func TestSamplesHaveNoFault(t *testing.T) {
	agent, faults := Load[Agent]("agent.yaml")
	check(t, faults.Err())
	_, faults = Load[Collector]("collector.yaml")
	check(t, faults.Err())
	site, faults := Load[Site]("site.yaml")
	check(t, faults.Err())

	if got := agent.Lines[0].Devices[0]; got.Unit != 1 || got.Period.D() != time.Second || len(got.Points) != 4 {
		t.Errorf("the first device is %+v", got)
	}
	if got := agent.Lines[0].Devices[2]; got.Meter != "202212182018" || got.SlowPeriod.D() != 30*time.Second {
		t.Errorf("the meter of the hall is %+v", got)
	}
	if got := site.Lines[0].Devices[1].Period.D(); got != 2*time.Second {
		t.Errorf("the site's second meter is asked every %v", got)
	}
}

// What a sample shows as a default is the default: without the line, the value is the same.
func TestSamplesShowTheDefaults(t *testing.T) {
	showsDefaults[Agent](t, "agent.yaml", "grid: 5m", "batch_every: 30s", "  dir: /var/lib/basemeter/spool",
		"  max_bytes: 1GiB", "  max_age: 90d", "  client_id: basemeter-nc-vtc-cnc-gw-01", "  trust: kernel",
		"  listen: 127.0.0.1:8090", "    direction: adapter", "        slow_period: 30s", "    timeout: 5s", "        profile: mtconnect",
		"    digits: decimal", "    end: any", "badge_key_file: /var/lib/basemeter/badge.key",
		"cards_file: /var/lib/basemeter/cards.csv", "    baud: 9600", "    parity: none", "    stop_bits: 1",
		"    timeout: 500ms", "    timeout: 1s", "        period: 1s", "        timeout: 500ms", "        input: contact",
		"        closed: low", "        pull: up", "        settle: 20ms", "    dwell: 3s", "    stale_after: 15s",
		"      every: 5m", `    otherwise: "off"`, "  timezone: Asia/Shanghai", "  longest_stay: 12h")
	showsDefaults[Collector](t, "collector.yaml", "group: collectors", "  database: basemeter", "  keep_facts: 400d",
		"  timeout: 20s", "  dir: /var/lib/basemeter/aside", "  max_bytes: 256MiB", "  listen: 127.0.0.1:8080",
		"  access: tokens", "  access_log: true", "    timezone: Asia/Shanghai")
	showsDefaults[Site](t, "site.yaml", "dir: /var/lib/basemeter", "  listen: 127.0.0.1:8080", "  access_log: true", "keep_facts: 400d",
		"  dir: /var/lib/basemeter/spool", "http: {listen: 127.0.0.1:8090}", "badge_key_file: /var/lib/basemeter/badge.key",
		"cards_file: /var/lib/basemeter/cards.csv")
}

func showsDefaults[T File](t *testing.T, file string, lines ...string) {
	t.Helper()
	text := string(readFile(t, file))
	with, faults := Parse[T](file, []byte(text))
	check(t, faults.Err())
	for _, line := range lines {
		at := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(line) + `( .*)?\n`).FindStringIndex(text)
		if at == nil {
			t.Fatalf("%s has no line %q", file, line)
		}
		without, faults := Parse[T](file, []byte(text[:at[0]]+text[at[1]:]))
		check(t, faults.Err())
		same(t, line, with, without)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	check(t, err)
	return text
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, a, b any) {
	t.Helper()
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%s: not the same:\n%+v\n%+v", what, a, b)
	}
}
