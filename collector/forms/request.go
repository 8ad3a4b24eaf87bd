package forms

import (
	"context"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// A Source is who knows the figures, and what is told beside them.
type Source interface {
	Answer(ctx context.Context, q report.Query) (report.Answer, error)
	// Sessions are those of one asset that touch a span; report.ErrNotKept: the facts are gone; report.UnknownError: nothing
	// was ever heard of it.
	Sessions(ctx context.Context, base, asset string, from, to time.Time) ([]report.Session, error)
	// Corrections are all of a base; report.UnknownError: nothing was ever heard of it.
	Corrections(ctx context.Context, base string) ([]report.Correction, error)
}

// A Request is what is to be filled in.
type Request struct {
	Form string
	// Query is what all answers have in common: period, now, scope, filters, zone, catalogue, version. By and Metrics are
	// each table's own.
	Query report.Query
	// Frozen says when each base's version was made, if Query.Version asks for one: later corrections are not in it.
	Frozen []report.Frozen
	Words  Vocabulary
	Options
	// Floor is the coverage below which a figure is doubtful, and never ranked; nil: report.CoverageFloor.
	Floor *float64
	// Progress is told of each step; nil: nobody wants to know.
	Progress func(done, of int, what string)
}

// Options are what single forms can be asked for. The zero value is the usual one.
type Options struct {
	AllAssets  bool    // sj3, benefit: whatever their price and class
	UseInHours bool    // state-data: 学年内基地使用时间 in machine-hours; the unit is not in our source, so it is days if not said
	Weight     float64 // benefit: of the item of hours, in percent; 0: 35
}

// A Vocabulary is the taxonomy, as far as forms speak it. All of it must be given.
type Vocabulary struct {
	// Text is what an id of a city, cluster, consortium, kind, purpose, affiliation or user group is called.
	Text func(d report.Dimension, id string) table.Text
	// Class is the column of SJ3 that the hours of a purpose go into: teaching, research, social_service, none.
	Class func(purpose string) string
	// Students are the user groups of students.
	Students []string
	// Row is the row of annex 2 that counts bases of a kind; 0: none does.
	Row func(kind string) int
	// Municipal tells whether a consortium is a 市域产教联合体.
	Municipal func(consortium string) bool
	// Project is what a project of a base is called.
	Project func(base, id string) table.Text
	Targets []Target // of annex 2, in order
}

// A Target is a row of annex 2.
type Target struct {
	No                  int
	Text                table.Text
	Unit                string
	Y2025, Y2030, Y2035 float64
	Telemetry           string // direct: the registry can count it; evidence: the system supplies hours for it; none
}
