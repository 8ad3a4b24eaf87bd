// Package scan searches a line for devices: at the usual settings it asks every unit one or two short questions, and
// whoever answers some more, to tell what it is. It only reads. It says beforehand how long it will take, and afterwards
// what it is sure of.
package scan

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"basemeter/drivers/modbus"
)

// Protocols that are searched for.
const (
	Modbus = "modbus"
	DLT645 = "dlt645"
)

// Setting is how a serial line speaks; there are always eight data bits.
type Setting struct {
	Baud     int
	Parity   string // none, even, odd
	StopBits int
}

// ParseSetting reads "9600 8N1".
func ParseSetting(text string) (Setting, error) {
	var s Setting
	var parity rune
	_, err := fmt.Sscanf(text, "%d 8%c%d", &s.Baud, &parity, &s.StopBits)
	s.Parity = map[rune]string{'N': "none", 'E': "even", 'O': "odd"}[parity]
	if err != nil || s.Baud < 300 || s.Parity == "" || s.StopBits < 1 || s.StopBits > 2 || s.String() != text {
		return Setting{}, fmt.Errorf("setting %q: want something like \"9600 8N1\" or \"19200 8E1\"", text)
	}
	return s, nil
}

func (s Setting) String() string {
	return fmt.Sprintf("%d 8%s%d", s.Baud, strings.ToUpper(s.Parity[:min(len(s.Parity), 1)]), s.StopBits)
}

// char is the time of one character; none on a network.
func (s Setting) char() time.Duration {
	if s.Baud == 0 {
		return 0
	}
	bits := 9 + s.StopBits
	if s.Parity != "none" {
		bits++
	}
	return time.Second * time.Duration(bits) / time.Duration(s.Baud)
}

// usual settings, the likeliest first.
const usual = "9600 8N1, 9600 8E1, 2400 8N1, 2400 8E1, 19200 8E1, 9600 8N2, 19200 8N1, 4800 8N1, 4800 8E1, " +
	"38400 8N1, 38400 8E1, 115200 8N1, 1200 8N1, 1200 8E1"

// Known is a kind of device that may be on the line.
type Known struct {
	Name      string   // of its profile
	Protocol  string   // modbus, dlt645; any other is not searched for
	Serial    []string // factory settings
	Recognise []Range  // modbus: what tells it from others; without, it cannot be recognised
}

// Range is what one of its points shows while it is at work.
type Range struct {
	Name, Unit string
	Function   int
	Address    uint16
	Type       string // u16, i16, u32, i32, u64, i64, f32, f64; bit
	LowFirst   bool   // which word of a longer value comes first
	Scale      float64
	Min, Max   float64
}

// Options are what to search, and for what. Their zero values are what one mostly wants.
type Options struct {
	Port    string // of a serial line; or
	Address string // host:port of Modbus TCP

	Direction  string        // see port.Settings
	Known      []Known       // what there is a profile for
	Settings   []Setting     // nil: the factory settings of what is known, and then the usual ones
	Units      []byte        // nil: 1 to 247
	Turnaround time.Duration // how long a device may think; 0: 120 ms on a serial line, 1 s behind TCP
}

// Step is one pass over some units at one setting.
type Step struct {
	Setting Setting // zero behind TCP
	Units   []byte
	Meters  bool          // whoever speaks DL/T 645 is asked for its address, too
	Takes   time.Duration // if nobody answers
}

// Search is a plan: nothing has been asked yet.
type Search struct {
	Steps []Step

	options   Options
	questions []question // each unit is asked, until it answers one
	open      func(Options, Setting) (*wire, error)
}

// A question asks for one register or bit. A refusal is an answer.
type question struct {
	function modbus.Function
	address  uint16
}

// Plan works out what to ask, and how long it takes. The units up to 32, where most devices are, come first at every
// setting, and the others when that is done.
func Plan(o Options) (Search, error) {
	if (o.Port == "") == (o.Address == "") {
		return Search{}, errors.New("plan a search: want a port or an address")
	}
	if o.Turnaround == 0 {
		o.Turnaround = 120 * time.Millisecond
		if o.Address != "" {
			o.Turnaround = time.Second
		}
	}
	if o.Units == nil {
		for unit := range byte(247) {
			o.Units = append(o.Units, unit+1)
		}
	}
	s := Search{options: o, open: serial}
	if o.Address != "" {
		s.open = network
	}
	if slices.ContainsFunc(o.Units, func(unit byte) bool { return unit < 1 || unit > 247 }) {
		return Search{}, errors.New("plan a search: units are 1 to 247")
	}
	questions, err := ask(o.Known)
	if err != nil {
		return Search{}, fmt.Errorf("plan a search: %w", err)
	}
	s.questions = questions
	settings := []Setting{{}}
	if o.Address == "" {
		if settings, err = o.settings(); err != nil {
			return Search{}, fmt.Errorf("plan a search: %w", err)
		}
	}
	s.steps(settings)
	return s, nil
}

