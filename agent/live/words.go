package live

import "strings"

// words are what people read. One word for one thing, the same as on the centre's page.
var words = map[string]map[string]string{
	"zh": {
		"title": "网关现场", "other": "English",
		"running": "运行", "standby": "待机", "off": "停机", "fault": "故障", "unknown": "未知",
		"good": "有效", "stale": "过时", "absent": "设备无应答", "none": "尚无读数", "glitch": "计数异常",
		"rollover": "计数翻转", "reset": "计数清零", "first": "",
		"assets": "资产", "lines": "线路", "device": "设备", "point": "测点", "value": "数值", "age": "距今", "quality": "质量",
		"state": "状态", "for": "已持续", "because": "依据", "answers": "应答", "errors": "错误", "wait": "应答时间", "share": "占用线路",
		"load": "线路占用", "since": "无应答，自", "clock": "时钟", "synced": "已对时", "unsynced": "未对时",
		"broker": "MQTT 服务器", "connected": "已连接", "disconnected": "未连接，数据保存在本机", "pending": "待确认批次", "dropped": "已丢弃批次",
		"faults": "需要处理", "no faults": "没有故障。", "no assets": "配置中没有资产。", "no lines": "配置中没有可用的线路。",
		"lost contact": "与网关失去联系，显示的是最后一次的数据。", "updated": "更新于",
		"timeouts": "超时", "checksums": "校验错", "garbled": "报文错", "lost": "断线", "foreign": "无关报文", "refusals": "拒绝", "overruns": "溢出",
		"ago": "前", "now": "刚刚", ":": "：",
		"areas": "区域", "present": "在场 %d 人", "used": "用途与人数",
		"student_training": "学生实习实训", "employee_training": "企业员工培训", "pilot_test": "产品中试", "trial_batch": "批量试制",
		"process_improve": "工艺改进", "tech_rd": "技术研发", "production": "真实生产", "public_service": "公共技术服务", "social_training": "社会培训",
		"teacher_training": "教师培训", "skills_contest": "技能竞赛", "intl_training": "国际培训", "maintenance": "维护保养",
	},
	"en": {
		"title": "On the gateway", "other": "中文",
		"running": "running", "standby": "standby", "off": "off", "fault": "fault", "unknown": "unknown",
		"good": "good", "stale": "stale", "absent": "device absent", "none": "no reading yet", "glitch": "glitch",
		"rollover": "rolled over", "reset": "reset", "first": "",
		"assets": "Assets", "lines": "Lines", "device": "device", "point": "point", "value": "value", "age": "age", "quality": "quality",
		"state": "state", "for": "for", "because": "by", "answers": "answers", "errors": "errors", "wait": "wait", "share": "share of line",
		"load": "in use", "since": "absent since", "clock": "clock", "synced": "synced", "unsynced": "not synced",
		"broker": "broker", "connected": "connected", "disconnected": "not connected; facts stay on this gateway", "pending": "batches pending", "dropped": "batches dropped",
		"faults": "To be seen to", "no faults": "No faults.", "no assets": "No assets are configured.", "no lines": "No line that can be used is configured.",
		"lost contact": "The gateway does not answer; what is shown is the last it said.", "updated": "updated",
		"timeouts": "timeouts", "checksums": "checksums", "garbled": "garbled", "lost": "lost", "foreign": "foreign", "refusals": "refusals", "overruns": "overruns",
		"ago": "ago", "now": "now", ":": ": ",
		"areas": "Areas", "present": "%d present", "used": "used for, by",
		"student_training": "student training", "employee_training": "employee training", "pilot_test": "pilot test", "trial_batch": "trial batch",
		"process_improve": "process improvement", "tech_rd": "technology R&D", "production": "production", "public_service": "public service", "social_training": "public training",
		"teacher_training": "teacher training", "skills_contest": "skills contest", "intl_training": "international training", "maintenance": "maintenance",
	},
}

// reasons are what the state machine gives for a state.
var reasons = strings.NewReplacer(
	"no reading yet", "尚无读数",
	": silent", "：无应答",
	"no contact closed", "没有触点闭合",
	" closed", " 闭合",
	"its configuration changed", "配置已更改",
)

// inWords puts a reason into the reader's language.
func inWords(lang, why string) string {
	if lang == "zh" {
		return reasons.Replace(why)
	}
	return why
}
