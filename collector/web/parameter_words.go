package web

import "basemeter/collector/table"

// A parameterWord is what a parameter means, and a value that it may have.
type parameterWord struct {
	table.Text
	example string
}

// wordsOf is what is said of a parameter of an endpoint: what is said of it there, or else wherever it stands.
func wordsOf(path, name string) (parameterWord, bool) {
	if w, known := parameterWords[path+" "+name]; known {
		return w, true
	}
	w, known := parameterWords[name]
	return w, known
}

var (
	wholeFrom = parameterWord{table.Text{ZH: "起始日期：整日，例如 2026-03-01（基地当地零点）；涉及人员的数字不能从一天之中的某一时刻算起", EN: "from when: a date, which is midnight at the base; figures of people begin with whole days alone"}, "2026-03-01"}
	wholeTo   = parameterWord{table.Text{ZH: "截止日期（不含），整日；也可以是尚未到来的时间，表示到现在为止", EN: "up to when, itself not included: a date, or a time still to come, which means up to now"}, "2026-04-01"}
)

// parameterWords say what each parameter means: wherever it stands or, behind a path, there.
var parameterWords = map[string]parameterWord{
	"from": {table.Text{ZH: "起始时间：日期（基地当地零点）或 RFC 3339 时间", EN: "from when: a date, which is midnight at the base, or a time as RFC 3339 writes it"}, "2026-03-01"},
	"to":   {table.Text{ZH: "截止时间（不含），写法同 from", EN: "up to when, itself not included; written like from"}, "2026-04-01"},

	"/v1/attendance from": wholeFrom, "/v1/attendance to": wholeTo, "/v1/forms/{id} from": wholeFrom, "/v1/forms/{id} to": wholeTo,

	"base":        {table.Text{ZH: "基地编号，可用逗号分隔多个", EN: "id of a base, or several with commas between"}, ""},
	"line":        {table.Text{ZH: "产线编号，可多个", EN: "id of a line, or several"}, ""},
	"asset":       {table.Text{ZH: "设备编号，可多个", EN: "id of an asset, or several"}, ""},
	"place":       {table.Text{ZH: "地点（区域或带读卡器的设备）编号，可多个", EN: "id of a place: an area, or an asset with a reader of its own; or several"}, ""},
	"city":        {table.Text{ZH: "设区市编号，可多个", EN: "id of a city, or several"}, ""},
	"county":      {table.Text{ZH: "县（市、区），可多个", EN: "a county, or several"}, ""},
	"zone":        {table.Text{ZH: "开发区，可多个", EN: "a development zone, or several"}, ""},
	"cluster":     {table.Text{ZH: "产业集群编号，可多个", EN: "id of an industrial cluster, or several"}, ""},
	"consortium":  {table.Text{ZH: "产教联合体编号，可多个", EN: "id of a consortium, or several"}, ""},
	"kind":        {table.Text{ZH: "基地类型编号，可多个", EN: "id of a kind of base, or several"}, ""},
	"purpose":     {table.Text{ZH: "用途编号，可多个", EN: "id of a purpose, or several"}, ""},
	"affiliation": {table.Text{ZH: "使用方：host、partner、outside 等，可多个", EN: "whose the users are: host, partner, outside …; or several"}, ""},
	"user_group":  {table.Text{ZH: "人员类别编号，可多个", EN: "id of a user group, or several"}, ""},

	"by":         {table.Text{ZH: "分组维度，逗号分隔；/v1/dimensions 列出全部", EN: "what a line stands for: dimensions with commas between; /v1/dimensions lists them"}, "base"},
	"metrics":    {table.Text{ZH: "指标编号，逗号分隔；/v1/metrics 列出全部", EN: "ids of metrics with commas between; /v1/metrics lists them"}, ""},
	"metric":     {table.Text{ZH: "一个机时指标：各段中计入该指标的毫秒数", EN: "one metric of machines: how many milliseconds of each part count for it"}, "effective_hours"},
	"version":    {table.Text{ZH: "冻结版本；不写则为当前台账", EN: "a frozen version; left out: the ledger as it is"}, ""},
	"floor":      {table.Text{ZH: "覆盖率低于此值的数字标为“存疑”，默认 0.8", EN: "figures whose coverage is below are marked as doubtful; 0.8 if left out"}, ""},
	"all_assets": {table.Text{ZH: "true：列出全部设备，不论单价和分类（sj3、benefit）", EN: "true: all assets, whatever their price and class (sj3, benefit)"}, ""},
	"use_in":     {table.Text{ZH: "学年内基地使用时间的单位：days（天，默认）或 hours（机时）（state-data）", EN: "what the use of a base is told in: days, if left out, or machine-hours (state-data)"}, ""},
	"weight":     {table.Text{ZH: "机时利用的权重，百分数；默认 35（benefit）", EN: "weight of the item of hours, in percent; 35 if left out (benefit)"}, ""},
	"limit":      {table.Text{ZH: "一页最多多少行", EN: "how many lines a page has at most"}, "100"},
	"cursor":     {table.Text{ZH: "上一页给出的 next", EN: "the next that the page before gave"}, ""},
	"since":      {table.Text{ZH: "上次最后一行给出的 next；不写则从头开始", EN: "the next of the last line that was read; left out: from the beginning"}, ""},
	"format":     {table.Text{ZH: "格式；也可用 Accept 请求头", EN: "how the answer is written; the header Accept will do as well"}, ""},
	"lang":       {table.Text{ZH: "语言：zh 或 en；也可用 Accept-Language 请求头。影响表头与页面，JSON 不变", EN: "zh or en; the header Accept-Language will do as well. It chooses headings and pages; JSON is the same in both"}, ""},
	"sheet":      {table.Text{ZH: "CSV 输出哪个工作表；不写为第一个", EN: "which sheet is written as CSV; left out: the first"}, ""},
	"id":         {table.Text{ZH: "编号", EN: "its id"}, ""},
}

// fieldWords say what fields mean whose types are not ours to write on.
var fieldWords = map[string]string{
	"Figure.value":        "In the unit of its metric; null if it is missing.",
	"Figure.numerator":    "Exact: milliseconds, thousandths of a watt-hour, or things counted.",
	"Figure.denominator":  "0: it is no ratio.",
	"Figure.coverage":     "0 to 1: how much of the time that it is about is known.",
	"Figure.estimated_ms": "Of that time, how much rests on an estimate.",
	"Figure.missing":      "Why there is no number: withheld (fewer than five people), not_divided, not_kept.",
	"Figure.doubtful":     "Its coverage is below the floor: it is shown as such, and never ranked.",
	"Figures.to":          "Where the figures end: what has not happened yet is not in them, and of several bases what is not a whole day.",
	"Figures.lines_total": "How many lines the answer has on all pages together.",
	"Figures.next":        "The cursor of the next page; it is not there on the last.",
	"Figures.total":       "Of all that was asked for, on all pages, formed of sums: ratios are never averaged.",
}
