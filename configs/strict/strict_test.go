package strict

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// plan is a file with one of everything that a file can hold.
type plan struct {
	Name    string              `yaml:"name"`
	Note    string              `yaml:"note"`
	Weeks   int                 `yaml:"weeks"`
	Share   float64             `yaml:"share"`
	Open    bool                `yaml:"open"`
	Lesson  Duration            `yaml:"lesson"`
	Size    Bytes               `yaml:"size"`
	Room    *room               `yaml:"room"`
	Rooms   []room              `yaml:"rooms"`
	Periods map[string][]string `yaml:"periods"`
	Terms   map[string]room     `yaml:"terms"`
	Seats   map[string]float64  `yaml:"seats"`
	shared  `yaml:",inline"`
}

type shared struct {
	Owner string `yaml:"owner"`
}

type room struct {
	Name  string `yaml:"name"`
	Seats int    `yaml:"seats"`
}

const planText = `name: autumn
weeks: 0x12
share: .5
open: true
lesson: 45m
size: 4KiB
room: {name: hall, seats: 40}
rooms:
- name: lab
  seats: 20
periods: {"1": ["08:00", "08:45"]}
terms:
  2025-1: {name: first}
  "2025.2": {name: second}
owner: office
`

// parsed is what could be made of a text.
func parsed(text string) (plan, *Document) {
	var p plan
	d := &Document{File: "plan.yaml", MaxBytes: 1 << 20}
	d.Parse([]byte(text), &p)
	return p, d
}

func TestEverythingThatAFileCanHold(t *testing.T) {
	p, d := parsed(planText)
	if err := d.Faults().Err(); err != nil {
		t.Fatal(err)
	}
	if p.Name != "autumn" || p.Weeks != 18 || p.Share != .5 || !p.Open || p.Lesson.String() != "45m" || p.Size != 4096 || p.Owner != "office" {
		t.Errorf("got %+v", p)
	}
	if *p.Room != (room{"hall", 40}) || p.Rooms[0] != (room{"lab", 20}) || p.Terms["2025.2"].Name != "second" || !slices.Equal(p.Periods["1"], []string{"08:00", "08:45"}) {
		t.Errorf("got %+v", p)
	}
	if got := d.Keys("terms"); !slices.Equal(got, []string{"2025-1", "2025.2"}) {
		t.Errorf("terms has the keys %q", got)
	}
	if line, column := d.Position("rooms[0].seats"); line != 10 || column != 10 {
		t.Errorf("the seats of the lab stand at %d:%d", line, column)
	}
	if line, column := d.Position(Join("terms", "2025.2") + ".seats"); line != 14 || column != 13 {
		t.Errorf("the second term stands at %d:%d", line, column)
	}
}

// What is wrong is told in one go, in the file's order.
func TestFaultsHavePlaces(t *testing.T) {
	for text, want := range map[string]string{
		"nmae: a\nnote: b\nweeks: 3.5": `plan.yaml:1:1: nmae: unknown key; did you mean "name"? allowed: name, note, weeks, share, open, lesson, size, room, rooms, periods, terms, seats, owner
plan.yaml:3:8: weeks: "3.5" is not a whole number; allowed: such as 3 or 0x2012`,
		"name: 1":                            `plan.yaml:1:7: name: 1 is not text for YAML; write "1" in quotes`,
		"room: []":                           `plan.yaml:1:7: room: is a list, expected keys and values: name, seats`,
		"rooms: {}":                          `plan.yaml:1:8: rooms: has keys and values, expected a list: lines that start with "- "`,
		"seats: 3":                           `plan.yaml:1:8: seats: is "3", expected keys and values: a name and a number each`,
		"periods: 3":                         `plan.yaml:1:10: periods: is "3", expected keys and values: a name and a list each`,
		"terms: []":                          `plan.yaml:1:8: terms: is a list, expected keys and values: a name and keys and values each`,
		`periods: {"1": [a], "1": [b]}`:      `plan.yaml:1:21: periods.1: the key stands twice, first in line 1`,
		"terms:\n  a.b: {seats: many}":       `plan.yaml:2:16: terms."a.b".seats: "many" is not a whole number; allowed: such as 3 or 0x2012`,
		"periods:\n  1:\n  - '08:00'\n  - 8": `plan.yaml:4:5: periods.1[1]: 8 is not text for YAML; write "8" in quotes`,
		"- a":                                `plan.yaml:1:1: is a list, expected keys and values: name, note, weeks, share, open, lesson, size, room, rooms, periods, terms, seats, owner`,
	} {
		if _, d := parsed(text); d.Faults().Error() != want {
			t.Errorf("%q\n got %s\nwant %s", text, d.Faults().Error(), want)
		}
	}
}

