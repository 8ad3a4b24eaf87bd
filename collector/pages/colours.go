package pages

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
)

// coloured are the purposes in the order of their colours in style.css, p1 and on, which are the same on every page.
var coloured = []string{"student_training", "employee_training", "pilot_test", "trial_batch", "process_improve", "tech_rd", "production",
	"public_service", "social_training", "teacher_training", "skills_contest", "intl_training"}

// purposeClass is the colour of a purpose; one that is not known has always the same of those there are.
func purposeClass(id string) string {
	if id == "unattributed" {
		return "p0"
	}
	if i := slices.Index(coloured, id); i >= 0 {
		return fmt.Sprintf("p%d", i+1)
	}
	h := fnv.New32a()
	h.Write([]byte(id))
	return fmt.Sprintf("p%d", 1+int(h.Sum32()%uint32(len(coloured))))
}

// purposeLetter is what stands for a purpose without colours.
func purposeLetter(id string) string {
	if i := slices.Index(coloured, id); i >= 0 {
		return string(rune('A' + i))
	}
	return "–"
}

// mostSeries is how many purposes a chart tells apart; the smallest of more are one.
const mostSeries = 8

// fold joins what is smallest.
func fold(all []series, rest string) []series {
	if len(all) <= mostSeries {
		return all
	}
	kept := slices.Clone(all)
	slices.SortStableFunc(kept, func(a, b series) int { return cmp.Compare(b.Whole, a.Whole) })
	small := kept[mostSeries-1:]
	sum := series{Name: rest, Class: "px", Letter: "*", Values: make([]float64, len(all[0].Values))}
	for _, s := range small {
		for i, v := range s.Values {
			sum.Values[i] += v
		}
		sum.Whole += s.Whole
	}
	kept = slices.DeleteFunc(slices.Clone(all), func(s series) bool {
		return slices.ContainsFunc(small, func(t series) bool { return t.Name == s.Name && t.Letter == s.Letter })
	})
	return append(kept, sum)
}
