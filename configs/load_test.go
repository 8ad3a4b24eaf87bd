package configs

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What is said of a faulty file is read by people at a terminal: each word is in a golden file.
func TestFaultsAreAllTold(t *testing.T) {
	for name, load := range map[string]func(string) Faults{
		"agent": faults[Agent], "collector": faults[Collector], "site": faults[Site], "profile": faults[Profile],
		"tab": faults[Agent], "open": faults[Agent], "two": faults[Agent], "empty": faults[Agent], "list": faults[Agent],
		"gbk": faults[Agent], "directive": faults[Agent], "none": faults[Agent], "key": faults[Agent],
	} {
		t.Run(name, func(t *testing.T) {
			got := load("testdata/"+name+".yaml").Error() + "\n"
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				check(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			if want := string(readFile(t, golden)); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func faults[T File](path string) Faults {
	_, f := Load[T](path)
	return f
}

// Editors on Windows leave a mark at the start and CRLF at the ends; both are harmless.
func TestWindowsTextIsRead(t *testing.T) {
	want, _ := Parse[Agent]("f.yaml", []byte(agentText))
	got, faults := Parse[Agent]("f.yaml", []byte("\ufeff"+strings.ReplaceAll(agentText, "\n", "\r\n")))
	check(t, faults.Err())
	same(t, "CRLF", got, want)
	got, faults = Parse[Agent]("f.yaml", []byte("---\n"+agentText+"...\n"))
	check(t, faults.Err())
	same(t, "document marks", got, want)
}

func TestUnreadableFileIsAFault(t *testing.T) {
	big := filepath.Join(t.TempDir(), "big.yaml")
	check(t, os.WriteFile(big, make([]byte, MaxFileBytes+1), 0o600))
	for path, want := range map[string]string{
		"testdata/none.yaml": "testdata/none.yaml: no such file or directory",
		"testdata":           "testdata: is a directory",
		big:                  big + ":1:1: the file is larger than 2MiB",
	} {
		if got := faults[Agent](path).Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestFileNamesCountFromTheirFile(t *testing.T) {
	text := strings.Replace(agentText, "dir: /spool", "dir: spool", 1)
	text = strings.Replace(text, "profile: sdm630", "profile: profiles/sdm630.yaml", 1)
	folder, err := filepath.Abs(".")
	check(t, err)
	agent, faults := Parse[Agent](filepath.Join(folder, "f.yaml"), []byte(text))
	check(t, faults.Err())
	for got, want := range map[string]string{
		agent.Spool.Dir:                   "spool",
		agent.MQTT.PasswordFile:           "p",
		agent.MQTT.KeyFile:                "k",
		agent.Lines[1].Devices[0].Profile: "profiles/sdm630.yaml",
	} {
		if got != filepath.Join(folder, want) {
			t.Errorf("%s is not %s in %s", got, want, folder)
		}
	}
	if agent.BadgeKeyFile != "/badge.key" || agent.Lines[0].Devices[0].Profile != "sdm120" {
		t.Errorf("moved what should stay: %s, %s", agent.BadgeKeyFile, agent.Lines[0].Devices[0].Profile)
	}
}

// Defaults that depend on something else must not break a rule by themselves.
func TestDefaultsFollowWhatIsGiven(t *testing.T) {
	text := strings.Replace(agentText, "grid: 5m", "grid: 2s", 1)
	text = strings.Replace(text, "dwell: 3s, stale_after: 15s", "samples: {points: [m2/voltage]}", 1)
	agent, faults := Parse[Agent]("f.yaml", []byte(text))
	check(t, faults.Err())
	a := agent.Assets[0]
	if a.Dwell.D() != time.Second || a.StaleAfter.D() != 15*time.Second || a.Samples.Every.D() != 5*time.Minute || a.Otherwise != "" {
		t.Errorf("got %+v", a)
	}
	if got := agent.Lines[0].Devices[0].Timeout.D(); got != 500*time.Millisecond {
		t.Errorf("the device waits %v, its line 500ms", got)
	}
	if agent.MQTT.ClientID != "basemeter-base-1-gw-1" {
		t.Errorf("client id %q", agent.MQTT.ClientID)
	}
}

func FuzzLoad(f *testing.F) {
	for _, text := range []string{agentText, collectorText, siteText, profileText} {
		f.Add([]byte(text))
	}
	for _, pattern := range []string{"*.yaml", "profiles/*.yaml", "testdata/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		agent, faults := Parse[Agent]("f.yaml", text)
		rest, fatal := agent.Without(faults)
		if len(fatal) > len(faults) || len(rest.Lines) > len(agent.Lines) {
			t.Error("more is left than there was")
		}
		for _, all := range []Faults{faults, second(Parse[Collector]("f.yaml", text)), second(Parse[Site]("f.yaml", text)), second(Parse[Profile]("f.yaml", text))} {
			for _, fault := range all {
				if fault.Text == "" || fault.File == "" {
					t.Errorf("a fault without words: %+v", fault)
				}
			}
		}
	})
}

func second[T any](_ T, faults Faults) Faults { return faults }
