package web

import "strings"

// words are what people read. One word for one thing, the same on every board.
var words = map[string]map[string]string{
	"zh": {
		"title": "设备机时", "subtitle": "实训基地与中试平台的真实使用情况",
		"running": "运行", "standby": "待机", "off": "停机", "fault": "故障", "unknown": "未知",
		"now": "当前状态", "since": "自", "for": "已持续", "so far": "累计机时",
		"running hours": "运行机时", "elapsed": "统计时长", "coverage": "覆盖率", "h": "小时", "min": "分", "s": "秒", "because": "依据",
		"today": "今天", "week": "近 7 天", "month": "近 30 天", "period": "统计期间",
		"other": "English", "download": "下载", "updated": "更新于",
		"uses": "用途与使用方", "purpose": "用途", "user": "使用方", "effective": "有效机时", "share": "占比",
		"people": "人员", "group": "人员类别", "person-hours": "人时", "estimated": "其中估计", "visits": "人次", "withheld": "不公布", "figures": "图表", "reference": "接口文档",
		"why estimated": "“估计”是忘记刷卡离开、由规则结束的时间。",
		"no word":       "网关没有报告", "empty": "还没有任何设备的数据。网关启动并连上 MQTT 后，几秒钟内这里会出现设备。",
		"why unknown":  "“未知”表示没有数据：既不算运行，也不算停机。",
		"why late":     "累计数字算到最近一个已结束的时段，通常比当前状态晚几分钟。",
		"no figures":   "数据库没有应答，暂时没有累计数字：",
		"lost contact": "与服务器失去联系，显示的是最后一次的数据。",
		"areas":        "在场人数", "present": "在场 %d 人",
		"power": "功率 %.1f W", "current": "电流 %.2f A", "voltage": "电压 %.1f V", "count": "脉冲 %.0f 个", "energy_import": "电能 %.2f kWh",
	},
	"en": {
		"title": "Machine-hours", "subtitle": "How training bases and pilot lines are really used",
		"running": "running", "standby": "standby", "off": "off", "fault": "fault", "unknown": "unknown",
		"now": "Now", "since": "since", "for": "for", "so far": "So far",
		"running hours": "running", "elapsed": "elapsed", "coverage": "coverage", "h": "h", "min": "min", "s": "s", "because": "by",
		"today": "today", "week": "last 7 days", "month": "last 30 days", "period": "Period",
		"other": "中文", "download": "Download", "updated": "updated",
		"uses": "What for, and by whom", "purpose": "purpose", "user": "user", "effective": "effective machine-hours", "share": "share",
		"people": "People", "group": "user group", "person-hours": "person-hours", "estimated": "of it estimated", "visits": "visits", "withheld": "withheld", "figures": "Charts", "reference": "API",
		"why estimated": "Estimated is time behind a forgotten badge-out, ended by a rule.",
		"no word":       "its gateway says nothing", "empty": "No machine has reported yet. Once a gateway runs and reaches the MQTT broker, its machines appear here within seconds.",
		"why unknown":  "Unknown means that there is no data: it counts neither as running nor as off.",
		"why late":     "Figures reach to the end of the newest finished spell, usually some minutes behind the state shown.",
		"no figures":   "The database does not answer, so there are no figures for now:",
		"lost contact": "The server does not answer; what is shown is the last it said.",
		"areas":        "Who is there", "present": "%d present",
		"power": "%.1f W", "current": "%.2f A", "voltage": "%.1f V", "count": "%.0f pulses", "energy_import": "%.2f kWh",
	},
}

// reasons are what agent/state and the floor give for a state.
var reasons = strings.NewReplacer(
	"no reading yet", "尚无读数",
	": silent", "：无应答",
	"no contact closed", "没有触点闭合",
	" closed", " 闭合",
	"the gateway ended", "网关已停止",
	"its configuration changed", "配置已更改",
	"no longer configured", "已从配置中移除",
	": offline", "：离线",
	"gateway ", "网关 ",
)
