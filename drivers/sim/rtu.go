package sim

import (
	"context"
	"io"
	"time"
)

// requestLen is a whole request of functions 1 to 6: unit, function, address, count, CRC.
const requestLen = 8

// ServeRTU is units on a serial line, of which line is the far end: a Wire, or the master of a pty. It serves until ctx
// ends, which is no error, or the line fails, and closes the line. With a baud rate it answers as slowly as a real
// line; with 0, at once. An unknown unit is silent.
//
// It looks for whole requests and not for pauses, so requests of other lengths (functions 15 and 16) go unanswered.
func ServeRTU(ctx context.Context, line io.ReadWriteCloser, units map[byte]Registers, baud int) error {
	return ServeMixed(ctx, line, units, nil, baud)
}

// unlessOver is err, or nil if the end of ctx is behind it.
func unlessOver(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// pace writes reply in the time that a line of this baud rate takes. A pty takes none, so the request's own time and
// the pause of 3.5 characters behind it come first.
func pace(ctx context.Context, w io.Writer, reply []byte, baud int) error {
	if baud == 0 {
		_, err := w.Write(reply)
		return err
	}
	char := 11 * time.Second / time.Duration(baud)
	due := time.Now().Add(requestLen*char + 7*char/2)
	for i := range reply {
		due = due.Add(char)
		if err := waitUntil(ctx, due); err != nil {
			return err
		}
		if _, err := w.Write(reply[i : i+1]); err != nil {
			return err
		}
	}
	return nil
}

func waitUntil(ctx context.Context, due time.Time) error {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// crc is the CRC-16 of Modbus. Of a frame with its CRC it is 0.
func crc(frame []byte) uint16 {
	sum := uint16(0xFFFF)
	for _, b := range frame {
		sum ^= uint16(b)
		for range 8 {
			if carry := sum & 1; carry != 0 {
				sum = sum>>1 ^ 0xA001
			} else {
				sum >>= 1
			}
		}
	}
	return sum
}
