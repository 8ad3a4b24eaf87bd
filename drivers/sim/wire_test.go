package sim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

const golden = "\x0213005D1DA5F6\x03"

func TestFrame(t *testing.T) {
	if got := string(Frame(0x13005D1DA5)); got != golden {
		t.Errorf("%q, want %q", got, golden)
	}
	if got := string(Frame(0)); got != "\x02000000000000\x03" {
		t.Errorf("%q", got)
	}
}

func TestShow(t *testing.T) {
	for _, c := range []struct {
		stay time.Duration
		want int
	}{{0, 1}, {50 * time.Millisecond, 1}, {time.Second, 10}, {1050 * time.Millisecond, 11}} {
		synctest.Test(t, func(t *testing.T) {
			var wire bytes.Buffer
			b, begin := BadgeReader{Wire: &wire}, time.Now()
			if err := b.Show(t.Context(), 0x13005D1DA5, c.stay); err != nil {
				t.Fatal(err)
			}
			if time.Since(begin) != c.stay {
				t.Errorf("stayed %v, want %v", time.Since(begin), c.stay)
			}
			if wire.String() != string(bytes.Repeat([]byte(golden), c.want)) {
				t.Errorf("%v: %q, want %d frames", c.stay, wire.String(), c.want)
			}
		})
	}
}

func TestShowIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		b := BadgeReader{Wire: io.Discard}
		if err := b.Show(ctx, 1, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestWire(t *testing.T) {
	w := wire(t)
	if _, err := w.Write([]byte(golden)); err != nil { // before anybody listens
		t.Fatal(err)
	}
	for range 2 { // drivers come and go
		port, err := os.OpenFile(w.Path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(golden))
		if _, err := io.ReadFull(port, got); err != nil || string(got) != golden {
			t.Errorf("%q, %v: raw bytes come out otherwise", got, err)
		}
		port.Close()
		if _, err := w.Write([]byte(golden)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	w := wire(t)
	for range 20 {
		if n, err := w.Write(make([]byte, 1024)); err != nil || n != 1024 {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
}

func TestUnplugged(t *testing.T) {
	w := wire(t)
	port, err := os.OpenFile(w.Path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	time.AfterFunc(10*time.Millisecond, func() { w.Close() })
	if _, err := w.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("read ended with %v", err)
	}
	if err := w.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	if n, err := port.Read(make([]byte, 1)); err == nil {
		t.Errorf("a driver still reads %d bytes", n)
	}
}
