package main

// inChinese is what we say, by its English.
var inChinese = map[string]string{
	"%s: no faults": "%s：没有错误",
	"one request each period, for all %d points of the machine":                                          "每个 period 一次请求，读取机床的全部 %d 个测点",
	"requests each slow_period, for all %d points: %d":                                                   "每个 slow_period，全部 %d 个测点：%d 次请求",
	"requests each period, for all %d points: %d":                                                        "每个 period，全部 %d 个测点：%d 次请求",
	"requests each period, for the %d points that are not slow: %d":                                      "每个 period，%d 个非慢速测点：%d 次请求",
	"requests each slow_period instead, for all %d points: %d":                                           "每到 slow_period 改为全部 %d 个测点：%d 次请求",
	"%s, %d of them no point's: %s":                                                                      "%s，其中 %d 个不属于任何测点：%s",
	"%s: %s":                                                                                             "%s：%s",
	"golden frames decoded: %d; every point stands in one":                                               "已核对 %d 个 golden 报文，每个测点都在其中",
	"golden frames decoded: %d; none holds %s":                                                           "已核对 %d 个 golden 报文；没有报文包含 %s",
	"hint: it has no caveats; what misleads on this device, say in caveats":                              "提示：没有 caveats；请写明该设备容易误导之处",
	"hint: it has no recognise; a search of a line cannot tell this device by itself":                    "提示：没有 recognise；搜索线路时无法自动认出该设备",
	"hint: source names no page (p. 14) and no repository; the next reader cannot look the registers up": "提示：source 没有写明手册页码（p. 14）或代码仓库；别人无法核对寄存器",
	"hint: max_hole is 0; reading over holes, it would be %d instead of %d requests, if the device answers for registers that its manual does not list": "提示：max_hole 为 0；若设备对手册未列出的寄存器也能应答，跨读空洞后请求为 %d 次，而不是 %d 次",
	"hint: counters without max_rate: %s; what they can grow by in an hour is then a general bound, too high to find most glitches":                     "提示：累计值没有 max_rate：%s；每小时增量只受通用上限约束，多数跳变发现不了",
	"hint: counters without rollover: %s; one that begins again from 0 is then taken for a reset":                                                       "提示：累计值没有 rollover：%s；从 0 重新开始会被当作清零",

	"warning: %v":                            "提醒：%v",
	"%s: no faults, %d warnings, version %s": "%s：没有错误，%d 条提醒，版本 %s",
	"%s %s":                                  "%s %s",
	"areas %d, assets %d, organisations %d, groups of cards %d":      "场地 %d，设备 %d，单位 %d，卡组 %d",
	"lessons %d, taking place %d times; bookings %d; maintenance %d": "课程 %d 门，上课 %d 次；预约 %d；检修 %d",
	"open %.4g h a week in term, %.4g h in the vacation":             "每周开放：学期内 %.4g 小时，假期 %.4g 小时",
	"terms %d, with %d dates, %d of them provisional":                "学期 %d 个，共 %d 天，其中暂定 %d 天",

	"in term": "学期内", "in the vacation": "假期", "holiday": "节假日", "make-up work day": "调休上班", "override": "校历调整",
	"not in service": "不在用", "lesson": "课程", "booking": "预约", "maintenance": "检修", "open": "开放", "closed": "关闭",
	"vacation": "假期", "mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日",
	" (as %s)": "（按 %s）", "%s (%s)": "%s（%s）", " (%s)": "（%s）", "%d people": "%d 人", ", ": "，", "project %s": "项目 %s",
	"they run the machine themselves": "自行上机", "displaced ": "让位的", "%s, week %d": "%s 第 %d 周",
	"%s/%s %s, %v %s, %s": "%s/%s %s，%v %s，%s", ", provisional: no notice yet": "，暂定：尚无放假通知", ", provisional": "（暂定）",
	"%s  %s  %s%s  %v": "%s  %s  %s%s  %v", "             %s  %s  %v": "             %s  %s  %v",
	"             %s%s  %s %s%s%s  %v": "             %s%s  %s %s%s%s  %v",

	"%s (version %s) → %s (version %s)": "%s（版本 %s）→ %s（版本 %s）", "not in the plan": "计划中没有", "%s": "%s",
	"%s: cards belong to others, or machines stand elsewhere: every hour of the base": "%s：卡组归属或设备所在场地有变，涉及该基地的全部时间",
	"%v  %s  %s → %s": "%v  %s  %s → %s", "and %d more": "另有 %d 条",
	"different: %d places, %.6g asset-hours, %d hours of bases": "有变化：%d 处，%.6g 设备小时，%d 个基地小时",

	"%d of %d lines, %d s": "第 %d 行，共 %d 行，%d 秒", "%d s, %.1f kB received": "%d 秒，已接收 %.1f kB",
}
