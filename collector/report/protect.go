package report

import (
	"maps"
	"slices"

	"basemeter/collector/utilisation"
)

// LeastPeople is how many different people a published figure of people must be of: domain.md 5.1.
const LeastPeople = 5

// The dimensions by which people are protected besides those that can be asked for: whether they are society's or not, for
// the two are told beside each other, and the periods by which a question divides time.
const (
	bySide Dimension = "side"
	byWhen Dimension = "when"
)

// protected are the dimensions by which the people of a base are always told apart, whatever is asked. So what is withheld
// of a base is withheld in all answers.
var protected = []Dimension{ByPlace, ByPurpose, ByAffiliation, ByUserGroup, bySide}

// crowding is what must be known of a row of people to protect them.
func crowding(r *utilisation.CrowdRow, when string) Crowding {
	g := Group{Place: r.Place, Purpose: r.Purpose, Affiliation: r.Affiliation.String(), UserGroup: r.UserGroup, side: "inside", when: when}
	if r.Affiliation == utilisation.Outside {
		g.side = "outside"
	}
	return Crowding{g, r.CrowdCell}
}

// WithheldKeys are those of a table of people whose cells may not be published.
func WithheldKeys(rows []utilisation.CrowdRow) (all []utilisation.CrowdKey) {
	table := make([]Crowding, len(rows))
	for i := range rows {
		table[i] = crowding(&rows[i], "")
	}
	s := suppress(table, protected, LeastPeople)
	for i := range rows {
		if !s.publishes(protected, table[i].Group) {
			all = append(all, rows[i].CrowdKey)
		}
	}
	return all
}

// A protection decides which figures of people may be told. It knows everybody, whatever is asked: what is left out can be
// subtracted.
type protection struct {
	query   *Query
	rows    map[string]map[Group]utilisation.CrowdCell // by base, period and what protects
	members map[Group]map[string]bool                  // the bases of what a line says of bases and of time
	asked   map[string]bool                            // the bases of the total
	hosted  map[unit]bool                              // places that an enterprise hosts
	readers map[string]bool                            // assets with a reader of their own
	whole   map[string]*suppression                    // by base: of the span as one
	parts   map[string][]*suppression                  // by base: of its periods
	stacks  map[stackKey]*suppression
	known   map[division]hiding
}

// A stackKey is by what bases are put together, and a period; empty: the span as one.
type stackKey struct{ tree, when string }

// A division is by what a figure tells people apart: the bases and the time of its line, or all of them, and columns.
type division struct {
	where   Group
	total   bool
	when    string
	columns string
	part    string
}

func newProtection(q *Query) *protection {
	return &protection{query: q, rows: map[string]map[Group]utilisation.CrowdCell{}, members: map[Group]map[string]bool{}, asked: map[string]bool{},
		hosted: map[unit]bool{}, readers: map[string]bool{}, whole: map[string]*suppression{}, parts: map[string][]*suppression{},
		stacks: map[stackKey]*suppression{}, known: map[division]hiding{}}
}

// remember takes down a row of people that belongs to a line, or to none, if its base is not asked about.
func (p *protection) remember(line Group, r *utilisation.CrowdRow) {
	where := line.standing()
	if p.query.wantsBase(r.Base) {
		if p.members[where] == nil {
			p.members[where] = map[string]bool{}
		}
		p.members[where][r.Base], p.asked[r.Base] = true, true
	}
	if p.rows[r.Base] == nil {
		p.rows[r.Base] = map[Group]utilisation.CrowdCell{}
	}
	c := crowding(r, p.period(where))
	p.rows[r.Base][c.Group] = p.rows[r.Base][c.Group].Plus(c.CrowdCell)
}

// period is what a group says of time, as one name; empty if the query does not divide time. Of a date in no term it is not.
func (p *protection) period(g Group) string {
	if !p.query.divided() {
		return ""
	}
	name := "in"
	for _, d := range ofTime {
		name += " " + g.At(d)
	}
	return name
}

// together is how many periods are decided on together. It takes more than twice the time for twice as many.
const together = 31

