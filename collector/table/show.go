package table

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What is said of cells without a value, and of those to be read with care.
var (
	withheldWords = Text{ZH: "不公布", EN: "withheld"}
	unknownWords  = Text{ZH: "无法得知", EN: "not known"}
	manualWords   = Text{ZH: "需人工填写", EN: "fill in by hand"}
	faintWords    = Text{ZH: "覆盖率不足，谨慎使用", EN: "low coverage; read with care"}
	leastWords    = Text{ZH: "下限", EN: "at least"}
)

// units are those that are not called the same in both languages.
var units = map[string]Text{
	"h": {ZH: "小时", EN: "h"}, "person-h": {ZH: "人时", EN: "person-h"}, "visits": {ZH: "人次", EN: "visits"}, "people": {ZH: "人", EN: "people"},
	"d": {ZH: "天", EN: "d"}, "min": {ZH: "分钟", EN: "min"}, "yuan": {ZH: "元", EN: "yuan"}, "万元": {ZH: "万元", EN: "10,000 yuan"}, "1": {},
}

// heading is a column's name with its unit, unless the name says it.
func (c *Column) heading(lang string) string {
	head, unit := cmp.Or(c.Head.In(lang), c.ID), c.Unit
	if text, known := units[unit]; known {
		unit = text.In(lang)
	}
	if unit == "" || c.Format == Percent || names(head, unit) {
		return head
	}
	if lang == "en" {
		return head + " (" + unit + ")"
	}
	return head + "（" + unit + "）"
}

// names tells whether a heading says its unit already, at its end or in brackets.
func names(head, unit string) bool {
	head, unit = strings.ToLower(head), strings.ToLower(unit)
	before, ends := strings.CutSuffix(head, unit)
	last, _ := utf8.DecodeLastRuneInString(before)
	return ends && (unit[0] >= utf8.RuneSelf || !unicode.IsLetter(last)) || strings.Contains(head, "（"+unit+"）") || strings.Contains(head, "("+unit+")")
}

// of is the format of one number.
func (f Format) of(n float64) Format {
	switch {
	case f != Mixed:
		return f
	case n == math.Trunc(n):
		return Whole
	}
	return Decimal
}

// number is how people read one.
func (f Format) number(n float64) string {
	switch f.of(n) {
	case Whole:
		return thousands(strconv.FormatFloat(n, 'f', 0, 64))
	case Decimal:
		return thousands(strconv.FormatFloat(n, 'f', 2, 64))
	case Percent:
		return strconv.FormatFloat(100*n, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// thousands puts commas into a number.
func thousands(digits string) string {
	sign, digits := cutSign(digits)
	whole, part, dot := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dot {
		whole += "." + part
	}
	if strings.Trim(whole, "0.,") == "" {
		return whole // nothing is below 0 that reads as 0
	}
	return sign + whole
}

func cutSign(digits string) (sign, rest string) {
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		return "-", rest
	}
	return "", digits
}

func (f Format) moment(t time.Time) string {
	if f == Date {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

// legend explains the cells of a sheet that hold no value, or a doubtful one.
func (s *Sheet) legend(lang string, manual, faint string) (lines []string) {
	seen, doubtful, bounded := map[Kind]bool{}, false, false
	for _, row := range s.Rows {
		for _, c := range row {
			seen[c.Kind] = true
			doubtful, bounded = doubtful || c.Faint, bounded || c.Least
		}
	}
	between, and := "：", "；"
	if lang == "en" {
		between, and = ": ", "; "
	}
	if seen[Manual] {
		lines = append(lines, manual+between+manualWords.In(lang))
	}
	if doubtful {
		lines = append(lines, faint+between+faintWords.In(lang))
	}
	if bounded {
		lines = append(lines, leastWords.In(lang)+between+Text{ZH: "有一部分不显示，实际不少于此数", EN: "a part is not shown, and it is no less than this"}.In(lang))
	}
	if seen[Withheld] {
		lines = append(lines, withheldWords.In(lang)+between+Text{ZH: "其中不足五人，或可由此推算出不足五人的数字；为保护少数人，不显示", EN: "it is of fewer than five people, or such a figure could be worked out from it; not shown, to protect them"}.In(lang))
	}
	if reasons := s.reasons(lang); len(reasons) > 0 {
		lines = append(lines, unknownWords.In(lang)+between+strings.Join(reasons, and))
	}
	return lines
}

// reasons are why cells cannot be told. Of several each names its columns.
func (s *Sheet) reasons(lang string) (all []string) {
	of := map[string][]string{} // columns by reason
	for _, row := range s.Rows {
		for i, c := range row {
			c = c.sound()
			reason, head := c.Text.In(lang), cmp.Or(s.Columns[i].Head.In(lang), s.Columns[i].ID)
			if c.Kind != Unknown || reason == "" {
				continue
			}
			if of[reason] == nil {
				all = append(all, reason)
			}
			if !slices.Contains(of[reason], head) {
				of[reason] = append(of[reason], head)
			}
		}
	}
	if len(all) < 2 {
		return all
	}
	form, comma := "%s（%s）", "、"
	if lang == "en" {
		form, comma = "%s (%s)", ", "
	}
	for i, reason := range all {
		all[i] = fmt.Sprintf(form, reason, strings.Join(of[reason], comma))
	}
	return all
}
