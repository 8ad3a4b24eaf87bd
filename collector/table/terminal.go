package table

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// WidthOf is how many columns a terminal has; 0: it is none, or does not say.
func WidthOf(f *os.File) int {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}

// Within is the sheet with those columns alone that so many of a terminal have room for, beginning with what matters most,
// and a note below that names the others and says, in the words of whole, where all are to be had. 0: there is room for all.
func (s Sheet) Within(wide int, lang string, whole Text) Sheet {
	kept, left := s.fitting(wide, lang)
	if wide == 0 || len(left) == 0 {
		return s
	}
	fits := s
	fits.Columns, fits.Rows, fits.Charts = nil, make([][]Cell, len(s.Rows)), nil
	for _, i := range kept {
		fits.Columns = append(fits.Columns, s.Columns[i])
		for n, row := range s.Rows {
			fits.Rows[n] = append(fits.Rows[n], row[i])
		}
	}
	fits.Below = append(slices.Clone(s.Below), Text{
		ZH: fmt.Sprintf("终端宽度不够，有 %d 列未显示：%s。%s", len(left), s.headings(left, "zh", "、"), whole.ZH),
		EN: fmt.Sprintf("The terminal is too narrow for %d more columns: %s. %s", len(left), s.headings(left, "en", ", "), whole.EN)})
	return fits
}

// fitting are the columns that fit, and those that do not, of those that are shown at all. Those that are vital are there
// however little room there is.
func (s *Sheet) fitting(wide int, lang string) (kept, left []int) {
	byWorth := s.filled()
	slices.SortStableFunc(byWorth, func(i, j int) int { return cmp.Compare(s.worth(j), s.worth(i)) })
	room := wide + len(gap)
	for _, i := range byWorth {
		need := columnsOf(s.drawn(i, lang)[0]) + len(gap)
		if room < need && s.worth(i) != Vital {
			left = append(left, i)
			continue
		}
		room -= need
		kept = append(kept, i)
	}
	slices.Sort(kept)
	slices.Sort(left)
	return kept, left
}

func (s *Sheet) worth(i int) Worth {
	if i == 0 {
		return Vital
	}
	return s.Columns[i].Worth
}

// headings are what some columns are called.
func (s *Sheet) headings(columns []int, lang, between string) string {
	var all []string
	for _, i := range columns {
		all = append(all, oneLine(s.Columns[i].heading(lang)))
	}
	return strings.Join(all, between)
}
