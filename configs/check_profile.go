package configs

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// What can stand in a profile.
var (
	protocols     = []string{Modbus, DLT645, AnMTAgent}
	types         = []string{"u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64", "bit"}
	identityTypes = []string{"text", "u16", "u32", "u64"}
	orders        = []string{"high-first", "low-first"}
)

// What each protocol has a use for.
var (
	profileKeys  = []string{"name", "text_zh", "text_en", "protocol", "source", "caveats", "points"}
	protocolKeys = map[string][]string{
		Modbus:    {"serial", "max_registers", "max_hole", "pause", "identity", "recognise", "golden"},
		DLT645:    {"serial", "pause", "golden"},
		AnMTAgent: {},
	}
	anyPointKeys = []string{"name", "unit", "scale", "counter", "max_rate", "rollover", "slow"}
	pointKeys    = map[string][]string{
		Modbus:    {"function", "address", "type", "order"},
		DLT645:    {"identifier", "offset", "length", "signed"},
		AnMTAgent: {"item", "is"},
	}
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
	d.check("protocol", oneOf(p.Protocol, protocols...))
	if !d.ill("protocol") {
		d.unused("", p.Protocol, append(slices.Clone(profileKeys), protocolKeys[p.Protocol]...)...)
	}
	d.check("max_registers", between(p.MaxRegisters, 1, 125))
	d.check("max_hole", between(p.MaxHole, 0, 125))
	d.check("pause", between(p.Pause, 0, Duration(time.Second)))
	p.Identity.check(d, "identity", p.MaxRegisters)
	for i, c := range p.Caveats {
		d.check(index("caveats", i)+".zh", needed(c.ZH, "the caveat in Chinese"))
		d.check(index("caveats", i)+".en", needed(c.EN, "the caveat in English"))
	}
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
		p.Points[i].check(d, path, p)
	}
	for i, r := range p.Recognise {
		p.checkRange(d, index("recognise", i), r)
	}
	for i := range p.Golden {
		p.checkGolden(d, index("golden", i), &p.Golden[i])
	}
}

func (p *Profile) checkRange(d *document, path string, r Range) {
	if !slices.Contains(p.names(), r.Point) {
		d.check(path+".point", called("point", r.Point, p.names()))
	}
	if r.Max <= r.Min {
		d.fault(path+".max", "%v is not above min; allowed: more than %v", r.Max, r.Min)
	}
}

func (i *Identity) check(d *document, path string, most int) {
	if i == nil {
		return
	}
	p := Point{Function: i.Function, Type: i.Type}
	size := p.width()
	if i.Type == "text" {
		p.Type, size = "u16", i.Count
		d.check(path+".count", between(i.Count, 1, most))
	} else {
		d.check(path+".type", oneOf(i.Type, identityTypes...))
		if d.given(path + ".count") {
			d.fault(path+".count", "not used with %s, whose length is known; allowed: with text", i.Type)
		}
	}
	d.check(path+".function", p.function())
	d.checkAddress(path+".address", i.Address, size)
}

// checkAddress wants room for size registers, or one coil, from the address at path on.
func (d *document) checkAddress(path string, address, size int) {
	last := 1<<16 - max(1, min(size, 125))
	if !d.given(path) {
		d.fault(path, "is missing; allowed: 0 to %v", last)
	}
	d.check(path, between(address, 0, last))
}

// reserved ends the names that the centre gives to what a counter has counted.
var reserved = regexp.MustCompile(`_(change|flag)$`)

func (p *Point) check(d *document, path string, of *Profile) {
	d.check(path+".name", pointName(p.Name))
	if reserved.MatchString(p.Name) {
		d.fault(path+".name", "%s ends as the names do that a counter's growth and flags are published under; choose another", shown(p.Name))
	}
	d.check(path+".unit", needed(p.Unit, "a unit, such as W, kWh, V, A, Hz, or 1 for a bare number"))
	if p.Scale == 0 {
		d.fault(path+".scale", "0 would hide every value; allowed: any other number, such as 0.1")
	}
	if keys := pointKeys[of.Protocol]; keys != nil {
		d.unused(path, of.Protocol, append(slices.Clone(anyPointKeys), keys...)...)
	}
	p.checkCounter(d, path)
	switch of.Protocol {
	case DLT645:
		p.checkDigits(d, path)
	case AnMTAgent:
		d.check(path+".item", needed(p.Item, "the id, name or type of a data item"))
		if len(p.Is) > 0 && d.given(path+".scale") {
			d.fault(path+".scale", "not used with is, which is 0 or 1")
		}
	case Modbus:
		p.checkRegisters(d, path, of.MaxRegisters)
	}
}

func (p *Point) checkCounter(d *document, path string) {
	if !p.Counter && (p.MaxRate != 0 || p.Rollover != 0) {
		d.fault(path+".counter", "false; max_rate and rollover are a counter's")
	}
	if p.MaxRate < 0 || p.Rollover < 0 {
		d.fault(path, "max_rate and rollover are 0 or more")
	}
}

// mostData are the bytes behind an identifier, of the 200 that an answer of DL/T 645-2007 holds.
const mostData = 196

func (p *Point) checkDigits(d *document, path string) {
	if !d.given(path + ".identifier") {
		d.fault(path+".identifier", "is missing; allowed: four bytes, such as 0x00010000")
	}
	d.check(path+".identifier", between(int64(p.Identifier), 0, 1<<32-1))
	d.check(path+".length", between(p.Length, 1, 7)) // 14 digits, which a float64 keeps
	d.check(path+".offset", between(p.Offset, 0, mostData-max(1, min(p.Length, 7))))
}

func (p *Point) checkRegisters(d *document, path string, most int) {
	d.check(path+".type", oneOf(p.Type, types...))
	d.check(path+".order", oneOf(p.Order, orders...))
	d.check(path+".function", p.function())
	d.checkAddress(path+".address", p.Address, p.width())
	if p.Type == "bit" && p.Scale != 1 {
		d.fault(path+".scale", "not used with a bit, which is 0 or 1")
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
