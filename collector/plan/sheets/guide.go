package sheets

import "strings"

// A guide says how a column of the template is filled in, in both languages.
type guide struct {
	width         float64
	zh, en        string
	lesson        [2]both // what the examples hold
	booking       both
	neededLesson  bool
	neededBooking bool
}

type both struct{ zh, en string }

func (b both) in(lang string) string {
	if lang == "en" {
		return b.en
	}
	return b.zh
}

func same(s string) both { return both{s, s} }

// guides are in the order of the template's columns.
var guides = [columnCount]guide{
	colText: {width: 26, neededLesson: true, neededBooking: true,
		zh: "课程名称；预约为事由", en: "What the course, or the booking, is called",
		lesson:  [2]both{{"示例：数控加工基础", "Example: CNC basics"}, {"示例：期末考试", "Example: final examination"}},
		booking: both{"示例：乙公司员工培训", "Example: training for firm B"}},
	colID: {width: 14,
		zh:     "可留空：自动生成，再次导入时不变。小写字母、数字、- 和 _",
		en:     "May be empty: one is made, the same at each import. a-z, 0-9, - and _",
		lesson: [2]both{{"示例-1", "example-1"}, {"示例-2", "example-2"}}, booking: both{"示例-1", "example-1"}},
	colTerm: {width: 14, neededLesson: true,
		zh: "如 2025-2026-1，或 2025-2026学年第一学期；按日期排课时留空", en: "Such as 2025-2026-1; empty if there are dates",
		lesson: [2]both{same("2025-2026-1"), {}}},
	colWeeks: {width: 18, neededLesson: true,
		zh:     "如 1-8,10,12-16；也可写 1-8周,10-16周(双)。该列为文本格式，否则 1-8 会变成日期",
		en:     "Such as 1-8,10,12-16, or 1-8,10-16(even). The column is text; else 1-8 would become a date",
		lesson: [2]both{same("1-8,10,12-16"), {}}},
	colParity: {width: 9, zh: "单、双；每周都有则留空", en: "odd, even; empty: every week", lesson: [2]both{{"单", "odd"}, {}}},
	colWeekday: {width: 9, neededLesson: true, zh: "星期二、周二、二、2 均可", en: "Tuesday, Tue or 2",
		lesson: [2]both{{"星期二", "Tuesday"}, {}}},
	colPeriods: {width: 9, neededLesson: true, zh: "如 3-4、第3-4节 或 1-2,5-6；或改填开始和结束", en: "Such as 3-4, or 1-2,5-6; or from and to instead",
		lesson: [2]both{same("1-4"), {}}},
	colDates: {width: 16, neededLesson: false,
		zh: "代替学期、周次和星期，如 2025-12-30，多个用逗号分隔；预约可在此写日期，开始和结束只写时刻",
		en: "Instead of term, weeks and weekday, such as 2025-12-30, several with commas; of a booking its date, if from and to hold times only", lesson: [2]both{{}, same("2025-12-30")}},
	colFrom: {width: 18, neededBooking: true, zh: "代替节次，如 08:00；预约为日期和时刻，如 2025-10-11 13:00", en: "Instead of periods, such as 08:00; of a booking date and time, such as 2025-10-11 13:00",
		lesson: [2]both{{}, same("08:00")}, booking: same("2025-10-11 13:00")},
	colTo: {width: 18, neededBooking: true, zh: "同上；当天结束可只写时刻，最大 24:00", en: "Likewise; on the same day a time will do, up to 24:00",
		lesson: [2]both{{}, same("10:00")}, booking: same("2025-10-11 17:00")},
	colArea: {width: 18, neededLesson: true, neededBooking: true, zh: "占用整个场地：编号或名称；与设备二选一", en: "An area as a whole: its id or name; or else assets",
		lesson: [2]both{same("hall-a"), {}}},
	colAssets: {width: 22, zh: "占用若干设备：编号或名称，用逗号分隔；与场地二选一", en: "Some assets: their ids or names, with commas; or else an area",
		lesson: [2]both{{}, same("lathe-01, lathe-02")}, booking: same("lathe-01")},
	colPeople:  {width: 11, zh: "人数，可留空", en: "How many people; may be empty", lesson: [2]both{same("40"), same("40")}, booking: same("12")},
	colPurpose: {width: 16, neededLesson: true, neededBooking: true, zh: "从下表选择：名称或编号", en: "One of those below: its name or id"},
	colOrganisation: {width: 20, neededLesson: true, neededBooking: true, zh: "使用单位：编号或名称", en: "Whose use it is: its id or name",
		lesson: [2]both{same("nc-vtc"), same("nc-vtc")}, booking: same("firm-b")},
	colProject:      {width: 14, zh: "项目编号或名称，可留空", en: "A project's id or name; may be empty"},
	colSelfOperated: {width: 13, zh: "使用者自己操作设备的填“是”", en: "yes, if its users run the machine themselves", booking: both{"是", "yes"}},
}

// templateColumns are those of a kind in the order in which people fill them in.
func templateColumns(k Kind) []column {
	if k == Bookings {
		return []column{colID, colText, colFrom, colTo, colArea, colAssets, colPeople, colPurpose, colOrganisation, colProject, colSelfOperated}
	}
	return []column{colID, colText, colTerm, colWeeks, colParity, colWeekday, colPeriods, colDates, colFrom, colTo, colArea, colAssets,
		colPeople, colPurpose, colOrganisation, colProject, colSelfOperated}
}

// examples are the rows that show how it is done, with what the plan has, if it is known.
func (t *template) examples(k Kind) [][]string {
	rows := make([][]string, 3-int(k)) // two lessons, one booking
	for i := range rows {
		for _, c := range templateColumns(k) {
			value := guides[c].booking.in(t.lang)
			if k == Lessons {
				value = guides[c].lesson[i].in(t.lang)
			}
			if values := t.valuesOf(c); c == colPurpose || value != "" && (c == colTerm || c >= colArea && c <= colOrganisation) {
				value = chosen(c, k, values, value)
			}
			rows[i] = append(rows[i], value)
		}
	}
	return rows
}

// chosen is one of the values to choose from, or what stands there if there are none.
func chosen(c column, k Kind, values []string, otherwise string) string {
	switch {
	case len(values) == 0:
		return otherwise
	case c == colPurpose && k == Bookings:
		return values[min(1, len(values)-1)]
	}
	return values[0]
}

// label is how a thing is offered to be chosen.
func label(e Entry, lang string) string {
	text := e.TextZH
	if lang == "en" && e.TextEN != "" {
		text = e.TextEN
	}
	if text == "" {
		return e.ID
	}
	return text
}

// An example of the template is known by its id and its text, so that a row of which only one has been overwritten is
// neither imported nor left out without a word.
func isExample(s string) bool {
	s = squeezed(s)
	return strings.HasPrefix(s, "示例") || strings.HasPrefix(s, "example")
}
