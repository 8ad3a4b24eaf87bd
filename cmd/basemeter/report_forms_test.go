package main

import (
	"strings"
	"testing"
)

// A form on a terminal is its sheets, one below the other, with all that a workbook says of a cell.
func TestAFormOnATerminal(t *testing.T) {
	for args, want := range map[string]string{
		"--form sj3 --period 2026 --lang en": `
Machines
from 2026-01-01

name            used (h)    share  since       signed     visits
lathe  at least 1,234.57*  33.3 %  2021-03-01  ____     withheld
mill                2.00                       ____    not known

____: fill in by hand
*: low coverage; read with care
at least: a part is not shown, and it is no less than this
withheld: it is of fewer than five people, or such a figure could be worked out from it; not shown, to protect them
not known: not kept
source: the ledger


Notes

note
2026-03-01T00:00:00Z
`,
		"--form sj3 --period 2026 --sheet notes": `
说明

说明
2026-03-01T00:00:00Z
`,
	} {
		centre := newCentre(t)
		if out, said, code := centre.run(t, strings.Fields(args)...); code != 0 || said != "" || "\n"+out != want {
			t.Errorf("%s: exit %d, said %q, printed\n%s\nwant%s", args, code, said, out, want)
		}
	}
}

func TestLists(t *testing.T) {
	for args, want := range map[string]string{
		"--list bases --lang en":                    "nc    Nanchang base  Nanchang       2  2025-2026-1, 2025-2026-2",
		"--list bases --city nanchang --format csv": "nc,南昌基地,,南昌市,,,2,\"2025-2026-1, 2025-2026-2\"",
		"--list forms":                              "sj3         仪器设备  2025-09-01  2026-09-01  --all-assets",
		"--list metrics --lang en":                  "external_share           share for outside users",
		"--list metrics --format csv":               "person_hours,人时,person-h,人员,",
		"--list dimensions":                         "ganzhou, nanchang",
		"--list frozen --base nc":                   "nc    2025-2026.1  2025-09-01 00:00  2026-09-01 00:00  2026-09-03 00:00  实训处  年度上报  0123abcd",
		"--list frozen --base gz --lang en":         "base  version",
		"--list frozen --format json":               `"version":"2025-2026.1"`,
	} {
		centre := newCentre(t)
		if out, said, code := centre.run(t, strings.Fields(args)...); code != 0 || said != "" || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d, said %q, printed\n%s\nwant …%s…", args, code, said, out, want)
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct{ args, from, to, said string }{
		{"--period 2025-2026", "2025-09-01", "2026-09-01", ""},
		{"--period 2026", "2026-01-01", "2027-01-01", ""},
		{"--period 2025-12", "2025-12-01", "2026-01-01", ""},
		{"--period 2025-2026-1 --base nc", "2025-09-01", "2026-01-25", ""},
		{"--period 2025-2026-1 --city ganzhou", "2025-09-08", "2026-01-25", ""},
		{"--period 2025-2026-2", "2026-03-02", "2026-07-05", ""}, // it is the same at both
		{"--period 2025-2026-1", "", "", "--period: 2025-2026-1 is not the same time at all bases; ask for one with --base, or give --from and --to\n2025-09-01 – 2026-01-25: nc\n2025-09-08 – 2026-01-25: gz\n"},
		{"--period 2025-2027", "", "", "--period: \"2025-2027\" is neither an academic year (2025-2026), a year (2026), nor a month (2026-03); a term: 2025-2026-1, 2025-2026-2\n"},
		{"--period 2026-13 --kind x", "", "", "--period: \"2026-13\" is neither an academic year (2025-2026), a year (2026), nor a month (2026-03); there are no terms in the calendars of the bases asked for\n"},
		{"--period 2025-2026-1 --base other", "", "", ": --base: there is no \"other\"\n"},
		{"--period 2031", "", "", ": --period: is not over yet: figures of more than one base end with the last whole day, so expected a day before 2026-10-01, or one base\n"},
	} {
		centre := newCentre(t)
		_, said, code := centre.run(t, strings.Fields(c.args+" --format csv --lang en")...)
		asked := strings.Join(centre.questions("/v1/utilisation"), " ")
		if c.said != "" && (code != 1 || !strings.HasPrefix(said, "basemeter: error: ") || !strings.HasSuffix(unindented(said), c.said)) {
			t.Errorf("%s: exit %d, said %q, want %q", c.args, code, said, c.said)
		}
		if c.said == "" && (code != 0 || !strings.Contains(asked, "from="+c.from+"&") || !strings.HasSuffix(asked, "&to="+c.to)) {
			t.Errorf("%s: exit %d, said %q, asked %q", c.args, code, said, asked)
		}
	}
}

// A name that is wrong must not look like a base that nobody uses.
func TestNothingFoundIsSaid(t *testing.T) {
	for args, want := range map[string]string{
		"--base typo": "没有数据：这段时间没有上报，或名称有误；--list bases 列出基地\n", "--base typo --quiet": "", "--base nc": ""} {
		if _, said, code := newCentre(t).run(t, strings.Fields("--period 2026 "+args)...); code != 0 || said != want {
			t.Errorf("%s: exit %d, said %q, want %q", args, code, said, want)
		}
	}
}

// unindented is what was said without the room that is left of a further line.
func unindented(said string) string {
	lines := strings.Split(said, "\n")
	for i := range lines {
		lines[i] = strings.TrimLeft(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
