// Package pagestest is a province for tests of pages, with an academic year of figures that are made of spans, so that a
// number can be followed down to them. It does not know pages. Its bases are invented: a large one of which much is
// known, one with dead gateways, and one with very few people.
package pagestest

import (
	"fmt"
	"hash/fnv"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// The bases.
const (
	Large = "nc-cnc"
	Dim   = "jj-robot" // its gateways tell of half of the time
	Few   = "gz-metal" // its groups have fewer than five people
)

// Beijing is the clock of all of them.
var Beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// A Province is what pages are handed.
type Province struct {
	Now   time.Time
	List  *report.Catalogue
	Fails error           // what every question comes to, if not nil
	Asked []report.Query  // in order
	Told  []report.Frozen // the frozen versions

	rows   []utilisation.Row // by day, not by hour
	groups []report.Group    // of the rows
	crowd  []utilisation.CrowdRow
	days   map[string]time.Time // of a name of an asset, the day of its correction
}

// New is the year from September 2025 to a summer's day, with so many machines in the large base, 40 at the most.
func New(machines int) *Province {
	p := &Province{Now: time.Date(2026, 7, 10, 15, 30, 0, 0, Beijing), days: map[string]time.Time{}}
	p.List = &report.Catalogue{Version: "2026-07-01.3", Bases: []report.Base{
		base(Few, "赣州稀有金属中试基地", "Ganzhou rare metals pilot base", "pilot_platform", "ganzhou", "tungsten_re", 3),
		base(Dim, "九江工业机器人实训基地", "Jiujiang industrial robot training base", "public_training_base", "jiujiang", "petrochemical", 6),
		base(Large, "南昌数控技术开放型产教融合实践中心", "Nanchang CNC open practice centre", "open_center", "nanchang", "electronics", machines),
	}}
	for i := range p.List.Bases {
		p.book(&p.List.Bases[i])
	}
	p.Told = []report.Frozen{{Base: Large, Version: "2025-2026-1.1", Period: "2025-2026-1", From: date(2025, 9, 1), To: date(2026, 1, 19), Rows: 41250,
		Digest: "9f2c1f0a6f8b0e6d2a4b7c1d9e3f5a60718293a4b5c6d7e8f90a1b2c3d4e5f60", Formula: utilisation.Formula, Plan: "2026-01-20.1", Reason: "学期考核", Author: "evaluator-1",
		Made: time.Date(2026, 1, 25, 9, 0, 0, 0, Beijing)}}
	return p
}

func date(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, Beijing) }

func base(id, zh, en, kind, city, cluster string, machines int) report.Base {
	b := report.Base{ID: id, Text: table.Text{ZH: zh, EN: en}, Kind: kind, City: city, County: city + "-1", Cluster: cluster, Consortium: "c_" + cluster, Clock: Beijing, Owner: "school", Organisations: []report.Organisation{{ID: "school", Text: table.Text{ZH: "示例职业技术学院", EN: "Sample Vocational College"}, Affiliation: "host"}},
		Areas: []report.Area{{ID: "hall", Text: table.Text{ZH: "一号实训车间", EN: "Training hall 1"}, Workstations: 48}, {ID: "lab", Text: table.Text{ZH: "精密测量室", EN: "Metrology laboratory"}, Workstations: 12}},
		Terms: []report.Term{{Code: "2025-2026-1", From: date(2025, 9, 1), To: date(2026, 1, 19)}, {Code: "2025-2026-2", From: date(2026, 2, 23), To: date(2026, 7, 13)}},
	}
	kinds := [][2]string{{"数控车床", "CNC lathe"}, {"立式加工中心", "Machining centre"}, {"五轴联动加工中心", "Five-axis machining centre"}, {"工业机器人", "Robot cell"}, {"三坐标测量机", "Coordinate measuring machine"}}
	for i := range machines {
		k := kinds[i%len(kinds)]
		b.Assets = append(b.Assets, report.Asset{ID: fmt.Sprintf("m-%02d", i+1), Text: table.Text{ZH: fmt.Sprintf("%s %d", k[0], i+1), EN: fmt.Sprintf("%s %d", k[1], i+1)},
			Area: b.Areas[i%2].ID, Line: fmt.Sprintf("line-%d", i%4+1), QuotaHours: 800, Model: fmt.Sprintf("CK6%d", 130+i)})
	}
	return b
}

// Catalogue is what there is.
func (p *Province) Catalogue() *report.Catalogue { return p.List }

// chance is a number of 0 to 99 that is always the same for the same things.
func chance(of ...any) int {
	h := fnv.New32a()
	fmt.Fprint(h, of...)
	return int(h.Sum32()>>8) % 100
}

// book fills the ledgers of a base.
func (p *Province) book(b *report.Base) {
	for day := date(2025, 9, 1); day.Before(p.Now); day = day.AddDate(0, 0, 1) {
		for i := range b.Assets {
			ledger := utilisation.Ledger{}
			for _, s := range p.Day(b, b.Assets[i].ID, day) {
				cell := s.Cell()
				cell[utilisation.Energy] = cell[record.Running]*5/9 + cell[record.Standby]/9
				cell[utilisation.IdleEnergy] = cell[record.Standby] / 9
				ledger.Add(utilisation.Ledger{s.Key: cell})
			}
			for key, cell := range ledger {
				p.groups = append(p.groups, p.group(b.ID, b.Assets[i].ID, key, day))
				p.rows = append(p.rows, utilisation.Row{Base: b.ID, Asset: b.Assets[i].ID, Start: day, Key: key, Cell: cell})
			}
		}
		p.attend(b, day)
	}
}

// attend books the people of a day.
func (p *Province) attend(b *report.Base, day time.Time) {
	if !open(day) {
		return
	}
	many := int64(len(b.Assets))
	for i, g := range []struct {
		purpose, group string
		whose          utilisation.Affiliation
		share          int64
	}{{"student_training", "college_student", utilisation.Host, 3}, {"employee_training", "employee", utilisation.Outside, 1}, {"pilot_test", "employee", utilisation.Partner, 1}, {"social_training", "farmer", utilisation.Outside, 1}} {
		if b.ID == Few && (i > 0 && day.Day() != 12 || i > 2) {
			continue
		}
		visits := many*g.share/2 + 1
		p.crowd = append(p.crowd, utilisation.CrowdRow{Base: b.ID, Start: day,
			CrowdKey:  utilisation.CrowdKey{Place: "hall", Key: utilisation.Key{Purpose: g.purpose, Affiliation: g.whose}, UserGroup: g.group},
			CrowdCell: utilisation.CrowdCell{PersonMS: visits * int64(2+chance(b.ID, day, i)%3) * hour, EstimatedMS: visits * hour / 20, Visits: visits}})
	}
}

const hour = 3_600_000
