package cards

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"basemeter/configs"
)

var update = flag.Bool("update", false, "write the golden file")

const golden = "testdata/cards.csv"

// three cards of two groups, one of them enrolled for two years.
func three() []Card {
	return []Card{
		{strings.Repeat("a", 32), "cnc-2401", "", "2026-2027", "2026-11-24"},
		{strings.Repeat("1b", 16), "cnc-2401", "", "2026-2027", "2026-11-24"},
		{strings.Repeat("0", 32), "firm-a", "employee_training", "2026-2027", "2026-06-30"},
		{strings.Repeat("f0", 16), "firm-a", "employee_training", "2027-2028", "2026-06-30"},
	}
}

func open(t *testing.T, path string) *Table {
	t.Helper()
	table, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func put(t *testing.T, table *Table, cards ...Card) {
	t.Helper()
	if err := table.Put("", cards...); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.csv")
	table := open(t, path)
	put(t, table, three()...)
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		write(t, golden, got)
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the file is\n%s\nwant, %v,\n%s", got, err, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	spreadsheet := filepath.Join(t.TempDir(), "cards.csv")
	write(t, spreadsheet, bytes.ReplaceAll(got, []byte("\n"), []byte("\r\n")))
	for _, again := range []*Table{open(t, path), open(t, spreadsheet)} {
		if !slices.Equal(again.All(), table.All()) {
			t.Errorf("read as %v", again.All())
		}
	}
}

func TestWhatIsEnrolledIsKnown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.csv")
	table, cards := open(t, path), three()
	put(t, table, cards[0], cards[2])
	other := open(t, path)
	put(t, other, cards[1]) // another process does, of which the first table has not heard
	for _, c := range cards[:3] {
		if group, purpose, ok := open(t, path).Lookup(c.Pseudonym); !ok || group != c.Group || purpose != c.Purpose {
			t.Errorf("%s is of %q for %q, %v", c.Pseudonym, group, purpose, ok)
		}
	}
	if group, purpose, ok := table.Lookup(strings.Repeat("2", 32)); ok || group != "" || purpose != "" {
		t.Errorf("a stranger is of %q for %q", group, purpose)
	}
	if group, purpose := table.Of(cards[2].Pseudonym); group != "firm-a" || purpose != "employee_training" {
		t.Errorf("of %q for %q", group, purpose)
	}
	again := cards[0]
	again.Group = "cnc-2402"
	put(t, table, again)
	removed, err := table.Remove(cards[1].Pseudonym, strings.Repeat("2", 32))
	if err != nil || !slices.Equal(removed, cards[1:2]) {
		t.Errorf("removed %v, %v", removed, err)
	}
	if got := open(t, path).All(); !slices.Equal(got, []Card{again, cards[2]}) || !slices.Equal(got, table.All()) {
		t.Errorf("left are %v, and %v", got, table.All())
	}
	if err := table.Put("2027-2028", cards[3]); err != nil {
		t.Fatal(err)
	}
	if got := open(t, path).All(); !slices.Equal(got, cards[3:]) {
		t.Errorf("when the years before are forgotten, left are %v", got)
	}
	if removed, err := table.Remove(cards[3].Pseudonym); err != nil || len(removed) != 1 {
		t.Errorf("removed %v, %v", removed, err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != head+"\nend,0,,,\n" {
		t.Errorf("an empty table is %q, %v", text, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 2 {
		t.Errorf("%d files left, want the table and its lock", len(left))
	}
}

func TestFaults(t *testing.T) {
	lines := func(rows ...string) string {
		return head + "\n" + strings.Join(rows, "\n") + fmt.Sprintf("\nend,%d,,,\n", len(rows))
	}
	card := strings.Repeat("a", 32)
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "1: the file is cut short"},
		{"another file", "base: nc\ngateway: gw\n", "1: the first line is not"},
		{"a byte order mark", "\ufeff" + lines(), "1: the first line is not"},
		{"a value too few", lines(card + ",g,,2026-2027"), "2: 4 values"},
		{"a value too many", lines(card + ",g,,2026-2027,2026-11-24,x"), "2: 6 values"},
		{"a number", lines("13005D1DA5,g,,2026-2027,2026-11-24"), "2: pseudonym"},
		{"capital letters", lines(strings.ToUpper(card) + ",g,,2026-2027,2026-11-24"), "2: pseudonym"},
		{"no group", lines(card + ",,,2026-2027,2026-11-24"), "2: group"},
		{"a name", lines(card + ",王小明,,2026-2027,2026-11-24"), "2: group"},
		{"a purpose that is none", lines(card + ",g,fun,2026-2027,2026-11-24"), "2: purpose: none of student_training"},
		{"a year that is none", lines(card + ",g,,2026-2028,2026-11-24"), "2: year"},
		{"half a year", lines(card + ",g,,2026,2026-11-24"), "2: year"},
		{"a spreadsheet's day", lines(card + ",g,,2026-2027,2026/11/24"), "2: enrolled"},
		{"no day of the calendar", lines(card + ",g,,2026-2027,2026-02-30"), "2: enrolled"},
		{"a card twice", lines(card+",g,,2026-2027,2026-11-24", card+",h,,2026-2027,2026-11-24"), "3: the pseudonym stands in line 2"},
		{"a line taken out", head + "\nend,1,,,\n", "2: it does not count the 0 cards"},
		{"a line put in", head + "\n" + card + ",g,,2026-2027,2026-11-24\nend,0,,,\n", "3: it does not count the 1 cards"},
		{"a count that is none", head + "\nend,00,,,\n", "2: it does not count"},
		{"more behind the end", head + "\nend,0,,,\nend,0,,,\n", "2: something follows"},
		{"no end", head + "\n" + card + ",g,,2026-2027,2026-11-24\n", "3: the file is cut short"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "cards.csv")
			write(t, path, []byte(c.text))
			table, err := Open(path)
			if err == nil || !strings.HasPrefix(err.Error(), path+":"+c.want) {
				t.Fatalf("%v, want line and text %q", err, c.want)
			}
			for _, secret := range []string{"5D1DA5", "王小明", "fun"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%v quotes what stands there", err)
				}
			}
			if len(table.All()) > 0 {
				t.Error("it holds a card")
			}
			if table.Put("", three()...) == nil {
				t.Error("it was written over")
			}
			if text, _ := os.ReadFile(path); string(text) != c.text {
				t.Errorf("it became %q", text)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "cards.csv")
	write(t, path, []byte(lines()))
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("others can read it: %v", err)
	}
	if err := (&Table{path: path}).Put("", Card{Pseudonym: "13005D1DA5"}); err == nil || strings.Contains(err.Error(), "1DA5") {
		t.Errorf("a number is put: %v", err)
	}
}

// A file is replaced as a whole, so one that is cut short was copied or restored badly. Cut anywhere, it is a fault that
// names its last line, the last good table stays in force, and the next whole one counts.
func TestCutAnywhere(t *testing.T) {
	whole, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) {
		path := filepath.Join(t.TempDir(), "cards.csv")
		write(t, path, whole)
		table := open(t, path)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		write(t, path, whole[:cut])
		table.follow()
		changed, err := table.follow()
		if at := fmt.Sprintf("%s:%d: ", path, 1+bytes.Count(whole[:cut], []byte("\n"))); !changed || err == nil || !strings.HasPrefix(err.Error(), at) {
			t.Fatalf("cut at %d: %v, %v, want %s", cut, changed, err, at)
		}
		if len(table.All()) != 4 {
			t.Fatalf("cut at %d: %d cards are known", cut, len(table.All()))
		}
		if table.Put("", three()[0]) == nil {
			t.Fatalf("cut at %d: it was written over", cut)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		put(t, open(t, path), three()[:2]...)
		table.follow()
		if changed, err := table.follow(); !changed || err != nil || len(table.All()) != 2 {
			t.Fatalf("cut at %d, then mended: %v, %v, %d cards", cut, changed, err, len(table.All()))
		}
	}
}

func TestAnotherProcessChangesTheTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "cards.csv")
		table, cards := open(t, path), three()
		var said []string
		ctx, stop := context.WithCancel(t.Context())
		var watch sync.WaitGroup
		watch.Go(func() {
			table.Watch(ctx, func(err error) { said = append(said, fmt.Sprint(err)) })
		})
		known := func(want int) {
			t.Helper()
			wait(3 * LookEvery)
			if got := len(table.All()); got != want {
				t.Fatalf("%d cards are known, want %d; said %q", got, want, said)
			}
		}
		known(0)
		put(t, open(t, path), cards...)
		known(4)
		if _, err := open(t, path).Remove(cards[0].Pseudonym, cards[1].Pseudonym); err != nil {
			t.Fatal(err)
		}
		known(2)
		put(t, table, cards[0]) // of its own: no news
		known(3)
		write(t, path, []byte(head+"\n"))
		known(3)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		known(3)
		put(t, open(t, path), cards[3])
		known(1)
		stop()
		watch.Wait()
		want := []string{"<nil>", "<nil>", path + ":2: the file is cut short: its last line is not end, with the number of cards",
			path + " is gone; what it held is forgotten at the next start", "<nil>"}
		if !slices.Equal(said, want) {
			t.Errorf("said %q\nwant %q", said, want)
		}
	})
}

