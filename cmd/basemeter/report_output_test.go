package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// files are those of a folder: nothing is left behind.
func files(t *testing.T, dir string) string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range all {
		names = append(names, one.Name())
	}
	return strings.Join(names, " ")
}

func TestOutputToAFile(t *testing.T) {
	centre := newCentre(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Symlink(in("figures.csv"), in("link")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args, file, said string
		want             string // how the file begins
	}{
		{"--period 2026 -o " + in("figures.csv"), "figures.csv", "", "\ufeffbase,"},
		{"--period 2026 -o " + in("figures.csv"), "figures.csv", "basemeter: error: --out: " + in("figures.csv") + " is there already; --force writes over it\n", "\ufeffbase,"},
		{"--period 2026 --format json --force -o " + in("figures.csv"), "figures.csv", "", `{"from":`},
		{"--period 2026 --force -o " + in("link"), "figures.csv", "", "Machine-hours\n"}, // the link stays
		{"--period 2026 --form sj3 -o " + in("sj3.xlsx"), "sj3.xlsx", "", "PK"},
		{"--list metrics -o " + in("metrics.xlsx"), "metrics.xlsx", "", "PK"},
		{"--period 2026 -o " + in("table.txt"), "table.txt", "", "Machine-hours\n"},
		{"--period 2026 -o " + dir, "link", "basemeter: error: --out: " + dir + " is a folder\n", "Machine-hours\n"},
		{"--period 2026 -o " + in("no/such"), "link", "basemeter: error: --out: stat " + in("no") + ": no such file or directory\n", "Machine-hours\n"},
		{"--period 2026 -o " + in("link/x"), "link", "basemeter: error: --out: " + in("link") + " is no folder\n", "Machine-hours\n"},
		{"--period 2026 --metric nonsense --force -o " + in("figures.csv"), "figures.csv", "basemeter: error: " + centre.URL + "/: --metric: \"nonsense\" is none of machine-hours; /v1/metrics lists them\n", "Machine-hours\n"},
	} {
		before := files(t, dir)
		out, said, code := centre.run(t, strings.Fields("--lang en "+c.args)...)
		text, err := os.ReadFile(in(c.file))
		if err != nil || out != "" || said != c.said || (code == 0) != (c.said == "") || !strings.HasPrefix(string(text), c.want) {
			t.Errorf("%s: exit %d, said %q, printed %q, wrote %.60q (%v)", c.args, code, said, out, text, err)
		}
		if after := files(t, dir); c.said != "" && after != before {
			t.Errorf("%s: left %s", c.args, after)
		}
	}
	if after := files(t, dir); after != "figures.csv link metrics.xlsx sj3.xlsx table.txt" {
		t.Errorf("there are %s", after)
	}
	out, _, _ := centre.run(t, "--period", "2026", "-o", "-", "--lang", "en")
	if !strings.HasPrefix(out, "Machine-hours") {
		t.Errorf("-o - printed %q", out)
	}
}

func TestAnOutputThatIsFullIsAnError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	centre := newCentre(t)
	for _, format := range []string{"table", "csv", "json", "xlsx"} {
		for _, out := range []string{"-", "/dev/full"} {
			c := process(t, "report", "--url", centre.URL, "--period", "2026", "--format", format, "-o", out)
			var said bytes.Buffer
			c.Stdout, c.Stderr = full, &said
			if err := c.Run(); c.ProcessState.ExitCode() != 1 || !strings.Contains(said.String(), "no space left on device") {
				t.Errorf("%s, %s: %v, said %q", format, out, err, &said)
			}
		}
	}
}

// Ctrl-C ends it while the collector still counts.
func TestInterruption(t *testing.T) {
	centre := newCentre(t)
	asked, release := make(chan bool), make(chan bool)
	centre.before = func(w http.ResponseWriter, r *http.Request) bool {
		asked <- true
		<-release
		return false
	}
	defer close(release)
	dir := t.TempDir()
	c := process(t, "report", "--url", centre.URL, "--period", "2026", "--lang", "en", "-o", filepath.Join(dir, "figures.csv"))
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	if code := c.ProcessState.ExitCode(); code != 130 || said.String() != "basemeter: error: interrupted; nothing was written\n" || files(t, dir) != "" {
		t.Errorf("exit %d, said %q, left %s", code, &said, files(t, dir))
	}
}

// On a terminal it says how far it has come, and takes that away at the end.
func TestProgressOnATerminal(t *testing.T) {
	for _, c := range []struct {
		args  string
		pages int // that are answered at once
		want  string
	}{
		{"--by base,asset --limit 1 --format csv", 0, " s, 0.0 kB received"}, // a file comes as a whole
		{"--by base,asset --limit 1", 2, "2 of 3 lines, "},
		{"--form sj3", 0, " s, 0.0 kB received"},
	} {
		centre := newCentre(t)
		seen, answered := make(chan bool), 0
		centre.before = func(w http.ResponseWriter, r *http.Request) bool {
			if answered++; answered == c.pages+1 {
				<-seen
			}
			return false
		}
		screen, end, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		command := process(t, append([]string{"report", "--url", centre.URL, "--period", "2026", "--lang", "en"}, strings.Fields(c.args)...)...)
		var out bytes.Buffer
		command.Stdout, command.Stderr = &out, end
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		end.Close()
		var text strings.Builder
		shown, open := false, make([]byte, 256)
		screen.SetReadDeadline(time.Now().Add(20 * time.Second))
		for {
			n, err := screen.Read(open)
			text.Write(open[:n])
			if !shown && strings.Contains(text.String(), c.want) {
				shown = true
				close(seen)
			}
			if err != nil { // EIO: nobody has the other end any more
				break
			}
		}
		screen.Close()
		if !shown {
			close(seen)
		}
		if err := command.Wait(); err != nil || !shown || !strings.HasSuffix(text.String(), erase) || strings.Contains(out.String(), "\x1b") || out.Len() == 0 {
			t.Errorf("%s: %v, showed %q, printed %q", c.args, err, text.String(), &out)
		}
	}
}

func TestAWorkbookIsNotForATerminal(t *testing.T) {
	screen, end, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	defer end.Close()
	centre := newCentre(t)
	c := process(t, "report", "--url", centre.URL, "--period", "2026", "--lang", "en", "--format", "xlsx")
	var said bytes.Buffer
	c.Stdout, c.Stderr = end, &said
	if c.Run(); c.ProcessState.ExitCode() != 2 || said.String() != "basemeter: error: a workbook is nothing for a terminal: name a file, as with -o report.xlsx\n" || len(centre.questions("/v1/utilisation")) > 0 {
		t.Errorf("exit %d, said %q", c.ProcessState.ExitCode(), &said)
	}
}
