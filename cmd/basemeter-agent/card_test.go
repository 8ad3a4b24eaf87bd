package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"basemeter/agent/cards"
	"basemeter/agent/record"
	"basemeter/agent/spool"
	"basemeter/configs"
	"basemeter/drivers/badge"
	"basemeter/drivers/port"
	"basemeter/drivers/sim"
)

// TestMain is also the command itself, if asked.
func TestMain(m *testing.M) {
	if os.Getenv("BASEMETER_COMMAND") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A base is a gateway's folder with a reader on a pty, and all that was said in it.
type base struct {
	*testing.T
	dir, config string
	wire        *sim.Wire
	said        lockedBuffer
}

// A lockedBuffer is written by a process and read by the test.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newBase(t *testing.T, reader string) *base {
	wire, err := sim.OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wire.Close() })
	b := &base{T: t, dir: t.TempDir(), wire: wire}
	b.config = b.write("agent.yaml", fmt.Sprintf(`base: b
gateway: gw
batch_every: 1s
mqtt: {broker: "tcp://127.0.0.1:9"}
spool: {dir: spool}
badge_key_file: badge.key
cards_file: cards.csv
clock: {trust: always}
http: {listen: ""}
lines: [{name: desk, port: %s, %s}]
`, wire.Path, reader))
	return b
}

func (b *base) write(name, text string) (path string) {
	b.Helper()
	path = filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// start starts a command as a process of its own.
func (b *base) start(args ...string) *exec.Cmd {
	b.Helper()
	c := exec.CommandContext(b.Context(), os.Args[0], args...)
	c.Env = append(os.Environ(), "BASEMETER_COMMAND=1")
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	c.Stdout, c.Stderr = &b.said, &b.said
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	return c
}

// card runs a command on cards to its end, and returns what it found out and what it said besides.
func (b *base) card(args ...string) (out, told string, code int) {
	b.Helper()
	c := exec.CommandContext(b.Context(), os.Args[0], append([]string{"card", args[0], "-c", b.config}, args[1:]...)...)
	c.Env = append(os.Environ(), "BASEMETER_COMMAND=1")
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &exit) {
		b.Fatal(err)
	}
	fmt.Fprintf(&b.said, "%v\n%s%s", args, &stdout, &stderr)
	return stdout.String(), stderr.String(), c.ProcessState.ExitCode()
}

// until waits for something to have been said since it was last asked for.
func (b *base) until(what string, times int) {
	b.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); strings.Count(b.said.String(), what) < times; <-tick.C {
		if time.Now().After(end) {
			b.Fatalf("%q was not said %d times:\n%s", what, times, b.said.String())
		}
	}
}

// shows holds cards before the reader.
func (b *base) shows(cards ...string) {
	b.Helper()
	for _, card := range cards {
		reader := sim.BadgeReader{Wire: b.wire, Says: func(uint64) []byte { return []byte(card) }}
		if err := reader.Show(b.Context(), 0, 0); err != nil {
			b.Fatal(err)
		}
	}
}

// showsUntil holds a card before a reader that is only being opened, which takes what comes before it has heard a silence
// for the end of a number.
func (b *base) showsUntil(card, said string) {
	b.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(b.said.String(), said); b.pass(300 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("%q was not said:\n%s", said, b.said.String())
		}
		b.shows(card)
	}
}

// pass lets so much real time pass as a card is away from a reader.
func (b *base) pass(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.Context().Done():
	}
}

// pseudonyms are those of a card under the keys that there are.
func (b *base) pseudonyms(n badge.Number) (all []string) {
	b.Helper()
	keys, err := (&badge.Ring{Path: filepath.Join(b.dir, "badge.key"), Zone: time.UTC}).All()
	if err != nil {
		b.Fatal(err)
	}
	for _, k := range keys {
		all = append(all, n.Pseudonym(k.Key))
	}
	return all
}

func (b *base) table() []cards.Card {
	b.Helper()
	table, err := cards.Open(filepath.Join(b.dir, "cards.csv"))
	if err != nil {
		b.Fatal(err)
	}
	return table.All()
}

// keepsSecret looks for numbers in all that was said and in every file but the lists that the test wrote.
func (b *base) keepsSecret(numbers ...string) {
	b.Helper()
	all := map[string]string{"what was said": b.said.String()}
	err := filepath.WalkDir(b.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".list") {
			return err
		}
		text, err := os.ReadFile(path)
		all[path] = string(text)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for where, text := range all {
		for _, n := range numbers {
			if strings.Contains(strings.ToUpper(text), strings.ToUpper(n)) {
				b.Errorf("%s holds the number %s", where, n)
			}
		}
	}
}

const rdm = "kind: rdm6300"

