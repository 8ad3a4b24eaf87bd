package plan

import (
	"slices"
	"testing"
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
