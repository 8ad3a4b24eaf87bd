package main

// inChinese are the lines of an account, by their English.
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
}
