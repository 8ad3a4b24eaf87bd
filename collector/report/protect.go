package report

import (
	"maps"
	"slices"

	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// LeastPeople is how many different people a published figure of people must be of: domain.md 5.1.
const LeastPeople = 5

// peopleDimensions are all by which people are told apart.
var peopleDimensions = slices.Concat(ofMachines, ofPeople, ofUse)

// remember takes down who was there, divided by all that the query asks about and by all that tells people apart, before
// any of it is narrowed: what is left out can be subtracted.
func (b *builder) remember(g Group, cell utilisation.CrowdCell) {
	if b.crowds == nil {
		b.crowds = map[Group]utilisation.CrowdCell{}
	}
	b.crowds[g] = b.crowds[g].Plus(cell)
}

// protect decides which figures of people may be published.
func (b *builder) protect(metrics []utilisation.Metric) (err error) {
	if b.needs&utilisation.OfPeople == 0 {
		return nil
	}
	by := slices.Clone(b.query.By)
	ask := func(dimensions ...Dimension) {
		for _, d := range dimensions {
			if !slices.Contains(by, d) {
				by = append(by, d)
			}
		}
	}
	for _, d := range peopleDimensions {
		if len(b.query.Where[d]) > 0 {
			ask(d)
		}
	}
	for _, m := range metrics {
		ask(slices.Collect(maps.Keys(b.part(m)))...)
	}
	slices.SortFunc(by, func(x, y Dimension) int { return slices.Index(Dimensions, x) - slices.Index(Dimensions, y) })
	rows := make([]Crowding, 0, len(b.crowds))
	for g, cell := range b.crowds {
		rows = append(rows, Crowding{g, cell})
	}
	b.suppression, err = Suppress(rows, by, LeastPeople)
	if err != nil {
		return &QuestionError{"by", table.Text{EN: err.Error(), ZH: "人员数字最多按六个维度拆分（含筛选所用的维度），否则无法保护少数人"}}
	}
	return nil
}

// withheld tells whether a figure of people must not be told.
func (b *builder) withheld(m utilisation.Metric, g Group, over []Dimension, f Figure) bool {
	switch {
	case m.Needs&utilisation.OfPeople == 0:
		return false
	case m.Needs&utilisation.OfCards != 0:
		return f.Numerator > 0 && f.Numerator < LeastPeople
	}
	where := b.part(m)
	for _, values := range where {
		if len(values) == 0 {
			return false // nobody is of that part
		}
	}
	for _, d := range peopleDimensions {
		if values := b.query.Where[d]; len(values) > 0 {
			where[d] = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return where[d] != nil && !slices.Contains(where[d], v) })
		}
	}
	return !b.suppression.Publishes(over, g, where)
}

// part is what a metric is about, if it is not about everybody.
func (b *builder) part(m utilisation.Metric) map[Dimension][]string {
	seen := func(d Dimension, wanted func(string) bool) (values []string) {
		for g := range b.crowds {
			if v := g.At(d); wanted(v) && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		slices.Sort(values)
		return values
	}
	outside := utilisation.Outside.String()
	switch m.ID {
	case "person_hours_society":
		return map[Dimension][]string{ByAffiliation: {outside}}
	case "person_hours_inside":
		return map[Dimension][]string{ByAffiliation: seen(ByAffiliation, func(v string) bool { return v != outside })}
	case "hosted_trainee_hours":
		return map[Dimension][]string{ByUserGroup: seen(ByUserGroup, utilisation.Trainee), ByPlace: seen(ByPlace, func(v string) bool { return b.hosted[v] })}
	}
	return map[Dimension][]string{}
}
