package modbus

import (
	"errors"
	"sync/atomic"

	"basemeter/drivers"
)

// Stats counts what became of a source's questions since it was made.
type Stats struct {
	Requests   uint64 // sent, those that only clear a doubt included
	Answers    uint64
	Exceptions uint64 // refusals
	Timeouts   uint64 // nothing came
	Checksums  uint64 // it came, damaged
	Garbled    uint64 // it came cut short, with a wrong length or amid noise
	Lost       uint64 // the port or the connection failed
	Foreign    uint64 // frames dropped while waiting: another device's, another question's, too early
}

type counts struct {
	requests, answers, exceptions, timeouts, checksums, garbled, lost, foreign atomic.Uint64
}

// Stats may be called at any time, also during a Read.
func (s *Source) Stats() Stats {
	c := &s.counts
	return Stats{
		c.requests.Load(), c.answers.Load(), c.exceptions.Load(), c.timeouts.Load(),
		c.checksums.Load(), c.garbled.Load(), c.lost.Load(), c.foreign.Load(),
	}
}

// ended counts how a question ended; one that was cancelled is only counted as sent.
func (c *counts) ended(err error) {
	switch {
	case err == nil:
		c.answers.Add(1)
	case isRefusal(err):
		c.exceptions.Add(1)
	case errors.Is(err, errLost):
		c.lost.Add(1)
	case errors.Is(err, drivers.ErrAbsent):
		c.timeouts.Add(1)
	case errors.Is(err, errChecksum):
		c.checksums.Add(1)
	case errors.Is(err, drivers.ErrGarbled):
		c.garbled.Add(1)
	}
}
