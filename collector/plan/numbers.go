package plan

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Numbers is a set of small numbers, 1 to 63: the weeks of a term, or the periods of a day.
type Numbers uint64

const mostNumber = 63

// ParseNumbers reads such as 1-8,10,12-16. Commas may be Chinese: they come from a keyboard that is set to it.
func ParseNumbers(text string) (Numbers, error) {
	var set Numbers
	for _, part := range strings.Split(chineseCommas.Replace(text), ",") {
		first, last, err := ends(strings.TrimSpace(part))
		if err != nil {
			return 0, fmt.Errorf("%q is not a list of numbers; allowed: such as 1-8,10,12-16, from 1 to %d", text, mostNumber)
		}
		for n := first; n <= last; n++ {
			set |= 1 << n
		}
	}
	return set, nil
}

var chineseCommas = strings.NewReplacer("，", ",", "、", ",")

// ends reads 5, or 1-8.
func ends(part string) (first, last int, err error) {
	from, to, ranged := strings.Cut(part, "-")
	if !ranged {
		to = from
	}
	first, err = strconv.Atoi(strings.TrimSpace(from))
	if err == nil {
		last, err = strconv.Atoi(strings.TrimSpace(to))
	}
	if err == nil && (first < 1 || last < first || last > mostNumber) {
		err = strconv.ErrRange
	}
	return first, last, err
}

// Has tells whether n is one of them.
func (s Numbers) Has(n int) bool { return 0 <= n && n <= mostNumber && s&(1<<n) != 0 }

// All are the numbers in order.
func (s Numbers) All() []int {
	var all []int
	for ; s != 0; s &= s - 1 {
		all = append(all, bits.TrailingZeros64(uint64(s)))
	}
	return all
}

// Last is the greatest, or 0 if there is none.
func (s Numbers) Last() int { return max(0, bits.Len64(uint64(s))-1) }

// The numbers of one parity.
const (
	odd  Numbers = 0xAAAA_AAAA_AAAA_AAAA
	even Numbers = ^odd
)

// parity is what the word leaves of all weeks: 单周 and 双周 are how timetables say it.
func parity(word string) (Numbers, error) {
	switch {
	case word == "":
		return odd | even, nil
	case slices.Contains([]string{"odd", "单", "单周"}, word):
		return odd, nil
	case slices.Contains([]string{"even", "双", "双周"}, word):
		return even, nil
	}
	return 0, fmt.Errorf("%q is no parity; allowed: odd, even, 单周, 双周, or leave it out", word)
}

// String is the shortest list that ParseNumbers reads.
func (s Numbers) String() string {
	var parts []string
	for all := s.All(); len(all) > 0; {
		n := 1
		for n < len(all) && all[n] == all[0]+n {
			n++
		}
		part := strconv.Itoa(all[0])
		if n > 1 {
			part += "-" + strconv.Itoa(all[n-1])
		}
		parts, all = append(parts, part), all[n:]
	}
	return strings.Join(parts, ",")
}
