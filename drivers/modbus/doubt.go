package modbus

import (
	"fmt"
	"slices"
)

// RTU answers carry no number. After a question that nothing answered, its answer may still come, and look like the
// answer to the next question to the same unit, or to the same question asked again. It may come long after it was given
// up on, since the wait is learned from earlier answers; what follows does not count on when it comes. So:
//
//   - The line is left alone until it was silent for half of what was waited. That is all that lateness takes normally.
//   - The unit is in doubt, and its next question is a probe: one whose answer has another length than those it owes.
//     A device answers in turn, so an answer of the right length is the probe's own. Its value is thrown away.
//   - After as much silence again, in which anything late is dropped, the doubt is over and the device is read.
//   - If every length is owed, an answer that ends sooner than the wire can have brought it is dropped, and the silence
//     is longer by the longest wait. This takes three unanswered questions; two for a device with one value, and one for
//     a device of a single register, whose answers have but one length.
//
// So a late answer passes for a good one only if the one before was taken for the probe's, being as late as all those
// questions together, and then the probe's own answer comes after the silence: later still.

// A debt is an answer that may still come. The zero debt is none.
type debt struct {
	code byte
	size int
}

// debts of one unit, the latest first. Two are kept, so that with three probes one is always free.
type debts [2]debt

func (q *question) debt() debt { return debt{q.function.code, q.size()} }

func (r *rtu) owe(q *question) {
	d := &r.owed[q.unit]
	if d[0] != q.debt() {
		d[1] = d[0]
	}
	d[0] = q.debt()
}

func (r *rtu) owes(q *question) bool { return slices.Contains(r.owed[q.unit][:], q.debt()) }

func (r *rtu) settle(w wait, probes []question) error {
	unit := probes[0].unit
	if r.owed[unit] == (debts{}) {
		return nil
	}
	q := r.probe(probes)
	owed := r.owes(q)
	_, err := r.exchange(w, q)
	if isRefusal(err) {
		r.owed[unit] = debts{q.debt()} // refusals are all of one length: it may be a late one
	}
	if err != nil {
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

// probe is one whose answer is not owed, or else the one asked longest ago.
func (r *rtu) probe(probes []question) *question {
	oldest := &probes[0]
	for i := range probes {
		q := &probes[i]
		if !r.owes(q) {
			return q
		}
		if q.debt() == r.owed[q.unit][1] {
			oldest = q
		}
	}
	return oldest
}
