package forms

import (
	"fmt"
	"strings"

	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// inChinese are the formulas of the dictionary, which has them in English.
var inChinese = map[string]string{
	"effective_hours": "有人使用且设备开机的时间之和，含准备和收尾", "open_use_hours": "有效机时中由使用者自己上机的部分", "external_hours": "使用方为社会的有效机时",
	"internal_hours": "有效机时 − 对外服务机时；使用方不明的计入此项", "external_share": "对外服务机时 ÷ 有效机时", "quota_ratio": "用途明确的有效机时 ÷ 定额机时，可超过 100 %",
	"allocation": "AUBT ÷ PBT：计划时间中被占用的部分", "utilization_efficiency": "APT ÷ AUBT：占用时间中真正运行的部分", "availability_iso": "APT ÷ PBT：计划时间中真正运行的部分",
	"technical_efficiency": "APT ÷（APT + ADET）", "setup_ratio": "AUST ÷ AUPT", "running_hours": "已知在运行的时间之和", "standby_hours": "已知开机而未运行的时间之和",
	"off_hours": "已知停机的时间之和", "fault_hours": "已知故障的时间之和", "unknown_hours": "状态不明的时间之和", "elapsed_hours": "运行 + 待机 + 停机 + 故障 + 未知",
	"open_hours": "POT：开放时间", "planned_hours": "PBT：开放且不在计划检修中的时间", "idle_open_hours": "ADOT：开放、可用而无人使用的时间", "out_of_hours": "在 PBT 之外的有效机时：不在开放时间，或在计划检修中",
	"no_show_hours": "计划了使用、状态已知而没有任何人到场证据的时间", "attended_hours": "有人在设备旁或其场地内时的运行时间", "unattended_hours": "运行机时 − 有人值守运行机时",
	"occupied_idle_hours": "有人在设备旁而设备已知没有运行的时间", "person_hours": "人员停留时间之和；一人同时只在一处", "person_hours_inside": "人时 − 社会人时；身份不明的计入此项",
	"person_hours_society": "使用方为社会的人员停留时间之和", "hosted_trainee_hours": "学生在企业提供的场所停留时间之和", "visits": "卡进入基地的次数", "people": "出现过的不同的卡；不能跨基地、跨学年相加",
	"days_used": fmt.Sprintf("设备有人使用满 %d 分钟的自然日数；对基地，是有任一设备如此的自然日数", int(utilisation.LeastUse.Minutes())), "workstation_utilization": "人时 ÷（工位数 × 开放时间）", "energy_kwh": "设备电表读数增长之和；没有电表的设备不在内", "standby_kwh": "已知没有运行时电表读数增长之和；没有电表的设备不在内",
	"corrected_hours": "按人工更正认定的时间之和", "coverage": "已知时间 ÷ 应统计时间",
}

// formula is how a metric is formed.
func formula(d *utilisation.Metric) table.Text { return table.Text{ZH: inChinese[d.ID], EN: d.Formula} }

// sourceOf is where a metric comes from.
func sourceOf(metric string) table.Text {
	d, _ := utilisation.MetricOf(metric)
	zh := strings.NewReplacer("own rule", "本系统自定", ", not clipped to PBT", "，不限于 PBT").Replace(d.Source)
	if clause, ok := strings.CutPrefix(zh, "clause "); ok {
		zh = "政策第 " + clause + " 条"
	}
	return table.Text{ZH: zh, EN: d.Source}
}
