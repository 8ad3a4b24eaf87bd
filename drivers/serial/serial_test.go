package serial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"basemeter/drivers"
	"basemeter/drivers/badge"
	"basemeter/drivers/port"
	"basemeter/drivers/sim"
)

// goldenCard is the golden frame's card under the key 00 01 … 1F, worked out with Python's hmac.
const goldenCard = "25720e770e741eadb2e1ee62d3ac9456"

func testKey() (key badge.Key) {
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

// A bench is a reader on a pty. Its port is a symbolic link, as under /dev/serial/by-id, so it can be unplugged.
type bench struct {
	*testing.T
	wire   *wire
	reader *badge.Reader
	port   string
	master *os.File
	mono   time.Duration // what the clock shows
}

func newBench(t *testing.T, hold time.Duration, c Config) *bench {
	b := &bench{T: t, port: filepath.Join(t.TempDir(), "port")}
	c.Badge = badge.Config{Name: "gate-1", Keys: testKey(), Hold: hold, Now: b.now}
	c.Port = port.Settings{Name: b.port}
	var err error
	if b.wire, err = newWire(c); err != nil {
		t.Fatal(err)
	}
	b.reader = badge.New(c.Badge, b.wire, &b.wire.tally)
	t.Cleanup(func() { b.reader.Close() })
	return b
}

var (
	module   = Config{Kind: RDM6300}
	any37    = Config{Kind: Wiegand}
	decimals = Config{Kind: ASCII, Pattern: `(?:No\.)?(\d{10})`, Digits: "decimal"}
)

func (b *bench) now() drivers.Instant { return drivers.Instant{Boot: "b", Mono: b.mono} }

// plug connects a reader and lets the driver hear its silence: what comes before that may be amid a line.
func (b *bench) plug() *bench {
	b.plugOpen()
	if err := b.wire.Listen(time.Now().Add(gap), func() error { return nil }); err != nil {
		b.Fatal(err)
	}
	return b
}

// plugOpen connects a reader and lets the driver open it: what comes before that is lost, as with a UART.
func (b *bench) plugOpen() {
	b.plugCold()
	if err := b.wire.open(); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) plugCold() {
	master, slave, err := pty.Open()
	if err != nil {
		b.Fatal(err)
	}
	os.Remove(b.port)
	if err := os.Symlink(slave.Name(), b.port); err != nil {
		b.Fatal(err)
	}
	b.master = master
	b.Cleanup(func() { master.Close(); slave.Close() })
}

func (b *bench) send(bytes string) {
	b.Helper()
	if _, err := b.master.Write([]byte(bytes)); err != nil {
		b.Fatal(err)
	}
}

// read is one Read. No error may give a number away.
func (b *bench) read() ([]drivers.Reading, error) {
	got, err := b.reader.Read(b.Context(), nil)
	if err != nil && (len(got) > 0 || !strings.HasPrefix(err.Error(), "gate-1: ")) {
		b.Errorf("%v with error %v", got, err)
	}
	for _, secret := range []string{"5D1D", "5d1d", "6102437"} {
		if strings.Contains(fmt.Sprint(got, err), secret) {
			b.Errorf("a card's number got out: %v, %v", got, err)
		}
	}
	return got, err
}

func (b *bench) wantCard(card string) drivers.Reading {
	b.Helper()
	got, err := b.read()
	if err != nil || len(got) != 1 || got[0].Card != card {
		b.Fatalf("read %v, %v, want card %s", got, err, card)
	}
	return got[0]
}

func (b *bench) wantNothing() {
	b.Helper()
	if got, err := b.read(); err != nil || len(got) > 0 {
		b.Fatalf("read %v, %v, want nothing", got, err)
	}
}

func (b *bench) wantError(target error) {
	b.Helper()
	if _, err := b.read(); !errors.Is(err, target) {
		b.Fatalf("error %v, want %v", err, target)
	}
}

func (b *bench) wantStats(want drivers.Stats) {
	b.Helper()
	if got := b.reader.Stats(); got != want {
		b.Errorf("stats %+v, want %+v", got, want)
	}
}

const soon = 5 * time.Second // for what comes: never waited for in full

func TestGoldenFrame(t *testing.T) {
	b := newBench(t, soon, module)
	b.plugOpen() // STX begins a frame: no silence is needed
	b.mono = 7 * time.Second
	b.send(golden)
	want := drivers.Reading{Point: "gate-1/badge", Value: 1, Card: goldenCard, At: b.now()}
	if got := b.wantCard(goldenCard); got != want {
		t.Errorf("read %+v, want %+v", got, want)
	}
}

// One card, as several kinds of reader tell it.
func TestOneCardAtSeveralReaders(t *testing.T) {
	const card = 0x13005D1DA5
	forty, thirtyTwo, twentyFour := badge.Bits(40, card), badge.Bits(32, 0x005D1DA5), badge.Bits(24, 0x5D1DA5)
	for _, c := range []struct {
		name   string
		config Config
		says   func(uint64) []byte
		want   badge.Number
	}{
		{"module", module, nil, forty},
		{"hex line", Config{Kind: ASCII, Pattern: "([0-9A-F]{10})", Digits: "hex"}, sim.Line("\n%010X\r", 40), forty}, // Parallax 28140
		{"decimal line", decimals, sim.Line("No.%010d\r\n", 32), thirtyTwo},
		{"converter of bits", any37, sim.WiegandBits(34), thirtyTwo},
		{"converter of hex digits", any37, sim.WiegandHex(34), thirtyTwo},
		{"converter of 26 bits", Config{Kind: Wiegand, Bits: 26}, sim.WiegandBits(26), twentyFour},
		{"converter that sends the data", Config{Kind: ASCII, Pattern: "(.{6})", Digits: "hex", End: "cr"}, sim.Line("%06X\r", 24), twentyFour},
		{"converter of 37 bits", any37, sim.WiegandHex(37), badge.Bits(35, 0x3005D1DA5)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, soon, c.config).plug()
			reader := sim.BadgeReader{Wire: b.master, Says: c.says}
			if err := reader.Show(t.Context(), card, 0); err != nil {
				t.Fatal(err)
			}
			b.wantCard(c.want.Pseudonym(testKey()))
			b.wantStats(drivers.Stats{Answers: 1})
		})
	}
}