func TestCardsFromAList(t *testing.T) {
	b := newBase(t, rdm)
	list := b.write("class.list", "\ufeff# the class\n0006102437\r\n0144814787\n\n00061O2438\n  0006102439\n0006102437\n")
	out, told, code := b.card("enroll", "--group", "cnc-2401", "--numbers", list, "--years", "2")
	if code == 0 || !strings.Contains(out, "2 cards enrolled in cnc-2401 for ") || strings.Count(out, ", ") != 1 {
		t.Errorf("code %d: %s%s", code, out, told)
	}
	for _, want := range []string{"第 3 行: its number is a random one", "随机卡号", "第 5 行: character 6 of 10 is no digit", "2 lines were left out"} {
		if !strings.Contains(told, want) {
			t.Errorf("it does not say %q:\n%s", want, told)
		}
	}
	first, last := badge.Bits(32, 6102437), badge.Bits(32, 6102439)
	today := time.Now().In(time.FixedZone("Asia/Shanghai", 8*3600)).Format(time.DateOnly)
	var want []string
	for _, n := range []badge.Number{first, last} {
		for _, p := range b.pseudonyms(n) {
			want = append(want, p+" cnc-2401 "+today)
		}
	}
	var got []string
	for _, c := range b.table() {
		got = append(got, c.Pseudonym+" "+c.Group+" "+c.Enrolled)
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) != 4 || !slices.Equal(got, want) {
		t.Errorf("enrolled are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	// The other ways to write a number, and a purpose.
	hex := b.write("hex.list", "005D1DA5\n13005D1DA5\n08A1B2C3\n")
	if out, told, code := b.card("enroll", "--group", "firm-a", "--purpose", "employee_training", "--numbers", hex, "--digits", "hex", "--fixed"); code != 0 {
		t.Errorf("code %d: %s%s", code, out, told)
	}
	wiegand := b.write("wiegand.list", "093,07589\n")
	if out, told, code := b.card("enroll", "--group", "firm-a", "--numbers", wiegand, "--digits", "wiegand"); code != 0 {
		t.Errorf("code %d: %s%s", code, out, told)
	}
	out, _, _ = b.card("list")
	for want, times := range map[string]int{"cnc-2401  -                  1": 2, "firm-a    employee_training  3": 1, "firm-a    employee_training  1": 1, "firm-a    -                  1": 1} {
		if strings.Count(out, want) != times { // a card that left its group left it in both years
			t.Errorf("the list has %q other than %d times:\n%s", want, times, out)
		}
	}

	// What is known of a card, while facts of it wait.
	s, err := spool.Open(spool.Options{Dir: filepath.Join(b.dir, "spool")})
	if err != nil {
		t.Fatal(err)
	}
	at, mine := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC).UnixMilli(), b.pseudonyms(last)[0]
	for _, f := range []record.Facts{
		{Badges: []record.Badge{{Reader: "desk", Card: mine, AtMS: at}, {Reader: "desk", Card: strings.Repeat("0", 32), AtMS: at}}},
		{Presences: []record.Presence{{Place: "hall", Reader: "desk", Card: mine, FromMS: at - 3600_000, ToMS: at + 7200_000, KnownMS: at, Ended: "closing"}}},
		{Boot: "a-boot", Badges: []record.Badge{{Reader: "desk", Card: mine, AtMS: 1000}}},
		{Badges: []record.Badge{{Reader: "desk", Card: strings.Repeat("1", 32), AtMS: at}}},
	} {
		if _, err := s.Append(record.AppendFacts(nil, &f), nil); err != nil {
			t.Fatal(err)
		}
	}
	one := b.write("one.list", "0006102439\n")
	out, _, code = b.card("export", "--numbers", one)
	var told2 struct {
		Base, Gateway string
		Cards         []struct {
			Card       int
			Pseudonyms []struct{ Year, Pseudonym, Group, Purpose, Enrolled string }
			Waiting    struct {
				Facts, Undated int
				From, To       string
			}
		}
		NoteZH string `json:"note_zh"`
	}
	if err := json.Unmarshal([]byte(out), &told2); err != nil || code != 0 || len(told2.Cards) != 1 {
		t.Fatalf("code %d, %v: %s", code, err, out)
	}
	c := told2.Cards[0]
	if told2.Base != "b" || told2.Gateway != "gw" || !strings.Contains(told2.NoteZH, "中心") || c.Card != 1 || len(c.Pseudonyms) != 2 ||
		c.Pseudonyms[0].Pseudonym != mine || c.Pseudonyms[0].Group != "cnc-2401" || c.Pseudonyms[1].Enrolled != today || c.Pseudonyms[0].Year == c.Pseudonyms[1].Year {
		t.Errorf("it knows %s", out)
	}
	if w := c.Waiting; w.Facts != 3 || w.Undated != 1 || w.From != "2026-11-23T23:00:00Z" || w.To != "2026-11-24T02:00:00Z" {
		t.Errorf("waiting are %+v", w)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	out, told, code = b.card("erase", "--numbers", one)
	for _, want := range append(b.pseudonyms(last), "taken out of cnc-2401", "ask the centre to erase them", "请通知中心删除") {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("code %d, and it does not say %q:\n%s%s", code, want, out, told)
		}
	}
	for _, c := range b.table() {
		if slices.Contains(b.pseudonyms(last), c.Pseudonym) {
			t.Error("it is still there")
		}
	}
	if len(b.table()) != 5 {
		t.Errorf("%d cards are left", len(b.table()))
	}
	b.keepsSecret("0006102437", "6102437", "6102438", "61O2438", "6102439", "144814787", "5D1DA5", "08A1B2C3", "07589", "93,7589", "093,")
}

func TestCardsFromStandardInput(t *testing.T) {
	b := newBase(t, rdm)
	c := exec.Command(os.Args[0], "card", "enroll", "-c", b.config, "--group", "g", "--numbers", "-", "--digits", "hex")
	c.Env, c.Stdin = append(os.Environ(), "BASEMETER_COMMAND=1"), strings.NewReader("13005D1DA5\n")
	if out, err := c.CombinedOutput(); err != nil || len(b.table()) != 1 {
		t.Errorf("%v: %s", err, out)
	}
}

func TestCardsThatCannotBeEnrolled(t *testing.T) {
	b := newBase(t, rdm)
	list := b.write("one.list", "0006102437\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"enroll", "--group", "数控", "--numbers", list}, "--group"},
		{[]string{"enroll", "--group", "g", "--purpose", "fun", "--numbers", list}, "none of"},
		{[]string{"enroll", "--group", "g"}, "--numbers"},
		{[]string{"enroll", "--group", "g", "--reader", "door"}, `no badge reader "door"; it has: desk`},
		{[]string{"enroll", "--group", "g", "--numbers", filepath.Join(b.dir, "no.list")}, "no such file"},
		{[]string{"enroll", "--group", "g", "--numbers", list, "--years", "3"}, "--years"},
	} {
		if out, told, code := b.card(c.args...); code == 0 || !strings.Contains(told, c.want) {
			t.Errorf("%v: code %d: %s%s", c.args, code, out, told)
		}
	}
	if out, told, code := b.card("enroll", "--group", "g", "--numbers", "0006102437"); code == 0 || strings.Contains(out+told, "6102437") {
		t.Errorf("a number in place of a file: code %d: %s%s", code, out, told)
	}
	b.said.text.Reset() // which has what was asked, too
	b.write("cards.csv", "pseudonym,group\n")
	if _, told, code := b.card("enroll", "--group", "g", "--numbers", list); code == 0 || !strings.Contains(told, "cards.csv:1: ") {
		t.Errorf("a table that cannot be read: code %d: %s", code, told)
	}
	b.keepsSecret("6102437", "5D1DA5")
}

// A reader shows cards: one that is random by its first byte, two different ones, and one twice.
func TestCardsFromAReader(t *testing.T) {
	t.Parallel()
	b := newBase(t, `kind: ascii-reader, pattern: "([0-9A-F]{8})", digits: hex`)
	c := b.start("card", "enroll", "-c", b.config, "--group", "cnc-2401", "--reader", "desk", "--count", "1")
	b.showsUntil("08A1B2C3\r\n", "its number is a random one")
	b.until("Show a card", 2)
	b.shows("AAA1B2C3\r\n")
	b.until("show it again", 1)
	b.shows("BBA1B2C3\r\n")
	b.until("Refused: two numbers", 1)
	b.until("Show a card", 3)
	b.shows("XXXX\r\n")
	b.until("That could not be read", 1)
	b.shows("CCA1B2C3\r\n")
	b.until("show it again", 2)
	b.shows("CCA1B2C3\r\n") // it has not been away
	b.pass(2100 * time.Millisecond)
	if strings.Contains(b.said.String(), "enrolled 1") {
		t.Error("a card that stayed counts as shown twice")
	}
	b.shows("CCA1B2C3\r\n")
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.said.String(), "1 cards enrolled in cnc-2401") {
		t.Errorf("it said %s", b.said.String())
	}
	n := badge.Bits(32, 0xCCA1B2C3)
	if table := b.table(); len(table) != 1 || table[0].Pseudonym != b.pseudonyms(n)[0] || table[0].Group != "cnc-2401" {
		t.Errorf("enrolled are %v", table)
	}

	// It is known at once, and goes as it came; Ctrl-C ends in order.
	c = b.start("card", "enroll", "-c", b.config, "--group", "cnc-2401", "--reader", "desk")
	b.showsUntil("CCA1B2C3\r\n", "It is enrolled already")
	if err := errors.Join(c.Process.Signal(os.Interrupt), c.Wait()); err != nil {
		t.Errorf("Ctrl-C: %v", err)
	}
	c = b.start("card", "erase", "-c", b.config, "--reader", "desk")
	b.showsUntil("CCA1B2C3\r\n", "taken out of cnc-2401")
	if err := c.Wait(); err != nil || len(b.table()) != 0 {
		t.Errorf("erase: %v, left are %v", err, b.table())
	}
	b.keepsSecret("A1B2C3")
}

