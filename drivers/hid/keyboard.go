package hid

import (
	"fmt"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

// From linux/input-event-codes.h.
const (
	evSyn, evKey          = 0, 1
	synReport, synDropped = 0, 3
	released, pressed     = 0, 1 // 2 repeats a key that is held

	keyEnter, keypadEnter   = 28, 96
	leftShift, rightShift   = 42, 54
	keyCapsLock, keyNumLock = 58, 69
)

// digitOf is the digit on a key. A keypad's are taken for digits whatever Num Lock says: no reader means its arrows.
var digitOf = map[uint16]byte{
	2: '1', 3: '2', 4: '3', 5: '4', 6: '5', 7: '6', 8: '7', 9: '8', 10: '9', 11: '0',
	79: '1', 80: '2', 81: '3', 75: '4', 76: '5', 77: '6', 71: '7', 72: '8', 73: '9', 82: '0',
	30: 'A', 48: 'B', 46: 'C', 32: 'D', 18: 'E', 33: 'F',
}

// notDigit stands for a key that no number has.
const notDigit = '?'

const (
	// gap is a pause that no reader makes within a number.
	gap = 300 * time.Millisecond

	maxKeys = 64 // kept of a number, which badge holds to be shorter
)

var errBroken = fmt.Errorf("a number broke off: %w", drivers.ErrGarbled)

// A keyboard makes numbers of what is typed on one, wherever it begins to listen. What it holds must never be shown: it
// is a card's number.
type keyboard struct {
	number func(digits []byte) (badge.Number, error)

	typed   []byte // of the number under way
	first   time.Duration
	last    time.Duration // when the last key was pressed, or keys were lost
	partial bool          // keys were lost: what is typed may lack its beginning
	resync  bool          // until the next report, events tell nothing
	shift   bool
}

// overrun tells that the kernel has dropped events, because nobody took them in time.
func (e event) overrun() bool { return e.kind == evSyn && e.code == synDropped }

// feed takes one event, and gives the number that it completed, with the stamp of its first key, or the zero one. An
// error names a number that was begun and is lost. After either the keyboard is ready for more.
func (k *keyboard) feed(e event) (n badge.Number, at time.Duration, err error) {
	switch {
	case e.overrun():
		if len(k.typed) > 0 && !k.partial {
			err = errBroken
		}
		k.lose(e.at)
		k.resync = true
	case e.kind == evSyn && e.code == synReport:
		k.resync = false
	case k.resync || e.kind != evKey:
	case e.code == leftShift || e.code == rightShift:
		k.shift = e.value != released
	case e.value == pressed:
		return k.press(e)
	}
	return badge.Number{}, 0, err
}

// lose forgets what was typed, and that shift is held: what comes may lack its beginning.
func (k *keyboard) lose(at time.Duration) {
	k.typed, k.last, k.partial, k.shift = k.typed[:0], at, true, false
}

// silence tells that nothing more came until now.
func (k *keyboard) silence(now time.Duration) error {
	if now-k.last < gap {
		return nil
	}
	broken := len(k.typed) > 0 && !k.partial
	k.typed, k.partial = k.typed[:0], false
	if broken {
		return errBroken
	}
	return nil
}

func (k *keyboard) press(e event) (badge.Number, time.Duration, error) {
	if e.code == keyCapsLock || e.code == keyNumLock { // a reader makes sure of its letters
		return badge.Number{}, 0, nil
	}
	err := k.silence(e.at)
	k.last = e.at
	if e.code == keyEnter || e.code == keypadEnter {
		typed, partial := k.typed, k.partial
		k.typed, k.partial = k.typed[:0], false
		if err != nil || partial || len(typed) == 0 {
			return badge.Number{}, 0, err
		}
		n, err := k.number(typed)
		return n, k.first, err
	}
	if len(k.typed) == 0 {
		k.first = e.at
	}
	if len(k.typed) < maxKeys {
		k.typed = append(k.typed, k.digit(e.code))
	}
	return badge.Number{}, 0, err
}

func (k *keyboard) digit(code uint16) byte {
	digit, ok := digitOf[code]
	if !ok || k.shift && digit <= '9' { // a shifted digit is another character
		return notDigit
	}
	return digit
}
