package presence

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/drivers"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// base has a hall with an entrance and an exit, in it a lathe whose reader wants to see the card every three minutes and a
// mill whose reader is in and out; and a yard with two gates.
var base = Rule{
	Readers: []Reader{
		{Name: "entrance", Place: "hall", Way: In}, {Name: "exit", Place: "hall", Way: Out},
		{Name: "gate-1", Place: "yard", Way: Toggle}, {Name: "gate-2", Place: "yard", Way: Toggle},
		{Name: "lathe-r", Place: "lathe", Asset: true, Way: Tap, Hold: 3 * time.Minute},
		{Name: "mill-r", Place: "mill", Asset: true, Way: Toggle},
	},
	Inside: map[string]string{"lathe": "hall", "mill": "hall"},
	Zone:   shanghai, Closing: "22:30", Longest: 12 * time.Hour, Grid: 5 * time.Minute,
}

// What a letter means: a card, capital letters another one, at a reader.
var readers = map[rune]string{'i': "entrance", 'o': "exit", '1': "gate-1", '2': "gate-2", 'l': "lathe-r", 'm': "mill-r", 's': "mill-r", 'e': "mill-r"}

var purposes = map[rune]string{'s': "student_training", 'e': "employee_training"}

const cardA, cardB = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"

func showing(letter rune, now drivers.Instant) Showing {
	small := []rune(strings.ToLower(string(letter)))[0]
	s := Showing{Reader: readers[small], Card: cardA, Purpose: purposes[small], At: now}
	switch {
	case s.Purpose != "":
		s.Card = strings.Repeat(string(small), 16)
	case letter != small:
		s.Card = cardB
	}
	return s
}

// A day is a gateway over a line of letters, one a minute.
type day struct {
	t      *testing.T
	rule   Rule
	began  time.Time // of the line
	booted time.Time
	boots  int
	*Tracker
	mark   string
	stays  []record.Presence
	chosen []record.Session
	unset  bool // the clock, at a boot
}

func (d *day) now(minute int) drivers.Instant {
	wall := d.began.Add(time.Duration(minute) * time.Minute)
	return drivers.Instant{Boot: fmt.Sprint(d.boots), Mono: wall.Sub(d.booted), Wall: wall, Synced: !d.unset}
}

// draw runs a line and answers with what was told, drawn under it. Besides the letters of the readers there are "." for
// nothing, "_" for a minute without power, "K" for a process that is killed and started again, "?" for a boot whose clock
// is not set, and "!" for the clock being set.
func draw(t *testing.T, rule Rule, at, line string) string {
	began, err := time.ParseInLocation("2006-01-02 15:04", at, shanghai)
	if err != nil {
		t.Fatal(err)
	}
	d := &day{t: t, rule: rule, began: began, booted: began.Add(-time.Hour)}
	d.Tracker = New(rule, d.now(0))
	for minute, letter := range line {
		d.minute(minute, letter)
	}
	return d.drawn()
}

func (d *day) minute(minute int, letter rune) {
	switch now := d.now(minute); {
	case letter == '_':
		if d.Tracker != nil {
			d.save(now)
		}
		d.Tracker = nil
		return
	case d.Tracker == nil:
		d.boots++
		d.booted, d.unset = now.Wall, letter == '?'
		d.restore(d.now(minute))
	case letter == 'K':
		d.save(now)
		d.restore(now)
	case letter == '!':
		d.unset = false
		d.keep(d.Take())
		d.Step(d.now(minute))
	case readers[[]rune(strings.ToLower(string(letter)))[0]] != "":
		d.Show(showing(letter, now))
	}
	d.Tick(d.now(minute))
	d.keep(d.Take())
}

func (d *day) save(now drivers.Instant) {
	m, _ := d.Open(now)
	text, err := json.Marshal(m)
	if err != nil {
		d.t.Fatal(err)
	}
	d.mark = string(text)
}

func (d *day) restore(now drivers.Instant) {
	var m Mark
	if err := json.Unmarshal([]byte(d.mark), &m); err != nil {
		d.t.Fatal(err)
	}
	d.Tracker = New(d.rule, now)
	d.keep(d.Restore(m, now))
}

func (d *day) keep(f record.Facts) {
	d.stays, d.chosen = append(d.stays, f.Presences...), append(d.chosen, f.Sessions...)
}

// drawn are the stays in their order: # for a minute that is measured, ~ for one that is estimated, + before a visit that
// goes on.
func (d *day) drawn() string {
	var lines []string
	at := func(ms int64) int { return int(time.UnixMilli(ms).Sub(d.began).Round(time.Minute) / time.Minute) }
	add := func(what string, from, known, to int64, ended string) {
		lines = append(lines, fmt.Sprintf("%03d%s%s%s %s %s", at(from), strings.Repeat(".", at(from)),
			strings.Repeat("#", at(known)-at(from)), strings.Repeat("~", at(to)-at(known)), what, ended))
	}
	for _, p := range d.stays {
		what := strings.TrimSuffix(p.Place+" "+strings.ToUpper(p.Card[:1]), " A")
		if p.Continues {
			what = "+" + what
		}
		add(what, p.FromMS, p.KnownMS, p.ToMS, p.Ended)
	}
	for _, s := range d.chosen {
		add(s.Asset+" "+s.Purpose, s.FromMS, s.KnownMS, s.ToMS, s.Ended)
	}
	slices.Sort(lines)
	for i := range lines {
		lines[i] = lines[i][3:]
	}
	return strings.Join(lines, "\n")
}

