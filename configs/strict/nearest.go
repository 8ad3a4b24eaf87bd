package strict

import "strings"

// Nearest is the word that a misspelt one seems to mean, or none: at most a third of its letters may be wrong, or one
// is the beginning of the other.
func Nearest(word string, known []string) string {
	best, least := "", max(1, min(len(word), 12)/3)+1
	for _, k := range known {
		if n := distance(word, k, least); n < least {
			best, least = k, n
		}
	}
	for _, k := range known {
		if best == "" && min(len(k), len(word)) >= 3 && (strings.HasPrefix(k, word) || strings.HasPrefix(word, k)) {
			return k
		}
	}
	return best
}

// distance counts the letters to put in, take out, change or swap; it gives up at limit.
func distance(a, b string, limit int) int {
	if len(a) > 80 || max(len(a)-len(b), len(b)-len(a)) >= limit {
		return limit
	}
	var before, last []int // the rows for a[:i-2] and a[:i-1]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

func differ(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}
