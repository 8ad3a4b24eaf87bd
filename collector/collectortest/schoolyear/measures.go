package schoolyear

import "basemeter/agent/record"

// add adds milliseconds of which all of m holds.
func (s *Measures) add(ms int64, m moments) {
	known := m.state != record.Unknown
	working := m.state == record.Standby || m.state == record.Running // processing, or set up for it
	busy := m.open && !m.closure                                      // planned busy time
	effective := m.inSession && m.held && working
	count := func(sum *int64, is bool) {
		if is {
			*sum += ms
		}
	}
	count(&s.Unknown, !known)
	count(&s.Off, m.state == record.Off)
	count(&s.Standby, m.state == record.Standby)
	count(&s.Running, m.state == record.Running)
	count(&s.Fault, m.state == record.Fault)
	count(&s.POT, m.open)
	count(&s.PBT, busy)
	count(&s.PBTUnknown, busy && !known)
	count(&s.AUBT, busy && known && m.held)
	count(&s.AUPT, busy && m.held && working)
	count(&s.AUST, busy && m.held && m.state == record.Standby)
	count(&s.APT, busy && m.held && m.state == record.Running)
	count(&s.ADET, busy && m.held && (m.state == record.Off || m.state == record.Fault))
	count(&s.ADOT, busy && known && !m.held)
	count(&s.Effective, effective)
	count(&s.OpenUse, effective && m.planned != nil && m.planned.selfOperated)
	count(&s.OutOfHours, effective && !busy)
	count(&s.Held, m.held)
	count(&s.NoShow, m.inSession && !m.held && known)
	count(&s.Attended, m.state == record.Running && m.near)
	count(&s.Occupied, known && m.state != record.Running && m.here)
}
