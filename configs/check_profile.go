package configs

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"basemeter/configs/strict"
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

func (p *Profile) check(d *strict.Document) {
	d.Check("name", strict.ID(p.Name))
	d.Check("source", strict.Needed(p.Source, "where the registers come from: a manual and its page, or a repository"))
	d.Check("protocol", strict.OneOf(p.Protocol, protocols...))
	if !d.Ill("protocol") {
		d.Unused("", p.Protocol, append(slices.Clone(profileKeys), protocolKeys[p.Protocol]...)...)
	}
	d.Check("max_registers", strict.Between(p.MaxRegisters, 1, 125))
	d.Check("max_hole", strict.Between(p.MaxHole, 0, 125))
	d.Check("pause", strict.Between(p.Pause, 0, Duration(time.Second)))
	p.Identity.check(d, "identity", p.MaxRegisters)
	for i, c := range p.Caveats {
		d.Check(strict.Index("caveats", i)+".zh", strict.Needed(c.ZH, "the caveat in Chinese"))
		d.Check(strict.Index("caveats", i)+".en", strict.Needed(c.EN, "the caveat in English"))
	}
	for i, s := range p.Serial {
		if !serialForm.MatchString(s) {
			d.Fault(strict.Index("serial", i), "%s does not fit; allowed: such as 9600 8N1", strict.Shown(s))
		}
	}
	if len(p.Points) == 0 {
		d.Fault("points", "is missing; expected at least one point")
	}
	names := strict.Taken{}
	for i := range p.Points {
		path := strict.Index("points", i)
		names.Take(d, path+".name", p.Points[i].Name)
		p.Points[i].check(d, path, p)
	}
	for i, r := range p.Recognise {
		p.checkRange(d, strict.Index("recognise", i), r)
	}
	for i := range p.Golden {
		p.checkGolden(d, strict.Index("golden", i), &p.Golden[i])
	}
}

func (p *Profile) checkRange(d *strict.Document, path string, r Range) {
	if !slices.Contains(p.names(), r.Point) {
		d.Check(path+".point", strict.Called("point", r.Point, p.names()))
	}
	if r.Max <= r.Min {
		d.Fault(path+".max", "%v is not above min; allowed: more than %v", r.Max, r.Min)
	}
}

func (i *Identity) check(d *strict.Document, path string, most int) {
	if i == nil {
		return
	}
	p := Point{Function: i.Function, Type: i.Type}
	size := p.width()
	if i.Type == "text" {
		p.Type, size = "u16", i.Count
		d.Check(path+".count", strict.Between(i.Count, 1, most))
	} else {
		d.Check(path+".type", strict.OneOf(i.Type, identityTypes...))
		if d.Given(path + ".count") {
			d.Fault(path+".count", "not used with %s, whose length is known; allowed: with text", i.Type)
		}
	}
	d.Check(path+".function", p.function())
	checkAddress(d, path+".address", i.Address, size)
}

// checkAddress wants room for size registers, or one coil, from the address at path on.
func checkAddress(d *strict.Document, path string, address, size int) {
	last := 1<<16 - max(1, min(size, 125))
	if !d.Given(path) {
		d.Fault(path, "is missing; allowed: 0 to %v", last)
	}
	d.Check(path, strict.Between(address, 0, last))
}

// reserved ends the names that the centre gives to what a counter has counted.
var reserved = regexp.MustCompile(`_(change|flag)$`)

func (p *Point) check(d *strict.Document, path string, of *Profile) {
	d.Check(path+".name", pointName(p.Name))
	if reserved.MatchString(p.Name) {
		d.Fault(path+".name", "%s ends as the names do that a counter's growth and flags are published under; choose another", strict.Shown(p.Name))
	}
	d.Check(path+".unit", strict.Needed(p.Unit, "a unit, such as W, kWh, V, A, Hz, or 1 for a bare number"))
	if p.Scale == 0 {
		d.Fault(path+".scale", "0 would hide every value; allowed: any other number, such as 0.1")
	}
	if keys := pointKeys[of.Protocol]; keys != nil {
		d.Unused(path, of.Protocol, append(slices.Clone(anyPointKeys), keys...)...)
	}
	p.checkCounter(d, path)
	switch of.Protocol {
	case DLT645:
		p.checkDigits(d, path)
	case AnMTAgent:
		d.Check(path+".item", strict.Needed(p.Item, "the id, name or type of a data item"))
		if len(p.Is) > 0 && d.Given(path+".scale") {
			d.Fault(path+".scale", "not used with is, which is 0 or 1")
		}
	case Modbus:
		p.checkRegisters(d, path, of.MaxRegisters)
	}
}

func (p *Point) checkCounter(d *strict.Document, path string) {
	if !p.Counter && (p.MaxRate != 0 || p.Rollover != 0) {
		d.Fault(path+".counter", "false; max_rate and rollover are a counter's")
	}
	if p.MaxRate < 0 || p.Rollover < 0 {
		d.Fault(path, "max_rate and rollover are 0 or more")
	}
}

// mostData are the bytes behind an identifier, of the 200 that an answer of DL/T 645-2007 holds.
const mostData = 196

func (p *Point) checkDigits(d *strict.Document, path string) {
	if !d.Given(path + ".identifier") {
		d.Fault(path+".identifier", "is missing; allowed: four bytes, such as 0x00010000")
	}
	d.Check(path+".identifier", strict.Between(int64(p.Identifier), 0, 1<<32-1))
	d.Check(path+".length", strict.Between(p.Length, 1, 7)) // 14 digits, which a float64 keeps
	d.Check(path+".offset", strict.Between(p.Offset, 0, mostData-max(1, min(p.Length, 7))))
}

func (p *Point) checkRegisters(d *strict.Document, path string, most int) {
	d.Check(path+".type", strict.OneOf(p.Type, types...))
	d.Check(path+".order", strict.OneOf(p.Order, orders...))
	d.Check(path+".function", p.function())
	checkAddress(d, path+".address", p.Address, p.width())
	if p.Type == "bit" && p.Scale != 1 {
		d.Fault(path+".scale", "not used with a bit, which is 0 or 1")
	}
	if p.width() > most {
		d.Fault(path+".type", "%s is longer than max_registers; allowed: up to %d registers", p.Type, most)
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
