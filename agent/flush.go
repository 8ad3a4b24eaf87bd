package agent

import (
	"time"

	"basemeter/agent/record"
	"basemeter/agent/state"
	"basemeter/drivers"
)

// appender is the spool as the keeper needs it.
type appender interface {
	Append(payload, mark []byte) (sequence uint64, err error)
}

const (
	flushBytes = 256 << 10        // a batch is not let grow beyond this
	markEvery  = 15 * time.Second // open spells are written down this often at least, which is what a power cut costs
	sealedMost = 64               // batches held in memory while the disk refuses them
)

// flush writes the facts to the spool, and with them, in the same frame, what is still open.
func (k *keeper) flush(now drivers.Instant) {
	k.flushed = now.Mono
	k.mu.Lock()
	mark := k.seal(now, false)
	k.mu.Unlock()
	if err := k.write(mark); err != nil {
		k.log.Error("spool refuses facts; they wait in memory", "batches", len(k.sealed), "reason", err)
	}
}

// seal ends the batch, and returns the mark to write with it: the spells still open. There is one if spells ended, since
// an earlier mark has them open, if it is time, or if it is wanted. The caller holds mu.
func (k *keeper) seal(now drivers.Instant, wanted bool) (mark []byte) {
	var open []record.Spell
	for _, a := range k.assets {
		k.facts.Spells = append(k.facts.Spells, a.machine.Take()...)
		if spell, ok := a.machine.Open(); ok {
			open = append(open, spell)
		}
	}
	if wanted || len(k.facts.Spells) > 0 || len(k.sealed) > 0 || now.Mono-k.marked >= markEvery {
		k.marked = now.Mono
		mark = record.AppendFacts(nil, k.undate(record.Facts{Epoch: k.facts.Epoch, Spells: open}))
	}
	if !k.facts.Empty() {
		k.sealed = append(k.sealed, *k.undate(k.facts))
		k.facts, k.bytes = record.Facts{Epoch: k.facts.Epoch}, 0
	}
	return mark
}

// undate turns dates back into times since the boot while the clock has not been set.
func (k *keeper) undate(f record.Facts) *record.Facts {
	if !k.now.Synced {
		state.Shift(&f, time.UnixMilli(0).Sub(k.now.Wall.Add(-k.now.Mono)))
		f.Boot = k.now.Boot
	}
	return &f
}

// write puts the sealed batches into the spool. The mark goes with the first: should the rest be lost, no spell of
// theirs is in it. If the disk refuses too many, the oldest is given up, and counted: its time is unknown.
func (k *keeper) write(mark []byte) error {
	for len(k.sealed) > 0 {
		if _, err := k.spool.Append(record.AppendFacts(nil, &k.sealed[0]), mark); err != nil {
			if len(k.sealed) > sealedMost {
				k.sealed = k.sealed[1:]
				k.lost.Add(1)
			}
			return err
		}
		k.sealed, mark = k.sealed[1:], nil
	}
	if mark == nil {
		return nil
	}
	_, err := k.spool.Append(nil, mark)
	return err
}

// recover makes facts of what was still open when the process last ended, however it ended.
func (k *keeper) recover(mark []byte) error {
	if len(mark) == 0 {
		return nil
	}
	left, err := record.DecodeFacts(mark)
	if err != nil || left.Empty() {
		return err
	}
	k.sealed = append(k.sealed, left)
	return k.write(record.AppendFacts(nil, &record.Facts{}))
}
