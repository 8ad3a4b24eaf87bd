package plan

// Words put an id of any list of the taxonomy that a figure is divided by into a language, zh or en: a purpose, an
// affiliation, a user group, a city, a cluster, a consortium, a kind of base, or what stands for none of them. An unknown id
// means itself.
func (v *Vocabulary) Words(lang string) func(id string) string {
	return func(id string) string {
		for _, list := range []Words{v.Purposes, v.Affiliations, v.UserGroups, v.Cities, v.Clusters, v.Consortia, v.BaseKinds, beside} {
			if word, ok := list.Find(id); ok {
				return word.In(lang)
			}
		}
		return id
	}
}

// beside are what the ledger knows besides the taxonomy.
var beside = Words{{ID: "none", ZH: "未使用", EN: "no use"}}
