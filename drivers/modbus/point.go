package modbus

import (
	"fmt"
	"math"
)

// Point is one value of a device. Its words are those of a device profile.
type Point struct {
	Name         string
	Function     Function
	Address      uint16  // zero-based, as in the frame
	Type         string  // u16, i16, u32, i32, u64, i64, f32, f64; bit, of coils and discrete inputs
	LowWordFirst bool    // which word of a longer value comes first
	Scale        float64 // the value is the number times Scale; 0 stands for 1
}

// width is how many bits (of coils and discrete inputs) or registers p takes; 0 if p makes no sense.
func (p Point) width() int {
	if p.Function.bits() != (p.Type == "bit") || p.Function.code == 0 {
		return 0
	}
	return map[string]int{"bit": 1, "u16": 1, "i16": 1, "u32": 2, "i32": 2, "f32": 2, "u64": 4, "i64": 4, "f64": 4}[p.Type]
}

func (p Point) end() int { return int(p.Address) + p.width() }

func (p Point) check(most int) error {
	switch w := p.width(); {
	case w == 0:
		return fmt.Errorf("point %s: type %q cannot be read from %v", p.Name, p.Type, p.Function)
	case p.end() > 1<<16:
		return fmt.Errorf("point %s: ends beyond 0xFFFF", p.Name)
	case !p.Function.bits() && w > most:
		return fmt.Errorf("point %s: longer than the %d registers that one request may ask for", p.Name, most)
	}
	return nil
}

// A slot is a point's place in an answer.
type slot struct {
	point    Point
	name     string // device/point
	from, to int    // bits, or bytes of registers
}

// value decodes s from the data of an answer. A float that is not a number stays one.
func (s *slot) value(data []byte) float64 {
	number := float64(data[s.from/8] >> (s.from % 8) & 1)
	if !s.point.Function.bits() {
		number = s.point.number(data[s.from:s.to])
	}
	if s.point.Scale == 0 {
		return number
	}
	return number * s.point.Scale
}

// bits are those of all words.
func (p *Point) bits(words []byte) (bits uint64) {
	for i := 0; i < len(words); i += 2 {
		at := i
		if p.LowWordFirst {
			at = len(words) - 2 - i
		}
		bits = bits<<16 | uint64(words[at])<<8 | uint64(words[at+1])
	}
	return bits
}

func (p *Point) number(words []byte) float64 {
	bits := p.bits(words)
	switch p.Type {
	case "i16":
		return float64(int16(bits))
	case "i32":
		return float64(int32(bits))
	case "i64":
		return float64(int64(bits))
	case "f32":
		return float64(math.Float32frombits(uint32(bits)))
	case "f64":
		return math.Float64frombits(bits)
	}
	return float64(bits)
}
