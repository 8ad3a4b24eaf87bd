package sheets

// A column is what the cells below a heading are.
type column int

const (
	colText column = iota
	colID
	colTerm
	colWeeks
	colParity
	colWeekday
	colPeriods
	colFrom
	colTo
	colDates
	colArea
	colAssets
	colPeople
	colPurpose
	colOrganisation
	colProject
	colSelfOperated
	columnCount
)

// columnTable has of each column its heading in Chinese and English, and what people also call it. The headings of
// bookings differ in two.
var columnTable = [columnCount]struct {
	zh, en string
	also   []string
}{
	colText:         {"课程", "text", []string{"课程名称", "课程名", "事由", "名称", "内容", "主题", "活动", "course", "subject", "title", "summary"}},
	colID:           {"编号", "id", []string{"序列号", "代码"}},
	colTerm:         {"学期", "term", []string{"学年学期", "开课学期", "semester"}},
	colWeeks:        {"周次", "weeks", []string{"教学周", "起止周", "上课周次", "week"}},
	colParity:       {"单双周", "parity", []string{"单/双周", "单双"}},
	colWeekday:      {"星期", "weekday", []string{"周几", "星期几", "上课星期", "day"}},
	colPeriods:      {"节次", "periods", []string{"节", "上课节次", "period"}},
	colFrom:         {"开始", "from", []string{"开始时间", "起始时间", "起", "start"}},
	colTo:           {"结束", "to", []string{"结束时间", "终止时间", "止", "end"}},
	colDates:        {"日期", "dates", []string{"上课日期", "date"}},
	colArea:         {"场地", "area", []string{"地点", "教室", "上课地点", "实训室", "车间", "location", "room", "place"}},
	colAssets:       {"设备", "assets", []string{"机床", "设备编号", "asset", "machines"}},
	colPeople:       {"人数", "class_size", []string{"people", "班级人数", "学生人数", "classsize"}},
	colPurpose:      {"用途", "purpose", []string{"使用目的", "类别"}},
	colOrganisation: {"单位", "organisation", []string{"使用单位", "组织", "organization"}},
	colProject:      {"项目", "project", []string{"项目编号"}},
	colSelfOperated: {"自主上机", "self_operated", []string{"自主操作", "selfoperated"}},
}

// only is what a sheet must hold that has one of these headings.
var only = map[string]Kind{
	"课程": Lessons, "课程名称": Lessons, "课程名": Lessons, "course": Lessons, "class_size": Lessons, "classsize": Lessons,
	"班级人数": Lessons, "事由": Bookings, "people": Bookings,
}

// ofLessons tells whether only lessons have the column.
func (c column) ofLessons() bool { return c >= colTerm && c <= colPeriods }

// heading is what the template puts above a column.
func (c column) heading(k Kind, lang string) string {
	switch {
	case lang == "en" && c == colPeople && k == Bookings:
		return "people"
	case lang == "en":
		return columnTable[c].en
	case c == colText && k == Bookings:
		return "事由"
	}
	return columnTable[c].zh
}

// in names a column where it has no heading: by both, since either may be put there.
func (c column) in(string) string { return columnTable[c].zh + " (" + columnTable[c].en + ")" }

// columnOf knows a heading: Chinese, English, or both in a row, as the documentation prints them; with a star, or a
// remark in brackets.
func columnOf(heading string) (column, bool) {
	h := bare(heading)
	if h == "" {
		return 0, false
	}
	for c, t := range columnTable {
		if h == t.zh || h == t.en || h == t.zh+t.en {
			return column(c), true
		}
		for _, also := range t.also {
			if h == also || h == t.zh+also {
				return column(c), true
			}
		}
	}
	return 0, false
}

// headings are all that are known, to guess from.
func headings() []string {
	var all []string
	for _, t := range columnTable {
		all = append(append(all, t.zh, t.en), t.also...)
	}
	return all
}
