package sheets

import (
	"regexp"
	"strconv"
	"strings"
)

const (
	mostWeeks   = 53
	mostPeriods = 30
)

var (
	// 1-8, 第1-8周, 10周(双), 单周1-15, 2-16双周; what stands between weeks has been folded to - and commas.
	weekPart = regexp.MustCompile(`^(单|双|odd|even)?周?第?(\d{1,3})周?(?:[-~至到]第?(\d{1,3}))?周?[(\[]?(单|双|odd|even)?周?[)\]]?$`)
	// 3-4, 第3-4节, [3-4]节, 03-04.
	periodPart = regexp.MustCompile(`^第?(\d{1,2})节?(?:[-~至到]第?(\d{1,2}))?节?$`)
	// 0304, as some timetable programs print it.
	periodPairs = regexp.MustCompile(`^(?:\d\d){2,}$`)
	// What Excel makes of 3-4 in a column that is not text: a date, or the number of its day.
	spoilt = regexp.MustCompile(`^(\d{5}|\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,2})$`)
)

// parseWeeks reads 1-8周,10周(双). If all parts are of one parity, it is that of the whole; of a mixture the weeks
// are written out.
func parseWeeks(s string) (weeks, parity string, w *wrong) {
	s = squeezed(s)
	if spoilt.MatchString(s) {
		return "", "", no(madeDate)
	}
	var all, own set
	parities := map[string]bool{}
	for _, part := range parts(s) {
		m := weekPart.FindStringSubmatch(part)
		if m == nil {
			return "", "", no(badWeeks)
		}
		p, w := oneParity(m[1], m[4])
		if w != nil {
			return "", "", w
		}
		first, last, w := span(m[2], m[3], mostWeeks)
		if w != nil {
			return "", "", w
		}
		if first == last && !fits(first, p) {
			return "", "", no(noSuchWeek, first, phraseOf(p))
		}
		parities[p] = true
		for n := first; n <= last; n++ {
			all.add(n)
			if fits(n, p) {
				own.add(n)
			}
		}
	}
	if all == 0 {
		return "", "", no(badWeeks)
	}
	if len(parities) == 1 {
		for p := range parities {
			return all.String(), p, nil
		}
	}
	return own.String(), "", nil
}

// parsePeriods reads 第3-4节, and 1-2,5-6.
func parsePeriods(s string) (string, *wrong) {
	s = squeezed(s)
	if spoilt.MatchString(s) {
		return "", no(madeDate)
	}
	s = strings.NewReplacer("[", "", "]", "", "(", "", ")", "").Replace(s)
	if pairs := strings.TrimSuffix(s, "节"); periodPairs.MatchString(pairs) {
		var each []string
		for i := 0; i < len(pairs); i += 2 {
			each = append(each, pairs[i:i+2])
		}
		s = strings.Join(each, ",")
	}
	var all set
	for _, part := range parts(s) {
		m := periodPart.FindStringSubmatch(part)
		if m == nil {
			return "", no(badPeriods)
		}
		first, last, w := span(m[1], m[2], mostPeriods)
		if w != nil {
			return "", w
		}
		for n := first; n <= last; n++ {
			all.add(n)
		}
	}
	if all == 0 {
		return "", no(badPeriods)
	}
	return all.String(), nil
}

// parseParity reads 单, 双周, odd.
func parseParity(s string) (string, *wrong) {
	switch squeezed(s) {
	case "单", "单周", "odd":
		return "odd", nil
	case "双", "双周", "even":
		return "even", nil
	case "", "每周", "全部", "全", "单双周", "both", "all", "every":
		return "", nil
	}
	return "", no(badParity)
}

func parts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' })
}

// span is from first to last, or only first.
func span(first, last string, most int) (int, int, *wrong) {
	a, _ := strconv.Atoi(first) // the forms hold digits only, and few
	b := a
	if last != "" {
		b, _ = strconv.Atoi(last)
	}
	switch {
	case a < 1 || a > most || b > most:
		return 0, 0, no(outOfBounds, 1, most)
	case b < a:
		return 0, 0, no(backwards, a, b)
	}
	return a, b, nil
}

func oneParity(before, behind string) (string, *wrong) {
	a, _ := parseParity(before)
	b, _ := parseParity(behind)
	switch {
	case a != "" && b != "" && a != b:
		return "", no(badWeeks)
	case a != "":
		return a, nil
	}
	return b, nil
}

func fits(week int, parity string) bool { return parity == "" || (parity == "odd") == (week%2 == 1) }

func phraseOf(parity string) phrase {
	if parity == "odd" {
		return odd
	}
	return even
}

// A set is some numbers up to 63.
type set uint64

func (s *set) add(n int) { *s |= 1 << n }

func (s set) has(n int) bool { return s>>n&1 == 1 }

// String is such as 1-8,10.
func (s set) String() string {
	var spans []string
	for n := 0; n < 64; n++ {
		if !s.has(n) {
			continue
		}
		first := n
		for n < 63 && s.has(n+1) {
			n++
		}
		if first == n {
			spans = append(spans, strconv.Itoa(n))
		} else {
			spans = append(spans, strconv.Itoa(first)+"-"+strconv.Itoa(n))
		}
	}
	return strings.Join(spans, ",")
}
