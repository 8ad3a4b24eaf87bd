// Package cmd holds the programs. Its only test holds the shape of the house.
package cmd

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport says which rooms a room knows. Data goes one way, from the sensor to the report, and imports point
// upstream; siblings do not know each other. An arrow that is not here needs a reason first.
var mayImport = map[string][]string{
	"drivers":            {},
	"drivers/port":       {"drivers"},
	"drivers/modbus":     {"drivers", "drivers/port"},
	"drivers/dlt645":     {"drivers", "drivers/port"},
	"drivers/mtconnect":  {"drivers"},
	"drivers/badge":      {"drivers"}, // what badge readers have in common, whatever their wire
	"drivers/serial":     {"drivers", "drivers/port", "drivers/badge"},
	"drivers/hid":        {"drivers", "drivers/badge", "drivers/port"},
	"drivers/gpio":       {"drivers"},
	"drivers/sim":        {},
	"drivers/drivertest": {"drivers"},

	"agent/record":   {},
	"agent/clock":    {"drivers"},
	"agent/sampler":  {"drivers"},
	"agent/counter":  {},
	"agent/cards":    {"agent/record", "configs"}, // which purposes there are
	"agent/state":    {"drivers", "agent/record"},
	"agent/presence": {"drivers", "agent/record"},
	"agent/spool":    {},
	"agent/publish":  {"agent/record"},
	"agent/live":     {"agent/record"},
	"agent/learn":    {},
	"agent/scan":     {"drivers", "drivers/port", "drivers/modbus", "drivers/dlt645"}, // asks a line before anything is configured
	// The agent introduces them to each other, and turns the words of the configuration into theirs.
	"agent": {"configs", "drivers", "drivers/port", "drivers/modbus", "drivers/dlt645", "drivers/mtconnect", "drivers/badge",
		"drivers/serial", "drivers/hid", "drivers/gpio", "agent/record", "agent/clock", "agent/sampler", "agent/counter",
		"agent/state", "agent/presence", "agent/spool", "agent/publish", "agent/live"},

	"collector/plan":        {"configs/strict"},
	"collector/plan/sheets": {"collector/plan", "configs/strict"}, // what an id looks like is said once
	"collector/utilisation": {"agent/record"},
	"collector/ingest":      {"agent/record"},
	"collector/store":       {"agent/record", "collector/utilisation"},
	"collector/table":       {}, // what every export is made of
	"collector/access":      {"collector/report"},
	"collector/report":      {"agent/record", "collector/utilisation", "collector/table"},
	"collector/forms":       {"collector/report", "collector/table", "collector/utilisation"}, // the dictionary of metrics
	// Whoever asks has a grant, and every answer can be a table; utilisation explains itself.
	"collector/web": {"agent/record", "collector/access", "collector/report", "collector/table", "collector/utilisation"},
	// Pages are made of figures, show the spans that they are made of, and who may see which base.
	"collector/pages": {"agent/record", "collector/access", "collector/report", "collector/utilisation"},
	// A province whose figures are made of spans. It does not know pages, so that it can stand in for the collector.
	"collector/pages/pagestest": {"agent/record", "collector/report", "collector/table", "collector/utilisation"},
	"collector/collectortest":   {"agent/record"},
	// A year with known truth. It must not know plan, nor utilisation: what it says is held against what they say.
	"collector/collectortest/schoolyear": {"agent/record"},
	// The collector introduces the plan to the facts.
	"collector": {"configs", "agent/record", "collector/ingest", "collector/store", "collector/plan", "collector/utilisation",
		"collector/report", "collector/access", "collector/table", "collector/forms", "collector/pages", "collector/web"},

	"configs/strict": {}, // how any file is read
	"configs":        {"configs/strict"},

	// Commissioning speaks to a line, and to the agent that runs, without anything in between.
	"cmd/basemeter-agent": {"agent", "agent/cards", "agent/clock", "agent/live", "agent/learn", "agent/record", "agent/scan",
		"agent/spool", "configs", "drivers", "drivers/badge", "drivers/port", "drivers/modbus", "drivers/dlt645", "drivers/gpio"},
	"cmd/basemeter-collector": {"agent/record", "collector", "collector/utilisation", "configs"}, // what a correction says
	// What a profile makes ask; what the cells of a timetable may name; how an answer is a table.
	"cmd/basemeter": {"collector/plan", "collector/plan/sheets", "collector/report", "collector/table", "configs", "configs/strict", "drivers/modbus", "drivers/port"},
}

// forTests are what a test may import besides: the contract, the rooms made for tests, the real store behind ingest, and the
// real API and forms with a grant to ask for them, so that the command that asks cannot drift apart from them.
var forTests = []string{"drivers", "drivers/port", "drivers/drivertest", "drivers/sim", "collector/collectortest", "collector/collectortest/schoolyear",
	"collector/store", "collector/utilisation", "agent/record", "collector/web", "collector/forms", "collector/access", "collector/table", "collector/report",
	"collector/pages/pagestest"}

func TestImportsPointUpstream(t *testing.T) {
	used := map[string]bool{}
	root := ".."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "standalone" || name == "image" || name == "testdata") {
				return filepath.SkipDir // standalone and image are modules of their own, and may know everybody
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		room := filepath.ToSlash(rel)
		test := strings.HasSuffix(name, "_test.go")
		if _, known := mayImport[room]; !known && !test {
			t.Errorf("%s: the room is not in the table", room)
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			other, ours := strings.CutPrefix(imported, "basemeter/")
			if !ours || other == room {
				continue
			}
			used[room+" → "+other] = true
			if !slices.Contains(mayImport[room], other) && !(test && slices.Contains(forTests, other)) {
				t.Errorf("%s: %s may not import %s", path, room, other)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room, others := range mayImport {
		for _, other := range others {
			if !used[room+" → "+other] {
				t.Errorf("%s → %s is allowed and not used: take it out of the table", room, other)
			}
		}
	}
}
