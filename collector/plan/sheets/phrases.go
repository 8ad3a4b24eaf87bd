package sheets

// A phrase is something that may be said of a file, in both languages.
type phrase int

func (p phrase) in(lang string) string {
	if lang == "zh" {
		return phrases[p].zh
	}
	return phrases[p].en
}

const (
	csvColumn phrase = iota // how a column of a CSV file is named: its heading, its number
	odd
	even

	unreadable
	fileTooLarge
	unknownFormat
	oldWorkbook
	lockedWorkbook
	noWorkbook
	brokenWorkbook
	unpacksTooLarge
	unknownEncoding
	badCSV
	tooManyRows
	tooManyColumns
	tooManyMerged
	nothingToImport
	noSuchSheet
	whichSheet
	sheetNotRead

	aboveHeadings
	lessonsOrBookings
	unknownHeading
	unknownHeadingMeant
	skippedColumn
	twoHeadings
	notOfBookings
	missingColumn
	missingEither
	missingTimes

	noHeading
	missing
	tooLong
	failedFormula
	notCalculated
	mergedCells
	madeDate
	exampleLeft
	exampleID
	besideDates
	besidePeriods
	twoParities
	areaAndAssets
	neitherAreaNorAssets
	oneDate
	endsBefore
	beyondTerm
	sameAgain
	idTaken

	badWeeks
	badPeriods
	badParity
	badWeekday
	outOfBounds
	backwards
	noSuchWeek
	badDate
	noSuchDate
	noYear
	farYear
	badClock
	seconds
	noTime
	badNumber
	badYes
	badID
	badTerm

	ambiguous
	twice
	noneKnown
	namesNeedPlan
	unknownName
	unknownNameMeant
	otherColumn

	badLine
	noCalendar
	wrongEnd
	cutCalendar
	notEvents
	cancelled
	nothingLeft
	unknownZone
	allDay
	badTime
	badDuration
	endlessRule
	longRule
	badRule
	tooManyTimes
	startOutside
	unknownRulePart
	tooOften
	futureToo
	overMidnight
	clockChanges
	notInCalendar
	twoPurposes

	phraseCount
)

