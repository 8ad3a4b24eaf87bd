package forms

import (
	"context"
	"errors"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// corrections lists what was put right by hand in the period. The measured state stands in the ledger beside it.
func corrections(ctx context.Context, m *maker) error {
	s := table.Sheet{ID: "corrections", Title: say("更正", "Corrections"), Columns: []table.Column{
		{ID: "base", Head: heads[report.ByBase]}, {ID: "asset", Head: heads[report.ByAsset]},
		{ID: "from", Head: say("所涉时段起", "From"), Format: table.Moment}, {ID: "to", Head: say("所涉时段止", "To"), Format: table.Moment},
		{ID: "says", Head: say("改为", "Put right to")}, {ID: "reason", Head: say("理由", "Reason")}, {ID: "author", Head: say("更正人", "Author")},
		{ID: "made", Head: say("更正时间", "Made"), Format: table.Moment}, {ID: "correction_id", Head: say("更正编号", "Correction id")},
	}}
	for _, id := range slices.Concat(ids(m.bases), m.strangers) {
		m.step(id)
		b := m.Query.Catalogue.Base(id)
		all, err := m.source.Corrections(ctx, id)
		var unheard *report.UnknownError
		if err != nil && !errors.As(err, &unheard) { // of what was never heard of, nothing was corrected
			return err
		}
		for _, c := range all {
			if c.From.Before(m.Query.To) && m.Query.From.Before(c.To) && m.passes(report.ByAsset, c.Asset) && m.holds(&c) {
				s.Rows = append(s.Rows, []table.Cell{table.SayIn(baseName(b, id)), table.SayIn(assetName(b.Asset(c.Asset), c.Asset)), table.At(c.From.In(m.Query.Zone)),
					table.At(c.To.In(m.Query.Zone)), table.SayIn(m.says(&c)), table.Say(c.Reason), table.Say(c.Author), table.At(c.Made.In(m.Query.Zone)), table.Say(c.ID)})
			}
		}
	}
	notes := []table.Text{say("更正不改动测得的记录：它只说明事后怎样认定，须有理由和更正人。", "A correction changes nothing that was measured: it says how time is judged afterwards, with a reason and an author.")}
	if m.Query.Version != "" {
		notes = append(notes, say("只列冻结之前作出的更正；以后的更正不在该版本中。", "Only what was put right before the version was frozen; what came later is not in it."))
	}
	m.add(s, notes...)
	return nil
}

// holds tells whether the figures take a correction into account: a frozen version knows nothing of what came after it.
func (m *maker) holds(c *report.Correction) bool {
	return m.Query.Version == "" || slices.ContainsFunc(m.Frozen, func(f report.Frozen) bool {
		return f.Base == c.Base && f.Version == m.Query.Version && c.Made.Before(f.Made)
	})
}

var states = map[string]table.Text{"running": {ZH: "运行", EN: "running"}, "standby": {ZH: "待机", EN: "standby"}, "off": {ZH: "停机", EN: "off"},
	"fault": {ZH: "故障", EN: "fault"}, "unknown": {ZH: "未知", EN: "unknown"}}

// says is what a correction comes to. One that changes nothing takes back those before it.
func (m *maker) says(c *report.Correction) table.Text {
	var parts []table.Text
	if c.State != "" {
		parts = append(parts, or(states[c.State], c.State))
	}
	if c.Purpose != "" {
		parts = append(parts, m.word(report.ByPurpose, c.Purpose))
	}
	if c.Affiliation != "" {
		parts = append(parts, m.word(report.ByAffiliation, c.Affiliation))
	}
	if parts == nil {
		return say("撤销此前的更正", "takes back those before it")
	}
	return list(parts)
}

// definitions are those of every metric that the document shows.
func definitions(_ context.Context, m *maker) error {
	s := table.Sheet{ID: "definitions", Title: say("指标定义", "Definitions"), Columns: []table.Column{
		{ID: "metric", Head: say("编号", "Metric")}, {ID: "zh", Head: say("名称", "Chinese name")}, {ID: "en", Head: say("英文名称", "English name")}, {ID: "unit", Head: say("单位", "Unit")},
		{ID: "formula", Head: say("算法", "Formula")}, {ID: "source", Head: say("出处", "Source")},
	}}
	for _, metric := range m.shown() {
		d := head(metric)
		s.Rows = append(s.Rows, []table.Cell{table.Say(metric), table.Say(d.Head.ZH), table.Say(d.Head.EN), table.SayIn(unitWord(d.Unit)), table.SayIn(d.Help), table.SayIn(sourceOf(metric))})
	}
	m.add(s, say("时间要素依 ISO 22400-2：POT 开放时间；PBT 计划忙时，即开放且不在计划检修中；AUBT 实际占用时间；AUPT 占用中已开机的时间；APT 占用中运行的时间；AUST 占用中待机的时间；ADET 占用中停机或故障的时间；ADOT 计划忙时中无人占用的时间。",
		"Time elements of ISO 22400-2: POT open; PBT open and not in planned maintenance; AUBT of it occupied; AUPT of that switched on; APT running; AUST standing by; ADET off or in fault while occupied; ADOT of PBT not occupied."),
		say("本系统自定：没有见到官方口径。", "Own rule: no official definition was found."))
	return nil
}
