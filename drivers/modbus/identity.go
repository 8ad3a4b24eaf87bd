package modbus

import (
	"fmt"
	"strconv"
	"strings"
)

// Identity is where a device says what it is.
type Identity struct {
	Function Function
	Address  uint16
	Type     string // text, of ASCII, or one of a Point's but bit
	Count    int    // registers of a text
}

func (i *Identity) point() Point {
	return Point{Name: "identity", Function: i.Function, Address: i.Address, Type: i.Type}
}

func (i *Identity) request() request {
	if i.Type == "text" {
		return request{i.Function, i.Address, i.Count}
	}
	return request{i.Function, i.Address, i.point().width()}
}

func (i *Identity) check(most int) error {
	switch {
	case i.Function.bits() || i.Function.code == 0:
		return fmt.Errorf("identity: cannot be read from %v", i.Function)
	case i.Type != "text":
		return i.point().check(most)
	case i.Count < 1 || i.Count > most || int(i.Address)+i.Count > 1<<16:
		return fmt.Errorf("identity: %d registers of text at 0x%04X: want 1 to %d, and none beyond 0xFFFF", i.Count, i.Address, most)
	}
	return nil
}

// text is what the answer says. A serial number of 64 bits is more than a float can count.
func (i *Identity) text(data []byte) string {
	p := i.point()
	switch i.Type {
	case "text":
		return strings.TrimSpace(strings.Map(printable, string(data)))
	case "u16", "u32", "u64":
		return strconv.FormatUint(p.bits(data), 10)
	}
	return strconv.FormatFloat(p.number(data), 'f', -1, 64)
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}
