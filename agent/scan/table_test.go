package scan

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestDecodings(t *testing.T) {
	rows := map[string]Row{}
	for _, r := range Decodings([]byte{0x43, 0x66, 0x80, 0x00, 0xFF, 0xFE}) {
		rows[fmt.Sprint(r.At, r.Type)] = r
	}
	for name, want := range map[string][4]string{
		"0u16":   {"17254", "", "26179", ""},
		"0bcd16": {"4366", "", "6643", ""},
		"0bits":  {"01000011 01100110", "", "01100110 01000011", ""},
		"0u32":   {"1130790912", "2147500902", "1715667072", "8414787"},
		"0f32":   {"230.5", "", "", ""},
		"2u16":   {"65534", "", "65279", ""},
		"2i16":   {"-2", "", "-257", ""},
	} {
		got := rows[name].Values
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, r := range Decodings([]byte("SDM120\x00\x00")) {
		if r.Type == "text" && r.Values != [4]string{"SDM120..", "", "DS1M02..", ""} {
			t.Errorf("%q", r.Values)
		}
	}
}

func TestTableHasColumns(t *testing.T) {
	var b bytes.Buffer
	if err := Table(&b, 0x2006, Decodings([]byte{0x45, 0x10, 0x10, 0x00})); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	column := strings.Index(lines[0], "BADC")
	for _, line := range lines[1:] {
		if len(line) > column && line[column-1] != ' ' {
			t.Errorf("column is not kept: %q", line)
		}
	}
	for _, want := range []string{"0x2006    u16", "0x2007    u16", "          f32    2305"} {
		if !strings.Contains(b.String(), "\n"+want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func FuzzDecodings(f *testing.F) {
	f.Add([]byte{0x43, 0x66, 0x80, 0x00, 0xFF, 0xFE, 1, 2, 3})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 250 {
			raw = raw[:250]
		}
		rows := Decodings(raw)
		var b bytes.Buffer
		if err := Table(&b, math.MaxUint16, rows); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "\n"); n != len(rows)+1 {
			t.Errorf("%d lines of %d rows:\n%s", n, len(rows), b.String())
		}
		for _, r := range rows {
			if r.At < 0 || 2*r.At >= len(raw) || r.Values == [4]string{} || strings.HasPrefix(r.Type, "f") && strings.ContainsAny(strings.Join(r.Values[:], ""), "NI") {
				t.Errorf("%+v", r)
			}
		}
	})
}
