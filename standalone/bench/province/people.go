package province

import (
	"math/rand/v2"
	"time"

	"basemeter/collector/utilisation"
)

// halls are where people are.
var halls = []string{"hall-a", "hall-b", "hall-c"}

// groups are who comes, what for, and at most how many of them on a day.
var groups = []struct {
	utilisation.Key
	group string
	most  int
}{
	{uses[0], "college_student", 60},
	{uses[0], "teacher", 6},
	{uses[1], "employee", 20},
	{uses[2], "employee", 4},
	{utilisation.Key{Purpose: "social_training", Affiliation: utilisation.Outside}, "farmer", 12},
}

// people makes up who came on each day, and adds months up: of people the most of any day. The row without a place says
// that a period is complete.
func (l *ledger) people(p *Province, b Base) {
	random := rand.New(rand.NewPCG(uint64(b.Number), 1<<32))
	months := map[int64]map[utilisation.CrowdKey]utilisation.CrowdCell{}
	for day := p.From(); day.Before(End); day = day.AddDate(0, 0, 1) {
		month := utilisation.Month.Floor(day, zone).UnixMilli()
		if months[month] == nil {
			months[month] = map[utilisation.CrowdKey]utilisation.CrowdCell{{}: {}}
		}
		who := map[utilisation.CrowdKey]utilisation.CrowdCell{{}: {}}
		for _, g := range groups {
			if n := int64(random.IntN(g.most + 1)); n > 0 && day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
				key := utilisation.CrowdKey{Place: halls[random.IntN(len(halls))], Key: g.Key, UserGroup: g.group}
				who[key] = utilisation.CrowdCell{PersonMS: n * (1 + random.Int64N(6)) * hourMS, Visits: n, People: n}
			}
		}
		for key, cell := range who {
			months[month][key] = months[month][key].Plus(cell)
		}
		if !day.Before(LastYear) {
			l.gather(b, utilisation.Day, day, who)
		}
	}
	for month, who := range months {
		l.gather(b, utilisation.Month, time.UnixMilli(month), who)
	}
}

func (l *ledger) gather(b Base, g utilisation.Grain, start time.Time, who map[utilisation.CrowdKey]utilisation.CrowdCell) {
	for key, cell := range who {
		if key.Place == "" {
			key.Purpose = utilisation.None
		}
		l.crowd[g] = append(l.crowd[g], utilisation.CrowdRow{Base: b.ID, Start: start.UTC(), CrowdKey: key, CrowdCell: cell, Judged: judged()})
	}
}
