package sheets

import "strings"

// wrong is what does not hold of a value; nil if all does.
type wrong struct {
	phrase phrase
	args   []any
}

func no(p phrase, args ...any) *wrong { return &wrong{p, args} }

// The many ways in which one sign is typed.
var folded = strings.NewReplacer(
	"－", "-", "–", "-", "—", "-", "―", "-", "−", "-", "‐", "-", "‑", "-", "﹣", "-", "～", "~", "〜", "~",
	"、", ",", "，", ",", "﹐", ",", "；", ";", "：", ":", "。", ".", "　", " ", "\u00a0", " ",
	"【", "[", "】", "]", "〔", "(", "〕", ")", "\u200b", "", "\ufeff", "")

// fold makes one of the full-width and the half-width, and of all dashes.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' && r != '～' {
			return r - '！' + '!'
		}
		return r
	}, folded.Replace(s))
	return strings.TrimSpace(s)
}

// squeezed is folded, without any space, in small letters: what headings and names are compared by.
func squeezed(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(fold(s)), ""))
}

// nearest is the word that a misspelt one seems to mean, or none: at most a third of its letters may be wrong, counted
// as letters, since a Chinese word has two or three of them.
func nearest(word string, known []string) string {
	w := []rune(word)
	if len(w) > 80 {
		return ""
	}
	best, least := "", len(w)
	for _, k := range known {
		r := []rune(k)
		longest := max(len(r), len(w))
		if most := max(1, longest/3); max(longest-len(r), longest-len(w)) <= most {
			if n := distance(w, r); n < least && n <= most && n < longest {
				best, least = k, n
			}
		}
	}
	for _, k := range known {
		if best == "" && len(w) >= 2 && len([]rune(k)) >= 2 && (strings.Contains(k, word) || strings.Contains(word, k)) {
			return k
		}
	}
	return best
}

// distance counts the letters to put in, take out or change.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			n := diagonal
			if a[i] != b[j] {
				n++
			}
			diagonal = row[j+1]
			row[j+1] = min(n, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
