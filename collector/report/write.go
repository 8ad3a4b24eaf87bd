package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteCSV writes the rows under the names they have in JSON, in exact seconds. The mark in front makes Excel and WPS
// read it as UTF-8.
func WriteCSV(w io.Writer, rows []Row) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	lines := [][]string{{"base", "asset", "assets", "running_s", "standby_s", "off_s", "fault_s", "unknown_s", "elapsed_s", "coverage", "estimated_s"}}
	for _, r := range rows {
		lines = append(lines, []string{r.Base, r.Asset, strconv.Itoa(r.Assets), r.Running.String(), r.Standby.String(), r.Off.String(),
			r.Fault.String(), r.Unknown.String(), r.Elapsed.String(), strconv.FormatFloat(r.Coverage, 'f', 6, 64), r.Estimate.String()})
	}
	return out.WriteAll(lines)
}

var headers = map[string][]string{
	"zh": {"基地", "设备", "运行 h", "待机 h", "停机 h", "故障 h", "未知 h", "统计时长 h", "覆盖率"},
	"en": {"base", "asset", "running h", "standby h", "off h", "fault h", "unknown h", "elapsed h", "coverage"},
}

// WriteTable writes machine-hours for a terminal, in Chinese (zh) or English (en).
func WriteTable(w io.Writer, rows []Row, lang string) error {
	lines := [][]string{headers[lang]}
	for _, r := range rows {
		asset := r.Asset
		if asset == "" {
			asset = "× " + strconv.Itoa(r.Assets)
		}
		lines = append(lines, []string{r.Base, asset, r.Running.Hours(), r.Standby.Hours(), r.Off.Hours(), r.Fault.Hours(),
			r.Unknown.Hours(), r.Elapsed.Hours(), fmt.Sprintf("%.1f %%", 100*r.Coverage)})
	}
	wide := make([]int, len(headers[lang]))
	for _, line := range lines {
		for i, cell := range line {
			wide[i] = max(wide[i], width(cell))
		}
	}
	for _, line := range lines {
		var text strings.Builder
		for i, cell := range line {
			space := strings.Repeat(" ", wide[i]-width(cell))
			if i < 2 { // names to the left, numbers to the right
				text.WriteString(cell + space + "  ")
			} else {
				text.WriteString(space + cell + "  ")
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(text.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// width is how many columns a terminal gives a text: a Chinese character takes two.
func width(text string) int {
	n := 0
	for _, r := range text {
		if n++; r >= 0x2e80 {
			n++
		}
	}
	return n
}