var phrases = [phraseCount]struct{ en, zh string }{
	csvColumn: {"column %s (%d)", "列 %s（第 %d 列）"},
	odd:       {"odd", "单"},
	even:      {"even", "双"},

	unreadable:      {"%s", "无法读取：%s"},
	fileTooLarge:    {"larger than %d MiB", "超过 %d MiB"},
	unknownFormat:   {"the name must end in .xlsx, .csv or .ics", "文件名须以 .xlsx、.csv 或 .ics 结尾"},
	oldWorkbook:     {"is in the format of Excel 97-2003; save it as .xlsx", "是 Excel 97-2003 格式，请另存为 .xlsx"},
	lockedWorkbook:  {"is protected by a password, or in the format of Excel 97-2003; save it as .xlsx without a password", "有密码保护，或是 Excel 97-2003 格式；请去掉密码另存为 .xlsx"},
	noWorkbook:      {"is no workbook, or is cut short", "不是工作簿，或文件不完整"},
	brokenWorkbook:  {"is damaged: %v; open it and save it again", "已损坏：%v；请打开后重新保存"},
	unpacksTooLarge: {"unpacks to more than %d MiB", "解压后超过 %d MiB"},
	unknownEncoding: {"is neither UTF-8 nor GBK; save it as CSV UTF-8", "既不是 UTF-8 也不是 GBK，请另存为 CSV UTF-8"},
	badCSV:          {`has a quotation mark (") that is not doubled, or not closed; the lines behind it were not read`, `引号 (") 未成对或未关闭；此后各行未读取`},
	tooManyRows:     {"more than %d rows", "超过 %d 行"},
	tooManyColumns:  {"more than %d columns", "超过 %d 列"},
	tooManyMerged:   {"too many merged cells", "合并单元格过多"},
	nothingToImport: {"holds nothing to import", "没有可导入的内容"},
	noSuchSheet:     {"has no sheet %q; it has: %s", "没有工作表 %q，现有：%s"},
	whichSheet:      {"none of its sheets is called 课表, 预约, lessons or bookings; say which with --sheet: %s", "没有名为课表或预约的工作表；请用 --sheet 指定：%s"},
	sheetNotRead:    {"was not read", "未读取"},

	aboveHeadings:       {"%d rows above the headings were not read", "标题行之上的 %d 行未读取"},
	lessonsOrBookings:   {"cannot tell whether these are lessons or bookings; say so with --as", "无法判断是课程还是预约，请用 --as 指定"},
	unknownHeading:      {"unknown column; leave it out with --skip; allowed: %s", "未知的列；可用 --skip 略过；允许：%s"},
	unknownHeadingMeant: {"unknown column; did you mean %q? Else leave it out with --skip", "未知的列；是否为 %q？否则可用 --skip 略过"},
	skippedColumn:       {"the column was left out", "该列已略过"},
	twoHeadings:         {"%s stands above column %s as well", "%s 也是 %s 列的标题"},
	notOfBookings:       {"a booking has no such column; if these are lessons, say --as lessons", "预约没有这一列；若是课程，请用 --as lessons"},
	missingColumn:       {"there is no column %s", "缺少列：%s"},
	missingEither:       {"there is no column %s, nor %s", "缺少列：%s 或 %s"},
	missingTimes:        {"there is no column %s, nor both %s and %s", "缺少列：%s，或 %s 和 %s"},

	noHeading:            {"has no heading", "没有列标题"},
	missing:              {"is missing", "不能为空"},
	tooLong:              {"is longer than %d letters", "超过 %d 个字"},
	failedFormula:        {"is the error of a formula", "公式出错"},
	notCalculated:        {"is a formula that has not been calculated; open the file in a spreadsheet program and save it", "公式尚未计算；请用表格软件打开后保存"},
	mergedCells:          {"is merged over several columns; which of them it belongs to cannot be told", "跨列合并，无法判断属于哪一列"},
	madeDate:             {"has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4", "被表格软件改成了日期；请把该列设为文本格式后重新输入，如 3-4"},
	exampleLeft:          {"is an example of the template and was not imported", "是模板中的示例，未导入"},
	exampleID:            {"marks an example of the template; empty it, or give the row an id of its own", "是模板示例的编号；请清空，或改成自己的编号"},
	besideDates:          {"goes with weeks of a term, not with %s; leave one of them empty", "按周次排课时才填写，不能与 %s 同时填写"},
	besidePeriods:        {"stands beside %s; leave one of them empty", "不能与 %s 同时填写"},
	twoParities:          {"contradicts what the weeks say", "与周次中的单双周矛盾"},
	areaAndAssets:        {"stands beside %s; a lesson or booking takes an area as a whole, or assets", "不能与 %s 同时填写：要么占用整个场地，要么占用若干设备"},
	neitherAreaNorAssets: {"has neither %s nor %s", "缺少 %s 或 %s"},
	oneDate:              {"a booking has one date; write a row for each", "每条预约只有一个日期，请分行填写"},
	endsBefore:           {"is not later than the beginning, %s", "不晚于开始时间 %s"},
	beyondTerm:           {"term %s has %d weeks", "学期 %s 只有 %d 周"},
	sameAgain:            {"says the same as line %d; if both are meant, give each an id", "与第 %d 行相同；若确为两条，请分别填写编号"},
	idTaken:              {"the id is taken by line %d", "编号与第 %d 行重复"},

	badWeeks:    {"are no weeks; allowed: such as 1-8,10,12-16 or 1-15周(单)", "不是周次；允许：如 1-8,10,12-16 或 1-15周(单)"},
	badPeriods:  {"are no periods; allowed: such as 3-4, 第3-4节 or 1-2,5-6", "不是节次；允许：如 3-4、第3-4节 或 1-2,5-6"},
	badParity:   {"is neither 单 nor 双, odd nor even; empty: every week", "既不是单也不是双；每周都有则留空"},
	badWeekday:  {"is no day of the week; allowed: such as 星期二, 周二, 2 or Tue", "不是星期几；允许：如 星期二、周二、2 或 Tue"},
	outOfBounds: {"is out of bounds; allowed: %d to %d", "超出范围；允许：%d 到 %d"},
	backwards:   {"%d to %d runs backwards", "%d 到 %d 顺序颠倒"},
	noSuchWeek:  {"%d is not %s", "%d 不是%s周"},
	badDate:     {"is no date; allowed: such as 2025-09-01 or 2025/9/1", "不是日期；允许：如 2025-09-01 或 2025/9/1"},
	noSuchDate:  {"is a date that the calendar does not have", "日历上没有这一天"},
	noYear:      {"has no year; allowed: such as 2025-09-01", "没有年份；允许：如 2025-09-01"},
	farYear:     {"is not between the years %d and %d", "不在 %d 年到 %d 年之间"},
	badClock:    {"is no time of day; allowed: such as 08:00, up to 24:00", "不是时刻；允许：如 08:00，最大 24:00"},
	seconds:     {"has seconds; allowed: whole minutes", "带有秒；只允许整分钟"},
	noTime:      {"has no time of day; allowed: such as 2025-10-11 13:00", "没有时刻；允许：如 2025-10-11 13:00"},
	badNumber:   {"is no whole number from %d to %d", "不是 %d 到 %d 的整数"},
	badYes:      {"is neither 是 nor 否, yes nor no", "既不是“是”也不是“否”"},
	badID:       {"does not fit; allowed: 1 to 64 of a-z, 0-9, - and _, the first a letter or a digit", "不合要求；允许：1 到 64 个小写字母、数字、- 和 _，以字母或数字开头"},
	badTerm:     {"is no term; allowed: such as 2025-2026-1", "不是学期；允许：如 2025-2026-1"},

	ambiguous:        {"is the name of several: %s; write the id", "同名的有多个：%s；请填写编号"},
	twice:            {"%s stands here twice", "%s 重复"},
	noneKnown:        {"the plan has none of this kind", "计划中没有登记任何此类对象"},
	namesNeedPlan:    {"is no id; names can be looked up in a plan only: say --plan", "不是编号；用名称填写时须以 --plan 指定计划目录"},
	unknownName:      {"%s is not known; allowed: %s", "没有 %s；允许：%s"},
	otherColumn:      {"belongs under %s", "应填写在 %s"},
	unknownNameMeant: {"%s is not known; did you mean %q?", "没有 %s；是否为 %q？"},

	badLine:         {"is no line of a calendar", "不是日历文件的行"},
	noCalendar:      {"is no calendar: it does not begin with BEGIN:VCALENDAR", "不是日历文件：开头不是 BEGIN:VCALENDAR"},
	wrongEnd:        {"ends what has not begun; %s is open", "与开头不符，尚未结束的是 %s"},
	cutCalendar:     {"is cut short", "文件不完整"},
	notEvents:       {"%d %s were not imported: only events are", "%d 个 %s 未导入：只导入事件"},
	cancelled:       {"is cancelled and was not imported", "已取消，未导入"},
	nothingLeft:     {"has no occurrence left and was not imported", "没有剩余的日期，未导入"},
	unknownZone:     {"time zone %q is not known", "未知时区 %q"},
	allDay:          {"is a whole day, which says nothing about when machines are used; give it a beginning and an end", "是全天事件，看不出何时使用设备；请填写开始和结束时刻"},
	badTime:         {"is no time; allowed: such as 20250902T080000", "不是时间；允许：如 20250902T080000"},
	badDuration:     {"is no duration; allowed: such as PT1H30M", "不是时长；允许：如 PT1H30M"},
	endlessRule:     {"has no end; give it one: UNTIL or COUNT", "没有结束；请设置结束日期或次数（UNTIL 或 COUNT）"},
	longRule:        {"goes on for more than %d years", "持续超过 %d 年"},
	badRule:         {"is no sound rule: %v", "重复规则有误：%v"},
	tooManyTimes:    {"more than %d occurrences", "超过 %d 次"},
	startOutside:    {"does not meet the event's own beginning", "事件的开始时间不符合重复规则"},
	unknownRulePart: {"%q is not supported; allowed: %s", "不支持 %q；允许：%s"},
	tooOften:        {"%s is not supported; allowed: DAILY, WEEKLY, MONTHLY, YEARLY", "不支持 %s；允许：DAILY、WEEKLY、MONTHLY、YEARLY"},
	futureToo:       {"changes all that follow, which is not supported; end the series and begin another", "修改了此后所有日期，不支持；请结束原系列并另建一个"},
	overMidnight:    {"goes beyond midnight; a lesson ends on its day", "跨越午夜；课程须在当天结束"},
	clockChanges:    {"is not at the same time of day on all its dates", "各日期的时刻不同"},
	notInCalendar:   {"the event does not say it; give one for all with --%s", "事件中没有；请用 --%s 统一指定"},
	twoPurposes:     {"names two purposes: %s and %s", "有两个用途：%s 和 %s"},
}
