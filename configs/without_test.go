package configs

import (
	"fmt"
	"strings"
	"testing"
)

// outline is what is left of an agent: its lines with their devices, and its assets, those that can never be anything
// but unknown with a question mark.
func outline(a Agent) string {
	var s strings.Builder
	for _, l := range a.Lines {
		fmt.Fprintf(&s, "%s[", l.Name)
		for i, d := range l.Devices {
			s.WriteString(strings.Repeat(" ", min(i, 1)) + d.Name)
		}
		s.WriteString("] ")
	}
	s.WriteString("/")
	for _, as := range a.Assets {
		s.WriteString(" " + as.Name)
		if as.Thresholds == nil && len(as.Contacts) == 0 {
			s.WriteString("?")
		}
		if len(as.Samples.Points) > 0 {
			s.WriteString("+")
		}
	}
	return s.String()
}

func TestOneBadPartIsLeftOut(t *testing.T) {
	for _, c := range []struct{ name, old, new, want, fatal string }{
		{"nothing", "grid: 5m", "grid: 5m", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a1 a2+", ""},
		{"a device", "unit: 2", "unit: 999", "rtu[m1] tcp[m3] reader[] pins[lamp flow] / a1 a2+", ""},
		{"its profile", "profile: pzem016", "profile: pzem17", "rtu[m1] tcp[m3] reader[] pins[lamp flow] / a1 a2+", ""},
		{"a file of a profile", "profile: sdm120", "profile: testdata/profile.yaml", "rtu[m2] tcp[m3] reader[] pins[lamp flow] / a1 a2+", ""},
		{"the only device of a line", "profile: sdm630", "profile: x", "rtu[m1 m2] reader[] pins[lamp flow] / a1 a2+", ""},
		{"a line", "baud: 9600", "baud: 1", "tcp[m3] reader[] pins[lamp flow] / a1 a2+", ""},
		{"a line's list", "devices: [{name: m3, profile: sdm630, unit: 1}]", "devices: 7", "rtu[m1 m2] reader[] pins[lamp flow] / a1 a2+", ""},
		{"a rule of an asset", "hysteresis: 10", "hysteresis: 1000", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a1? a2+", ""},
		{"an asset's name", "name: a1", "name: A1", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a2+", ""},
		{"the name of another", "name: a2", "name: a1", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a1", ""},
		{"samples alone", "every: 1m", "every: 1", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a1 a2", ""},
		{"a text", "name: a1", "name: a1, text_zh: 7", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a1 a2+", ""},
		{"an empty dash", "assets:\n", "assets:\n- \n", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a1 a2+", ""},
		{"a key that looks like a path", "grid: 5m", "\"lines[0]\": 5m", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a1 a2+", `"lines[0]"`},
		{"the gateway", "grid: 5m", "grid: 7m", "rtu[m1 m2] tcp[m3] reader[] pins[lamp flow] / a1 a2+", "grid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			agent, faults := Parse[Agent]("f.yaml", []byte(strings.Replace(agentText, c.old, c.new, 1)))
			before := fmt.Sprintf("%+v", agent)
			left, rest := agent.Without(faults)
			if got := outline(left); got != c.want {
				t.Errorf("left %s\nwant %s\nfaults %v", got, c.want, faults)
			}
			if fatal := ""; len(rest) > 0 && rest[0].Path != c.fatal || len(rest) == 0 && c.fatal != fatal {
				t.Errorf("fatal: %v", rest)
			}
			if after := fmt.Sprintf("%+v", agent); after != before {
				t.Errorf("Without changed the agent it was asked of:\n%s\n%s", before, after)
			}
		})
	}
}

func TestAFileThatIsNoYAMLIsFatal(t *testing.T) {
	agent, faults := Parse[Agent]("f.yaml", []byte("lines: ["))
	if _, rest := agent.Without(faults); len(rest) != 1 {
		t.Errorf("left %v of %v", rest, faults)
	}
}
