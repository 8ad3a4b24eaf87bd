package province

import (
	"time"

	"basemeter/collector/utilisation"
)

// A ledger is what is written of one base.
type ledger struct {
	rows  map[utilisation.Grain][]utilisation.Row
	days  []utilisation.UsedDays
	crowd map[utilisation.Grain][]utilisation.CrowdRow
}

// ledger makes up a base: all is made hour by hour and added up, so that what is coarse is the sum of what is finer.
func (p *Province) ledger(b Base) *ledger {
	l := &ledger{rows: map[utilisation.Grain][]utilisation.Row{}, crowd: map[utilisation.Grain][]utilisation.CrowdRow{}}
	days, hours := p.detail(b)
	whole := map[utilisation.Grain]*sums{utilisation.Day: newSums(utilisation.Day), utilisation.Month: newSums(utilisation.Month)}
	used := map[int64]map[int]bool{} // dates of each month
	for i := range PerBase {
		a := &account{Base: b, name: asset(i), machine: newMachine(b, i), used: used,
			sums: []*sums{newSums(utilisation.Day), newSums(utilisation.Month)}, whole: whole}
		a.fill(p.From(), hours, l)
		if days {
			l.add(a.sums[0], b, a.name, LastYear)
		}
		l.add(a.sums[1], b, a.name, p.From())
		l.date(a)
	}
	l.add(whole[utilisation.Day], b, "", LastYear)
	l.add(whole[utilisation.Month], b, "", p.From())
	for month, dates := range used {
		l.days = append(l.days, utilisation.UsedDays{Base: b.ID, Month: time.UnixMilli(month).UTC(), Days: int64(len(dates))})
	}
	l.people(p, b)
	return l
}

// An account is one asset on its way into the ledger.
type account struct {
	Base
	name    string
	machine *machine
	sums    []*sums
	whole   map[utilisation.Grain]*sums
	used    map[int64]map[int]bool
}

// fill goes through the hours. The first of each month is written of every asset, so that each has its series of hours.
func (a *account) fill(from, hours time.Time, l *ledger) {
	for at := from; at.Before(End); at = at.Add(time.Hour) {
		keep := !at.Before(hours) || at.Day() == 1 && at.Hour() == 9
		a.machine.hour(at, func(k utilisation.Key, c utilisation.Cell) {
			for _, s := range a.sums {
				s.add(at, k, &c)
				a.whole[s.grain].add(at, k, &c)
			}
			if keep {
				l.rows[utilisation.Hour] = append(l.rows[utilisation.Hour],
					utilisation.Row{Base: a.ID, Asset: a.name, Start: at.UTC(), Key: k, Cell: c, Judged: judged()})
			}
		})
	}
}

// add takes what begins at from or later.
func (l *ledger) add(s *sums, b Base, asset string, from time.Time) {
	for _, period := range s.order {
		if start := time.UnixMilli(period).UTC(); !start.Before(from) {
			for k, c := range s.cells[period] {
				l.rows[s.grain] = append(l.rows[s.grain], utilisation.Row{Base: b.ID, Asset: asset, Start: start, Key: k, Cell: *c, Judged: judged()})
			}
		}
	}
}

// date counts on which dates an asset was used, and notes them for its base.
func (l *ledger) date(a *account) {
	count := map[int64]int64{}
	for _, day := range a.sums[0].order {
		var held int64
		for _, c := range a.sums[0].cells[day] {
			held += c[utilisation.Held]
		}
		if held < utilisation.LeastUse.Milliseconds() {
			continue
		}
		month := utilisation.Month.Floor(time.UnixMilli(day), zone).UnixMilli()
		count[month]++
		if a.used[month] == nil {
			a.used[month] = map[int]bool{}
		}
		a.used[month][time.UnixMilli(day).In(zone).Day()] = true
	}
	for month, n := range count {
		l.days = append(l.days, utilisation.UsedDays{Base: a.ID, Asset: a.name, Month: time.UnixMilli(month).UTC(), Days: n})
	}
}

// sums are those of a grain, by when their periods begin, in ms.
type sums struct {
	grain utilisation.Grain
	order []int64
	cells map[int64]map[utilisation.Key]*utilisation.Cell

	next   time.Time // when the present period ends
	period int64
}

func newSums(g utilisation.Grain) *sums {
	return &sums{grain: g, cells: map[int64]map[utilisation.Key]*utilisation.Cell{}}
}

// add books an hour. Those of one asset come in order, then those of the next.
func (s *sums) add(at time.Time, k utilisation.Key, c *utilisation.Cell) {
	if !at.Before(s.next) || at.UnixMilli() < s.period {
		s.period, s.next = s.grain.Floor(at, zone).UnixMilli(), s.grain.Next(at, zone)
		if s.cells[s.period] == nil {
			s.cells[s.period], s.order = map[utilisation.Key]*utilisation.Cell{}, append(s.order, s.period)
		}
	}
	sum := s.cells[s.period][k]
	if sum == nil {
		sum = &utilisation.Cell{}
		s.cells[s.period][k] = sum
	}
	for m, ms := range c {
		sum[m] += ms
	}
}
