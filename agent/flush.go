package agent

import (
	"fmt"
	"time"

	"basemeter/agent/record"
	"basemeter/agent/state"
	"basemeter/drivers"
)

// appender is the spool as the keeper needs it. It holds on to neither payload nor mark.
type appender interface {
	Append(payload, mark []byte) (sequence uint64, err error)
}

const (
	flushBytes = 256 << 10        // a batch is not let grow beyond this
	markEvery  = 15 * time.Second // open spells are written down this often at least, which is what a power cut costs
	sealedMost = 64               // batches held in memory while the disk refuses them
	partSpells = 1000             // spells, of 400 bytes at most, in one batch; and badges
)

// flush writes the facts to the spool, and with them, in the same frame, what is still open.
func (k *keeper) flush(now drivers.Instant) {
	k.flushed = now.Mono
	k.mu.Lock()
	var mark []byte
	// What has ended is open in an earlier mark.
	if k.gather() || len(k.sealed) > 0 || now.Mono-k.marked >= markEvery {
		k.marked = now.Mono
		mark = k.mark(now)
	}
	k.seal()
	k.mu.Unlock()
	k.tell(k.write(mark))
}

// tell logs when the spool begins to refuse facts, and when it takes them again.
func (k *keeper) tell(err error) {
	switch refused := err != nil; {
	case refused && !k.refused:
		k.log.Error("spool refuses facts; they wait in memory", "reason", err)
	case !refused && k.refused:
		k.log.Info("spool takes facts again")
	}
	k.refused = err != nil
}

// gather takes what has ended since it was last called, and tells whether there was any. The caller holds mu.
func (k *keeper) gather() bool {
	f := &k.facts
	for _, a := range k.assets {
		f.Spells = append(f.Spells, a.machine.Take()...)
	}
	told := k.tracker.Take()
	f.Presences, f.Sessions, f.Counts = append(f.Presences, told.Presences...), append(f.Sessions, told.Sessions...), append(f.Counts, told.Counts...)
	return len(f.Spells)+len(f.Presences)+len(f.Sessions)+len(f.Counts) > 0
}

// seal ends the batch. The caller holds mu.
func (k *keeper) seal() {
	if !k.facts.Empty() {
		k.sealed = append(k.sealed, split(*k.undate(k.facts))...)
		k.facts, k.bytes = record.Facts{Epoch: k.facts.Epoch}, 0
	}
}

// split makes batches of facts, none of them larger than the contract allows: while the disk does not answer, much may
// come together.
func split(f record.Facts) []record.Facts {
	var batches []record.Facts
	for {
		part := f
		part.Spells, f.Spells = cut(f.Spells, partSpells)
		part.Badges, f.Badges = cut(f.Badges, partSpells)
		part.Presences, f.Presences = cut(f.Presences, partSpells)
		part.Sessions, f.Sessions = cut(f.Sessions, partSpells)
		part.Counts, f.Counts = cut(f.Counts, partSpells)
		part.Samples, f.Samples = cut(f.Samples, fitting(f.Samples))
		if batches = append(batches, part); f.Empty() {
			return batches
		}
	}
}

// fitting is how many of the samples, one at least, make a batch.
func fitting(samples []record.Sample) int {
	bytes := 0
	for i := range samples {
		if bytes += sampleBytes(len(samples[i].Values)); bytes > flushBytes {
			return max(i, 1)
		}
	}
	return len(samples)
}

// sampleBytes is about as many as a sample takes.
func sampleBytes(values int) int { return 100 + 48*values }

func cut[T any](list []T, most int) (first, rest []T) {
	most = min(most, len(list))
	return list[:most:most], list[most:]
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
		k.text = record.AppendFacts(k.text[:0], &k.sealed[0])
		if _, err := k.spool.Append(k.text, mark); err != nil {
			if len(k.sealed) > sealedMost {
				k.log.Error("batch given up: what it knew is unknown now", "batch", lost(k.sealed[0]))
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

// lost names the span of a batch.
func lost(f record.Facts) string {
	if len(f.Spells) == 0 {
		return fmt.Sprintf("%d samples", len(f.Samples))
	}
	at := func(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }
	return fmt.Sprintf("%d spells from %s to %s", len(f.Spells), at(f.Spells[0].FromMS), at(f.Spells[len(f.Spells)-1].ToMS))
}
