package pages

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"basemeter/collector/utilisation"
)

// definitionOf is a line of the dictionary.
func definitionOf(id string) (utilisation.Metric, bool) { return utilisation.MetricOf(id) }

func (a *asking) metricName(id string) string {
	m, ok := definitionOf(id)
	switch {
	case !ok:
		return id
	case a.Lang == "en":
		return capital(m.EN)
	}
	return m.ZH
}

// capital begins with a capital letter, as headings do.
func capital(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// namesEN put the names of metrics in place of their ids, the longest first; an id without an underscore is a word.
var namesEN = func() *strings.Replacer {
	all := slices.Clone(utilisation.Metrics)
	slices.SortStableFunc(all, func(m, n utilisation.Metric) int { return len(n.ID) - len(m.ID) })
	var pairs []string
	for _, m := range all {
		if strings.Contains(m.ID, "_") {
			pairs = append(pairs, m.ID, m.EN)
		}
	}
	return strings.NewReplacer(pairs...)
}()

// formula is how a metric is worked out, in the reader's language.
func (a *asking) formula(m *utilisation.Metric) string {
	if a.Lang == "zh" {
		return m.FormulaZH()
	}
	return namesEN.Replace(m.Formula)
}

// sides are what is divided by what; of a sum the second is empty.
func (a *asking) sides(m *utilisation.Metric) (over, under string) {
	text, _, _ := strings.Cut(strings.ReplaceAll(a.formula(m), "；", ";"), ";")
	if over, under, divided := strings.Cut(text, " ÷ "); divided {
		return over, under
	}
	if over, under, divided := strings.Cut(text, " / "); divided && m.Unit == utilisation.Ratio {
		return over, under
	}
	return text, ""
}

// source is where a metric comes from.
func (a *asking) source(m *utilisation.Metric) string {
	switch {
	case a.Lang == "zh" && m.Source == "own rule":
		return "本系统的规则"
	case a.Lang == "zh" && strings.HasPrefix(m.Source, "clause "):
		return "实施方案第 " + strings.TrimPrefix(m.Source, "clause ") + " 条"
	case strings.HasPrefix(m.Source, "clause "):
		return "the policy, " + m.Source
	}
	return m.Source
}

// elements are the words of ISO 22400-2 that formulas use.
var elements = [][3]string{
	{"POT", "计划运行时间：开放时间", "planned operation time: open"},
	{"PBT", "计划忙碌时间：开放时间减去计划维护", "planned busy time: open, and not in planned maintenance"},
	{"AUBT", "占用时间：计划忙碌时间中，有使用证据的时间", "actual unit busy time: in a session that there is evidence of"},
	{"AUPT", "加工时间：占用时间中，设备开机的时间", "actual unit processing time: of AUBT, switched on"},
	{"AUST", "准备时间：加工时间中，设备待机的时间", "actual unit setup time: of AUPT, standing by"},
	{"APT", "运行时间：加工时间中，设备运行的时间", "actual production time: of AUPT, running"},
	{"ADET", "延误时间：占用时间中，设备停机或故障的时间", "actual unit delay time: of AUBT, off or in fault"},
	{"ADOT", "闲置时间：计划忙碌时间中，状态已知且无人使用的时间", "actual unit down time: of PBT, known and used by nobody"},
}
