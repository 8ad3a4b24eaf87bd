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
		ratio(of(Effective, attributed), func(t *Totals) int64 { return t.QuotaMS }, covered)},

	{"allocation", "占用率", "allocation efficiency", Ratio, "AUBT / PBT", "ISO 22400-2",
		ratio(of(AUBT, anyKey), of(PBT, anyKey), planned)},
	{"utilization_efficiency", "占用内运行率", "utilisation efficiency", Ratio, "APT / AUBT", "ISO 22400-2",
		ratio(of(APT, anyKey), of(AUBT, anyKey), planned)},
	{"availability_iso", "设备可用率(ISO)", "availability (ISO; not uptime)", Ratio, "APT / PBT", "ISO 22400-2",
		ratio(of(APT, anyKey), of(PBT, anyKey), planned)},
	{"technical_efficiency", "技术效率", "technical efficiency", Ratio, "APT / (APT + ADET)", "ISO 22400-2",
		ratio(of(APT, anyKey), plus(of(APT, anyKey), of(ADET, anyKey)), planned)},
	{"setup_ratio", "准备时间占比", "setup ratio", Ratio, "AUST / AUPT", "ISO 22400-2",
		ratio(of(AUST, anyKey), of(AUPT, anyKey), planned)},

	{"open_hours", "开放机时", "open machine-hours", Hours, "POT", "ISO 22400-2", machineHours(POT, anyKey)},
	{"out_of_hours", "开放时间外机时", "machine-hours outside opening hours", Hours,
		"effective_hours outside PBT", "own rule", machineHours(OutOfHours, used)},
	{"no_show_hours", "预约未到机时", "planned, and nobody came", Hours,
		"planned sessions in which the state is known and nothing shows that anybody came", "own rule", machineHours(NoShow, used)},
	{"attended_hours", "有人值守运行机时", "attended running", Hours,
		"running while somebody is at the asset or in its area", "own rule", machineHours(Attended, anyKey)},
	{"occupied_idle_hours", "占而未用机时", "occupied but idle", Hours,
		"somebody at the asset, which is known not to run", "own rule", machineHours(Occupied, anyKey)},

	{"person_hours", "人时", "person-hours", PersonHours, "Σ attendance; a person is in one place at a time", "高职状态数据平台 学年使用频率",
		personHours(everybody, anyone)},
	{"person_hours_inside", "校内人时", "person-hours of host and partners", PersonHours,
		"person_hours − person_hours_society: people of whom nothing is known count here", "高职状态数据平台 校内", personHours(everybody, inside)},
	{"person_hours_society", "社会人时", "person-hours of society", PersonHours,
		"Σ attendance of people whose affiliation is outside", "高职状态数据平台 社会", personHours(everybody, society)},
	{"hosted_trainee_hours", "企业接收学生人时", "hosted trainee-hours", PersonHours,
		"Σ attendance of students in places that an enterprise hosts", "clause 30", personHours(func(t *Totals) Crowd { return t.Hosted }, trainees)},
	{"visits", "人次", "visits", Visits, "number of times that a card came into the base", "高职状态数据平台 接待学生量",
		counted(func(t *Totals) int64 { return t.Crowd.Of(anyone).Visits })},
	{"days_used", "使用天数", "days used", Days,
		"local dates on which an asset was in sessions for the least time that counts", "高职状态数据平台 基地使用时间",
		counted(func(t *Totals) int64 { return t.Days })},
	{"workstation_utilization", "工位利用率", "workstation utilisation", Ratio,
		"person_hours / (workstations × open hours)", "公共实训基地 工位利用率",
		ratio(func(t *Totals) int64 { return t.Crowd.Of(anyone).PersonMS }, func(t *Totals) int64 { return t.StationMS }, covered)},

	{"energy_kwh", "用电量", "energy", KWh, "Σ growth of the asset's meter", "own rule", energy(Energy)},
	{"standby_kwh", "非运行用电量", "energy while not running", KWh,
		"Σ growth of the meter while the asset is known not to run", "own rule", energy(IdleEnergy)},
	{"coverage", "覆盖率", "coverage", Ratio, "known / elapsed", "own rule",
		ratio(known, elapsed, covered)},
}

func everybody(t *Totals) Crowd { return t.Crowd }

func elapsed(t *Totals) int64 { return t.Ledger.Total().Elapsed() }

func known(t *Totals) int64 {
	cell := t.Ledger.Total()
	return cell.Elapsed() - cell[record.Unknown]
}