func TestTwoCardsAtOnce(t *testing.T) {
	b := newBench(t, soon, module).plug()
	b.mono = time.Second
	b.send(golden + "\x02000000000000\x03" + golden)
	b.wantCard(goldenCard)
	b.mono = time.Minute // however late it is asked for
	if got := b.wantCard(badge.Bits(40, 0).Pseudonym(testKey())); got.At.Mono != time.Second {
		t.Errorf("stamped %v, came at 1s", got.At.Mono)
	}
}

func TestFrameInPieces(t *testing.T) {
	b := newBench(t, 10*time.Millisecond, module).plug()
	b.send(golden[:5])
	b.wantNothing()
	b.send(golden[5:])
	b.wantCard(goldenCard)
}

func TestGarbled(t *testing.T) {
	for _, c := range []struct {
		name   string
		config Config
		sent   string
		stats  drivers.Stats
	}{
		{"checksum", module, "\x0213005D1DA4F6\x03", drivers.Stats{Checksums: 1}},
		{"broken off", module, golden[:9] + "\x02", drivers.Stats{Garbled: 1}},
		{"parity", any37, "1" + bitString(26, 0x5D1DA5)[1:] + "\r", drivers.Stats{Checksums: 1}},
		{"length", any37, bitString(26, 0x5D1DA5)[1:] + "\r", drivers.Stats{Garbled: 1}},
		{"mismatch", decimals, "13005D1DA5\r", drivers.Stats{Garbled: 1}},
		{"too long", decimals, strings.Repeat("0006102437", 7) + "\r", drivers.Stats{Garbled: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, soon, c.config).plug()
			b.send(c.sent)
			b.wantError(drivers.ErrGarbled)
			b.wantStats(c.stats)
		})
	}
}

