package modbus

import (
	"errors"
	"fmt"
	"time"
)

// RTU answers carry no number. After a question that nothing answered, its answer may still come, and look like the
// answer to the next question to the same unit, or to the same question asked again. How long a device is waited for is
// learned from its earlier answers, so one that hesitates is late by up to its timeout, the ceiling of that wait, and
// several questions may have gone unanswered by then. So:
//
//   - The line is left alone until it was silent for half of what was waited. That is all that lateness takes normally.
//   - The unit is in doubt, and its next question is a probe: one whose answer has another length than those it owes.
//     A device answers in turn, so an answer of the right length is the probe's own. Its value is thrown away.
//   - After as much silence again, in which anything late is dropped, the doubt is over and the device is read.
//   - If every length is owed, an answer that ends sooner than the wire can have brought it is dropped, and the silence
//     is longer by the timeout: whatever was asked before has been answered by then. This takes three unanswered
//     questions; two for a device with one value, and one for a device of a single register, whose answers have but one
//     length.
//   - Refusals are all of one length: while the unit is in doubt, one may be the answer to any question.
//
// So no answer becomes a value that is late by less than a timeout, however short the waits were. One that is later
// does so only if the one before was taken for the probe's, being as late as all those questions together, and then the
// probe's own answer comes after the silence: later still.

// A debt is an answer that may still come. The zero debt is none.
type debt struct {
	code byte
	size int
}

// debts of one unit.
type debts struct {
	last  [2]debt   // the latest first; two are kept, so that with three probes one is soon free
	until time.Time // in time, the latest would come before
	older time.Time // in time, those that are not kept would come before: meanwhile every length is owed
}

func (q *question) debt() debt { return debt{q.function.code, q.size()} }

func (r *rtu) doubts(unit byte) bool { return r.owed[unit] != debts{} }

func (r *rtu) owe(q *question) {
	d := &r.owed[q.unit]
	if d.last[0] != q.debt() {
		if d.last[1] != (debt{}) && d.last[1] != q.debt() {
			d.older = d.until // it was asked before the latest
		}
		d.last[1] = d.last[0]
	}
	d.last[0], d.until = q.debt(), time.Now().Add(q.timeout+r.passes(q.size()))
}

func (r *rtu) owes(q *question) bool {
	d := &r.owed[q.unit]
	return d.last[0] == q.debt() || d.last[1] == q.debt() || !d.older.IsZero() && time.Now().Before(d.older)
}

// book notes what a unit may still answer after q ended with err.
func (r *rtu) book(q *question, err error) {
	doubts := r.doubts(q.unit)
	switch {
	case !doubts && (err == nil || isRefusal(err) || errors.Is(err, errChecksum)): // that was the answer
	case doubts && err == nil && !r.owes(q): // so was that
	default:
		r.owe(q)
	}
}

func (r *rtu) settle(w wait, probes []question) error {
	unit := probes[0].unit
	if !r.doubts(unit) {
		return nil
	}
	q := r.probe(probes)
	owed := r.owes(q)
	if _, err := r.exchange(w, q); err != nil {
		return fmt.Errorf("probe %v: %w", q.request, err)
	}
	r.port.Hush = q.late()
	if owed {
		r.port.Hush += q.timeout
	}
	if err := r.silence(w, q); err != nil {
		return err
	}
	r.owed[unit], r.port.Hush = debts{}, 0 // just silent
	return nil
}

// probe is the first whose answer is not owed, or else the one asked longest ago.
func (r *rtu) probe(probes []question) *question {
	oldest := &probes[0]
	for i := range probes {
		q := &probes[i]
		if !r.owes(q) {
			return q
		}
		if q.debt() == r.owed[q.unit].last[1] {
			oldest = q
		}
	}
	return oldest
}
