package live

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"basemeter/agent/record"
)

// A view is a floor in one language, in the words and numbers that people read. The page and the terminal both show it.
type view struct {
	Lang, Other string // zh or en, and the one to switch to
	Word        map[string]string
	Floor
	Clock  string
	Assets []assetView
	Used   bool // any of them, as far as somebody on the spot would tell
	Areas  []areaView
	Lines  []lineView
}

type assetView struct {
	Asset
	Title, For, Reason string
	Present            string // what it is used for, and by how many
}

type areaView struct {
	Area
	Title, Present string
}

type lineView struct {
	Line
	Percent string
	Devices []deviceView
}

type deviceView struct {
	Device
	Bad           bool
	Percent, Wait string
	Errors        string // those that there were, by kind
	Rows          []row
}

type row struct {
	Name, Value, Unit, Age, Quality, Word string
}

func see(f Floor, lang string) view {
	v := view{Lang: lang, Other: "en", Word: words[lang], Floor: f, Clock: f.At.Local().Format("2006-01-02 15:04:05")}
	if lang == "en" {
		v.Other = "zh"
	}
	for _, a := range f.Assets {
		shown := v.asset(a)
		v.Assets, v.Used = append(v.Assets, shown), v.Used || shown.Present != ""
	}
	for _, a := range f.Areas {
		v.Areas = append(v.Areas, areaView{a, v.title(a.TextZH, a.TextEN, a.Name), v.people(a.People)})
	}
	for _, l := range f.Lines {
		line := lineView{Line: l, Percent: percent(l.Load)}
		for _, d := range l.Devices {
			line.Devices = append(line.Devices, v.device(d))
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

func (v view) asset(a Asset) assetView {
	var present []string
	if a.Purpose != "" {
		present = append(present, cmp.Or(v.Word[a.Purpose], a.Purpose))
	}
	if a.People != nil {
		present = append(present, v.people(*a.People))
	}
	return assetView{a, v.title(a.TextZH, a.TextEN, a.Name), length(v.At.Sub(a.Since)), inWords(v.Lang, a.Why), strings.Join(present, " · ")}
}

func (v view) title(zh, en, name string) string {
	if v.Lang == "en" {
		return cmp.Or(en, name)
	}
	return cmp.Or(zh, name)
}

// people is how many there are, in words.
func (v view) people(n int) string { return fmt.Sprintf(v.Word["present"], n) }

func (v view) device(d Device) deviceView {
	shown := deviceView{Device: d, Percent: percent(d.Load), Errors: v.errors(d.Device), Bad: d.Absent}
	if d.P50MS > 0 {
		shown.Wait = fmt.Sprintf("%s / %s ms", number(d.P50MS), number(d.P99MS))
	}
	for _, p := range d.Points {
		_, name, _ := strings.Cut(p.Name, "/")
		r := row{Name: name, Value: number(p.Value), Unit: p.Unit, Age: length(time.Duration(p.AgeMS) * time.Millisecond), Quality: p.Quality, Word: v.Word[p.Quality]}
		if p.At.IsZero() {
			r.Value, r.Age = "–", ""
		}
		if word := v.Word[p.Flag]; word != "" && p.Flag != p.Quality {
			r.Word += " · " + word
		}
		if p.Unit == "1" {
			r.Unit = ""
		}
		shown.Rows = append(shown.Rows, r)
	}
	return shown
}

func (v view) errors(d record.Device) string {
	var parts []string
	for _, kind := range []struct {
		word string
		n    uint64
	}{
		{"timeouts", d.Timeouts}, {"checksums", d.Checksums}, {"garbled", d.Garbled}, {"lost", d.Lost},
		{"foreign", d.Foreign}, {"refusals", d.Refusals}, {"overruns", d.Overruns},
	} {
		if kind.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", v.Word[kind.word], kind.n))
		}
	}
	return strings.Join(parts, " · ")
}

// number is a value with as many digits as a person can use.
func number(x float64) string {
	if math.Abs(x) >= 100 {
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}

// percent is empty for none: on a line where all speak by themselves nobody is asked.
func percent(share float64) string {
	if share == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}

// length is a duration in its two largest units.
func length(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", d/time.Minute, d%time.Minute/time.Second)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %02d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d d %02d h", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}
