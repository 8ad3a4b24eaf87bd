package forms

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"basemeter/collector/table"
)

// A field is one of the 25 of SJ3: domain.md 2.1.
type field struct {
	no     int
	id     string
	text   table.Text
	kind   byte // C: text, N: a number
	length int  // of N12.2, the 12 with the point
	format table.Format
}

var sj3Fields = []field{
	{1, "school_code", table.Text{ZH: "学校代码", EN: "School code"}, 'C', 5, table.Plain},
	{2, "asset_number", table.Text{ZH: "仪器编号", EN: "Asset number"}, 'C', 8, table.Plain},
	{3, "class_code", table.Text{ZH: "分类号", EN: "Class code"}, 'C', 8, table.Plain},
	{4, "name", table.Text{ZH: "仪器名称", EN: "Name"}, 'C', 30, table.Plain},
	{5, "price", table.Text{ZH: "单价（元）", EN: "Price (yuan)"}, 'N', 12, table.Decimal},
	{6, "model", table.Text{ZH: "型号", EN: "Model"}, 'C', 20, table.Plain},
	{7, "specification", table.Text{ZH: "规格", EN: "Specification"}, 'C', 30, table.Plain},
	{8, "teaching_hours", table.Text{ZH: "使用机时（教学）", EN: "Hours: teaching"}, 'N', 4, table.Whole},
	{9, "research_hours", table.Text{ZH: "使用机时（科研）", EN: "Hours: research"}, 'N', 4, table.Whole},
	{10, "social_service_hours", table.Text{ZH: "使用机时（社会服务）", EN: "Hours: social service"}, 'N', 4, table.Whole},
	{11, "open_use_hours", table.Text{ZH: "使用机时（其中开放使用机时）", EN: "Hours: of them open use"}, 'N', 4, table.Whole},
	{12, "samples", table.Text{ZH: "测样数", EN: "Samples"}, 'N', 6, table.Whole},
	{13, "trained_students", table.Text{ZH: "培训人员数（学生）", EN: "Trained: students"}, 'N', 4, table.Whole},
	{14, "trained_teachers", table.Text{ZH: "培训人员数（教师）", EN: "Trained: teachers"}, 'N', 4, table.Whole},
	{15, "trained_others", table.Text{ZH: "培训人员数（其他）", EN: "Trained: others"}, 'N', 4, table.Whole},
	{16, "teaching_projects", table.Text{ZH: "教学实验项目数", EN: "Teaching experiments"}, 'N', 3, table.Whole},
	{17, "research_projects", table.Text{ZH: "科研项目数", EN: "Research projects"}, 'N', 3, table.Whole},
	{18, "social_service_projects", table.Text{ZH: "社会服务项目数", EN: "Social service projects"}, 'N', 4, table.Whole},
	{19, "awards_national", table.Text{ZH: "获奖情况（国家级）", EN: "Awards: national"}, 'N', 2, table.Whole},
	{20, "awards_provincial", table.Text{ZH: "获奖情况（省部级）", EN: "Awards: provincial"}, 'N', 2, table.Whole},
	{21, "patents_teachers", table.Text{ZH: "发明专利（教师）", EN: "Patents: teachers"}, 'N', 2, table.Whole},
	{22, "patents_students", table.Text{ZH: "发明专利（学生）", EN: "Patents: students"}, 'N', 2, table.Whole},
	{23, "papers_indexed", table.Text{ZH: "论文情况（三大检索）", EN: "Papers: indexed"}, 'N', 3, table.Whole},
	{24, "papers_core", table.Text{ZH: "论文情况（核心刊物）", EN: "Papers: core journals"}, 'N', 3, table.Whole},
	{25, "in_charge", table.Text{ZH: "负责人姓名", EN: "In charge"}, 'C', 8, table.Plain},
}