func TestStays(t *testing.T) {
	const morning = "2026-03-02 08:00"
	for _, c := range []struct {
		name, at, line string
		want           []string
	}{
		{"in and out", morning, ".i...o..", []string{
			/*                 */ ".#### hall out"}},
		{"in again is a proof", morning, "i.i..1.", []string{
			/*                 */ "##~~~ hall elsewhere"}},
		{"in again, and out", morning, "i.i..o.", []string{
			/*                 */ "##### hall out"}},
		{"out without in", morning, ".o..", nil},
		{"in and out at a gate", morning, "1..1..1.1.", []string{
			/*                 */ "### yard out",
			/*                 */ "......## yard out"}},
		{"in by one gate, out by the other", morning, "1..2.", []string{
			/*                 */ "### yard out"}},
		{"tap while using", morning, "l.l.ll......", []string{
			/*                 */ "#####~~~ lathe idle"}},
		{"tap too late", morning, "l...l.....", []string{
			/*                 */ "~~~ lathe idle",
			/*                 */ "....~~~ lathe idle"}},
		{"at a machine of the hall", morning, "i..m...m..o", []string{
			/*                 */ "########## hall out",
			/*                 */ "...#### mill out"}},
		{"from one machine to the next", morning, "i..m...l..o", []string{
			/*                 */ "########## hall out",
			/*                 */ "...~~~~ mill elsewhere",
			/*                 */ ".......~~~ lathe idle"}},
		{"forgotten, and seen in the yard", morning, "i..m....1.", []string{
			/*                 */ "###~~~~~ hall elsewhere",
			/*                 */ "...~~~~~ mill elsewhere"}},
		{"two cards", morning, "iI..o.O", []string{
			/*                 */ "#### hall out",
			/*                 */ ".##### hall B out"}},
		{"closing", "2026-03-02 22:24", "i.i.........", []string{
			/*                 */ "##~~~~ hall closing"}},
		{"out after closing", "2026-03-02 22:28", "i...o.", []string{
			/*                 */ "~~ hall closing"}},
		{"in after closing", "2026-03-02 22:31", "i...o.", []string{
			/*                 */ "#### hall out"}},
		{"over midnight", "2026-03-02 23:58", "i.....o.", []string{
			/*                 */ "###### hall out"}},
		{"the turn of the academic year", "2026-08-31 23:56", "i.......o.", []string{
			/*                 */ "~~~~ hall year"}},
		{"no turn in January", "2026-12-31 23:56", "i.......o.", []string{
			/*                 */ "######## hall out"}},
		{"a card with a purpose", morning, "s....s..", []string{
			/*                 */ "##### mill student_training out"}},
		{"another purpose", morning, "s..e...e", []string{
			/*                 */ "~~~ mill student_training elsewhere",
			/*                 */ "...#### mill employee_training out"}},
		{"a purpose is nobody's stay", morning, "s.m.s.m.", []string{
			/*                 */ "#### mill student_training out",
			/*                 */ "..#### mill out"}},
		{"the process is killed", morning, "i..K..o", []string{
			/*                 */ "###### hall out"}},
		{"killed twice, with a tap and a purpose", morning, "slKlK.s.....", []string{
			/*                 */ "###### mill student_training out",
			/*                 */ ".##~~~ lathe idle"}},
		{"three minutes without power", morning, "i.i..___...o.", []string{
			/*                 */ "##~~~ hall power",
			/*                 */ "........### +hall out"}},
		{"three minutes without power, and the clock is set late", morning, "i....___?..!..o.", []string{
			/*                 */ "~~~~~ hall power",
			/*                 */ "........###### +hall out"}},
		{"out before the clock is set", morning, "i....___?.o..!..", []string{
			/*                 */ "~~~~~ hall power",
			/*                 */ "........## +hall out"}},
		{"out at a gate before the clock is set", morning, "1....___?.1..!..", []string{
			/*                 */ "~~~~~ yard power",
			/*                 */ "........## +yard out"}},
		{"in again before the clock is set", morning, "i....___?.i..!.o", []string{
			/*                 */ "~~~~~ hall power",
			/*                 */ "..........##### hall out"}},
		{"elsewhere before the clock is set", morning, "i....___?.1..!1.", []string{
			/*                 */ "~~~~~ hall power",
			/*                 */ "..........#### yard out"}},
		{"killed before the clock is set", morning, "1....___?.1K.!..", []string{
			/*                 */ "~~~~~ yard power",
			/*                 */ "........## +yard out"}},
		{"two cuts before the clock is set", morning, "i....__?__?.!.o", []string{
			/*                 */ "~~~~~ hall power",
			/*                 */ "..........#### +hall out"}},
		{"a machine without power", morning, "s....___..s.", []string{
			/*                 */ "~~~~~ mill student_training power",
			/*                 */ "........## mill student_training out"}},
		{"a night without power", "2026-03-02 20:58", "i.1.." + night + ".1....1..", []string{
			/*                 */ "~~ hall elsewhere",
			/*                 */ "..~~~ yard power",
			/*                 */ "......" + dark + "##### yard out"}},
		{"a night without power, and the clock is set late", "2026-03-02 20:58", "1...." + night + "?1..!..1..", []string{
			/*                 */ "~~~~~ yard power",
			/*                 */ "......" + dark + "###### yard out"}},
		{"a short cut over the closing", "2026-03-02 22:26", "i.______..o", []string{
			/*                 */ "~~ hall power"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, want := draw(t, base, c.at, c.line), strings.Join(c.want, "\n"); got != want {
				t.Errorf("\nseen\n%s\ngot\n%s\nwant\n%s", c.line, got, want)
			}
		})
	}
}

const nightMinutes = 600

var (
	night = strings.Repeat("_", nightMinutes)
	dark  = strings.Repeat(".", nightMinutes)
)
