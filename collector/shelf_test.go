package collector

import (
	"context"
	"fmt"
	"slices"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A shelf is facts and ledger in memory, shared by collectors of which one moves at a time.
type shelf struct {
	facts   map[baseHour]*record.Facts
	pages   map[utilisation.Grain]map[string]page
	used    map[utilisation.UsedDays]int64 // by all but the count
	mark    map[string]store.Closed
	changes []store.Change
}

func newShelf() *shelf {
	return &shelf{map[baseHour]*record.Facts{}, map[utilisation.Grain]map[string]page{}, map[utilisation.UsedDays]int64{}, map[string]store.Closed{}, nil}
}

func (s *shelf) add(batches []record.Batch) {
	for _, b := range batches {
		for _, h := range touched([]record.Batch{b}) {
			f := s.facts[h]
			if f == nil {
				f = &record.Facts{}
				s.facts[h] = f
			}
			for _, spell := range b.Spells {
				if !slices.Contains(f.Spells, spell) {
					f.Spells = append(f.Spells, spell)
				}
			}
			for _, p := range b.Presences {
				if !slices.Contains(f.Presences, p) {
					f.Presences = append(f.Presences, p)
				}
			}
		}
	}
}

func (s *shelf) page(g utilisation.Grain, base string) page {
	if s.pages[g] == nil {
		s.pages[g] = map[string]page{}
	}
	if _, ok := s.pages[g][base]; !ok {
		s.pages[g][base] = newPage()
	}
	return s.pages[g][base]
}

// check holds every page to all facts.
func (s *shelf) check() error {
	free := hand{shelf: s, turn: func() error { return nil }}
	for h := range s.facts {
		if _, c, err := books(free).difference(context.Background(), stretch{h.base, h.start, h.start.Add(time.Hour)}, nil); err != nil || !c.empty() {
			return fmt.Errorf("%v: the ledger lacks %v (%v)", h, c, err)
		}
	}
	return nil
}

func books(s shelves) *bookkeeper { return newBookkeeper(s, &plans{}, 0, &journal{by: "test"}) }

// A hand is one collector's. Before each thing it does it waits for its turn.
type hand struct {
	shelf *shelf
	turn  func() error
	all   bool // before reading marks and sums as well
	mute  bool // it does not say that it is about to close a day
}

// also waits for a turn where marks and sums are of interest.
func (h hand) also() error {
	if h.all {
		return h.turn()
	}
	return nil
}

func (h hand) Observed(_ context.Context, base, _ string, from, to time.Time) (utilisation.Observed, error) {
	o := utilisation.Observed{Spells: map[string][]record.Spell{}}
	if err := h.turn(); err != nil {
		return o, err
	}
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		if f := h.shelf.facts[baseHour{base, at}]; f != nil {
			for _, spell := range f.Spells {
				o.Spells[spell.Asset] = append(o.Spells[spell.Asset], spell)
			}
			o.Presences = append(o.Presences, f.Presences...)
		}
	}
	return o, nil
}

func (h hand) Corrections(context.Context, string) (map[string][]utilisation.Correction, error) {
	return nil, nil
}

func (h hand) Assets(_ context.Context, base string) ([]utilisation.Asset, error) {
	since := map[string]int64{}
	for at, f := range h.shelf.facts {
		for _, s := range f.Spells {
			if before, known := since[s.Asset]; at.base == base && (!known || s.FromMS < before) {
				since[s.Asset] = s.FromMS
			}
		}
	}
	var all []utilisation.Asset
	for name, ms := range since {
		all = append(all, utilisation.Asset{Base: base, Name: name, Since: time.UnixMilli(ms).UTC()})
	}
	return all, nil
}

func within(of utilisation.Range, start time.Time) bool {
	return !start.Before(of.From) && start.Before(of.To)
}

func (h hand) EachRow(_ context.Context, of utilisation.Range, each func(utilisation.Row) error) error {
	turn := h.also
	if of.Grain == utilisation.Hour {
		turn = h.turn
	}
	if err := turn(); err != nil {
		return err
	}
	for _, r := range h.shelf.page(of.Grain, of.Bases[0]).rows {
		if within(of, r.Start) && (r.Asset == "") == of.Whole {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h hand) EachCrowdRow(_ context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error {
	for _, r := range h.shelf.page(of.Grain, of.Bases[0]).crowd {
		if within(of, r.Start) {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h hand) WriteRows(_ context.Context, g utilisation.Grain, rows []utilisation.Row) error {
	turn := h.also
	if g == utilisation.Hour {
		turn = h.turn
	}
	if err := turn(); err != nil {
		return err
	}
	for _, r := range rows {
		h.shelf.page(g, r.Base).put(r)
	}
	return nil
}

func (h hand) WriteCrowd(_ context.Context, g utilisation.Grain, rows []utilisation.CrowdRow) error {
	for _, r := range rows {
		h.shelf.page(g, r.Base).putCrowd(r)
	}
	return nil
}

func (h hand) EachHeld(_ context.Context, base string, from, to time.Time, each func(asset string, day time.Time, heldMS int64) error) error {
	for _, r := range h.shelf.page(utilisation.Day, base).rows {
		if within(utilisation.Range{From: from, To: to}, r.Start) && r.Asset != "" {
			if err := each(r.Asset, r.Start, r.Cell[utilisation.Held]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h hand) EachDays(_ context.Context, of utilisation.Range, each func(base, asset string, month time.Time, days int64) error) error {
	for d, days := range h.shelf.used {
		if d.Base == of.Bases[0] && within(of, d.Month) && (d.Asset == "") == of.Whole {
			if err := each(d.Base, d.Asset, d.Month, days); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h hand) WriteDays(_ context.Context, all []utilisation.UsedDays) error {
	for _, d := range all {
		days := d.Days
		d.Days = 0
		h.shelf.used[d] = days
	}
	return nil
}

func (h hand) FirstHour(_ context.Context, base string) (first time.Time, err error) {
	for at := range h.shelf.facts {
		if at.base == base && (first.IsZero() || at.start.Before(first)) {
			first = at.start
		}
	}
	return first, nil
}

func (h hand) Closed(_ context.Context, base string) (store.Closed, error) {
	err := h.also()
	return h.shelf.mark[base], err
}

func (h hand) MarkClosing(_ context.Context, base string, to time.Time) error {
	if err := h.also(); err != nil || h.mute {
		return err
	}
	mark := h.shelf.mark[base]
	mark.Closing = later(mark.Closing, to)
	h.shelf.mark[base] = mark
	return nil
}

func (h hand) MarkClosed(_ context.Context, base string, from, to time.Time) error {
	if err := h.also(); err != nil {
		return err
	}
	mark := h.shelf.mark[base]
	if mark.From.IsZero() || from.Before(mark.From) {
		mark.From = from
	}
	mark.To = later(mark.To, to)
	h.shelf.mark[base] = mark
	return nil
}

func (h hand) WriteChange(_ context.Context, c store.Change) error {
	if err := h.also(); err != nil {
		return err
	}
	h.shelf.changes = append(h.shelf.changes, c)
	return nil
}

func (h hand) Writers(context.Context, []string) (map[string]time.Time, error) {
	newest := map[string]time.Time{}
	for _, c := range h.shelf.changes {
		newest[c.By] = later(newest[c.By], c.At)
	}
	return newest, nil
}
