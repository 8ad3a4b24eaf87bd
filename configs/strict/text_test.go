package strict

import (
	"encoding"
	"fmt"
	"reflect"
	"testing"
	"time"
)

// date is a struct that is written as one value.
type date struct{ time.Time }

var _ encoding.TextUnmarshaler = new(date)

func (d *date) UnmarshalText(text []byte) (err error) {
	if d.Time, err = time.Parse(time.DateOnly, string(text)); err != nil {
		err = fmt.Errorf("%s is not a day; allowed: such as 2025-09-01", Shown(string(text)))
	}
	return err
}

// verbatim is what reaches a type that reads a text.
type verbatim []string

func (v *verbatim) UnmarshalText(text []byte) error {
	*v = verbatim{string(text)}
	return nil
}

type texts struct {
	Day     date                  `yaml:"day"`
	Until   *date                 `yaml:"until"`
	Days    []date                `yaml:"days"`
	Clock   verbatim              `yaml:"clock"`
	Periods map[string]verbatim   `yaml:"periods"`
	Bells   []verbatim            `yaml:"bells"`
	Weeks   map[string][]verbatim `yaml:"weeks"`
}

func parsedTexts(text string) (texts, *Document) {
	var v texts
	d := &Document{File: "texts.yaml", MaxBytes: 1 << 10}
	d.Parse([]byte(text), &v)
	return v, d
}

func TestTypesReadTheirTextAsItIsWritten(t *testing.T) {
	for written, want := range map[string]string{
		"2025-09-01": "2025-09-01", `"08:00"`: "08:00", "'08:00'": "08:00", "08:00": "08:00", "8:00": "8:00", "0800": "0800", "1_000": "1_000",
		"12:30:45": "12:30:45", "2025-09-01 08:00": "2025-09-01 08:00", "2025-09-01T08:00:00Z": "2025-09-01T08:00:00Z",
		"08:00 # the bell": "08:00", "1e3": "1e3", "yes": "yes", "true": "true", "0x10": "0x10", "-5": "-5", ".inf": ".inf", `""`: "",
	} {
		want := verbatim{want}
		v, d := parsedTexts("clock: " + written + "\nbells:\n- " + written + "\n")
		flow, d2 := parsedTexts("periods: {a: " + written + "\n}\nbells: [08:45, " + written + "\n]\nweeks: {a: [08:45, " + written + "\n]}\n")
		if err := append(d.Faults(), d2.Faults()...).Err(); err != nil {
			t.Errorf("%s: %v", written, err)
			continue
		}
		for _, got := range []verbatim{v.Clock, v.Bells[0], flow.Periods["a"], flow.Bells[1], flow.Weeks["a"][1]} {
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s reads as %q", written, got)
			}
		}
	}
}

func TestWhatATypeSaysIsTheFault(t *testing.T) {
	for text, want := range map[string]string{
		"day: 2025-09-31":                   `texts.yaml:1:6: day: "2025-09-31" is not a day; allowed: such as 2025-09-01`,
		"days:\n- 2025-09-01\n- tomorrow":   `texts.yaml:3:3: days[1]: "tomorrow" is not a day; allowed: such as 2025-09-01`,
		"day: {year: 2025}":                 "texts.yaml:1:6: day: has keys and values, expected a single value",
		"clock: [08:00]":                    "texts.yaml:1:8: clock: is a list, expected a single value",
		"weeks: {a: [b: c]}":                "texts.yaml:1:13: weeks.a[0]: has keys and values, expected a single value",
		"weeks: {a: ['b':c]}":               "texts.yaml:1:13: weeks.a[0]: has keys and values, expected a single value",
		"weeks:\n  a:\n  - b:\n     c":      "texts.yaml:3:5: weeks.a[0]: has keys and values, expected a single value",
		"day:":                              "texts.yaml:1:6: day: has no value; write one, or leave the key out",
		"periods:\n  a: 08:00\n  b: [8, 9]": "texts.yaml:3:6: periods.b: is a list, expected a single value",
	} {
		if _, d := parsedTexts(text); d.Faults().Error() != want {
			t.Errorf("%q\n got %s\nwant %s", text, d.Faults().Error(), want)
		}
	}
}

func TestTextsHaveDefaults(t *testing.T) {
	first, second := date{time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)}, date{time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	v, d := parsedTexts("until: 2026-02-01\nday:\n")
	FillIn(d, "", &v, texts{Day: first, Until: &first})
	if v.Day != first || *v.Until != second {
		t.Errorf("got %v, %v", v.Day, v.Until)
	}
}