// decide decides on the tables of all bases.
func (p *protection) decide() {
	for base, cells := range p.rows {
		var all []Crowding
		periods := map[string][]Crowding{}
		for g, cell := range cells {
			periods[g.when] = append(periods[g.when], Crowding{g, cell})
			g.when = ""
			all = append(all, Crowding{g, cell})
		}
		p.whole[base] = suppress(all, protected, LeastPeople)
		if !p.query.divided() {
			continue
		}
		for some := range slices.Chunk(slices.Sorted(maps.Keys(periods)), together) {
			var rows []Crowding
			for _, when := range some {
				rows = append(rows, periods[when]...)
			}
			p.parts[base] = append(p.parts[base], p.whole[base].divide(rows))
		}
	}
}

// divide decides on some periods of a table. Sums that the whole tells are dear, and those that it does not tell are free.
func (s *suppression) divide(rows []Crowding) *suppression {
	m := newMarginals(rows, slices.Concat(s.by, []Dimension{byWhen}))
	return balance(m, m.people, s.least, func(i int) (int64, bool) {
		margin := &m.margins[i]
		g := m.atoms[margin.atoms[0]].Group
		var over []Dimension
		for j, d := range s.by {
			if margin.mask>>j&1 == 1 {
				over = append(over, d)
			}
		}
		id, known := s.at[s.tuple(over, &g)]
		switch {
		case !known || s.margins[id].amount != margin.amount:
			return 0, false
		case s.hidden[id]:
			return 0, true
		}
		return dear, true
	})
}

// withholds tells whether a figure of people must not be told, be it of a line or of the total.
func (p *protection) withholds(m utilisation.Metric, g Group, total bool, f Figure) bool {
	if m.Needs&utilisation.OfCards != 0 && f.Numerator > 0 && f.Numerator < LeastPeople {
		return true
	}
	d := division{where: g.standing(), total: total, part: parts[m.ID]}
	if !total {
		d.when = p.period(g)
	}
	by := p.columns(total)
	d.columns = joined(by)
	h, known := p.known[d]
	if !known {
		h = p.hiding(d, by)
		p.known[d] = h
	}
	return h.withholds(func(column Group) bool {
		return column.side == d.part && !slices.ContainsFunc(by, func(of Dimension) bool { return !p.wants(of, g, total, column.At(of)) })
	})
}

// columns are the dimensions by which a line, or the total, tells people apart.
func (p *protection) columns(total bool) (by []Dimension) {
	for _, d := range []Dimension{ByPlace, ByPurpose, ByAffiliation, ByUserGroup} {
		if d == ByPlace && p.query.about(ByAsset) || !total && p.query.by(d) || len(p.query.Where[d]) > 0 {
			by = append(by, d)
		}
	}
	return by
}

// parts are what some metrics are about, which are not about everybody.
var parts = map[string]string{"person_hours_society": "outside", "person_hours_inside": "inside", "hosted_trainee_hours": "hosted"}

// wants tells whether a figure is about some value of a dimension.
func (p *protection) wants(of Dimension, g Group, total bool, value string) bool {
	switch {
	case !total && p.query.by(of) && g.At(of) != value, !p.query.allows(of, value):
		return false
	case of == ByPlace && p.query.about(ByAsset):
		return p.readers[value] && p.query.allows(ByAsset, value) && (total || !p.query.by(ByAsset) || g.Asset == value)
	}
	return true
}

// column is what a row of a base is told in.
func (p *protection) column(base, part string, by []Dimension) func(Group) Group {
	return func(g Group) (c Group) {
		for _, d := range by {
			*c.at(d) = g.At(d)
		}
		switch {
		case part == "outside" || part == "inside":
			c.side = g.side
		case part == "hosted" && utilisation.Trainee(g.UserGroup) && p.hosted[unit{base, g.Place}]:
			c.side = "hosted"
		case part == "hosted" && utilisation.Trainee(g.UserGroup):
			c.side = "elsewhere"
		case part == "hosted":
			c.side = "others"
		}
		return c
	}
}
