package utilisation

import "cmp"

// FormulaZH is the formula in Chinese.
func (m *Metric) FormulaZH() string { return cmp.Or(formulasZH[m.ID], m.Formula) }

// formulasZH say in Chinese what the dictionary says in English, in the words of ISO 22400-2 where it has them.
var formulasZH = map[string]string{
	"effective_hours":         "各次使用中设备处于开机状态的时间之和，含必要的开机准备和收尾",
	"open_use_hours":          "有效机时中由使用者自行操作设备的部分",
	"external_hours":          "使用方为社会（本单位和共建单位以外）的有效机时",
	"internal_hours":          "有效机时 − 对外服务机时；使用方不明的计入本项",
	"external_share":          "对外服务机时 ÷ 有效机时",
	"quota_ratio":             "用途已知的有效机时 ÷ 定额机时；可能超过 100%",
	"allocation":              "占用时间 AUBT ÷ 计划忙碌时间 PBT",
	"utilization_efficiency":  "运行时间 APT ÷ 占用时间 AUBT",
	"availability_iso":        "运行时间 APT ÷ 计划忙碌时间 PBT；不是开机率",
	"technical_efficiency":    "运行时间 APT ÷ 运行与延误时间 (APT + ADET)",
	"setup_ratio":             "准备时间 AUST ÷ 加工时间 AUPT",
	"open_hours":              "开放时间 POT 之和",
	"planned_hours":           "计划忙碌时间 PBT 之和：开放时间减去计划维护",
	"idle_open_hours":         "闲置时间 ADOT 之和：开放、状态已知且无人使用",
	"out_of_hours":            "计划忙碌时间以外的有效机时：开放时间以外，或计划维护期间",
	"no_show_hours":           "有预约或课表、状态已知，但没有任何迹象表明有人到场的时间",
	"attended_hours":          "运行时有人在设备旁或在其所在区域的时间",
	"unattended_hours":        "运行时间 − 有人值守运行机时",
	"occupied_idle_hours":     "有人在设备旁，而设备已知没有运行的时间",
	"running_hours":           "设备处于运行状态的时间之和",
	"standby_hours":           "设备处于待机状态的时间之和",
	"off_hours":               "设备处于停机状态的时间之和",
	"fault_hours":             "设备处于故障状态的时间之和",
	"unknown_hours":           "没有任何数据的时间之和：既不算运行，也不算停机",
	"elapsed_hours":           "统计时长：各种状态的时间之和",
	"corrected_hours":         "按人工更正计算的时间之和",
	"person_hours":            "各人在场时间之和；一个人同一时刻只在一处",
	"person_hours_inside":     "人时 − 社会人时；身份不明的计入本项",
	"person_hours_society":    "所属单位为社会的人员的在场时间之和",
	"hosted_trainee_hours":    "学生在企业承办场所的在场时间之和",
	"visits":                  "刷卡进入基地的次数",
	"people":                  "不同卡片的数量；不跨基地、不跨学年相加",
	"days_used":               "设备有使用且达到最短时长的日期数",
	"workstation_utilization": "人时 ÷ (工位数 × 开放时间)",
	"energy_kwh":              "设备电表读数的增长之和",
	"standby_kwh":             "设备已知没有运行时，电表读数的增长之和",
	"coverage":                "状态已知的时间 ÷ 统计时长",
}
