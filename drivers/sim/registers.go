package sim

import (
	"math"
	"time"
)

// Registers are what a Modbus device holds, worked out when it is asked: count registers from address, by function 3
// or 4. It is false if the device has none there.
type Registers func(function byte, address, count uint16) ([]uint16, bool)

// A Meter shows a machine as one kind of meter does.
type Meter func(m *Machine, now func() time.Time) Registers

// Fixed is a device that always holds the same words, by function and address. It refuses to read over its holes, as a
// device may refuse what its manual does not list; or, filled, shows 0 there, from its first word to its last.
func Fixed(words map[byte]map[uint16]uint16, filled bool) Registers {
	return func(function byte, address, count uint16) ([]uint16, bool) {
		held, out := words[function], make([]uint16, count)
		if int(address)+int(count) > 1<<16 {
			return nil, false
		}
		for i := range out {
			word, ok := held[address+uint16(i)]
			if !ok && !(filled && between(held, address+uint16(i))) {
				return nil, false
			}
			out[i] = word
		}
		return out, true
	}
}

func between(held map[uint16]uint16, address uint16) bool {
	var below, above bool
	for at := range held {
		below, above = below || at < address, above || at > address
	}
	return below && above
}

// Functions of Modbus that read.
const (
	readHolding = 3
	readInput   = 4
)

// A block is a run of registers that can be read in any pieces; those without a value hold 0.
type block struct {
	function  byte
	from, end uint16
	values    func() map[uint16]float32 // each fills two registers, the high word first
}

func (b block) read(function byte, address, count uint16) ([]uint16, bool) {
	end := int(address) + int(count)
	if function != b.function || address < b.from || end > int(b.end) {
		return nil, false
	}
	words := make([]uint16, count)
	for at, v := range b.values() {
		bits := math.Float32bits(v)
		for i, word := range [2]uint16{uint16(bits >> 16), uint16(bits)} {
			if at := int(at) + i; int(address) <= at && at < end {
				words[at-int(address)] = word
			}
		}
	}
	return words, true
}

// SDM120 is Eastron's meter for one phase.
func SDM120(m *Machine, now func() time.Time) Registers {
	return block{readInput, 0, 0x015A, func() map[uint16]float32 {
		s := m.At(now())
		return map[uint16]float32{
			0x0000: float32(s.Volts),
			0x0006: float32(s.Amps),
			0x000C: float32(s.Watts),
			0x0012: float32(s.Watts / s.PowerFactor), // VA
			0x001E: float32(s.PowerFactor),
			0x0046: float32(s.Hertz),
			0x0048: float32(s.KWh), // import
			0x0156: float32(s.KWh), // total
		}
	}}.read
}

// SDM630 is Eastron's meter for three phases, of which each carries a third.
func SDM630(m *Machine, now func() time.Time) Registers {
	return block{readInput, 0, 0x0160, func() map[uint16]float32 {
		s := m.At(now())
		values := map[uint16]float32{
			0x0034: float32(s.Watts),
			0x0038: float32(s.Watts / s.PowerFactor),
			0x003E: float32(s.PowerFactor),
			0x0046: float32(s.Hertz),
			0x0048: float32(s.KWh),
			0x0156: float32(s.KWh),
		}
		for phase := range uint16(3) {
			values[0x0000+2*phase] = float32(s.Volts)
			values[0x0006+2*phase] = float32(s.Amps / 3)
			values[0x000C+2*phase] = float32(s.Watts / 3)
			values[0x0012+2*phase] = float32(s.Watts / s.PowerFactor / 3)
			values[0x001E+2*phase] = float32(s.PowerFactor)
			values[0x015A+2*phase] = float32(s.KWh / 3)
		}
		return values
	}}.read
}

// DTSU666 is Chint's meter for three phases. Its floats count tenths, hundredths or thousandths of the unit.
func DTSU666(m *Machine, now func() time.Time) Registers {
	energy := block{readHolding, 0x101E, 0x1030, func() map[uint16]float32 {
		kwh := m.At(now()).KWh
		third := float32(kwh / 3)
		return map[uint16]float32{0x101E: float32(kwh), 0x1020: third, 0x1022: third, 0x1024: third}
	}}
	power := block{readHolding, 0x2000, 0x2052, func() map[uint16]float32 {
		s := m.At(now())
		values := map[uint16]float32{
			0x2012: float32(10 * s.Watts),
			0x202A: float32(1000 * s.PowerFactor),
			0x2044: float32(100 * s.Hertz),
		}
		for phase := range uint16(3) {
			values[0x2000+2*phase] = float32(10 * s.Volts * math.Sqrt(3)) // between phases
			values[0x2006+2*phase] = float32(10 * s.Volts)
			values[0x200C+2*phase] = float32(1000 * s.Amps / 3)
			values[0x2014+2*phase] = float32(10 * s.Watts / 3)
			values[0x202C+2*phase] = float32(1000 * s.PowerFactor)
		}
		return values
	}}
	return func(function byte, address, count uint16) ([]uint16, bool) {
		if words, ok := energy.read(function, address, count); ok {
			return words, true
		}
		return power.read(function, address, count)
	}
}

// PZEM016 is Peacefair's meter for one phase: ten input registers of integers, the low word first.
func PZEM016(m *Machine, now func() time.Time) Registers {
	return func(function byte, address, count uint16) ([]uint16, bool) {
		if function != readInput || int(address)+int(count) > 10 {
			return nil, false
		}
		s := m.At(now())
		amps, watts := uint32(math.Round(1000*s.Amps)), uint32(math.Round(10*s.Watts))
		wh := uint32(math.Mod(1000*s.KWh, 10_000_000)) // wraps after 9999.999 kWh
		words := []uint16{
			uint16(math.Round(10 * s.Volts)),
			uint16(amps), uint16(amps >> 16),
			uint16(watts), uint16(watts >> 16),
			uint16(wh), uint16(wh >> 16),
			uint16(math.Round(10 * s.Hertz)),
			uint16(math.Round(100 * s.PowerFactor)),
			0, // no alarm
		}
		return words[address:][:count], true
	}
}
