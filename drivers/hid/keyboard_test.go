package hid

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

const (
	step = 8 * time.Millisecond // between two reports of a keyboard at full speed

	evMsc, mscScan = 4, 4
	keyX           = 45
)

// typing is what the kernel tells of somebody who types. Besides digits and letters, a line end is Enter, a space a
// pause, ^ shift going down and v up, ~ Num Lock, and ! events that were dropped.
func typing(at time.Duration, text string) []event {
	var events []event
	report := func(e event) {
		e.at = at
		events = append(events, e, event{at: at, kind: evSyn, code: synReport})
		at += step
	}
	for _, c := range []byte(text) {
		switch c {
		case ' ':
			at += gap
		case '^':
			report(event{kind: evKey, code: leftShift, value: pressed})
		case 'v':
			report(event{kind: evKey, code: leftShift, value: released})
		case '!':
			report(event{kind: evSyn, code: synDropped})
		default:
			code := codeOf(c)
			events = append(events, event{at: at, kind: evMsc, code: mscScan, value: 0x70000 + int32(c)})
			report(event{kind: evKey, code: code, value: pressed})
			report(event{kind: evKey, code: code, value: released})
		}
	}
	return events
}

// codeOf are keys as linux/input-event-codes.h numbers them.
func codeOf(c byte) uint16 {
	switch {
	case c == '\n':
		return keyEnter
	case c == '~':
		return keyNumLock
	case c == '0':
		return 11
	case '1' <= c && c <= '9':
		return uint16(c-'1') + 2
	case 'A' <= c && c <= 'F':
		return [...]uint16{30, 48, 46, 32, 18, 33}[c-'A']
	}
	return keyX
}

// hear is what a keyboard makes of events: "golden", "other" or what is wrong with each number.
func hear(k *keyboard, events []event) []string {
	var heard []string
	for _, e := range events {
		number, _, err := k.feed(e)
		switch {
		case errors.Is(err, errBroken):
			heard = append(heard, "broken")
		case err != nil:
			heard = append(heard, "garbled")
		case number == goldenNumber:
			heard = append(heard, "golden")
		case number != badge.Number{}:
			heard = append(heard, "other")
		}
	}
	return heard
}

// goldenNumber is the card of RDM6300's manual, as a reader of ten hex digits types it.
var goldenNumber = badge.Bits(40, 0x13005D1DA5)

const golden = "13005D1DA5\n"

func TestKeyboard(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"golden", golden, "[golden]"},
		{"twice", golden + golden, "[golden golden]"},
		{"letters with shift", "13005^Dv1^DAv5\n", "[golden]"},
		{"Num Lock on the way", "~13005D~1DA5\n~", "[golden]"},
		{"Enter alone", "\n\n" + golden, "[golden]"},
		{"a key that is no digit", "13005X1DA5\n" + golden, "[garbled golden]"},
		{"a shifted digit is none", "^1v3005D1DA5\n", "[garbled]"},
		{"too short", "130\n" + golden, "[garbled golden]"},
		{"too long", strings.Repeat("1", 100) + "\n" + golden, "[garbled golden]"},
		{"a pause amid a number", "13005 D1DA5\n" + golden, "[broken other golden]"},
		{"a pause before Enter", "13005D1DA5 \n" + golden, "[broken golden]"},
		{"a pause between numbers", golden + " " + golden, "[golden golden]"},
		{"dropped amid a number", "13005!D1DA5\n" + golden, "[broken golden]"},
		{"dropped between numbers", golden + "!" + golden + golden, "[golden golden]"}, // who knows what of the second
		{"dropped, then a pause", "13!0 " + golden, "[broken golden]"},
		{"dropped twice", "13!0!05D1DA5\n" + golden, "[broken golden]"},
		{"dropped with shift held", "^!A" + " " + golden, "[golden]"},
		{"not yet complete", "13005D1DA5", "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &keyboard{number: badge.Hex}
			if got := fmt.Sprint(hear(k, typing(time.Hour, c.text))); got != c.want {
				t.Errorf("heard %s, want %s", got, c.want)
			}
		})
	}
}

// What is typed when a device is opened may have begun before.
func TestOpenedAmidANumber(t *testing.T) {
	for _, c := range []struct {
		opened time.Duration
		want   string
	}{
		{time.Hour - gap + 1, "[golden]"},
		{time.Hour - gap, "[other golden]"},
	} {
		k := &keyboard{number: badge.Hex}
		k.lose(c.opened)
		if got := fmt.Sprint(hear(k, typing(time.Hour, "D1DA5\n"+golden))); got != c.want {
			t.Errorf("opened at %v: heard %s, want %s", c.opened, got, c.want)
		}
	}
}

