package web

import (
	"fmt"
	"slices"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// A world is some bases of which everything that can be told bears their marks.
type world []one

// one is a base. Its mark is in every id, name and number of it.
type one struct {
	id, city, mark string
	number         int64
}

func threeBases() world {
	return world{{"gz-gamma", "ganzhou", "gamma", 7_373_737}, {"nc-alpha", "nanchang", "alpha", 3_131_313}, {"nc-beta", "nanchang", "beta", 5_757_575}}
}

func (w world) ids() (ids []string) {
	for _, b := range w {
		ids = append(ids, b.id)
	}
	return ids
}

// marks are what must not be seen by who may not see the base.
func (b *one) marks() []string {
	return []string{b.mark, fmt.Sprint(b.number), "标" + b.mark}
}

func (w world) catalogue() *report.Catalogue {
	c := &report.Catalogue{Version: "plan-1"}
	for _, b := range w {
		text := table.Text{ZH: "标" + b.mark, EN: "Mark " + b.mark}
		c.Bases = append(c.Bases, report.Base{ID: b.id, Text: text, Kind: "kind-" + b.mark, Owner: "owner-" + b.mark, SchoolCode: fmt.Sprint(b.number), City: b.city, County: "county-" + b.mark,
			Zone: "zone-" + b.mark, Cluster: "cluster-" + b.mark, Consortium: "consortium-" + b.mark, Clock: beijing,
			Areas: []report.Area{{ID: "area-" + b.mark, Text: text, Workstations: 12}},
			Assets: []report.Asset{
				{ID: "asset-" + b.mark, Text: text, Area: "area-" + b.mark, Line: "line-" + b.mark, QuotaHours: float64(b.number), InCharge: "person-" + b.mark, Model: "model-" + b.mark, From: now},
				{ID: "mill-" + b.mark, Text: text}},
			Terms: []report.Term{{Code: "2025-2026-" + b.mark, From: now, To: now.AddDate(0, 4, 0)}}})
	}
	return c
}

// An atom is a sum that figures are added up of.
type atom struct {
	report.Group
	ms int64
}

func (w world) atoms(more int) (all []atom) {
	for _, b := range w {
		for i, asset := range []string{"asset-" + b.mark, "mill-" + b.mark} {
			all = append(all, atom{report.Group{City: b.city, Base: b.id, Asset: asset, Place: "area-" + b.mark, Purpose: "student_training", Affiliation: "host",
				UserGroup: "college_student", Month: "2026-02", Day: "2026-02-03", County: "county-" + b.mark, Kind: "kind-" + b.mark}, b.number * int64(1-i)})
		}
		for i := range more {
			all = append(all, atom{report.Group{City: b.city, Base: b.id, Asset: fmt.Sprintf("asset-%s-%05d", b.mark, i)}, 3_600_000})
		}
	}
	return all
}

func (w world) find(id string) *one {
	i := slices.IndexFunc(w, func(b one) bool { return b.id == id })
	if i < 0 {
		return nil
	}
	return &w[i]
}

func (w world) sessions(base, asset string, from time.Time) (all []report.Session) {
	if b := w.find(base); b != nil {
		all = append(all, report.Session{Base: base, Asset: "asset-" + b.mark, From: from, To: from.Add(time.Hour), Purpose: "student_training", Affiliation: "host",
			Organisation: "owner-" + b.mark, Project: "project-" + b.mark, Layer: "timetable", HeldMS: b.number, EffectiveMS: b.number, RunningMS: 1, Estimated: true})
	}
	return all
}

func (w world) evidence(base string, from time.Time) (all []report.Evidence) {
	if b := w.find(base); b != nil {
		all = append(all, report.Evidence{From: from, To: from.Add(time.Minute), State: "running", Why: "why-" + b.mark, Gateway: "gw-" + b.mark, Stream: "stream-" + b.mark, Sequence: uint64(b.number)})
	}
	return all
}

func (w world) frozen() (all []report.Frozen) {
	for _, b := range w {
		all = append(all, report.Frozen{Base: b.id, Version: "2025-2026.1", Period: "2025-2026", From: now, To: now, Rows: b.number, Digest: "digest-" + b.mark, Reason: "reason-" + b.mark, Author: "author-" + b.mark, Made: now})
	}
	return all
}

func (w world) corrections(base string) (all []report.Correction) {
	for _, b := range w {
		if base == "" || base == b.id {
			all = append(all, report.Correction{ID: "c-" + b.mark, Base: b.id, Asset: "asset-" + b.mark, From: now, To: now, Reason: "reason-" + b.mark, Author: "author-" + b.mark, Made: now})
		}
	}
	return all
}

func (w world) live() (all []Live) {
	for _, b := range w {
		all = append(all, Live{Base: b.id, Gateway: "gw-" + b.mark, Asset: "asset-" + b.mark, TextZH: "标" + b.mark, TextEN: "Mark " + b.mark, State: "running",
			Since: now.Add(-90 * time.Second), At: now, Why: "why-" + b.mark + "/power", Values: map[string]record.Shown{b.mark + "/power": good(float64(b.number))}})
	}
	return all
}

func (w world) areas() (all []Area) {
	for _, b := range w {
		all = append(all, Area{Base: b.id, Gateway: "gw-" + b.mark, Area: "area-" + b.mark, TextZH: "标" + b.mark, People: new(int(b.number))})
	}
	return all
}

// changes are two days of each base that may be seen.
func (w world) changes(within report.Scope) (all []report.Change) {
	c := w.catalogue()
	for _, b := range w {
		if !within.Has(b.id, c.Base(b.id)) {
			continue
		}
		for _, day := range []string{"2026-03-01", "2026-03-02"} {
			row := utilisation.Row{Base: b.id, Asset: "asset-" + b.mark, Start: now, Key: utilisation.Key{Purpose: "student_training", Affiliation: utilisation.Host}}
			row.Cell[record.Running] = b.number
			crowd := utilisation.CrowdRow{Base: b.id, Start: now}
			crowd.Place, crowd.UserGroup, crowd.PersonMS = "area-"+b.mark, "college_student", b.number
			all = append(all, report.Change{Base: b.id, Day: day, Cursor: "x", Rows: []utilisation.Row{row}, Crowd: []utilisation.CrowdRow{crowd}})
		}
	}
	return all
}
