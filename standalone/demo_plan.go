package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The areas of the plant, and what stands in them.
var areas = []struct {
	id, zh, en string
	stations   int
	assets     []string
}{
	{"turning", "车削区", "Turning area", 12, []string{"lathe-1", "lathe-2"}},
	{"milling", "铣削区", "Milling area", 8, []string{"mill-1", "mill-2", "press-1"}},
	{"hall", "综合车间", "Main hall", 16, []string{"robot-1", "furnace-1", "laser-1", "pump-1", "compressor-1"}},
}

// writePlan writes what a school would have planned for the hours around now: a lesson at the lathes, a firm from outside
// at the mills, and the hall open to whoever comes.
func writePlan(dir string, now time.Time) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	local := now.In(time.FixedZone("Asia/Shanghai", 8*60*60))
	files := map[string]string{
		"registry.yaml": registry(), "calendar.yaml": calendar,
		"timetable.yaml": fmt.Sprintf(timetable, local.Format(time.DateOnly), local.AddDate(0, 0, 1).Format(time.DateOnly)),
		"bookings.yaml":  fmt.Sprintf(bookings, local.Add(-time.Hour).Format("2006-01-02T15:04"), local.Add(3*time.Hour).Format("2006-01-02T15:04")),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func registry() string {
	var text strings.Builder
	text.WriteString(`base:
  id: demo-base
  text_zh: 演示实训基地
  text_en: Demo training base
  kind: open_regional_center
  owner: college
  city: nanchang
  cluster: electronics
organisations:
  - {id: college, text_zh: 演示职业学院, text_en: Demo college, affiliation: host}
  - {id: firm, text_zh: 演示企业, text_en: Demo firm, affiliation: outside}
cards:
  - {group: students, text_zh: 学生, user_group: college_student, organisation: college}
  - {group: workers, text_zh: 企业员工, user_group: employee, organisation: firm}
areas:
`)
	for _, a := range areas {
		fmt.Fprintf(&text, "  - {id: %s, text_zh: %s, text_en: %s, workstations: %d}\n", a.id, a.zh, a.en, a.stations)
	}
	text.WriteString("assets:\n")
	for _, a := range areas {
		for _, asset := range a.assets {
			fmt.Fprintf(&text, "  - {id: %s, text_zh: %s, text_en: %s, area: %s}\n", asset, names[asset][0], names[asset][1], a.id)
		}
	}
	return text.String()
}

const calendar = `weekly:
  in_term: {daily: [["00:00", "24:00"]]}
  vacation: {daily: [["00:00", "24:00"]]}
`

const timetable = `lessons:
  - {id: turning-basics, text: 车削基础, dates: [%s, %s], from: "00:00", to: "24:00", area: turning, class_size: 12, purpose: student_training, organisation: college}
`

const bookings = `bookings:
  - {id: firm-training, text: 企业员工培训, from: %s, to: %s, area: milling, people: 6, purpose: employee_training, organisation: firm, self_operated: true}
`
