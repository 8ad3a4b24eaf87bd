package forms

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// above is what a reader must know before the table: period and place.
func (m *maker) above() []table.Text {
	return []table.Text{
		say("期间：%s 至 %s（%s 时间）", "Period: %s to %s (%s time)", m.first(), m.lastDay(), m.Query.Zone.String()),
		say("范围：%s", "Scope: %s", m.scope()),
	}
}

// scope is which bases, and what of them.
func (m *maker) scope() table.Text {
	parts := []table.Text{{ZH: "全省", EN: "the province"}}
	switch s := m.Query.Within; {
	case s.Base != "":
		parts[0] = baseName(m.Query.Catalogue.Base(s.Base), s.Base)
	case s.City != "":
		parts[0] = m.word(report.ByCity, s.City)
	}
	for _, d := range report.Dimensions {
		if values := m.Query.Where[d]; len(values) > 0 {
			parts = append(parts, say("%s：%s", "%s: %s", d.Text(), m.chosen(d, values)))
		}
	}
	text := parts[0]
	for _, part := range append(parts[1:], say("登记的基地 %d 个", "%d registered bases", len(m.bases))) {
		text = say("%s；%s", "%s; %s", text, part)
	}
	return text
}

// chosen are the values that a dimension is narrowed to.
func (m *maker) chosen(d report.Dimension, values []string) table.Text {
	var names []table.Text
	for _, v := range values {
		switch d {
		case report.ByBase:
			names = append(names, baseName(m.Query.Catalogue.Base(v), v))
		case report.ByCounty, report.ByZone, report.ByAsset, report.ByLine, report.ByPlace:
			names = append(names, or(table.Text{}, v))
		default:
			names = append(names, m.word(d, v))
		}
	}
	return list(names)
}

// below is what a reader must know of any figure: how far they reach, by which rules, and what coverage means.
func (m *maker) below() []table.Text {
	notes := []table.Text{m.reached()}
	if rules := m.rules(); rules != (table.Text{}) {
		notes = append(notes, rules)
	}
	return append(notes,
		say("覆盖率：已知时间 ÷ 应统计时间。低于 %s 的数值存疑，以浅色或 * 标出，不参与排名；该下限是本系统自定的规则。未知时间不算作停机，也不算作使用。",
			"Coverage: known time ÷ all time. Below %s a figure is doubtful, marked by its colour or a *, and never ranked; the floor is our own rule. Unknown time is neither off nor use.",
			percent(100*m.floor)),
		say("本表由遥测与登记数据生成，不代替任何官方规定和认定；口径与出处见 basemeter 文档 docs/forms。",
			"Made of telemetry and the registry. No number here replaces an official rule or decision; definitions and sources are in basemeter's docs/forms."))
}

func (m *maker) reached() table.Text {
	end := m.reach()
	at := end.In(m.Query.Zone).Format("2006-01-02 15:04")
	if end.Before(m.Query.To) {
		return say("数据截至 %s，期间尚未结束。", "Figures reach to %s; the period has not ended.", at)
	}
	return say("数据截至 %s（期间已结束）。", "Figures reach to %s, the end of the period.", at)
}

// rules say by which formula and plan the ledger was judged, or which frozen version it is.
func (m *maker) rules() table.Text {
	if v := m.Query.Version; v != "" {
		return say("数据取自冻结版本 %s，不再变化。", "From the frozen version %s, which never changes.", v)
	}
	var formulas, plans []string
	for _, a := range m.answered {
		if text := strconv.FormatInt(a.Formula, 10); a.Formula != 0 && !slices.Contains(formulas, text) {
			formulas = append(formulas, text)
		}
		if a.Plan != "" && !slices.Contains(plans, a.Plan) {
			plans = append(plans, a.Plan)
		}
	}
	if formulas == nil && plans == nil {
		return table.Text{}
	}
	return say("统计规则版本 %s，计划版本 %s；数据未冻结，迟到的事实和更正会改变它。", "Rules %s, plan %s; not frozen: late facts and corrections change it.",
		orNone(formulas), orNone(plans))
}

func orNone(all []string) table.Text {
	if all == nil {
		return table.Text{ZH: "无", EN: "none"}
	}
	return or(table.Text{}, strings.Join(all, ", "))
}

// dayOfUse is what counts as one.
func dayOfUse() table.Text {
	least := int(utilisation.LeastUse.Minutes())
	return say("使用天数：当天至少有一台设备有人使用满 %d 分钟的自然日，多台设备同日只算一天；%d 分钟是本系统自定的规则，未见官方规定。",
		"Days used: dates on which somebody used an asset for %d minutes or more; of several assets on one date it is one day. %d minutes is our own rule; no official one was found.", least, least)
}

// oddYear says whether the period is no academic year.
func (m *maker) oddYear() []table.Text {
	from, to := m.Query.From.In(m.Query.Zone), m.Query.To.In(m.Query.Zone)
	whole := from.Month() == time.September && from.Day() == 1 && from.AddDate(1, 0, 0).Equal(to)
	if whole {
		return nil
	}
	return []table.Text{say("期间不是一个完整学年（9 月 1 日至次年 8 月 31 日）。", "The period is not one academic year (1 September to 31 August).")}
}
