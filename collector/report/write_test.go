package report

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var two = []Row{
	{Base: "nc-vtc", Asset: "lathe-1", Purpose: "student_training", Affiliation: "host", Assets: 1,
		Running: 7_200_000, Standby: 1_800_500, Off: 3_600_000, Fault: 1, Unknown: 9_900_000, Elapsed: 22_500_501, Coverage: 0.56, Estimate: 60_000,
		Open: 18_000_000, Effective: 9_000_500, OpenUse: 1, OutOfHours: 2, NoShow: 3, Attended: 4, Corrected: 5, Energy: 12.345678, IdleEnergy: 0.000001, Days: 3,
		Allocation: 0.5, Efficiency: 0.75, Availability: 0.375},
	{Base: "b", Assets: 12, Running: 360_000_000_000, Elapsed: 360_000_000_000, Coverage: 1},
}

var some = []PeopleRow{
	{Base: "nc-vtc", Place: "车间-1", Purpose: "student_training", Affiliation: "host", UserGroup: "college_student", Person: 9_000_000, Estimate: 1_800_500, Visits: 40},
	{Base: "b", Person: 1, Visits: 1},
}

// inChinese is the words of a taxonomy that knows three.
func inChinese(id string) string {
	words := map[string]string{"student_training": "学生实训", "host": "本单位", "college_student": "高职学生"}
	return words[id]
}

func asItIs(id string) string { return id }

