package live

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// A Screen is how a floor is drawn in a terminal.
type Screen struct {
	To    io.Writer
	Lang  string        // zh or en
	Every time.Duration // 0: once
	Live  bool          // a terminal: the floor is drawn over the last one, in colours
}

// Watch draws what look gives, until ctx ends, which is no error. A look that fails is said on the screen and tried
// again; the first one's error is returned.
func (s Screen) Watch(ctx context.Context, look func(context.Context) (Floor, error)) error {
	for first := true; ; first = false {
		f, err := look(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && first:
			return err
		case err != nil:
			fmt.Fprintf(s.To, "\n%v\n", err)
		default:
			if _, err := io.WriteString(s.To, s.draw(f)); err != nil {
				return err
			}
		}
		if s.Every == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(s.Every):
		}
	}
}

// patience is how long an agent may take to say what it sees.
const patience = 10 * time.Second

// Fetch asks the agent that serves at url, such as http://127.0.0.1:9090, for its floor.
func Fetch(ctx context.Context, url, password string) (f Floor, err error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(url, "/")+"/v1/live", nil)
	if err != nil {
		return f, err
	}
	if password != "" {
		r.SetBasicAuth("basemeter", password)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return f, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return f, fmt.Errorf("%s: %s", url, answer.Status)
	}
	return f, json.NewDecoder(io.LimitReader(answer.Body, 16<<20)).Decode(&f)
}

// What colours a terminal: as on the page, and readable without colours.
var paint = map[string]string{
	"running": "\x1b[32m", "standby": "\x1b[33m", "fault": "\x1b[31m", "unknown": "\x1b[2m", "off": "",
	"good": "", "stale": "\x1b[2m", "none": "\x1b[2m", "absent": "\x1b[31m", "glitch": "\x1b[31m", "head": "\x1b[1m",
}

const plain, again = "\x1b[0m", "\x1b[H\x1b[J" // from the top, over what was there

func (s Screen) draw(f Floor) string {
	v := see(f, s.Lang)
	var b strings.Builder
	if s.Live {
		b.WriteString(again)
	}
	fmt.Fprintf(&b, "%s  %s/%s  %s\n", s.in("head", v.Word["title"]), v.Base, v.Gateway, v.Clock)
	colon := v.Word[":"]
	fmt.Fprintf(&b, "%s%s%s   %s%s%s   %s%s%d\n", v.Word["clock"], colon, v.either(v.ClockSynced, "synced", "unsynced"),
		v.Word["broker"], colon, v.either(v.Connected, "connected", "disconnected"), v.Word["pending"], colon, v.Pending)
	for _, fault := range v.Faults {
		b.WriteString(s.in("fault", "! "+fault) + "\n")
	}
	s.assets(&b, v)
	for _, l := range v.Lines {
		s.line(&b, v, l)
	}
	return b.String()
}

func (s Screen) assets(b *strings.Builder, v view) {
	var t table
	for _, a := range v.Assets {
		t.add(a.State, a.Title, v.Word[a.State], a.For, a.Present, a.Reason)
	}
	fmt.Fprintf(b, "\n%s\n%s", s.in("head", v.Word["assets"]), t.text(s))
	if len(v.Areas) == 0 {
		return
	}
	t = table{}
	for _, a := range v.Areas {
		t.add("good", a.Title, a.Present)
	}
	fmt.Fprintf(b, "\n%s\n%s", s.in("head", v.Word["areas"]), t.text(s))
}

func (s Screen) line(b *strings.Builder, v view, l lineView) {
	fmt.Fprintf(b, "\n%s  %s %s", s.in("head", l.Name), l.Kind, l.Port)
	if l.Percent != "" {
		fmt.Fprintf(b, "  %s %s", v.Word["load"], l.Percent)
	}
	b.WriteString("\n")
	var t table
	for _, d := range l.Devices {
		what := []string{v.Word["answers"] + fmt.Sprintf(" %d", d.Answers)}
		for _, part := range []string{d.Wait, d.Errors, d.Device.Error} {
			if part != "" {
				what = append(what, part)
			}
		}
		style := "good"
		if d.Bad {
			style = "absent"
		}
		t.note(s.in(style, d.Name+"  "+strings.Join(what, " · ")))
		for _, r := range d.Rows {
			t.add(r.Quality, "  "+r.Name, ">"+r.Value, r.Unit, ">"+r.Age, r.Word)
		}
	}
	b.WriteString(t.text(s))
}

func (v view) either(yes bool, ifYes, ifNo string) string {
	if yes {
		return v.Word[ifYes]
	}
	return v.Word[ifNo]
}

func (s Screen) in(style, text string) string {
	if !s.Live || paint[style] == "" {
		return text
	}
	return paint[style] + text + plain
}

// A table has columns as wide as their widest cell; one of empty cells is left out. A cell that begins with > stands at the right.
type table struct {
	styles []string
	cells  [][]string // one cell alone is a line across the columns
}

func (t *table) add(style string, cells ...string) {
	t.styles, t.cells = append(t.styles, style), append(t.cells, cells)
}

func (t *table) note(text string) { t.add("", text) }

func (t *table) text(s Screen) string {
	var wide []int
	for _, cells := range t.cells {
		for i, cell := range cells {
			if len(cells) == 1 {
				continue
			}
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], columns(strings.TrimPrefix(cell, ">")))
		}
	}
	var b strings.Builder
	for n, cells := range t.cells {
		line := cells[0]
		if len(cells) > 1 {
			line = ""
			for i, cell := range cells {
				if wide[i] == 0 {
					continue
				}
				text, right := strings.CutPrefix(cell, ">")
				pad := strings.Repeat(" ", wide[i]-columns(text))
				if right {
					text, pad = pad+text, ""
				}
				line += text + pad + "  "
			}
			line = s.in(t.styles[n], strings.TrimRight(line, " "))
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// columns is how many a text takes: Chinese characters take two.
func columns(text string) int {
	n := 0
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		}
		n++
	}
	return n
}
