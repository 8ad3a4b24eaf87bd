package modbus

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// Registers reads a block that need not be any device's point, as it stands in the answer: two bytes a register, eight
// coils a byte. A unit that has no such registers answers with an Exception: it is there. Timeout is as a Device's.
func (l *Line) Registers(ctx context.Context, unit byte, f Function, address uint16, count int, timeout time.Duration) ([]byte, error) {
	r := request{f, address, count}
	if f.code == 0 || count < 1 || count > f.most() || int(address)+count > 1<<16 {
		return nil, fmt.Errorf("unit %d: read %v: want 1 to %d, and none beyond 0xFFFF", unit, r, f.most())
	}
	d := &device{Device: Device{Name: fmt.Sprintf("unit %d", unit), Unit: unit, Timeout: cmp.Or(timeout, time.Second)}}
	q := d.question(r)
	d.probes = []question{q, d.question(request{f, address, 1})}
	s := &Source{line: l, device: d, life: context.Background()}
	l.wire.join()
	defer l.wire.leave()
	var data []byte
	err := s.converse(ctx, func(w wait) error {
		answer, err := l.wire.exchange(w, &q)
		if err != nil {
			return fmt.Errorf("read %v: %w", r, err)
		}
		data = append(data, answer...)
		return nil
	})
	return data, err
}
