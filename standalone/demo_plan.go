package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"basemeter/agent"
	"basemeter/agent/cards"
	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/badge"
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

// holders are who carries the cards that visitors show: students, workers of the firm, and two whom nobody has enrolled.
func holders(n int) string {
	switch {
	case n < 6:
		return "students"
	case n < 10:
		return "workers"
	}
	return ""
}

const (
	cardsInAll = 12
	firstCard  = 0x13005D1000 // of EM4100 cards, one number after another
)

// enrol puts the cards into the gateway's table, as basemeter-agent card enroll does.
func enrol(c configs.Site, log *slog.Logger) error {
	now := drivers.Instant{Wall: time.Now(), Synced: true}
	years, err := agent.Keys(c.Agent, log).Ahead(now, 1)
	if err != nil {
		return err
	}
	table, err := cards.Open(c.CardsFile)
	if err != nil {
		return err
	}
	var all []cards.Card
	for n := range cardsInAll {
		if group := holders(n); group != "" {
			pseudonym := badge.Bits(40, firstCard+uint64(n)).Pseudonym(years[0].Key)
			all = append(all, cards.Card{Pseudonym: pseudonym, Group: group, Year: years[0].Year.String(), Enrolled: now.Wall.Format(time.DateOnly)})
		}
	}
	return table.Put(years[0].Year.String(), all...)
}

// people says where the readers stand, and what showing a card there means.
func people() configs.Presence {
	p := configs.Presence{Timezone: "Asia/Shanghai", LongestStay: configs.Duration(12 * time.Hour)}
	for _, a := range areas {
		p.Areas = append(p.Areas, configs.Area{Name: a.id, TextZH: a.zh, TextEN: a.en, Assets: a.assets})
	}
	p.Readers = []configs.PlacedReader{{Reader: "door", Area: "turning", Way: configs.Toggle}}
	return p
}