// size is a field's type as the instructions write it.
func (f *field) size() string {
	if f.id == "price" {
		return "N12.2"
	}
	return fmt.Sprintf("%c%d", f.kind, f.length)
}

func (f *field) column() table.Column {
	return table.Column{ID: f.id, Head: say("%d %s %s", "%d %s %s", f.no, f.text, f.size()), Format: f.format}
}

// sj3Row fills in the fields of an instrument, in order, and notes what does not fit.
func (m *maker) sj3Row(i *instrument) []table.Cell {
	rounded, open := i.rounded()
	hour := func(n float64) table.Cell { return table.Cell{Kind: table.Number, Number: n, Faint: i.doubtful(m)} }
	given := map[string]table.Cell{
		"school_code": words(i.base.SchoolCode), "asset_number": words(i.asset.AssetNumber), "class_code": words(i.asset.ClassCode), "name": table.SayIn(i.name()),
		"price": price(i.asset.PriceYuan), "model": words(i.asset.Model), "specification": words(i.asset.Specification), "in_charge": words(i.asset.InCharge),
		"teaching_hours": hour(rounded[teaching]), "research_hours": hour(rounded[research]), "social_service_hours": hour(rounded[service]), "open_use_hours": hour(open),
		"teaching_projects": i.projects.number(teaching), "research_projects": i.projects.number(research), "social_service_projects": i.projects.number(service),
	}
	row := make([]table.Cell, len(sj3Fields))
	for n, f := range sj3Fields {
		cell, known := given[f.id]
		if !known {
			cell = byHand()
		}
		i.check(&f, cell)
		row[n] = cell
	}
	i.checkSums()
	return row
}

func price(yuan float64) table.Cell {
	if yuan == 0 {
		return byHand()
	}
	return table.Amount(yuan)
}

// check holds a cell to the length of its field. Nothing is cut: who hands it in decides how.
func (i *instrument) check(f *field, c table.Cell) {
	switch {
	case c.Kind == table.Number && f.kind == 'N':
		whole := f.length
		if f.id == "price" {
			whole -= 3
		}
		if len(fmt.Sprintf("%.0f", c.Number)) > whole {
			i.fault("第 %d 栏 %s 超出 %s", "field %d, %s, is longer than %s", f.no, f.text, f.size())
		}
	case c.Kind == table.Words && f.kind == 'C':
		text := c.Text.In("zh")
		chars, bytes := utf8.RuneCountInString(text), 0
		for _, r := range text {
			if bytes++; r >= utf8.RuneSelf {
				bytes++ // as GBK counts a Chinese character
			}
		}
		switch {
		case chars > f.length:
			i.fault("第 %d 栏 %s 有 %d 个字，超出 %s", "field %d, %s, has %d characters, more than %s", f.no, f.text, chars, f.size())
		case bytes > f.length:
			i.fault("第 %d 栏 %s 若汉字按 2 位计有 %d 位，超出 %s", "field %d, %s, has %d bytes if a Chinese character is two, more than %s", f.no, f.text, bytes, f.size())
		}
	}
}

func (i *instrument) fault(zh, en string, args ...any) {
	i.faults = append(i.faults, say(zh, en, args...))
}

// checkSums holds the hours to each other and to the year.
func (i *instrument) checkSums() {
	if i.open > i.sum() {
		i.fault("第 11 栏 %.2f 大于第 8 至 10 栏之和 %.2f", "field 11, %.2f, is more than 8 to 10 together, %.2f", i.open, i.sum())
	}
	if i.sum() > hoursOfYear {
		i.fault("第 8 至 10 栏之和 %.2f 大于一年的 8784 小时", "fields 8 to 10 together, %.2f, are more than the 8784 hours of a year", i.sum())
	}
	if code := i.asset.ClassCode; code != "" && !strings.HasPrefix(code, "03") {
		i.fault("分类号 %s 不是 03 类，请核对是否填报", "class %s is not 03: does it belong here?", code)
	}
}
