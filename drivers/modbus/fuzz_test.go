package modbus

import (
	"bytes"
	"testing"
)

// FuzzRTU finds nothing but whole frames of the unit, the function and the length that were asked for.
func FuzzRTU(f *testing.F) {
	for _, seed := range []string{
		"", "01", "01 04 04 4366 3334 1B 38", "01 84 02 C2C1", "00 01 04 04 4366 3334 1B 38 FF",
		"01 04 0000 0002 71 CB 01 04 04 4366 3334 1B 38", "01 04 04 4366 3334 1B 39", "01 04 04 43",
	} {
		f.Add(unhex(f, seed))
	}
	q := newQuestion(1, request{function(4), 0, 2})
	f.Fuzz(func(t *testing.T, heard []byte) {
		from, to := find(heard, &q)
		if to == 0 {
			verdict(heard, &q)
			return
		}
		frame := heard[from:to]
		if checksum(frame) != 0 || frame[0] != 1 || bytes.Equal(frame, q.frame[:]) {
			t.Errorf("% X is no answer", frame)
		}
		data, err := q.open(frame[1 : len(frame)-2])
		if !isRefusal(err) && (err != nil || len(data) != 4) {
			t.Errorf("% X: % X, %v", frame, data, err)
		}
	})
}

// FuzzTCP cuts any stream into frames that add up to it, or gives up.
func FuzzTCP(f *testing.F) {
	for _, seed := range []string{
		"", "0001 0000 0007 01 04 04 4366 3334", "0001 0000 0003 01 84 02", "0001 0001 0003 01 84 02",
		"0001 0000 0002 01 84", "0001 0000 00FF", "0001 0000 0003 01 84 02 0002 0000",
	} {
		f.Add(unhex(f, seed))
	}
	r := request{function(4), 0, 2}
	f.Fuzz(func(t *testing.T, heard []byte) {
		for {
			frame, err := cut(heard)
			if frame == nil || err != nil {
				return
			}
			if len(frame) < 9 || len(frame) > 260 || len(frame) != 6+int(frame[5]) {
				t.Fatalf("% X is no frame", frame)
			}
			if data, err := r.open(frame[7:]); err == nil && len(data) != 4 {
				t.Errorf("% X gives % X", frame, data)
			}
			heard = heard[len(frame):]
		}
	})
}
