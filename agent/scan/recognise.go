package scan

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"basemeter/drivers"
	"basemeter/drivers/modbus"
)

// A reading is a block that a range takes.
type reading struct {
	function int
	address  uint16
	count    int
}

func (r Range) reading() reading { return reading{r.Function, r.Address, width(r.Type)} }

// recognise reads what tells the kinds from each other, and reports those of which everything is in range.
func (r *run) recognise(ctx context.Context, set Setting, unit byte) error {
	f := Found{Setting: set, Protocol: Modbus, Unit: unit}
	read := map[reading][]byte{} // nil: it gave none
	for _, k := range r.options.Known {
		if k.Protocol != Modbus || len(k.Recognise) == 0 {
			continue
		}
		fit := Fit{Name: k.Name}
		ok := true
		for _, rg := range k.Recognise {
			data, err := r.once(ctx, set, unit, rg.reading(), read)
			if err != nil {
				return err
			}
			if ok = rg.fits(data, &fit); !ok {
				break
			}
		}
		if ok && fit.Evidence > 0 {
			f.Fits = append(f.Fits, fit)
		}
	}
	byEvidence(f.Fits)
	f.Doubt = doubt(f.Fits)
	r.found(f)
	return nil
}

// doubt is what to do if it is not clear what a device is.
func doubt(fits []Fit) string {
	switch {
	case len(fits) == 0:
		return "it answers, but as no kind that is known here does: a profile can be written for it"
	case len(fits) > 1:
		return "what it shows fits each of these, so look at its label"
	}
	return ""
}

// once reads a block, unless that was done. What a device does not give is nil, and no error.
func (r *run) once(ctx context.Context, set Setting, unit byte, b reading, read map[reading][]byte) ([]byte, error) {
	if data, done := read[b]; done {
		return data, nil
	}
	f, err := modbus.FunctionOf(b.function)
	if err != nil {
		return nil, err
	}
	var data []byte
	err = r.twice(ctx, func() (err error) {
		data, err = r.Registers(ctx, unit, f, b.address, b.count, 2*r.patience(set))
		return err
	})
	switch {
	case isRefusal(err) || isAbsent(err) || errors.Is(err, drivers.ErrGarbled):
		data = nil
	case err != nil:
		return nil, err
	}
	read[b] = data
	return data, nil
}

// fits notes what data shows, if it is in range. A 0 that is in range is what any register may hold.
func (r Range) fits(data []byte, fit *Fit) bool {
	if data == nil {
		return false
	}
	v := number(r.Type, inOrder(data, r.LowFirst))
	if r.Scale != 0 {
		v *= r.Scale
	}
	if !(v >= r.Min && v <= r.Max) {
		return false
	}
	if v != 0 {
		fit.Evidence++
		fit.Shows = append(fit.Shows, strings.TrimSuffix(fmt.Sprintf("%s %.4g %s", r.Name, v, r.Unit), " 1"))
	}
	return true
}

// width is in registers or bits; 0 for a type that is not known.
func width(kind string) int {
	return map[string]int{"bit": 1, "u16": 1, "i16": 1, "u32": 2, "i32": 2, "f32": 2, "u64": 4, "i64": 4, "f64": 4}[kind]
}

// inOrder puts the high word of data first.
func inOrder(data []byte, lowFirst bool) []byte {
	if !lowFirst {
		return data
	}
	var out []byte
	for i := len(data) - 2; i >= 0; i -= 2 {
		out = append(out, data[i], data[i+1])
	}
	return out
}

// number is what bytes stand for, the high one first.
func number(kind string, b []byte) float64 {
	bits := unsigned(b)
	switch kind {
	case "bit":
		return float64(bits & 1)
	case "i16", "i32", "i64":
		return float64(signed(b))
	case "f32":
		return float64(math.Float32frombits(uint32(bits)))
	case "f64":
		return math.Float64frombits(bits)
	}
	return float64(bits)
}

func unsigned(b []byte) (bits uint64) {
	for _, c := range b {
		bits = bits<<8 | uint64(c)
	}
	return bits
}

func signed(b []byte) int64 {
	spare := 64 - 8*len(b)
	return int64(unsigned(b)<<spare) >> spare
}
