package report

import (
	"slices"
	"strings"
	"time"

	"basemeter/collector/table"
)

// A Catalogue is what the registry says there is, by which figures are divided and called. It is a value: nothing of it
// may be changed.
type Catalogue struct {
	Version string // of the plan; empty: there is none
	Bases   []Base // by id
}

// A Base is one of the registry. Kind, variant, city, cluster and consortium are ids of the taxonomy; whatever is not
// said is empty.
type Base struct {
	ID         string
	Text       table.Text
	Kind       string
	Variant    string
	Owner      string // an organisation
	SchoolCode string // 学校代码, of the owner
	City       string
	County     string
	Zone       string
	Cluster    string
	Consortium string
	Clock      *time.Location // days are cut at its midnight

	Organisations []Organisation
	Areas         []Area
	Assets        []Asset
	Terms         []Term // in order
}

// An Organisation owns, hosts or uses.
type Organisation struct {
	ID          string
	Text        table.Text
	Affiliation string
}

// An Area is a room or a hall.
type Area struct {
	ID           string
	Text         table.Text
	Workstations int
}

// An Asset is a machine. What stands below Host is what SJ1 and SJ3 ask for.
type Asset struct {
	ID         string
	Text       table.Text
	Area       string
	Line       string
	QuotaHours float64   // a year; 0: none is set
	From       time.Time // in service; zero: it is not said
	Until      time.Time // the first moment out of service; zero: it is in service
	Host       string    // the organisation that hosts it, if not the owner

	AssetNumber   string
	ClassCode     string
	Model         string
	Specification string
	PriceYuan     float64 // 0: it is not said
	InCharge      string  // 负责人姓名
}

// A Term is some weeks of a calendar.
type Term struct {
	Code     string
	From, To time.Time
}

// Base is the one with an id; nil: the registry does not know it.
func (c *Catalogue) Base(id string) *Base {
	i, found := slices.BinarySearchFunc(c.Bases, id, func(b Base, id string) int { return strings.Compare(b.ID, id) })
	if !found {
		return nil
	}
	return &c.Bases[i]
}

// Asset is the one with an id; nil: the registry does not know it. Of no base there is none.
func (b *Base) Asset(id string) *Asset {
	if b == nil {
		return nil
	}
	if i := slices.IndexFunc(b.Assets, func(a Asset) bool { return a.ID == id }); i >= 0 {
		return &b.Assets[i]
	}
	return nil
}

// Organisation is the one with an id; nil: the registry does not know it.
func (b *Base) Organisation(id string) *Organisation {
	if b == nil {
		return nil
	}
	if i := slices.IndexFunc(b.Organisations, func(o Organisation) bool { return o.ID == id }); i >= 0 {
		return &b.Organisations[i]
	}
	return nil
}

// Area is the one with an id; nil: the registry does not know it.
func (b *Base) Area(id string) *Area {
	if b == nil {
		return nil
	}
	if i := slices.IndexFunc(b.Areas, func(a Area) bool { return a.ID == id }); i >= 0 {
		return &b.Areas[i]
	}
	return nil
}
