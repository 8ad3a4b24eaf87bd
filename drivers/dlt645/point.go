package dlt645

import (
	"errors"
	"fmt"

	"basemeter/drivers"
)

// Point is one value of a meter. Its words are those of a device profile.
type Point struct {
	Name       string
	Identifier uint32  // 0x00010000; points that share one, as the phases in 0x0201FF00 do, are asked for once
	Offset     int     // of its first byte, in the data behind the identifier
	Length     int     // bytes, two digits each, the last two first
	Signed     bool    // the top bit of its last byte is the sign
	Scale      float64 // the value is the number times Scale; 0 stands for 1
}

const (
	mostDigits = 7   // bytes: 14 digits, which a float64 keeps
	mostData   = 196 // bytes behind an identifier, of the 200 that an answer holds
)

func (p Point) end() int { return p.Offset + p.Length }

func (p Point) check() error {
	switch {
	case p.Length < 1 || p.Length > mostDigits:
		return fmt.Errorf("point %s: length %d: want 1 to %d", p.Name, p.Length, mostDigits)
	case p.Offset < 0 || p.end() > mostData:
		return fmt.Errorf("point %s: offset %d: want 0 to %d", p.Name, p.Offset, mostData-p.Length)
	}
	return nil
}

// number decodes data; false if it holds anything but digits: a meter fills what it has no value for with 0xFF.
func (p *Point) number(data []byte) (float64, bool) {
	n, minus := 0.0, false
	for i := len(data) - 1; i >= 0; i-- {
		b := data[i]
		if p.Signed && i == len(data)-1 {
			minus, b = b&0x80 != 0, b&^0x80
		}
		if b>>4 > 9 || b&0x0F > 9 {
			return 0, false
		}
		n = n*100 + float64(b>>4*10+b&0x0F)
	}
	if p.Scale != 0 {
		n *= p.Scale
	}
	if minus {
		n = 0 - n
	}
	return n, true
}

// A slot is a point's place in an answer.
type slot struct {
	Point
	name string // device/point
}

// An ask is a question and what its answer is good for.
type ask struct {
	identifier uint32
	slots      []slot
	size       int // bytes of data: the least for a block, else just that many
}

// plan asks once for all points of an identifier, in the order in which identifiers first appear.
func plan(device string, points []Point) (asks []ask) {
	at := map[uint32]int{}
	for _, p := range points {
		i, ok := at[p.Identifier]
		if !ok {
			i = len(asks)
			at[p.Identifier] = i
			asks = append(asks, ask{identifier: p.Identifier})
		}
		asks[i].slots = append(asks[i].slots, slot{p, device + "/" + p.Name})
		asks[i].size = max(asks[i].size, p.end())
	}
	return asks
}

// single reports whether the identifier stands for one number: energy (00) and what is measured just now (02) do, where
// no 0xFF asks for a block. Another width than the one that is known then means other decimals.
func (a *ask) single() bool {
	kind, block := a.identifier>>24, false
	for shift := 0; shift < 24; shift += 8 {
		block = block || a.identifier>>shift&0xFF == 0xFF
	}
	return (kind == 0x00 || kind == 0x02) && !block
}

// decode appends the values that data holds. A block may be short, as that of a meter for one phase is.
func (a *ask) decode(data []byte, at drivers.Instant, into []drivers.Reading) ([]drivers.Reading, error) {
	if a.single() && len(data) != a.size {
		return into, errLength
	}
	had := len(into)
	for i := range a.slots {
		s := &a.slots[i]
		if s.end() > len(data) {
			continue
		}
		if v, ok := s.number(data[s.Offset:s.end()]); ok {
			into = append(into, drivers.Reading{Point: s.name, Value: v, At: at})
		}
	}
	if len(into) == had {
		return into, errDigits
	}
	return into, nil
}

func checkPoints(points []Point) error {
	if len(points) == 0 {
		return errors.New("no points")
	}
	var faults []error
	for _, p := range points {
		faults = append(faults, p.check())
	}
	return errors.Join(faults...)
}
