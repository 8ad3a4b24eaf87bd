package serial

import (
	"bytes"
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
)

// goldenCard is the golden frame's card under the key 00 01 … 1F, worked out with Python's hmac.
const goldenCard = "25720e770e741eadb2e1ee62d3ac9456"

func testKey() []byte {
	key := make([]byte, keyLen)
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

// A bench is a reader on a pty. Its port is a symbolic link, as under /dev/serial/by-id, so it can be unplugged.
type bench struct {
	*testing.T
	reader *Reader
	port   string
	master *os.File
	mono   time.Duration // what the clock shows
}

func newBench(t *testing.T, hold time.Duration) *bench {
	b := &bench{T: t, port: filepath.Join(t.TempDir(), "port")}
	b.reader = New(Config{Name: "gate-1", Port: b.port, Key: testKey(), Hold: hold, Now: b.now})
	t.Cleanup(func() { b.reader.Close() })
	return b
}

func (b *bench) now() drivers.Instant { return drivers.Instant{Boot: "b", Mono: b.mono} }

// plug connects a reader and lets the driver open it: what comes before that is lost, as with a UART.
func (b *bench) plug() *bench {
	b.plugCold()
	if err := b.reader.open(); err != nil {
		b.Fatal(err)
	}
	return b
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

const soon = 5 * time.Second // for what comes: never waited for in full

func TestGoldenFrame(t *testing.T) {
	b := newBench(t, soon).plug()
	b.mono = 7 * time.Second
	b.send(golden)
	want := drivers.Reading{Point: "gate-1/badge", Value: 1, Card: goldenCard, At: b.now()}
	if got := b.wantCard(goldenCard); got != want {
		t.Errorf("read %+v, want %+v", got, want)
	}
}

func TestKeyMakesAnotherPseudonym(t *testing.T) {
	if pseudonym(bytes.Repeat([]byte{1}, keyLen), goldenNumber) == goldenCard {
		t.Error("two keys, one pseudonym")
	}
}

func TestRepeatsAreFolded(t *testing.T) {
	b := newBench(t, soon).plug()
	for _, c := range []struct {
		at   time.Duration
		news bool
	}{
		{10 * time.Second, true},
		{11900 * time.Millisecond, false},
		{13800 * time.Millisecond, false}, // the window slides
		{15800 * time.Millisecond, true},
	} {
		b.mono = c.at
		b.send(golden + "\x02?") // what follows shows that the card has been passed over
		if c.news {
			b.wantCard(goldenCard)
		}
		b.wantError(drivers.ErrGarbled)
	}
}

func TestTwoCardsAtOnce(t *testing.T) {
	b := newBench(t, soon).plug()
	b.mono = time.Second
	b.send(golden + "\x02000000000000\x03" + golden)
	b.wantCard(goldenCard)
	b.mono = time.Minute // however late it is asked for
	if got := b.wantCard(pseudonym(testKey(), [5]byte{})); got.At.Mono != time.Second {
		t.Errorf("stamped %v, came at 1s", got.At.Mono)
	}
}

func TestFrameInPieces(t *testing.T) {
	b := newBench(t, 10*time.Millisecond).plug()
	b.send(golden[:5])
	b.wantNothing()
	b.send(golden[5:])
	b.reader.config.Hold = soon
	b.wantCard(goldenCard)
}

func TestGarbled(t *testing.T) {
	b := newBench(t, soon).plug()
	b.send("\x0213005D1DA4F6\x03" + golden)
	b.wantError(drivers.ErrGarbled)
	b.wantCard(goldenCard)
}

func TestCutShort(t *testing.T) {
	b := newBench(t, soon)
	begin := time.Now()
	b.reader.config.Now = func() drivers.Instant { return drivers.Instant{Mono: time.Since(begin)} }
	b.plug()
	b.send(golden[:9])
	b.wantError(drivers.ErrGarbled)
	b.send(golden[9:] + golden) // the rest is noise by now
	b.wantCard(goldenCard)
}

func TestUnplugged(t *testing.T) {
	b := newBench(t, soon)
	b.wantError(drivers.ErrAbsent)
	b.plug()
	b.send(golden[:9])
	b.master.Close()
	b.wantError(drivers.ErrAbsent)
	b.wantError(drivers.ErrAbsent) // the link points nowhere
	b.plug()
	b.send(golden[9:] + golden) // the half frame from before is forgotten
	b.wantCard(goldenCard)
}

func TestCancelled(t *testing.T) {
	b := newBench(t, time.Hour).plug()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if got, err := b.reader.Read(ctx, nil); len(got) > 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read %v, %v", got, err)
	}
	b.send(golden)
	b.reader.config.Hold = soon
	b.wantCard(goldenCard) // and the reader is none the worse
}

func TestClosed(t *testing.T) {
	b := newBench(t, time.Hour).plug()
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
