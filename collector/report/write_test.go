package report

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

var two = []Row{
	{Base: "nc-vtc", Asset: "lathe-1", Assets: 1, Running: 7_200_000, Standby: 1_800_500, Off: 3_600_000, Fault: 1, Unknown: 9_900_000,
		Elapsed: 22_500_501, Coverage: 0.56, Estimate: 60_000},
	{Base: "b", Assets: 12, Running: 360_000_000_000, Elapsed: 360_000_000_000, Coverage: 1},
}

func TestTheTableLinesUp(t *testing.T) {
	for _, c := range []struct{ name, lang, want string }{
		{"Chinese takes two columns", "zh", `
基地    设备        运行 h  待机 h  停机 h  故障 h  未知 h  统计时长 h   覆盖率
nc-vtc  lathe-1       2.00    0.50    1.00    0.00    2.75        6.25   56.0 %
b       × 12     100000.00    0.00    0.00    0.00    0.00   100000.00  100.0 %
`},
		{"English", "en", `
base    asset    running h  standby h  off h  fault h  unknown h  elapsed h  coverage
nc-vtc  lathe-1       2.00       0.50   1.00     0.00       2.75       6.25    56.0 %
b       × 12     100000.00       0.00   0.00     0.00       0.00  100000.00   100.0 %
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got strings.Builder
			if err := WriteTable(&got, two, c.lang); err != nil {
				t.Fatal(err)
			}
			if "\n"+got.String() != c.want {
				t.Errorf("got\n%s\nwant%s", got.String(), c.want)
			}
		})
	}
}

// A demo of a minute showed nothing but 0.00 h.
func TestLessThanAnHourIsWrittenInMinutes(t *testing.T) {
	var got strings.Builder
	if err := WriteTable(&got, []Row{{Base: "b", Asset: "a", Running: 90_000, Unknown: 3_509_999, Elapsed: 3_599_999, Coverage: 0.025}}, "zh"); err != nil {
		t.Fatal(err)
	}
	const want = `
基地  设备  运行 min  待机 min  停机 min  故障 min  未知 min  统计时长 min  覆盖率
b     a         1.50      0.00      0.00      0.00     58.50         60.00   2.5 %
`
	if "\n"+got.String() != want {
		t.Errorf("got\n%s\nwant%s", got.String(), want)
	}
}

func TestCSVIsExactAndReadByOfficePrograms(t *testing.T) {
	var got strings.Builder
	if err := WriteCSV(&got, append([]Row{{Base: `odd "name", really`, Asset: "甲\n乙", Assets: 1}}, two...)); err != nil {
		t.Fatal(err)
	}
	const want = "\ufeff" + `base,asset,assets,running_s,standby_s,off_s,fault_s,unknown_s,elapsed_s,coverage,estimated_s
"odd ""name"", really","甲
乙",1,0.000,0.000,0.000,0.000,0.000,0.000,0.000000,0.000
nc-vtc,lathe-1,1,7200.000,1800.500,3600.000,0.001,9900.000,22500.501,0.560000,60.000
b,,12,360000000.000,0.000,0.000,0.000,0.000,360000000.000,1.000000,0.000
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.String(), "\ufeff"))).ReadAll()
	if err != nil || len(lines) != 4 || lines[1][1] != "甲\n乙" {
		t.Errorf("read back: %q %v", lines, err)
	}
}

// The columns of CSV are the keys of JSON.
func TestCSVAndJSONSayTheSameNames(t *testing.T) {
	var text strings.Builder
	if err := WriteCSV(&text, nil); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(two[0])
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(body, &keys); err != nil {
		t.Fatal(err)
	}
	columns := strings.Split(strings.TrimSpace(strings.TrimPrefix(text.String(), "\ufeff")), ",")
	for _, c := range columns {
		if _, ok := keys[c]; !ok {
			t.Errorf("%s is not in %s", c, body)
		}
	}
	if len(keys) != len(columns) {
		t.Errorf("%d keys, %d columns", len(keys), len(columns))
	}
}

// A full pipe takes so many bytes and then refuses.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, io.ErrShortWrite
	}
	f.room -= len(p)
	return len(p), nil
}

func TestAWriterThatRefusesIsAnError(t *testing.T) {
	for _, room := range []int{0, 100} {
		if err := WriteCSV(&full{room}, two); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("CSV, %d bytes: %v", room, err)
		}
		if err := WriteTable(&full{room}, two, "zh"); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("table, %d bytes: %v", room, err)
		}
	}
}

func TestSeconds(t *testing.T) {
	for ms, want := range map[Seconds]string{0: "0.000", 1: "0.001", 1234: "1.234", 60_000: "60.000", -1: "-0.001", -1234: "-1.234"} {
		if got := ms.String(); got != want {
			t.Errorf("%d ms: %s, want %s", int64(ms), got, want)
		}
	}
}

func TestSecondsThatAreNoLengthAreAnError(t *testing.T) {
	for _, text := range []string{`"1"`, "1e300", "-1e300", "{}", "true", "NaN"} {
		var s Seconds
		if err := s.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s became %v", text, s)
		}
	}
}

// FuzzSeconds holds every length of time up to 71 000 asset-years to its millisecond through JSON.
func FuzzSeconds(f *testing.F) {
	for _, ms := range []int64{0, 1, 999, 1000, -1, 1<<51 - 1000, 31_536_000_000} {
		f.Add(ms)
	}
	f.Fuzz(func(t *testing.T, ms int64) {
		want := Seconds(ms % (most * 1000))
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Seconds
		if err := json.Unmarshal(text, &got); err != nil || got != want {
			t.Errorf("%d ms as %s came back as %d (%v)", int64(want), text, int64(got), err)
		}
	})
}
