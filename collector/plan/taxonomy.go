package plan

import (
	_ "embed"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

// A Word is one entry of the taxonomy, in both languages. Only what a list needs is given.
type Word struct {
	ID string `yaml:"id"`
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`

	ReportClass string `yaml:"report_class"` // of a purpose: teaching, research, social_service, none: the hours column of SJ3
	Side        string `yaml:"side"`         // of a user group: internal_or_partner, society
	City        string `yaml:"city"`         // of a consortium
	Cluster     string `yaml:"cluster"`      // of a consortium
	Kind        string `yaml:"kind"`         // of a consortium: municipal, industry, alliance; of a cluster: manufacturing, field
	Annex2      int    `yaml:"annex2"`       // of a kind of base: the row of the policy's annex 2 that counts such bases; 0: none does
}

// A Target is a row of the policy's annex 2.
type Target struct {
	No        int     `yaml:"no"`
	ZH        string  `yaml:"zh"`
	EN        string  `yaml:"en"`
	Unit      string  `yaml:"unit"`
	Y2025     float64 `yaml:"y2025"`
	Y2030     float64 `yaml:"y2030"`
	Y2035     float64 `yaml:"y2035"`
	Telemetry string  `yaml:"telemetry"` // direct: it can be counted from the registry; evidence; none
}

// In is the word in a language, zh or en.
func (w Word) In(lang string) string {
	if lang == "en" {
		return w.EN
	}
	return w.ZH
}

// Words are a list of the taxonomy.
type Words []Word

// Find is the word of an id.
func (w Words) Find(id string) (Word, bool) {
	i := slices.IndexFunc(w, func(one Word) bool { return one.ID == id })
	if i < 0 {
		return Word{}, false
	}
	return w[i], true
}

// Text is what an id means in a language, zh or en; an unknown id means itself.
func (w Words) Text(id, lang string) string {
	if word, ok := w.Find(id); ok {
		return word.In(lang)
	}
	return id
}

// IDs are those of the list, in its order.
func (w Words) IDs() []string {
	ids := make([]string, len(w))
	for i, one := range w {
		ids[i] = one.ID
	}
	return ids
}

// A Vocabulary is the part of the taxonomy that plans and reports speak in.
type Vocabulary struct {
	Clusters     Words `yaml:"clusters"`
	Cities       Words `yaml:"cities"`
	Consortia    Words `yaml:"consortia"`
	BaseKinds    Words `yaml:"base_kinds"`
	BaseVariants Words `yaml:"base_variants"`
	Purposes     Words `yaml:"purposes"`
	UserGroups   Words `yaml:"user_groups"`
	Affiliations Words `yaml:"user_affiliation"`

	Targets []Target `yaml:"indicator_targets"` // in order of their numbers
}

//go:embed taxonomy.yaml
var taxonomyText []byte

// Taxonomy is taxonomy.yaml. What that file says besides, for people, is passed over.
func Taxonomy() *Vocabulary { return taxonomy() }

var taxonomy = sync.OnceValue(func() *Vocabulary {
	v := &Vocabulary{}
	if err := yaml.Unmarshal(taxonomyText, v); err != nil {
		panic("taxonomy.yaml, which is part of this program: " + err.Error())
	}
	return v
})

// uses are the ids of the purposes that a lesson or a booking can have: maintenance stands in calendar.yaml, and who
// plans a use knows its purpose.
func (v *Vocabulary) uses() []string {
	return slices.DeleteFunc(v.Purposes.IDs(), func(id string) bool {
		purpose, _ := v.Purposes.Find(id)
		return purpose.ReportClass == "none"
	})
}