// What root writes is for the owner of the folder, who is to read it.
func TestTheTableBelongsToTheOwnerOfTheFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	dir := t.TempDir()
	if err := os.Chown(dir, 12345, 12346); err != nil {
		t.Fatal(err)
	}
	put(t, open(t, filepath.Join(dir, "cards.csv")), three()...)
	for _, name := range []string{"cards.csv", "cards.csv.lock"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 12345 || owner.Gid != 12346 {
			t.Errorf("%s belongs to %d:%d", name, owner.Uid, owner.Gid)
		}
	}
}

// Who looks up sees a table as a whole, while several enrol.
func TestConcurrentUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.csv")
	table := open(t, path)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			mine := open(t, path)
			for j := range 10 {
				put(t, mine, Card{fmt.Sprintf("%032x", i*100+j), "g", "", "2026-2027", "2026-11-24"})
				table.follow()
				table.Lookup(fmt.Sprintf("%032x", i*100+j))
			}
		})
	}
	all.Wait()
	if n := len(open(t, path).All()); n != 40 {
		t.Errorf("%d cards, want those of all", n)
	}
}

// The purposes are those of the taxonomy, but for the one that nobody chooses.
func TestPurposesAreThoseOfTheTaxonomy(t *testing.T) {
	text, err := os.ReadFile("../../collector/plan/taxonomy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ = bytes.Cut(text, []byte("\npurposes:"))
	text, _, found := bytes.Cut(text, []byte("\nuser_groups:"))
	var want []string
	for _, id := range regexp.MustCompile(`(?m)^  - \{id: (\w+),`).FindAllSubmatch(text, -1) {
		if string(id[1]) != "unattributed" {
			want = append(want, string(id[1]))
		}
	}
	if !found || !slices.Equal(configs.Purposes, want) {
		t.Errorf("purposes %q, want %q", configs.Purposes, want)
	}
}

func FuzzParse(f *testing.F) {
	whole, err := os.ReadFile(golden)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(head + "\r\nend,0,,,\r\n"))
	f.Add([]byte(head + "\n13005D1DA5,g,,2026-2027,2026-11-24\nend,1,,,\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		cards, err := parse(text)
		if err != nil {
			return
		}
		plain := bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
		if got := format(sorted(cards)); len(got) != len(plain) {
			t.Fatalf("%q is written back as %q", text, got)
		}
		again, err := parse(format(sorted(cards)))
		if err != nil || len(again) != len(cards) {
			t.Fatalf("%q: %v", text, err)
		}
		for cut := range len(plain) {
			if _, err := parse(plain[:cut]); err == nil {
				t.Fatalf("%q counts when it is cut at %d", plain, cut)
			}
		}
	})
}

// wait lets a bubble's time pass.
func wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}
