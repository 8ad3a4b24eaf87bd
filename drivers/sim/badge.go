package sim

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"
)

// A BadgeReader is a reader at the far end of a wire.
type BadgeReader struct {
	Wire  io.Writer
	Says  func(card uint64) []byte // what it sends for a card: Frame, as an RDM6300 does, if nil
	Every time.Duration            // it repeats a card that stays; 100ms if zero
}

// Show holds a card before the reader for as long as it stays, once at least, and returns when it is gone. Of a
// card's number a reader sends as many of the lower bits as it can.
func (b *BadgeReader) Show(ctx context.Context, card uint64, stay time.Duration) error {
	every := cmp.Or(b.Every, 100*time.Millisecond)
	says := b.Says
	if says == nil {
		says = Frame
	}
	begin := time.Now()
	for at := time.Duration(0); ; at += every {
		if _, err := b.Wire.Write(says(card)); err != nil {
			return fmt.Errorf("show a card: %w", err)
		}
		if at+every >= stay {
			return waitUntil(ctx, begin.Add(stay))
		}
		if err := waitUntil(ctx, begin.Add(at+every)); err != nil {
			return err
		}
	}
}

// Frame is what an RDM6300 sends for a card: 40 bits.
func Frame(card uint64) []byte {
	sum := byte(0)
	for shift := 0; shift < 40; shift += 8 {
		sum ^= byte(card >> shift)
	}
	return fmt.Appendf(nil, "\x02%010X%02X\x03", card&(1<<40-1), sum)
}
