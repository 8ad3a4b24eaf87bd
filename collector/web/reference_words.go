package web

import "strconv"

// referenceWords are what the reference says beside the document.
var referenceWords = map[string]map[string]string{
	"zh": {
		"title": "接口文档", "other": "English", "floor": "实时页面", "machine": "机器可读",
		"begin": "开始使用", "parameters": "参数", "parameter": "参数", "type": "取值", "meaning": "含义", "required": "必填", "answers": "返回", "example": "示例", "none": "无参数", "outline": "JSON 结构（? 表示可省略）",
		"token":    "每个请求都带上访问令牌：程序用 Authorization: Bearer，浏览器把令牌当作密码输入（用户名随意）。令牌决定能看到哪些基地；范围之外的基地与不存在的基地答复完全相同。",
		"first":    "第一个查询",
		"excel":    "供 Excel 或 WPS 使用的 CSV 与工作簿",
		"paging":   "分页：limit 为每页行数，Link 响应头（rel=\"next\"）与 next 字段给出下一页；lines_total 是总行数。",
		"cache":    "缓存：答复带 ETag，下次用 If-None-Match 询问，没有变化则返回 304。",
		"figures":  "每个数字都带覆盖率（coverage）。低于下限（默认 0.8，可用 floor 改）的数字标为 doubtful，不应参与排名。没有数字时 value 为 null，missing 说明原因；不足五人的不给出。",
		"problems": "错误", "problems say": "错误为 application/problem+json（RFC 9457），errors 列出每个有误的参数和应有的写法，中英文都有。未知的或重复的参数也是错误。", "public": "无需令牌",
	},
	"en": {
		"title": "API reference", "other": "中文", "floor": "Floor page", "machine": "For programs",
		"begin": "Getting started", "parameters": "Parameters", "parameter": "parameter", "type": "values", "meaning": "meaning", "required": "required", "answers": "Answers", "example": "Example", "none": "No parameters", "outline": "The JSON (? may be left out)",
		"token":    "Every request shows a token: programs as Authorization: Bearer, a browser as the password, with any name. The token decides which bases can be seen; a base that cannot is answered exactly like one that does not exist.",
		"first":    "A first question",
		"excel":    "CSV and a workbook, for Excel or WPS",
		"paging":   "Pages: limit is how many lines one has; the header Link (rel=\"next\") and the field next lead to the next; lines_total is how many lines there are.",
		"cache":    "Answers carry an ETag: ask again with If-None-Match, and what has not changed is 304.",
		"figures":  "Every figure carries its coverage. One below the floor (0.8, or floor=) is marked as doubtful and should not be ranked. Where there is no number, value is null and missing says why; figures of fewer than five people are not given.",
		"problems": "Problems", "problems say": "Errors are application/problem+json (RFC 9457); errors lists every parameter that was wrong with what was expected, in both languages. Unknown and repeated parameters are errors, too.", "public": "no token needed",
	},
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
