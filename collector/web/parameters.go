package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"basemeter/collector/table"
)

// parameters holds a question to what its endpoint takes, by the very document that is published: huma passes over what it
// does not know. All faults come together. An empty value is none: base= of a script whose variable was never set would
// be the whole province.
func parameters(raw string, op *huma.Operation) (url.Values, faults) {
	var bad faults
	v, err := url.ParseQuery(raw)
	if err != nil {
		bad.add("query", table.Text{EN: err.Error(), ZH: "查询字符串无法解析：" + err.Error()})
		return nil, bad
	}
	known := map[string]*huma.Param{}
	var names []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			known[p.Name], names = p, append(names, p.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		switch p := known[name]; {
		case p == nil:
			bad.add(cmp.Or(name, "query"), unknownParameter(names))
		case len(v[name]) > 1:
			bad.add(name, table.Text{EN: "stands more than once; expected one, with commas between values", ZH: "出现了多次；应只写一次，多个值用逗号分隔"})
		case v.Get(name) == "":
			bad.add(name, table.Text{EN: "is empty; leave it out to ask for all", ZH: "为空；要查全部请不写该参数"})
		default:
			if text, wrong := holds(p.Schema, v.Get(name)); wrong {
				bad.add(name, text)
			} else if name == "from" || name == "to" {
				if _, text := moment(v.Get(name), beijing); text.EN != "" { // whose clock it is comes later
					bad.add(name, text)
				}
			}
		}
	}
	for _, name := range names {
		about, _ := wordsOf(op.Path, name)
		if p := known[name]; p.Required && !v.Has(name) {
			bad.add(name, table.Text{EN: "is missing; expected " + p.Description, ZH: "缺少该参数；应为：" + about.ZH})
		}
	}
	return v, bad
}

func unknownParameter(names []string) table.Text {
	if len(names) == 0 {
		return table.Text{EN: "unknown; no parameter is taken here", ZH: "没有该参数；此处不接受参数"}
	}
	list := strings.Join(names, ", ")
	return table.Text{EN: "unknown; expected one of: " + list, ZH: "没有该参数；应为：" + list}
}

// holds tells what is wrong with a value by its schema, if anything is.
func holds(s *huma.Schema, value string) (table.Text, bool) {
	switch {
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, any(value)):
		var list []string
		for _, one := range s.Enum {
			list = append(list, fmt.Sprint(one))
		}
		all := strings.Join(list, ", ")
		return table.Text{EN: fmt.Sprintf("%q; expected one of: %s", value, all), ZH: fmt.Sprintf("“%s”；应为：%s", value, all)}, true
	case s.Type == huma.TypeInteger || s.Type == huma.TypeNumber:
		return numeric(s, value)
	case s.MaxLength != nil && len(value) > *s.MaxLength:
		return table.Text{EN: fmt.Sprintf("expected at most %d bytes", *s.MaxLength), ZH: fmt.Sprintf("最多 %d 字节", *s.MaxLength)}, true
	case s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(value):
		return table.Text{EN: fmt.Sprintf("%q is not of the form %s", value, s.Pattern), ZH: fmt.Sprintf("“%s”的格式应为 %s", value, s.Pattern)}, true
	}
	return table.Text{}, false
}

func numeric(s *huma.Schema, value string) (table.Text, bool) {
	n, err := strconv.ParseFloat(value, 64)
	if s.Type == huma.TypeInteger {
		var whole int64
		whole, err = strconv.ParseInt(value, 10, 64)
		n = float64(whole)
	}
	if err == nil && n >= *s.Minimum && n <= *s.Maximum {
		return table.Text{}, false
	}
	kind := map[string]table.Text{huma.TypeInteger: {ZH: "整数", EN: "a whole number"}, huma.TypeNumber: {ZH: "数", EN: "a number"}}[s.Type]
	return table.Text{
		EN: fmt.Sprintf("%q; expected %s between %g and %g", value, kind.EN, *s.Minimum, *s.Maximum),
		ZH: fmt.Sprintf("“%s”；应为 %g 到 %g 之间的%s", value, *s.Minimum, *s.Maximum, kind.ZH),
	}, true
}
