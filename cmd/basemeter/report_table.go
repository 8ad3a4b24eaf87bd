package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"

	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/table"
)

// figuresTable is an answer for a terminal.
func (a *client) figuresTable(ctx context.Context, body []byte) ([]byte, error) {
	var answer struct {
		report.Answer
		Floor float64
	}
	if err := a.decoded(body, &answer); err != nil {
		return nil, err
	}
	for _, d := range answer.By {
		if !slices.Contains(report.Dimensions, d) {
			return nil, fmt.Errorf(a.words("%s: answer: it is divided by %q, which this version of basemeter does not know", "%s：答复按“%s”分组，本版本的 basemeter 不认识"), a.URL, d)
		}
	}
	if len(answer.Lines) == 0 { // zeros would look like a base that nobody uses
		a.note(a.words("there are no figures: nothing was told of this time, or a name is wrong; --list bases has the bases", "没有数据：这段时间没有上报，或名称有误；--list bases 列出基地"))
	}
	c, err := a.catalogue(ctx, &answer.Answer)
	if err != nil {
		return nil, err
	}
	zone := a.clock(c)
	answer.From, answer.To = answer.From.In(zone), answer.To.In(zone)
	sheet := answer.SheetAt(taxonomyText(), c, answer.Floor)
	sheet.Title = table.Text{ZH: "设备机时", EN: "Machine-hours"}
	if a.People {
		sheet.Title = table.Text{ZH: "人员使用", EN: "Attendance"}
	}
	return a.printed(sheet.InMinutes())
}

// taxonomyText tells what an id of the taxonomy means.
func taxonomyText() func(id string) table.Text {
	t := plan.Taxonomy()
	zh, en := t.Words("zh"), t.Words("en")
	return func(id string) table.Text { return table.Text{ZH: zh(id), EN: en(id)} }
}

// wholeTable is where all columns of a table are to be had.
var wholeTable = table.Text{ZH: "请加宽终端，或用 -o 文件名.xlsx、--format csv 取得全部列。", EN: "A wider terminal, -o report.xlsx or --format csv has them all."}

// printed are sheets one below the other.
func (a *client) printed(sheets ...table.Sheet) ([]byte, error) {
	var out bytes.Buffer
	wide := 0
	if a.Out == "" || a.Out == "-" {
		wide = table.WidthOf(os.Stdout)
	}
	for i, s := range sheets {
		if i > 0 {
			out.WriteString("\n\n")
		}
		if err := table.WriteText(&out, s.Within(wide, a.Lang, wholeTable), a.Lang); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}