func (s *Search) steps(settings []Setting) {
	const likely = 32
	var first, rest []byte
	for _, unit := range s.options.Units {
		if unit <= likely || s.options.Address != "" {
			first = append(first, unit)
		} else {
			rest = append(rest, unit)
		}
	}
	meters := slices.ContainsFunc(s.options.Known, func(k Known) bool { return k.Protocol == DLT645 })
	asked := map[int]bool{}
	for _, units := range [][]byte{first, rest} {
		for _, setting := range settings {
			step := Step{Setting: setting, Units: units}
			step.Meters = meters && setting.Parity == "even" && !asked[setting.Baud]
			asked[setting.Baud] = asked[setting.Baud] || step.Meters
			if len(units) > 0 || step.Meters {
				step.Takes = s.takes(step, len(units))
				s.Steps = append(s.Steps, step)
			}
		}
	}
}

// settings are the factory settings of what is known in the usual order, then unusual ones, then the rest of the usual.
func (o Options) settings() ([]Setting, error) {
	if o.Settings != nil {
		return o.Settings, nil
	}
	all := strings.Split(usual, ", ")
	factory := map[string]bool{}
	for _, k := range o.Known {
		for _, text := range k.Serial {
			if factory[text] = true; !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b string) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[factory[a]], map[bool]int{true: 0, false: 1}[factory[b]])
	})
	var settings []Setting
	for _, text := range all {
		s, err := ParseSetting(text)
		if err != nil {
			return nil, err
		}
		settings = append(settings, s)
	}
	return settings, nil
}

// ask finds few questions of which one concerns each kind. Without any kind, both tables of registers are asked.
func ask(known []Known) ([]question, error) {
	var all []question
	for _, k := range known {
		if k.Protocol != Modbus || len(k.Recognise) == 0 {
			continue
		}
		var own []question
		for _, r := range k.Recognise {
			f, err := modbus.FunctionOf(r.Function)
			if err != nil || width(r.Type) == 0 {
				return nil, fmt.Errorf("%s: %s: function %d, type %q", k.Name, r.Name, r.Function, r.Type)
			}
			own = append(own, question{f, r.Address})
		}
		if !slices.ContainsFunc(own, func(q question) bool { return slices.Contains(all, q) }) {
			all = append(all, own[0])
		}
	}
	if len(all) == 0 {
		input, _ := modbus.FunctionOf(4)
		holding, _ := modbus.FunctionOf(3)
		all = []question{{input, 0}, {holding, 0}}
	}
	return all, nil
}

const (
	request  = 8 // characters
	answer   = 7 // with one register
	overhead = 2 * time.Millisecond
	thinking = time.Second // for a DL/T 645 meter
)

// patience is how long an answer is waited for: 12 characters are the pauses around it and what an adapter holds back.
func (s *Search) patience(set Setting) time.Duration { return s.options.Turnaround + 12*set.char() }

// silence is what a question costs that nobody answers: after it the line is left alone for half the time again, so that
// a late answer is not taken for another's.
func (s *Search) silence(set Setting, patience time.Duration) time.Duration {
	return (request+answer)*set.char() + patience*3/2 + overhead
}

// takes is how long a step takes from its last so many units on, if none of them answers.
func (s *Search) takes(step Step, units int) time.Duration {
	all := time.Duration(units*len(s.questions)) * s.silence(step.Setting, s.patience(step.Setting))
	if step.Meters && units == len(step.Units) {
		all += 2*request*step.Setting.char() + thinking*3/2
	}
	return all
}

// Takes is how long the search takes at the most, if so many devices are found. A device that refuses what it is asked
// costs less than one that keeps silent.
func (s *Search) Takes(found int) time.Duration {
	var all, slowest time.Duration
	for _, step := range s.Steps {
		all += step.Takes
		slowest = max(slowest, s.silence(step.Setting, 2*s.patience(step.Setting)))
	}
	asked := map[reading]bool{}
	for _, k := range s.options.Known {
		for _, r := range k.Recognise {
			asked[r.reading()] = true
		}
	}
	return all + time.Duration(found*len(asked))*slowest
}
