package plan

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"
)

// Whatever the files say, loading says what is wrong with them, and what has no faults can be asked.
func FuzzLoad(f *testing.F) {
	names := []string{registryFile, calendarFile, timetableFile, bookingsFile, "cn-2025.json"}
	var texts [][]byte
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(samples, name))
		if err != nil {
			f.Fatal(err)
		}
		texts = append(texts, text)
	}
	for i := range names {
		f.Add(uint8(i), texts[i])
		f.Add(uint8(i), texts[(i+1)%len(names)])
		f.Add(uint8(i), []byte("a: &a [*a]"))
	}
	f.Add(uint8(0), []byte("base: {id: b, text_zh: b, kind: rd_center, owner: us, city: jian}\norganisations: [{id: us, text_zh: u, affiliation: host}]"))
	f.Add(uint8(1), []byte(`weekly: {in_term: {daily: [["00:00","24:00"]]}}`))
	f.Add(uint8(4), []byte(`{"year": 2025, "days": [{"name": "x", "date": "2024-12-31", "isOffDay": true}]}`))
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		files := fstest.MapFS{"cn-2026.json": &fstest.MapFile{Data: holidayFile(t, "2026")}}
		for i, name := range names {
			files[name] = &fstest.MapFile{Data: texts[i]}
		}
		files[names[int(which)%len(names)]] = &fstest.MapFile{Data: text}
		p, faults := load(files, "fuzz")
		if (p == nil) == (len(faults) == 0) {
			t.Fatalf("plan %v, faults %v", p, faults)
		}
		for _, fault := range faults {
			if fault.File == "" || fault.Text == "" || fault.Line < 0 || fault.Column < 0 {
				t.Fatalf("%+v", fault)
			}
		}
		if p == nil {
			return
		}
		day := time.Date(2025, 10, 11, 0, 0, 0, 0, time.UTC)
		for _, b := range p.Bases {
			for _, a := range b.Assets {
				if slots := b.Slots(a.ID, day, day.AddDate(0, 0, 1)); len(slots) == 0 || !slots[0].From.Equal(day) {
					t.Fatalf("%s: %v", a.ID, slots)
				}
			}
		}
	})
}

func FuzzNumbers(f *testing.F) {
	for _, text := range []string{"", "1-8,10,12-16", "63", "0", "64", "3-1", "-", ",", "1，3、5", " 1 - 2 ", "1-1,1", "99999999999999999999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := ParseNumbers(text)
		if err != nil {
			return
		}
		if again, err := ParseNumbers(set.String()); err != nil || again != set || set == 0 || set.Has(0) {
			t.Fatalf("%q is %q, which is %v, %v", text, set, again, err)
		}
	})
}