func TestEachDigit(t *testing.T) {
	keypad := map[byte]uint16{'0': 82, '1': 79, '2': 80, '3': 81, '4': 75, '5': 76, '6': 77, '7': 71, '8': 72, '9': 73}
	for digit, code := range keypad {
		if digitOf[code] != digit {
			t.Errorf("key %d is %q", code, digitOf[code])
		}
	}
	for _, digit := range []byte("0123456789ABCDEF") {
		if digitOf[codeOf(digit)] != digit {
			t.Errorf("key %d is %q", codeOf(digit), digitOf[codeOf(digit)])
		}
	}
	if len(digitOf) != 26 {
		t.Errorf("%d digits, want 10 twice and 6 letters", len(digitOf))
	}
}

func TestKeypadEnterAndRepeats(t *testing.T) {
	k := &keyboard{number: badge.Hex}
	events := typing(time.Hour, golden)
	var repeated []event
	for _, e := range events {
		if repeated = append(repeated, e); e.kind == evKey && e.value == pressed && e.code != keyEnter {
			repeated = append(repeated, event{at: e.at, kind: evKey, code: e.code, value: 2})
		}
	}
	for i := range repeated {
		if repeated[i].code == keyEnter {
			repeated[i].code = keypadEnter
		}
	}
	if got := fmt.Sprint(hear(k, repeated)); got != "[golden]" {
		t.Errorf("heard %s", got)
	}
}

func encode(events ...event) []byte {
	var b []byte
	native := binary.NativeEndian
	for _, e := range events {
		for _, long := range []time.Duration{e.at / time.Second, e.at % time.Second / time.Microsecond} {
			if longSize == 4 {
				b = native.AppendUint32(b, uint32(long))
			} else {
				b = native.AppendUint64(b, uint64(long))
			}
		}
		b = native.AppendUint16(b, e.kind)
		b = native.AppendUint16(b, e.code)
		b = native.AppendUint32(b, uint32(e.value))
	}
	return b
}

func TestDecode(t *testing.T) {
	want := event{at: 3*time.Hour + 17*time.Microsecond, kind: evKey, code: keyEnter, value: -1}
	b := encode(want)
	if len(b) != eventSize || eventSize != map[int]int{4: 16, 8: 24}[longSize] {
		t.Errorf("an event has %d bytes, a size of %d", len(b), eventSize)
	}
	if got := decode(b); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Whatever the kernel says, a number is made of the last keys before an Enter, and of none before another Enter or a
// drop; an error shows none of them; and the next number is heard.
func FuzzEvents(f *testing.F) {
	f.Add(encode(typing(time.Hour, golden+"13!05\n^1v\n"+golden)...))
	f.Add(encode(typing(time.Hour, "130~05 D1DA5\n"+golden)...))
	f.Fuzz(func(t *testing.T, input []byte) {
		k := &keyboard{number: badge.Hex}
		var keys []byte // pressed since the last Enter or drop
		for ; len(input) >= eventSize; input = input[eventSize:] {
			e := decode(input)
			number, _, err := k.feed(e)
			if err != nil {
				wantNoDigits(t, keys, err)
			}
			if err != nil && (number != badge.Number{} || !errors.Is(err, drivers.ErrGarbled)) {
				t.Fatalf("a number %t with %v", number != badge.Number{}, err)
			}
			if (number != badge.Number{}) {
				checkNumber(t, number, e, keys)
			}
			switch isKey := e.kind == evKey && e.value == pressed; {
			case e.overrun(), isKey && (e.code == keyEnter || e.code == keypadEnter):
				keys = nil
			case isKey && e.code != keyNumLock && e.code != keyCapsLock && e.code != leftShift && e.code != rightShift:
				keys = append(keys, digitOf[e.code])
			}
		}
		k.silence(k.last + gap)
		events := append([]event{{kind: evSyn}, {kind: evKey, code: leftShift}}, typing(k.last+gap, golden)...)
		if got := hear(k, events); len(got) == 0 || got[len(got)-1] != "golden" {
			t.Fatalf("a good number is not heard: %v", got)
		}
	})
}

// wantNoDigits holds that an error shows nothing, four in a row, of what was typed.
func wantNoDigits(t *testing.T, keys []byte, err error) {
	t.Helper()
	for i := range max(0, len(keys)-3) {
		if strings.Contains(err.Error(), string(keys[i:i+4])) {
			t.Fatalf("%q says %v", keys, err)
		}
	}
}

// checkNumber holds that a number is the last of what was pressed: all of it, if there was no pause.
func checkNumber(t *testing.T, n badge.Number, end event, keys []byte) {
	t.Helper()
	if end.kind != evKey || end.value != pressed || end.code != keyEnter && end.code != keypadEnter {
		t.Fatalf("a number at %+v", end)
	}
	for from := range keys {
		if want, err := badge.Hex(keys[from:]); err == nil && want == n {
			return
		}
	}
	t.Fatalf("a number that was not typed: %q", keys)
}
