package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
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
	"zh": {"基地", "设备", "运行 *", "待机 *", "停机 *", "故障 *", "未知 *", "统计时长 *", "覆盖率"},
	"en": {"base", "asset", "running *", "standby *", "off *", "fault *", "unknown *", "elapsed *", "coverage"},
}

// unit is hours, or minutes if no row has as much as an hour: in hours it would all be 0.00.
func unit(rows []Row) (name string, in func(Seconds) string) {
	for _, r := range rows {
		if r.Elapsed >= 3_600_000 {
			return "h", Seconds.Hours
		}
	}
	return "min", Seconds.Minutes
}

// WriteTable writes machine-hours for a terminal, in Chinese (zh) or English (en).
func WriteTable(w io.Writer, rows []Row, lang string) error {
	name, in := unit(rows)
	head := slices.Clone(headers[lang])
	for i := range head {
		head[i] = strings.Replace(head[i], "*", name, 1)
	}
	lines := [][]string{head}
	for _, r := range rows {
		asset := r.Asset
		if asset == "" {
			asset = "× " + strconv.Itoa(r.Assets)
		}
		lines = append(lines, []string{r.Base, asset, in(r.Running), in(r.Standby), in(r.Off), in(r.Fault),
			in(r.Unknown), in(r.Elapsed), fmt.Sprintf("%.1f %%", 100*r.Coverage)})
	}
	return writeColumns(w, lines)
}

func writeColumns(w io.Writer, lines [][]string) error {
	wide := make([]int, len(lines[0]))
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
