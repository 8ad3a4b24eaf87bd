package ingest

import (
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
)

var monday = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

const stream = "00112233445566778899aabbccddeeff"

const topic = "basemeter/1/base/gw/facts"

func facts(at time.Time) record.Facts {
	ms := at.UnixMilli()
	return record.Facts{Spells: []record.Spell{{Asset: "a", State: record.Running, FromMS: ms, ToMS: ms + 1000}}}
}

func message(base, gateway string, sequence uint64, f record.Facts) string {
	return string(record.AppendBatch(nil, base, gateway, stream, sequence, record.AppendFacts(nil, &f)))
}

func TestOpen(t *testing.T) {
	good := message("base", "gw", 7, facts(monday))
	for _, c := range []struct {
		name, topic, payload string
		want                 string // of the problem
		known                bool   // whom to answer
	}{
		{"good", topic, good, "", true},
		{"a time zone ahead", topic, message("base", "gw", 7, facts(monday.Add(23*time.Hour))), "", true},
		{"two days ahead", topic, message("base", "gw", 7, facts(monday.Add(48*time.Hour))), "future: dated 2026-03-04", true},
		{"another gateway's name", topic, message("base", "other", 7, facts(monday)), "forged: says it is of base/other", true},
		{"another base's name", topic, message("other", "gw", 7, facts(monday)), "forged: says it is of other/gw", true},
		{"cut short", topic, good[:len(good)-5], "unreadable: ", true},
		{"not a number", topic, strings.Replace(good, `"from_ms":`, `"from_ms":NaN,"x":`, 1), "unreadable: ", true},
		{"an unknown key", topic, strings.Replace(good, `"sequence"`, `"extra":{"a":[1,{}]},"sequence"`, 1), "unreadable: ", true},
		{"text", topic, "hello", "unreadable: ", false},
		{"nothing", topic, "", "unreadable: ", false},
		{"no sequence", topic, strings.Replace(good, `"sequence":7`, `"sequence":-7`, 1), "unreadable: ", false},
		{"too large", topic, good + strings.Repeat(" ", 5<<20), "oversize: batch of 5243", true},
		{"a strange topic", "elsewhere", good, "unreadable: topic", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, batch := open(c.topic, []byte(c.payload), monday)
			got := ""
			if l.problem != nil {
				got = l.problem.Error()
			}
			if (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
				t.Errorf("problem %q, want %q", got, c.want)
			}
			if known := l.stream == stream && l.sequence == 7; known != c.known {
				t.Errorf("answered to stream %q, sequence %d", l.stream, l.sequence)
			}
			if c.want == "" && len(batch.Spells) != 1 {
				t.Errorf("batch %+v", batch)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(topic, message("base", "gw", 7, facts(monday)))
	f.Add(topic, `{"stream":"a","sequence":1,"facts":{"x":[`)
	f.Fuzz(func(t *testing.T, topic, payload string) {
		l, batch := open(topic, []byte(payload), monday)
		if l.problem == nil && batch.Check() != nil {
			t.Errorf("let in: %v", batch.Check())
		}
		if l.stream == "" && l.sequence != 0 && l.problem == nil {
			t.Error("nobody to answer")
		}
	})
}
