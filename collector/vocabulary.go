package collector

import (
	"basemeter/collector/forms"
	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/table"
)

// Vocabulary is the taxonomy in the words of forms, with the projects of a plan; nil: there is none.
func Vocabulary(current *plan.Plan) forms.Vocabulary {
	words := plan.Taxonomy()
	v := forms.Vocabulary{
		Text: func(d report.Dimension, id string) table.Text { return textOf(wordsOf(words, d), id) },
		Class: func(purpose string) string {
			word, _ := words.Purposes.Find(purpose)
			return word.ReportClass
		},
		Students: []string{"secondary_student", "college_student", "undergraduate", "graduate"}, // as the metric counts them
		Row: func(kind string) int {
			word, _ := words.BaseKinds.Find(kind)
			return word.Annex2
		},
		Municipal: func(consortium string) bool {
			word, _ := words.Consortia.Find(consortium)
			return word.Kind == "municipal"
		},
		Project: func(base, id string) table.Text { return projectText(current, base, id) },
	}
	for _, t := range words.Targets {
		v.Targets = append(v.Targets, forms.Target{No: t.No, Text: table.Text{ZH: t.ZH, EN: t.EN}, Unit: t.Unit, Y2025: t.Y2025, Y2030: t.Y2030, Y2035: t.Y2035, Telemetry: t.Telemetry})
	}
	return v
}

// wordsOf are those that the ids of a dimension are of; nil: it has none.
func wordsOf(v *plan.Vocabulary, d report.Dimension) plan.Words {
	switch d {
	case report.ByCity:
		return v.Cities
	case report.ByCluster:
		return v.Clusters
	case report.ByConsortium:
		return v.Consortia
	case report.ByKind:
		return v.BaseKinds
	case report.ByPurpose:
		return v.Purposes
	case report.ByAffiliation:
		return v.Affiliations
	case report.ByUserGroup:
		return v.UserGroups
	}
	return nil
}

func textOf(words plan.Words, id string) table.Text {
	word, _ := words.Find(id)
	return table.Text{ZH: word.ZH, EN: word.EN}
}

func projectText(current *plan.Plan, base, id string) table.Text {
	if current == nil {
		return table.Text{}
	}
	b := current.Base(base)
	if b == nil {
		return table.Text{}
	}
	p := b.Project(id)
	if p == nil {
		return table.Text{}
	}
	return table.Text{ZH: p.TextZH, EN: p.TextEN}
}
