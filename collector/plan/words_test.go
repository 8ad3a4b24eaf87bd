package plan

import "testing"

// An id means one thing, whatever list it stands in: figures are divided by all of them, and Words are asked for the id alone.
func TestAnIDMeansOneThing(t *testing.T) {
	v := Taxonomy()
	seen := map[string]string{}
	for _, list := range []Words{v.Purposes, v.Affiliations, v.UserGroups, v.Cities, v.Clusters, v.Consortia, v.BaseKinds, beside} {
		for _, word := range list {
			if other, twice := seen[word.ID]; twice && other != word.ZH {
				t.Errorf("%s is %s and %s", word.ID, other, word.ZH)
			}
			seen[word.ID] = word.ZH
			if got := v.Words("zh")(word.ID); got != word.ZH {
				t.Errorf("%s is called %s, want %s", word.ID, got, word.ZH)
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d ids", len(seen))
	}
	if got := v.Words("en")("ganzhou"); got != "Ganzhou" {
		t.Errorf("ganzhou is called %s", got)
	}
}