func TestAReaderThatSomebodyHas(t *testing.T) {
	b := newBase(t, rdm)
	p := port.New(port.Settings{Name: b.wire.Path, Baud: 9600})
	p.Lock()
	defer p.Unlock()
	if _, err := p.Open(); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	out, told, code := b.card("enroll", "--group", "g", "--reader", "desk")
	for _, want := range []string{"another program has it", "systemctl stop basemeter-agent", "请先停止它", "badge_key_file"} {
		if code == 0 || !strings.Contains(told, want) {
			t.Errorf("code %d, and it does not say %q: %s%s", code, want, out, told)
		}
	}
}

// A running agent calls a card as the table does, knows what is enrolled while it runs, and keeps its table when the file
// is damaged.
func TestTheAgentThatRuns(t *testing.T) {
	t.Parallel()
	b := newBase(t, rdm)
	c := b.start("run", "-c", b.config)
	b.until("gateway runs", 1)
	list := b.write("one.list", "13005D1DA5\n")
	if _, told, code := b.card("enroll", "--group", "cnc-2401", "--numbers", list, "--digits", "hex"); code != 0 {
		t.Fatal(told)
	}
	b.until("cards read anew", 1)
	b.shows(string(sim.Frame(0x13005D1DA5)))
	spooled := ""
	mine := b.pseudonyms(badge.Bits(40, 0x13005D1DA5))[0]
	for end := time.Now().Add(20 * time.Second); !strings.Contains(spooled, mine); b.pass(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the agent calls the card otherwise: %s", spooled)
		}
		if err := spool.Peek(filepath.Join(b.dir, "spool"), func(payload []byte) bool { spooled += string(payload); return true }); err != nil {
			t.Fatal(err)
		}
	}
	if table := b.table(); len(table) != 1 || table[0].Pseudonym != mine {
		t.Errorf("enrolled are %v", table)
	}
	b.write("cards.csv", "pseudonym,group,purpose,year,enrolled\n")
	b.until("cards.csv:2: the file is cut short", 1)
	if err := errors.Join(c.Process.Signal(syscall.SIGTERM), c.Wait()); err != nil {
		t.Error(err)
	}
	b.keepsSecret("5D1DA5")
}

