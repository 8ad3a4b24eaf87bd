package dlt645

import (
	"fmt"
	"slices"
)

// An answer names its meter and its identifier, so a late one is only ever taken for the answer to the same question
// asked again, and shows what the meter had counted then. After a question that nothing answered:
//
//   - The line is left alone for half the time that was waited, so that a late answer passes.
//   - The meter is in doubt, and what it is asked next is a probe: an identifier that it does not owe. It answers in
//     turn, so when the probe's answer has come, none from before it can still come. The probe's value is thrown away.
//   - If all are owed, or it refused the probe (a refusal names no identifier, and may be a late one), then what came is
//     thrown away, and the line is silent for one and a half times the longest wait, in which anything late is dropped.
//     An answer to a question that is owed is dropped, too, if it ends sooner than the wire can have brought it.
//
// So a late answer passes for a good one only if the meter answers out of turn; or if all its identifiers are owed and
// the probe's own answer comes later than that silence.

// Imported active energy and total active power serve as probes for a meter with a single point: nearly all have them.
const (
	totalEnergy = 0x00010000
	totalPower  = 0x02030000
)

func (l *Line) owes(q question) bool { return slices.Contains(l.owed[q.address], q.identifier) }

// owe notes that q may still be answered. A late word on what the address is does no harm.
func (l *Line) owe(q question) {
	if q.control == readData && !l.owes(q) {
		l.owed[q.address] = append(l.owed[q.address], q.identifier)
	}
}

func (l *Line) settled(q question) { delete(l.owed, q.address) }

// settle makes sure that no answer to an earlier question to m can still come.
func (l *Line) settle(w wait, m *meter) error {
	if len(l.owed[m.address]) == 0 {
		return nil
	}
	q := l.probe(m)
	if err := l.exchange(w, m, q, nil); err != nil && !isRefusal(err) {
		return fmt.Errorf("probe %v: %w", q, err)
	}
	if len(l.owed[m.address]) == 0 {
		return nil
	}
	if err := l.silence(w, m, m.timeout*3/2); err != nil {
		return err
	}
	l.settled(q)
	l.port.Hush = 0 // just silent
	return nil
}

// probe is an identifier that is not owed, or else the one that has been owed for longest.
func (l *Line) probe(m *meter) question {
	for _, id := range m.probes {
		if q := (question{readData, m.address, id}); !l.owes(q) {
			return q
		}
	}
	return question{readData, m.address, l.owed[m.address][0]}
}