func TestCutShort(t *testing.T) {
	b := newBench(t, soon, module).plug()
	b.send(golden[:9])
	b.wantError(drivers.ErrGarbled)
	b.send(golden[9:] + golden) // the rest is noise by now
	b.wantCard(goldenCard)
}

// The rest of a line that somebody else began to hear is no line, though it may match.
func TestLineHeardFromTheMiddle(t *testing.T) {
	b := newBench(t, soon, Config{Kind: ASCII, Pattern: `(\d+)`, Digits: "decimal"})
	b.plugOpen()
	b.send("6102437\r0006102438\r")
	b.wantCard(badge.Bits(32, 6102438).Pseudonym(testKey()))
}

// A line that broke off is not made whole by another one that came while nobody listened.
func TestNobodyListened(t *testing.T) {
	b := newBench(t, 10*time.Millisecond, Config{Kind: ASCII, Pattern: `(\d+)`, Digits: "decimal"}).plug()
	b.send("00061")
	b.wantNothing()
	b.wire.heard = b.wire.heard.Add(-gap)
	b.send("0006102438\r0006102439\r")
	b.wantError(drivers.ErrGarbled)
	b.wantCard(badge.Bits(32, 6102439).Pseudonym(testKey()))
}

func TestUnplugged(t *testing.T) {
	b := newBench(t, soon, module)
	b.wantError(drivers.ErrAbsent)
	b.plug()
	b.send(golden[:9])
	b.master.Close()
	b.wantError(drivers.ErrAbsent)
	b.wantError(drivers.ErrAbsent) // the link points nowhere
	b.wantStats(drivers.Stats{Lost: 1})
	b.plug()
	b.send(golden[9:] + golden) // the half frame from before is forgotten
	b.wantCard(goldenCard)
}

func TestCancelled(t *testing.T) {
	b := newBench(t, soon, module).plug()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if got, err := b.reader.Read(ctx, nil); len(got) > 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read %v, %v", got, err)
	}
	b.wantStats(drivers.Stats{})
	b.send(golden)
	b.wantCard(goldenCard) // and the reader is none the worse
}

func TestClosed(t *testing.T) {
	b := newBench(t, time.Hour, module).plug()
	done := make(chan error)
	go func() {
		_, err := b.reader.Read(t.Context(), nil)
		done <- err
	}()
	if err := b.reader.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("the read ended with %v", err)
	}
	b.wantError(os.ErrClosed)
	if err := b.reader.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

func TestConfigIsRefused(t *testing.T) {
	ascii := func(pattern, digits, end string) Config {
		return Config{Kind: ASCII, Pattern: pattern, Digits: digits, End: end}
	}
	for _, c := range []struct {
		config Config
		want   string
	}{
		{Config{}, `kind: "" is none of [ascii-reader rdm6300 wiegand]`},
		{Config{Kind: Wiegand, Bits: 35}, "bits: 35 is none of 26, 34, 37"},
		{ascii(`(\d+`, "hex", ""), "pattern: error parsing regexp"},
		{ascii(`\d+)|(\d+`, "hex", ""), "pattern: error parsing regexp"},
		{ascii(`\d+`, "hex", ""), "pattern: it needs one group"},
		{ascii(`(\d+)(\d+)`, "hex", ""), "pattern: it needs one group"},
		{ascii(`(?P<facility>\d+)`, "hex", ""), "pattern: it needs one group"},
		{ascii(strings.Repeat("x", 257), "hex", ""), "pattern: 257 bytes"},
		{ascii(`(\d+)`, "", ""), `digits: "" is neither hex nor decimal`},
		{ascii(`(\d+)`, "hex", "lfcr"), `end: "lfcr" is none of cr, lf, crlf, etx`},
		{Config{Kind: ASCII, Pattern: `(\d+)`, Digits: "hex", MaxLine: -1}, "max line: -1"},
	} {
		c.config.Badge.Name = "gate-1"
		if _, err := New(c.config); err == nil || !strings.HasPrefix(err.Error(), "gate-1: "+c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
