package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"basemeter/collector/plan"
	"basemeter/collector/plan/sheets"
	"basemeter/configs/strict"
)

// planLists are what the cells of an import may name, and the base's time zone; without a folder, none. Only the
// registry and the calendar are read: the timetable may be what is wrong with the plan, and is about to be replaced.
func planLists(dir string) (*sheets.Lists, *time.Location, error) {
	if dir == "" {
		return nil, nil, nil
	}
	var r plan.Registry
	var c plan.Calendar
	if err := errors.Join(loadFile(filepath.Join(dir, "registry.yaml"), &r), loadFile(filepath.Join(dir, "calendar.yaml"), &c)); err != nil {
		return nil, nil, err
	}
	name := r.Base.Timezone
	if name == "" {
		name = "Asia/Shanghai"
	}
	zone, err := time.LoadLocation(name)
	lists := sheets.ListsOf(r, c)
	return &lists, zone, err
}

// loadFile reads a file of a plan, whose rules are no concern of an import.
func loadFile(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d := strict.Document{File: file, MaxBytes: maxPlanBytes}
	d.Parse(text, into)
	return d.Faults().Err()
}

// planPurposes are those of the taxonomy that a lesson or a booking can have: maintenance stands in calendar.yaml, and
// who plans a use knows its purpose.
func planPurposes() []sheets.Entry {
	var list []sheets.Entry
	for _, p := range plan.Taxonomy().Purposes {
		if p.ReportClass != "none" {
			list = append(list, sheets.Entry{ID: p.ID, TextZH: p.ZH, TextEN: p.EN})
		}
	}
	return list
}