func TestTheTablesLineUp(t *testing.T) {
	for _, c := range []struct {
		name  string
		write func(io.Writer) error
		want  string
	}{
		{"Chinese takes two columns", func(w io.Writer) error { return WriteTable(w, two, "zh", inChinese) }, `
基地    设备     用途      使用方  有效机时 h     运行 h  待机 h  停机 h  故障 h  未知 h  统计时长 h   覆盖率
nc-vtc  lathe-1  学生实训  本单位        2.50       2.00    0.50    1.00    0.00    2.75        6.25   56.0 %
b       × 12                             0.00  100000.00    0.00    0.00    0.00    0.00   100000.00  100.0 %
`},
		{"English", func(w io.Writer) error { return WriteTable(w, two, "en", asItIs) }, `
base    asset    purpose           user  effective h  running h  standby h  off h  fault h  unknown h  elapsed h  coverage
nc-vtc  lathe-1  student_training  host         2.50       2.00       0.50   1.00     0.00       2.75       6.25    56.0 %
b       × 12                                    0.00  100000.00       0.00   0.00     0.00       0.00  100000.00   100.0 %
`},
		{"names that no row has are left out", func(w io.Writer) error { return WriteTable(w, two[1:], "en", asItIs) }, `
base  asset  effective h  running h  standby h  off h  fault h  unknown h  elapsed h  coverage
b     × 12          0.00  100000.00       0.00   0.00     0.00       0.00  100000.00   100.0 %
`},
		{"people", func(w io.Writer) error { return WritePeopleTable(w, some, "zh", inChinese) }, `
基地    地点    用途      使用方  人员类别  人时 h  其中估计 h  人次
nc-vtc  车间-1  学生实训  本单位  高职学生    2.50        0.50    40
b                                             0.00        0.00     1
`},
		{"people in English", func(w io.Writer) error { return WritePeopleTable(w, some, "en", asItIs) }, `
base    place   purpose           user  user group       person-h  estimated h  visits
nc-vtc  车间-1  student_training  host  college_student      2.50         0.50      40
b                                                            0.00         0.00       1
`},
		{"people of less than an hour, and nothing but sums", func(w io.Writer) error {
			return WritePeopleTable(w, []PeopleRow{{Person: 90_000, Estimate: 30_000, Visits: 2}}, "zh", inChinese)
		}, `
人时 min  其中估计 min  人次
    1.50          0.50     2
`},
		{"nobody", func(w io.Writer) error { return WritePeopleTable(w, nil, "zh", inChinese) }, `
基地  地点  用途  使用方  人员类别  人时 min  其中估计 min  人次
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got strings.Builder
			if err := c.write(&got); err != nil {
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
	if err := WriteTable(&got, []Row{{Base: "b", Asset: "a", Running: 90_000, Unknown: 3_509_999, Elapsed: 3_599_999, Coverage: 0.025}}, "zh", asItIs); err != nil {
		t.Fatal(err)
	}
	const want = `
基地  设备  有效机时 min  运行 min  待机 min  停机 min  故障 min  未知 min  统计时长 min  覆盖率
b     a             0.00      1.50      0.00      0.00      0.00     58.50         60.00   2.5 %
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
	const want = "\ufeff" + `base,asset,purpose,affiliation,assets,running_s,standby_s,off_s,fault_s,unknown_s,elapsed_s,coverage,estimated_s,open_s,effective_s,open_use_s,out_of_hours_s,no_show_s,attended_s,corrected_s,energy_kwh,standby_kwh,days_used,allocation,utilization_efficiency,availability_iso
"odd ""name"", really","甲
乙",,,1,0.000,0.000,0.000,0.000,0.000,0.000,0.000000,0.000,0.000,0.000,0.000,0.000,0.000,0.000,0.000,0.000000,0.000000,0,0.000000,0.000000,0.000000
nc-vtc,lathe-1,student_training,host,1,7200.000,1800.500,3600.000,0.001,9900.000,22500.501,0.560000,60.000,18000.000,9000.500,0.001,0.002,0.003,0.004,0.005,12.345678,0.000001,3,0.500000,0.750000,0.375000
b,,,,12,360000000.000,0.000,0.000,0.000,0.000,360000000.000,1.000000,0.000,0.000,0.000,0.000,0.000,0.000,0.000,0.000,0.000000,0.000000,0,0.000000,0.000000,0.000000
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.String(), "\ufeff"))).ReadAll()
	if err != nil || len(lines) != 4 || lines[1][1] != "甲\n乙" {
		t.Errorf("read back: %q %v", lines, err)
	}
}

func TestCSVOfPeople(t *testing.T) {
	var got strings.Builder
	if err := WritePeopleCSV(&got, some); err != nil {
		t.Fatal(err)
	}
	const want = "\ufeff" + `base,place,purpose,affiliation,user_group,person_s,estimated_s,visits
nc-vtc,车间-1,student_training,host,college_student,9000.000,1800.500,40
b,,,,,0.001,0.000,1
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// keys are the names that JSON has for the fields of a row, in order.
func keys[T any]() (names []string) {
	for field := range reflect.TypeFor[T]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// The columns of CSV are the keys of JSON, in their order; and what stands in them is the same.
func TestCSVAndJSONSayTheSame(t *testing.T) {
	sameAsJSON(t, WriteCSV, two[0])
	sameAsJSON(t, WritePeopleCSV, some[0])
}

func sameAsJSON[T any](t *testing.T, write func(io.Writer, []T) error, row T) {
	t.Helper()
	var text strings.Builder
	if err := write(&text, []T{row}); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\ufeff"))).ReadAll()
	if err != nil || !slices.Equal(lines[0], keys[T]()) {
		t.Fatalf("columns %q, keys %q, %v", lines[0], keys[T](), err)
	}
	body, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := json.Unmarshal(body, &values); err != nil {
		t.Fatal(err)
	}
	for i, name := range lines[0] {
		cell := any(lines[1][i])
		if number, err := strconv.ParseFloat(lines[1][i], 64); err == nil {
			cell = number
		}
		if values[name] != cell {
			t.Errorf("%s is %v in CSV and %v in JSON", name, cell, values[name])
		}
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
		if err := WritePeopleCSV(&full{room / 10}, some); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("CSV of people, %d bytes: %v", room/10, err)
		}
		if err := WriteTable(&full{room}, two, "zh", asItIs); !errors.Is(err, io.ErrShortWrite) {
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