// What follows from a fault is no news, be it around it or meant by a misspelt key.
func TestAFaultIsToldOnce(t *testing.T) {
	_, d := parsed("rooms: 3\nnaem: a\n")
	d.Fault("rooms", "is missing")
	d.Fault("rooms[0].name", "is missing")
	d.Check("name", Needed("", "a name"))
	d.Check("owner", Needed("", "whose it is"))
	if got := d.Faults(); len(got) != 3 || got[0].String() != "plan.yaml:1:1: owner: is missing; expected whose it is" {
		t.Errorf("got\n%s", got)
	}
}

// A fault of one key is not one of another that begins alike.
func TestFaultyIsWhatIsWithin(t *testing.T) {
	_, d := parsed("periods: {\"1\": [a], \"10\": [8]}\nrooms: [{seats: x}]\nnaem: a\n")
	for path, want := range map[string]bool{
		"": true, "periods": true, "periods.10": true, "periods.10[0]": true, "periods.1": false, "room": false, "rooms": true,
		"rooms[0]": true, "rooms[0].name": false, "name": true, "owner": false,
	} {
		if d.Faulty(path) != want {
			t.Errorf("%q is faulty: %v", path, !want)
		}
	}
}

func TestElsewhereIsForTheTopLevel(t *testing.T) {
	d := Document{File: "plan.yaml", MaxBytes: 1 << 10, Elsewhere: func(key string) string { return "it belongs in " + key + ".yaml." }}
	if !d.Parse([]byte("holidays: []\nroom: {holidays: []}\n"), &struct {
		Room room `yaml:"room"`
	}{}) {
		t.Fatal(d.Faults())
	}
	const want = `plan.yaml:1:1: holidays: unknown key; it belongs in holidays.yaml. allowed: room
plan.yaml:2:8: room.holidays: unknown key; allowed: name, seats`
	if got := d.Faults().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDefaultsStandInForWhatIsNotSaid(t *testing.T) {
	p, d := parsed("name: a\nweeks: many\nroom: {seats: 0}\n")
	FillIn(d, "", &p, plan{Name: "b", Note: "c", Weeks: 18})
	FillIn(d, "room", p.Room, room{Name: "hall", Seats: 40})
	if p.Name != "a" || p.Note != "c" || p.Weeks != 18 || *p.Room != (room{"hall", 0}) {
		t.Errorf("got %+v, %+v", p, *p.Room)
	}
}

// What is wrong with a file that this one names stands there, behind the faults of this one.
func TestFaultsOfAnotherFile(t *testing.T) {
	other := Document{File: "hall.yaml", MaxBytes: 1 << 10}
	other.Parse([]byte("seats: many\n"), new(room))
	_, d := parsed("\nname: hall\nnote: 1\n")
	d.Adopt("name", other.Faults())
	d.Fault("name", "is not used") // follows from the above
	const want = `plan.yaml:3:7: note: 1 is not text for YAML; write "1" in quotes
hall.yaml:1:8: name: seats: "many" is not a whole number; allowed: such as 3 or 0x2012`
	if got := d.Faults().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFilesAreBounded(t *testing.T) {
	name := filepath.Join(t.TempDir(), "plan.yaml")
	for size, want := range map[int]string{64: "", 65: name + ":1:1: the file is larger than 64"} {
		text := "name: a\n" + strings.Repeat("#", size-8)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		d := Document{File: name, MaxBytes: 64}
		if ok := d.Load(new(plan)); ok != (want == "") || d.Faults().Error() != want {
			t.Errorf("%d bytes: %v, %q", size, ok, d.Faults().Error())
		}
	}
	d := Document{File: filepath.Dir(name) + "/none.yaml", MaxBytes: 64}
	if want := d.File + ": no such file or directory"; d.Load(new(plan)) || d.Faults().Error() != want {
		t.Errorf("got %q, want %q", d.Faults().Error(), want)
	}
	d.Fault("name", "is missing") // follows from the above
	if len(d.Faults()) != 1 {
		t.Errorf("got\n%s", d.Faults())
	}
}

func TestNestingIsBounded(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("[", 100_000), strings.Repeat("- ", 100_000), strings.Repeat("{a: ", 100_000), strings.Repeat("&a ", 100_000),
	} {
		_, d := parsed(text)
		if faults := d.Faults(); len(faults) != 1 || faults[0].Text != "more than 32 levels of nesting" {
			t.Errorf("%.8s…: %v", text, faults)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(planText)
	for _, name := range []string{"../agent.yaml", "../testdata/agent.yaml", "../testdata/key.yaml", "../testdata/gbk.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, d := parsed(text)
		FillIn(d, "", &p, plan{Name: "autumn"})
		for _, fault := range d.Faults() {
			if fault.Text == "" || fault.File == "" || fault.Line < 1 || fault.Column < 1 {
				t.Errorf("a fault without words or place: %+v", fault)
			}
			d.Position(fault.Path)
		}
	})
}
