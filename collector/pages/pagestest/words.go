package pagestest

// Words puts the ids that the province uses into a language.
func Words(lang string) func(id string) string {
	return func(id string) string {
		text, known := names[id]
		switch {
		case !known:
			return id
		case lang == "en":
			return text[1]
		}
		return text[0]
	}
}

var names = map[string][2]string{
	"student_training": {"学生实习实训", "Student practice and training"}, "employee_training": {"企业员工培训", "Enterprise employee training"}, "pilot_test": {"产品中试", "Product pilot test and verification"},
	"tech_rd": {"技术研发", "Technology R&D"}, "social_training": {"社会培训", "Training for the public (farmers, re-employment, fishers)"}, "skills_contest": {"技能竞赛", "Skills contest and its preparation"},
	"unattributed": {"未归类", "Use without a known purpose"}, "none": {"未使用", "no use"}, "host": {"本单位", "Host organisation"}, "partner": {"共建单位", "Consortium or co-building partner"}, "outside": {"社会", "Outside organisation or the public"},
	"college_student": {"高职学生", "Higher vocational student"}, "employee": {"企业员工", "Enterprise employee"}, "farmer": {"高素质农民", "Farmer"},
	"nanchang": {"南昌市", "Nanchang"}, "jiujiang": {"九江市", "Jiujiang"}, "ganzhou": {"赣州市", "Ganzhou"},
	"electronics": {"电子信息先进制造业集群", "Electronic information"}, "petrochemical": {"炼化一体化和化工新材料先进制造业集群", "Integrated refining and new chemical materials"}, "tungsten_re": {"钨和稀土金属新材料先进制造业集群", "Tungsten and rare-earth metal new materials"},
	"open_center": {"开放型产教融合实践中心", "Open practice centre"}, "public_training_base": {"公共实训基地", "Public training base"}, "pilot_platform": {"中试平台", "Pilot platform"},
}
