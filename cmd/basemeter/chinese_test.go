package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"basemeter/collector/plan"
)

// What we say stands in Chinese too, and says the same things in the same order.
func TestAllIsSaidInChinese(t *testing.T) {
	var said []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:\.say\([012], |round\(|\.in\(|\.line\(c, )("[^"]+")`).FindAllStringSubmatch(string(source), -1) {
			text, err := strconv.Unquote(m[1])
			if err != nil {
				t.Fatal(err)
			}
			said = append(said, text)
		}
	}
	for _, word := range layers {
		said = append(said, word)
	}
	for day := range time.Saturday + 1 {
		said = append(said, plan.Day(day))
	}
	if len(said) < 50 {
		t.Fatalf("only %d texts were found", len(said))
	}
	verbs := regexp.MustCompile(`%[.0-9]*[a-z]`)
	for _, english := range said {
		zh, ok := inChinese[english]
		if got, want := verbs.FindAllString(zh, -1), verbs.FindAllString(english, -1); !ok || !slices.Equal(got, want) {
			t.Errorf("%q is %q", english, zh)
		}
	}
	for english := range inChinese {
		if !slices.Contains(said, english) {
			t.Errorf("%s is never said", strings.TrimSpace(english))
		}
	}
}
