package main

import (
	"io"
	"strings"
	"testing"

	"golang.org/x/text/width"

	"github.com/creack/pty"
)

// onScreen is what report prints on a terminal of so many columns.
func (c *centre) onScreen(t *testing.T, columns uint16, args ...string) string {
	t.Helper()
	screen, end, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	if err := pty.Setsize(screen, &pty.Winsize{Rows: 50, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	command := process(t, append([]string{"report", "--url", c.URL}, args...)...)
	command.Stdout = end
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	end.Close()
	text, _ := io.ReadAll(screen) // EIO: nobody has the other end any more
	if err := command.Wait(); err != nil {
		t.Error(args, err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// cellsOf is how many columns a line takes.
func cellsOf(line string) (n int) {
	for _, r := range line {
		if n++; width.LookupRune(r).Kind() == width.EastAsianWide || width.LookupRune(r).Kind() == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}

// A table is never wider than the terminal: what has no room is named, and how to have it. Into a pipe goes everything.
func TestATableOnANarrowTerminal(t *testing.T) {
	centre := newCentre(t)
	for _, args := range []string{"--period 2026 --metric all", "--period 2026 --by base,asset", "--period 2026 --people --by user_group", "--list metrics", "--list bases", "--period 2026 --form sj3"} {
		for _, lang := range []string{"zh", "en"} {
			list := append(strings.Fields(args), "--lang", lang)
			all, _, code := centre.run(t, list...)
			if code != 0 || strings.Contains(all, "终端宽度不够") || strings.Contains(all, "too narrow") {
				t.Fatalf("%s: exit %d, %s", args, code, all)
			}
			wide := centre.onScreen(t, 1000, list...)
			if wide != all {
				t.Errorf("%s: a wide terminal has\n%s\nand a pipe\n%s", args, wide, all)
			}
			text := centre.onScreen(t, 80, list...)
			rows, note, left := strings.Cut(text, map[string]string{"zh": "终端宽度不够，有", "en": "The terminal is too narrow for"}[lang])
			if left == (text == all) || left && !strings.Contains(note, "--format csv") {
				t.Errorf("%s on 80 columns:\n%s", args, text)
			}
			if _, rows, _ = strings.Cut(rows, "\n\n"); left { // below the title and the period
				rows, _, _ = strings.Cut(rows, "\n\n")
			}
			for line := range strings.SplitSeq(rows, "\n") {
				if left && cellsOf(line) > 80 {
					t.Errorf("%s: %d columns: %s", args, cellsOf(line), line)
				}
			}
		}
	}
	if text := centre.onScreen(t, 60, "--period", "2026", "--metric", "all", "--lang", "zh"); !strings.Contains(text, "最低覆盖率") || !strings.Contains(text, "有效机时") {
		t.Errorf("a number without its coverage, or none:\n%s", text)
	}
}

// There are no machines in figures of people: a column of zeros would say that a base has none.
func TestPeopleHaveNoColumnOfMachines(t *testing.T) {
	centre := newCentre(t)
	for _, format := range []string{"table", "csv"} {
		people, _, _ := centre.run(t, "--period", "2026", "--people", "--lang", "zh", "--format", format)
		machines, _, _ := centre.run(t, "--period", "2026", "--lang", "zh", "--format", format)
		for _, head := range []string{"设备数", "assets"} {
			if strings.Contains(people, head) {
				t.Errorf("of people:\n%s", people)
			}
		}
		if !strings.Contains(machines, "设备数") && !strings.Contains(machines, "assets") {
			t.Errorf("of machines:\n%s", machines)
		}
	}
}
