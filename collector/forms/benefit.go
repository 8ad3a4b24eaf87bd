package forms

import (
	"context"
	"strings"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// What 年度效益评价 asks for: domain.md 2.2.
const benefitPrice = 100_000 // yuan

// benefitForm is the item of hours of the annual evaluation: effective hours over quota, for each machine of the price.
func benefitForm(ctx context.Context, m *maker) error {
	lines, err := m.ask(ctx, []report.Dimension{report.ByBase, report.ByAsset}, []string{"quota_ratio", "effective_hours", "unknown_hours", "coverage"}, nil)
	if err != nil {
		return err
	}
	s := table.Sheet{ID: "benefit", Title: say("机时利用", "Hours"), Columns: []table.Column{
		{ID: "base", Head: heads[report.ByBase]}, {ID: "asset_number", Head: say("仪器编号", "Asset number")}, {ID: "class_code", Head: say("分类号", "Class code")},
		{ID: "name", Head: say("仪器名称", "Name")}, {ID: "asset_id", Head: say("设备编号", "Asset id")}, {ID: "price", Head: say("单价", "Price"), Unit: "yuan", Format: table.Decimal},
		hoursOf("effective_hours", "有效机时", "Effective hours"), hoursOf("unattributed_hours", "未归类，未计入", "Unattributed, not in it"),
		hoursOf("quota_year", "年定额机时", "Quota of a year"), hoursOf("quota_hours", "期间定额机时", "Quota of the period"), {ID: "ratio", Head: say("完成率", "Ratio"), Format: table.Percent},
		{ID: "score", Head: say("机时利用得分", "Score"), Format: table.Decimal}, {ID: "weighted", Head: say("折合（权重 %s）", "Weighted (%s)", percent(m.Weight)), Format: table.Decimal},
		{ID: "coverage", Head: say("覆盖率", "Coverage"), Format: table.Percent}, hoursOf("unknown_hours", "未知时间", "Unknown time"), guessed(utilisation.Hours),
	}}
	all, undecided := m.instruments(benefitPrice)
	of := indexed(&lines)
	for _, i := range all {
		if code := i.asset.ClassCode; !m.AllAssets && code != "" && !strings.HasPrefix(code, "03") && !strings.HasPrefix(code, "04") {
			continue
		}
		i.line = of.of(i.base.ID, i.asset.ID)
		s.Rows = append(s.Rows, m.benefitRow(i))
	}
	m.add(s, append(m.benefitNotes(), m.unregistered(lines.Lines)...)...)
	m.undecided(undecided, benefitPrice)
	return nil
}

func (m *maker) benefitRow(i *instrument) []table.Cell {
	effective, unattributed, year, quota, ratio, score, weighted := table.Amount(0), table.Amount(0), table.Cell{}, table.Cell{}, table.Cell{}, table.Cell{}, table.Cell{}
	doubtful := i.doubtful(m)
	effective.Faint, unattributed.Faint = doubtful, doubtful
	year = table.Amount(i.asset.QuotaHours)
	if i.asset.QuotaHours == 0 {
		year = unknown("登记表中没有定额机时（quota_hours）", "the registry has no quota (quota_hours)")
	}
	var f *report.Figure
	if i.line != nil {
		f = i.line.Figure("quota_ratio")
	}
	switch {
	case f == nil || f.Missing != "":
		quota, ratio = m.of(i.line, "quota_ratio"), m.of(i.line, "quota_ratio")
		score, weighted = ratio, ratio
	case f.Denominator == 0:
		effective.Number = hours(i.line, "quota_ratio")
		quota, ratio, score, weighted = year, year, year, year
	default:
		effective.Number = hours(i.line, "quota_ratio")
		quota = table.Amount(float64(f.Denominator) / msPerHour)
		ratio = m.cell(f)
		score = table.Cell{Kind: table.Number, Number: min(100, 100*f.Value), Faint: doubtful}
		weighted = table.Cell{Kind: table.Number, Number: score.Number * m.Weight / 100, Faint: doubtful}
	}
	unattributed.Number = max(0, hours(i.line, "effective_hours")-effective.Number)
	return []table.Cell{table.SayIn(baseName(i.base, i.base.ID)), words(i.asset.AssetNumber), words(i.asset.ClassCode), table.SayIn(i.name()), table.Say(i.asset.ID),
		price(i.asset.PriceYuan), effective, unattributed, year, quota, ratio, score, weighted,
		{Kind: table.Number, Number: coverage(i.line), Faint: doubtful}, m.of(i.line, "unknown_hours"), estimated(i.line, "effective_hours")}
}

func (m *maker) benefitNotes() []table.Text {
	notes := []table.Text{
		say("得分 = min(100, 有效机时 ÷ 期间定额机时 × 100)；期间定额按在用时间占一年的比例折算。", "Score = min(100, effective ÷ quota × 100); the quota is that of a year by the share of it in service."),
		say("定额机时由学校按规定登记：03 类通用 1400、专用 800，04 类 800 小时/年。权重 %s：表格原件为 35 %%，总和为 100 %%。", "The school registers quotas by the rules: class 03 general 1400, special 800, class 04 800 h a year. Weight %s: 35 %% in the form.", percent(m.Weight)),
		say("覆盖率不足时，未知时间视为没有使用，得分可能偏低；用途不明的机时没有计入。", "Below full coverage unknown time counts as none, so a score may be too low; hours of unknown purpose are not in it."),
		say("范围：03、04 类，登记单价 10 万元及以上；没有分类号的也列出，请核对。", "Classes 03 and 04 of 100,000 yuan and more by the registry; an asset without a class code is listed, to be checked."),
	}
	if m.AllAssets {
		notes[3] = say("列出全部设备，不论单价和分类。", "All assets, whatever their price and class.")
	}
	return append(notes, m.oddYear()...)
}
