package main

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
)

// An evaluator in front of a demo that runs: from the overview down to the spells and the gateway that told them, and the
// workbook, whose numbers are those of the API.
func TestAnEvaluatorOfARunningDemo(t *testing.T) {
	t.Parallel()
	s := newScreen(t)
	p := start(t, "demo", "--grid", "2s", "--addr", "127.0.0.1:0")
	p.until("machines have been used", func() bool { return strings.Contains(p.get("figures/?lang=zh"), "explain?") })
	s.do(chromedp.Navigate(p.url + "figures/?lang=zh"))
	s.until("the overview", `document.querySelectorAll(".keys li").length === 6`)
	s.follow("有效机时", "按基地分解")
	s.follow("演示实训基地", "按设备分解")
	s.follow("1 号数控车床", "按月份分解")
	value[bool](s, `[...document.querySelectorAll("main td a, main th a")].at(-1).click(), true`) // this month
	s.until("days", `document.body.innerText.includes("按日期分解")`)
	value[bool](s, `[...document.querySelectorAll("main td a, main th a")].at(-1).click(), true`) // today
	s.until("reasons", `document.body.innerText.includes("判定理由")`)
	text := value[string](s, `document.body.innerText`)
	sum := regexp.MustCompile(`以上时段计入 ([0-9.,]+) 小时；本数字的分子为 ([0-9.,]+) 小时`).FindStringSubmatch(text)
	if sum == nil || sum[1] != sum[2] {
		t.Errorf("the spells add up to %v\n%s", sum, text)
	}
	if !value[bool](s, `document.querySelector("#evidence").innerText.includes("demo-gateway")`) {
		t.Errorf("no gateway that told of it:\n%s", text)
	}
	s.do(chromedp.Click(chromedp.ID("language")))
	s.until("the same in English", `document.documentElement.lang === "en" && document.body.innerText.includes("CNC lathe 1")`)
}

// The numbers of a workbook are those that the API tells of the same time.
func TestAWorkbookOfARunningDemo(t *testing.T) {
	t.Parallel()
	p := start(t, "demo", "--grid", "2s", "--addr", "127.0.0.1:0")
	const question = "?from=2026-01-01&to=2035-01-01&base=demo-base&by=asset&metrics=running_hours,elapsed_hours"
	var answer struct {
		To    string
		Lines []struct {
			Asset   string
			Figures []struct{ Value float64 }
		}
	}
	p.until("machines have run", func() bool {
		if json.Unmarshal([]byte(p.get("v1/utilisation"+question)), &answer) != nil || len(answer.Lines) < 10 {
			return false
		}
		ran := 0
		for _, l := range answer.Lines {
			if l.Figures[0].Value > 0 {
				ran++
			}
		}
		return ran >= 5
	})
	fixed := strings.Replace(question, "to=2035-01-01", "to="+answer.To, 1)
	if err := json.Unmarshal([]byte(p.get("v1/utilisation"+fixed)), &answer); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(p.get("v1/utilisation" + fixed + "&format=xlsx&lang=zh"))))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]string{} // asset and metric
	var head []string
	for _, row := range rows {
		if len(row) > 4 && head == nil {
			head = row
		} else if len(row) > 4 {
			for i, cell := range row {
				cells[row[2]+" "+head[i]] = cell
			}
		}
	}
	for _, l := range answer.Lines {
		for i, name := range []string{"运行机时（小时）", "统计机时（小时）"} {
			var n float64
			if err := json.Unmarshal([]byte(cells[l.Asset+" "+name]), &n); err != nil || math.Abs(n-l.Figures[i].Value) > 1e-9 {
				t.Errorf("%s of %s: %q in the workbook, %v in the API (%v)", name, l.Asset, cells[l.Asset+" "+name], l.Figures[i].Value, err)
			}
		}
	}
}
