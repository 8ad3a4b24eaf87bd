package utilisation

import "basemeter/agent/record"

// Metrics is the dictionary, in the order in which people read it.
var Metrics = []Metric{
	{"effective_hours", "有效机时", "effective machine-hours", Hours,
		"Σ session time with the asset on, preparation and clean-down included", "SJ3 使用机时; 年度效益评价 有效机时",
		machineHours(Effective, used)},
	{"open_use_hours", "开放使用机时", "open-use machine-hours", Hours,
		"the part of effective_hours in which users ran the asset themselves", "SJ3 其中开放使用机时",
		machineHours(OpenUse, used)},
	{"external_hours", "对外服务机时", "machine-hours for outside users", Hours,
		"effective_hours of users whose affiliation is outside", "国科办基〔2022〕93号 对外服务机时",
		machineHours(Effective, external)},
	{"internal_hours", "校内机时", "machine-hours for host and partners", Hours,
		"effective_hours − external_hours: users of whom nothing is known count here", "own rule",
		machineHours(Effective, internal)},
	{"external_share", "对外服务占比", "share for outside users", Ratio,
		"external_hours / effective_hours", "高校仪器设备共享评价 共享率",
		ratio(of(Effective, external), of(Effective, used), covered)},
	{"quota_ratio", "定额机时完成率", "quota ratio", Ratio,
		"effective_hours of known purpose / quota hours; may exceed 1", "年度效益评价 机时利用",
		ratio(of(Effective, attributed), func(t *Totals) int64 { return t.QuotaMS }, covered).needing(OfMachines | OfRegistry)},

	{"allocation", "占用率", "allocation efficiency", Ratio, "AUBT / PBT", "ISO 22400-2",
		ratio(of(AUBT, anyKey), wholly(PBT), planned)},
	{"utilization_efficiency", "占用内运行率", "utilisation efficiency", Ratio, "APT / AUBT", "ISO 22400-2",
		ratio(of(APT, anyKey), of(AUBT, anyKey), planned)},
	{"availability_iso", "设备可用率(ISO)", "availability (ISO; not uptime)", Ratio, "APT / PBT", "ISO 22400-2",
		ratio(of(APT, anyKey), wholly(PBT), planned)},
	{"technical_efficiency", "技术效率", "technical efficiency", Ratio, "APT / (APT + ADET)", "ISO 22400-2",
		ratio(of(APT, anyKey), plus(of(APT, anyKey), of(ADET, anyKey)), planned)},
	{"setup_ratio", "准备时间占比", "setup ratio", Ratio, "AUST / AUPT", "ISO 22400-2",
		ratio(of(AUST, anyKey), of(AUPT, anyKey), planned)},

	{"running_hours", "运行机时", "running", Hours, "Σ time known to run", "ISO 22400-2 APT, not clipped to PBT", machineHours(running, anyKey)},
	{"standby_hours", "待机机时", "standby", Hours, "Σ time known to be switched on and not to run", "own rule", machineHours(standby, anyKey)},
	{"off_hours", "停机机时", "off", Hours, "Σ time known to be switched off", "own rule", machineHours(off, anyKey)},
	{"fault_hours", "故障机时", "fault", Hours, "Σ time known to be in fault", "own rule", machineHours(fault, anyKey)},
	{"unknown_hours", "未知机时", "unknown", Hours, "Σ time of which nothing is known", "own rule", machineHours(unknown, anyKey)},
	{"elapsed_hours", "统计机时", "elapsed", Hours, "running + standby + off + fault + unknown", "own rule", hours(elapsed, anyKey)},
	{"open_hours", "开放机时", "open machine-hours", Hours, "POT", "ISO 22400-2", machineHours(POT, anyKey)},
	{"planned_hours", "计划忙时", "planned busy time", Hours, "PBT: open, and not in planned maintenance", "ISO 22400-2", machineHours(PBT, anyKey)},
	{"idle_open_hours", "开放未用机时", "open, and nobody used it", Hours, "ADOT", "ISO 22400-2", machineHours(ADOT, anyKey)},
	{"out_of_hours", "计划时间外机时", "machine-hours outside planned busy time", Hours,
		"effective_hours outside PBT: outside opening hours, or in planned maintenance", "own rule", machineHours(OutOfHours, used)},
	{"no_show_hours", "计划未到机时", "planned, and nobody came", Hours,
		"planned sessions in which the state is known and nothing shows that anybody came", "own rule", machineHours(NoShow, used)},
	{"attended_hours", "有人值守运行机时", "attended running", Hours,
		"running while somebody is at the asset or in its area", "own rule", machineHours(Attended, anyKey)},
	{"unattended_hours", "无人值守运行机时", "unattended running", Hours, "running − attended", "own rule",
		hours(minus(of(running, anyKey), of(Attended, anyKey)), anyKey)},
	{"occupied_idle_hours", "占而未用机时", "occupied but idle", Hours,
		"somebody at the asset, which is known not to run", "own rule", machineHours(Occupied, anyKey)},

	{"person_hours", "人时", "person-hours", PersonHours, "Σ attendance; a person is in one place at a time", "高职状态数据平台 学年使用频率",
		personHours(everybody, anyone)},
	{"person_hours_inside", "校内人时", "person-hours of host and partners", PersonHours,
		"person_hours − person_hours_society: people of whom nothing is known count here", "高职状态数据平台 校内", personHours(everybody, inside)},
	{"person_hours_society", "社会人时", "person-hours of society", PersonHours,
		"Σ attendance of people whose affiliation is outside", "高职状态数据平台 社会", personHours(everybody, society)},
	{"hosted_trainee_hours", "企业接收学生人时", "hosted trainee-hours", PersonHours,
		"Σ attendance of students in places that an enterprise hosts", "clause 30", personHours(func(t *Totals) Crowd { return t.Hosted }, trainees).needing(OfPeople | OfRegistry)},
	{"visits", "人次", "visits", Visits, "number of times that a card came into the base", "高职状态数据平台 接待学生量",
		counted(func(t *Totals) int64 { return t.Crowd.Of(anyone).Visits }, attended).needing(OfPeople)},
	{"people", "人数", "people", People, "different cards seen; never added across bases or academic years", "clause 21",
		counted(func(t *Totals) int64 { return max(t.Cards, 0) }, attended).needing(OfPeople | OfCards)},
	{"days_used", "使用天数", "days used", Days,
		"local dates on which an asset was in sessions for the least time that counts", "高职状态数据平台 基地使用时间",
		counted(func(t *Totals) int64 { return t.Days }, covered).needing(OfMachines | OfDays)},
	{"workstation_utilization", "工位利用率", "workstation utilisation", Ratio,
		"person_hours / (workstations × open hours)", "公共实训基地 工位利用率",
		ratio(func(t *Totals) int64 { return t.Crowd.Of(anyone).PersonMS }, func(t *Totals) int64 { return t.StationMS }, attended).needing(OfPeople | OfRegistry)},

	{"energy_kwh", "用电量", "energy", KWh, "Σ growth of the asset's meter", "own rule", energy(Energy)},
	{"standby_kwh", "非运行用电量", "energy while not running", KWh,
		"Σ growth of the meter while the asset is known not to run", "own rule", energy(IdleEnergy)},
	{"corrected_hours", "更正机时", "corrected", Hours, "Σ time judged by a correction", "own rule", machineHours(Corrected, anyKey)},
	{"coverage", "覆盖率", "coverage", Ratio, "known / elapsed", "own rule",
		ratio(known, allElapsed, covered)},
}

// The states as measures.
const (
	running = Measure(record.Running)
	standby = Measure(record.Standby)
	off     = Measure(record.Off)
	fault   = Measure(record.Fault)
	unknown = Measure(record.Unknown)
)

func everybody(t *Totals) Crowd { return t.Crowd }

func elapsed(t *Totals) int64 { return t.Ledger.Total().Elapsed() }

func allElapsed(t *Totals) int64 { return t.whole().Elapsed() }

func known(t *Totals) int64 {
	cell := t.whole()
	return cell.Elapsed() - cell[record.Unknown]
}
