package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestTheTaxonomyIsWhole(t *testing.T) {
	v := Taxonomy()
	for name, list := range map[string]struct {
		words Words
		size  int
	}{
		"clusters": {v.Clusters, 9}, "cities": {v.Cities, 11}, "consortia": {v.Consortia, 22}, "base kinds": {v.BaseKinds, 15},
		"base variants": {v.BaseVariants, 2}, "purposes": {v.Purposes, 14}, "user groups": {v.UserGroups, 11}, "affiliations": {v.Affiliations, 3},
	} {
		if len(list.words) != list.size {
			t.Errorf("%s: %d words, want %d", name, len(list.words), list.size)
		}
		ids := list.words.IDs()
		if slices.Sort(ids); len(slices.Compact(ids)) != list.size {
			t.Errorf("%s: an id stands twice", name)
		}
		for _, w := range list.words {
			if w.ID == "" || w.ZH == "" || w.EN == "" {
				t.Errorf("%s: %+v", name, w)
			}
		}
	}
}

// A consortium names its cluster and city, and a purpose the column of SJ3 that its hours go into.
func TestTheTaxonomyFitsTogether(t *testing.T) {
	v := Taxonomy()
	for _, c := range v.Consortia {
		_, cluster := v.Clusters.Find(c.Cluster)
		_, city := v.Cities.Find(c.City)
		if !cluster || !city && c.City != "" {
			t.Errorf("%s: cluster %q, city %q", c.ID, c.Cluster, c.City)
		}
	}
	for _, p := range v.Purposes {
		if !slices.Contains([]string{"teaching", "research", "social_service", "none"}, p.ReportClass) {
			t.Errorf("%s: class %q", p.ID, p.ReportClass)
		}
	}
	if got := v.uses(); len(got) != 12 || slices.Contains(got, "maintenance") || slices.Contains(got, "unattributed") {
		t.Errorf("uses are %v", got)
	}
}

func TestWordsInBothLanguages(t *testing.T) {
	p := Taxonomy().Purposes
	if got := p.Text("student_training", "zh"); got != "学生实习实训" {
		t.Error(got)
	}
	if got := p.Text("student_training", "en"); got != "Student practice and training" {
		t.Error(got)
	}
	if got := p.Text("no_such", "en"); got != "no_such" {
		t.Error(got)
	}
}

// A text that holds a comma is in quotes: within braces the comma would end it, and begin a key without a value.
func TestNoWordIsCutShort(t *testing.T) {
	var lists map[string]any
	if err := yaml.Unmarshal(taxonomyText, &lists); err != nil {
		t.Fatal(err)
	}
	words := 0
	for name, list := range lists {
		entries, _ := list.([]any) // what is no list has no words
		for _, one := range entries {
			entry, _ := one.(map[string]any)
			for key, value := range entry {
				if value == nil {
					t.Errorf("%s: %q has no value; is it the end of a text? %v", name, key, entry)
				}
			}
			for _, key := range []string{"zh", "en"} {
				text, _ := entry[key].(string)
				if words += len(text); !balanced(text) {
					t.Errorf("%s: %s: %q: its parentheses do not match", name, key, text)
				}
			}
		}
	}
	if words == 0 {
		t.Error("no word was looked at")
	}
}

// balanced tells whether each parenthesis, narrow or wide, has its partner.
func balanced(text string) bool {
	return strings.Count(text, "(") == strings.Count(text, ")") && strings.Count(text, "（") == strings.Count(text, "）")
}

// Annex 2 has 16 rows; which bases count for a row is said by their kind.
func TestTheTargetsOfAnnex2(t *testing.T) {
	v := Taxonomy()
	said := map[string]int{}
	for i, row := range v.Targets {
		said[row.Telemetry]++
		if row.No != i+1 || row.ZH == "" || row.EN == "" || row.Unit == "" || !(row.Y2025 > 0 && row.Y2025 < row.Y2030 && row.Y2030 < row.Y2035) {
			t.Errorf("%+v", row)
		}
	}
	if len(v.Targets) != 16 || said["direct"] != 6 || said["evidence"] != 4 || said["none"] != 6 {
		t.Errorf("%d rows: %v", len(v.Targets), said)
	}
	for kind, row := range map[string]int{"open_regional_center": 5, "pilot_platform": 7, "industry_college": 3, "field_engineer_college": 4, "county_college": 8, "production_center": 0} {
		if word, ok := v.BaseKinds.Find(kind); !ok || word.Annex2 != row {
			t.Errorf("%s counts for row %d, want %d", kind, word.Annex2, row)
		}
	}
	if c, _ := v.Consortia.Find("c_nanchang_opto"); c.Kind != "municipal" {
		t.Errorf("%+v", c)
	}
}
