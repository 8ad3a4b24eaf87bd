package report

import (
	"fmt"
	"slices"
	"strings"
)

// A Dimension is something that figures are divided by, or narrowed to.
type Dimension string

// The dimensions. Those of bases stand in the registry; a line and an asset are machines', a place and a user group
// people's; all may be asked by purpose, affiliation and time.
const (
	ByCity         Dimension = "city"
	ByCounty       Dimension = "county"
	ByZone         Dimension = "zone" // a development zone, 开发区
	ByCluster      Dimension = "cluster"
	ByConsortium   Dimension = "consortium"
	ByKind         Dimension = "kind"
	ByBase         Dimension = "base"
	ByLine         Dimension = "line"
	ByAsset        Dimension = "asset"
	ByPlace        Dimension = "place" // an area, or an asset with a reader of its own
	ByPurpose      Dimension = "purpose"
	ByAffiliation  Dimension = "affiliation"
	ByUserGroup    Dimension = "user_group"
	ByDay          Dimension = "day"
	ByWeek         Dimension = "week"
	ByMonth        Dimension = "month"
	ByTerm         Dimension = "term"
	ByYear         Dimension = "year"
	ByAcademicYear Dimension = "academic_year"
)

// Dimensions are all there are, in the order in which rows are sorted by them.
var Dimensions = []Dimension{ByCity, ByCounty, ByZone, ByCluster, ByConsortium, ByKind, ByBase, ByLine, ByAsset, ByPlace, ByPurpose, ByAffiliation,
	ByUserGroup, ByAcademicYear, ByYear, ByTerm, ByMonth, ByWeek, ByDay}

// Of a base, of machines, of people, of both, of time.
var (
	ofBases    = []Dimension{ByCity, ByCounty, ByZone, ByCluster, ByConsortium, ByKind, ByBase}
	ofMachines = []Dimension{ByLine, ByAsset}
	ofPeople   = []Dimension{ByPlace, ByUserGroup}
	ofUse      = []Dimension{ByPurpose, ByAffiliation}
	ofTime     = []Dimension{ByDay, ByWeek, ByMonth, ByTerm, ByYear, ByAcademicYear}
)

// MachineDimensions and PeopleDimensions are what the two kinds of figures can be divided by.
var (
	MachineDimensions = slices.Concat(ofBases, ofMachines, ofUse, ofTime)
	PeopleDimensions  = slices.Concat(ofBases, ofPeople, ofUse, ofTime)
)

// A Group is what a line of an answer stands for. What it is not divided by is empty.
type Group struct {
	City         string `json:"city,omitempty"`
	County       string `json:"county,omitempty"`
	Zone         string `json:"zone,omitempty"`
	Cluster      string `json:"cluster,omitempty"`
	Consortium   string `json:"consortium,omitempty"`
	Kind         string `json:"kind,omitempty"`
	Base         string `json:"base,omitempty"`
	Line         string `json:"line,omitempty"`
	Asset        string `json:"asset,omitempty"`
	Place        string `json:"place,omitempty"`
	Purpose      string `json:"purpose,omitempty"`
	Affiliation  string `json:"affiliation,omitempty"`
	UserGroup    string `json:"user_group,omitempty"`
	AcademicYear string `json:"academic_year,omitempty"` // 2025-2026
	Year         string `json:"year,omitempty"`          // 2026
	Term         string `json:"term,omitempty"`          // as the calendar calls it: 2025-2026-1
	Month        string `json:"month,omitempty"`         // 2026-03
	Week         string `json:"week,omitempty"`          // 2026-W10, ISO 8601
	Day          string `json:"day,omitempty"`           // 2026-03-01

	side, when string // by which people are protected besides
}

// at is the field of a dimension.
func (g *Group) at(d Dimension) *string {
	switch d {
	case ByCity:
		return &g.City
	case ByCounty:
		return &g.County
	case ByZone:
		return &g.Zone
	case ByCluster:
		return &g.Cluster
	case ByConsortium:
		return &g.Consortium
	case ByKind:
		return &g.Kind
	case ByBase:
		return &g.Base
	case ByLine:
		return &g.Line
	case ByAsset:
		return &g.Asset
	case ByPlace:
		return &g.Place
	case ByPurpose:
		return &g.Purpose
	case ByAffiliation:
		return &g.Affiliation
	case ByUserGroup:
		return &g.UserGroup
	case ByAcademicYear:
		return &g.AcademicYear
	case ByYear:
		return &g.Year
	case ByTerm:
		return &g.Term
	case ByMonth:
		return &g.Month
	case ByWeek:
		return &g.Week
	case ByDay:
		return &g.Day
	case bySide:
		return &g.side
	case byWhen:
		return &g.when
	}
	panic("report: no dimension " + string(d))
}

// At is what a group says of a dimension.
func (g Group) At(d Dimension) string { return *g.at(d) }

// Compare orders groups as people read them: dimension by dimension.
func (g Group) Compare(h Group) int {
	for _, d := range Dimensions {
		if c := strings.Compare(g.At(d), h.At(d)); c != 0 {
			return c
		}
	}
	return 0
}

// ParseDimensions reads "base,asset", of those allowed. A name of a line, an asset or a place means something only within
// its base, so the base comes with it.
func ParseDimensions(list string, allowed []Dimension) ([]Dimension, error) {
	var all []Dimension
	for name := range strings.SplitSeq(list, ",") {
		switch d := Dimension(strings.TrimSpace(name)); {
		case !slices.Contains(allowed, d):
			return nil, fmt.Errorf("%q is not a grouping; allowed: %s", name, joined(allowed))
		case slices.Contains(all, d):
			return nil, fmt.Errorf("%s is named twice", d)
		default:
			all = append(all, d)
		}
	}
	within := func(d Dimension) bool { return d == ByLine || d == ByAsset || d == ByPlace }
	if slices.ContainsFunc(all, within) && !slices.Contains(all, ByBase) {
		all = append([]Dimension{ByBase}, all...)
	}
	return all, nil
}

func joined(all []Dimension) string {
	var names []string
	for _, d := range all {
		names = append(names, string(d))
	}
	return strings.Join(names, ", ")
}
