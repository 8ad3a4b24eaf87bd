package configs

import (
	"fmt"
	"regexp"
)

var serialForm = regexp.MustCompile(`^[0-9]{3,6} [78][NEO][12]$`)

// bits are the lengths of the types.
var bits = map[string]int{"bit": 1, "u16": 16, "i16": 16, "u32": 32, "i32": 32, "f32": 32, "u64": 64, "i64": 64, "f64": 64}

// width is how many addresses a value takes: registers, or one coil.
func (p *Point) width() int { return max(1, bits[p.Type]/16) }

// coils tells whether the point is a bit of function 1 or 2.
func (p *Point) coils() bool { return p.Function == 1 || p.Function == 2 }

func (p *Profile) check(d *document) {
	d.check("name", id(p.Name))
	d.check("source", needed(p.Source, "where the registers come from: a manual and its page, or a repository"))
	d.check("max_registers", between(count(p.MaxRegisters), 1, 125))
	for i, s := range p.Serial {
		if !serialForm.MatchString(s) {
			d.fault(index("serial", i), "%s does not fit; allowed: such as 9600 8N1", shown(s))
		}
	}
	if len(p.Points) == 0 {
		d.fault("points", "is missing; expected at least one point")
	}
	names := taken{}
	for i := range p.Points {
		path := index("points", i)
		names.take(d, path+".name", p.Points[i].Name)
		p.Points[i].check(d, path, p.MaxRegisters)
	}
	for i := range p.Golden {
		p.checkGolden(d, index("golden", i), &p.Golden[i])
	}
}

func (p *Point) check(d *document, path string, most int) {
	d.check(path+".name", pointName(p.Name))
	d.check(path+".unit", needed(p.Unit, "a unit, such as W, kWh, V, A, Hz, or 1 for a bare number"))
	d.check(path+".type", oneOf(p.Type, "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64", "bit"))
	d.check(path+".order", oneOf(p.Order, "high-first", "low-first"))
	d.check(path+".function", p.function())
	if !d.given(path + ".address") {
		d.fault(path+".address", "is missing; allowed: 0 to %d", 1<<16-p.width())
	} else {
		d.check(path+".address", between(count(p.Address), 0, count(1<<16-p.width())))
	}
	if p.Type == "bit" && p.Scale != 1 {
		d.fault(path+".scale", "not used with a bit, which is 0 or 1")
	}
	if p.Scale == 0 {
		d.fault(path+".scale", "0 would hide every value; allowed: any other number, such as 0.1")
	}
	if p.width() > most {
		d.fault(path+".type", "%s is longer than max_registers; allowed: up to %d registers", p.Type, most)
	}
}

// function tells what is wrong with the function, or with its type. No function here writes.
func (p *Point) function() error {
	switch {
	case p.Function == 0:
		return fmt.Errorf("is missing; allowed: 1 (coils), 2 (discrete inputs), 3 (holding registers), 4 (input registers)")
	case p.Function < 1 || p.Function > 4:
		return fmt.Errorf("%d does not only read; allowed: 1, 2, 3, 4", p.Function)
	case p.coils() && p.Type != "bit":
		return fmt.Errorf("%d reads bits; allowed: type bit with it, or function 3 or 4", p.Function)
	case !p.coils() && p.Type == "bit":
		return fmt.Errorf("%d reads registers; allowed: functions 1 and 2 for a bit, or another type", p.Function)
	}
	return nil
}