func TestKeysAreMadeAhead(t *testing.T) {
	b := newBase(t, rdm)
	out, _, code := b.card("keys")
	files, _ := filepath.Glob(filepath.Join(b.dir, "badge-*.key"))
	if code != 0 || len(files) != 2 || strings.Count(out, b.dir) != 2 {
		t.Errorf("code %d, %d files: %s", code, len(files), out)
	}
}

// A card that was enrolled for two years and changes its group changes it in both: it must not be in the old one again when
// the year turns.
func TestAnotherGroupInEveryYear(t *testing.T) {
	b := newBase(t, rdm)
	list := b.write("one.list", "13005D1DA5\n")
	b.card("enroll", "--group", "cnc-2401", "--numbers", list, "--digits", "hex", "--years", "2")
	if out, told, code := b.card("enroll", "--group", "firm-a", "--numbers", list, "--digits", "hex"); code != 0 {
		t.Fatalf("code %d: %s%s", code, out, told)
	}
	rows := b.table()
	if len(rows) != 2 || rows[0].Group != "firm-a" || rows[1].Group != "firm-a" || rows[0].Year == rows[1].Year {
		t.Errorf("enrolled are %+v", rows)
	}
}

// A single site's file serves as well.
func TestCardsOfASite(t *testing.T) {
	b := newBase(t, rdm)
	b.config = b.write("site.yaml", "base: b\ngateway: gw\ndir: data\npage: {access: open}\nclock: {trust: always}\nlines: [{name: desk, kind: rdm6300, port: "+b.wire.Path+"}]\n")
	if err := os.Mkdir(filepath.Join(b.dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if out, told, code := b.card("enroll", "--group", "g", "--numbers", b.write("one.list", "13005D1DA5\n"), "--digits", "hex"); code != 0 {
		t.Errorf("code %d: %s%s", code, out, told)
	}
	if site, _ := configs.Load[configs.Site](b.config); site.CardsFile != filepath.Join(b.dir, "data", "cards.csv") {
		t.Errorf("the table is %s", site.CardsFile)
	}
	if _, err := os.Stat(filepath.Join(b.dir, "data", "cards.csv")); err != nil {
		t.Error(err)
	}
}
