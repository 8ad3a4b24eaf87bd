package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/modbus"
)

// Progress is how far a search has come.
type Progress struct {
	Step, Steps int // from 1
	Setting     Setting
	Unit        byte          // just asked; 0: whoever speaks DL/T 645
	Left        time.Duration // if nobody else answers
}

// Found is something that answered.
type Found struct {
	Setting  Setting // zero behind TCP
	Protocol string  // empty if it made no sense
	Unit     byte    // modbus
	Meter    string  // dlt645: its address
	Fits     []Fit   // the kinds that it can be, the likeliest first
	Doubt    string  // why that is not sure, or what was heard instead
}

// Fit is a kind whose ranges all hold.
type Fit struct {
	Name     string
	Evidence int      // values that are in range and not just 0
	Shows    []string // "voltage 230.1 V"
}

// noisy is how many units in a row may answer garbage before it is not theirs.
const noisy = 6

// A run is a search under way.
type run struct {
	*Search
	*wire
	progress Progress
	told     func(Progress)
	found    func(Found)
	known    map[place]bool
	garbled  []Found // in a row, and not told yet
}

// A place is where a device can be but once: one stop bit or two is the same to it.
type place struct {
	baud   int
	parity string
	unit   byte
}

// Run asks. It calls progress after each unit and found for each device, at once and in the order of the plan. A
// device with several units is found at each. It ends with the search, with ctx, or when nothing can be asked.
func (s *Search) Run(ctx context.Context, progress func(Progress), found func(Found)) error {
	r := &run{Search: s, told: progress, found: found, known: map[place]bool{}}
	for i, step := range s.Steps {
		r.progress = Progress{Step: i + 1, Steps: len(s.Steps), Setting: step.Setting}
		if err := r.step(ctx, i); err != nil {
			return fmt.Errorf("search %s%s: %w", s.options.Port, s.options.Address, err)
		}
	}
	return nil
}

func (r *run) step(ctx context.Context, i int) (err error) {
	step := r.Steps[i]
	if r.wire, err = r.open(r.options, step.Setting); err != nil {
		return err
	}
	defer r.close()
	r.garbled = nil
	var later time.Duration
	for _, s := range r.Steps[i+1:] {
		later += s.Takes
	}
	if step.Meters {
		if err := r.meter(ctx, step.Setting); err != nil {
			return err
		}
		r.tell(0, later+r.takes(step, len(step.Units)))
	}
	for n, unit := range step.Units {
		if err := r.unit(ctx, step.Setting, unit); err != nil {
			return err
		}
		if len(r.garbled) >= noisy {
			r.found(Found{Setting: step.Setting, Doubt: "noise, whoever is asked: another master on the line, or A and B the wrong way round"})
			return nil
		}
		r.tell(unit, later+r.takes(step, len(step.Units)-n-1))
	}
	r.tellGarbled()
	return nil
}

func (r *run) tell(unit byte, left time.Duration) {
	r.progress.Unit, r.progress.Left = unit, left
	r.told(r.progress)
}

func (r *run) tellGarbled() {
	for _, f := range r.garbled {
		r.found(f)
	}
	r.garbled = nil
}

// unit asks one unit, and what it is if it answers.
func (r *run) unit(ctx context.Context, set Setting, unit byte) error {
	at := place{set.Baud, set.Parity, unit}
	if r.known[at] {
		return nil
	}
	err := r.present(ctx, set, unit)
	switch {
	case err == nil:
		r.known[at] = true
		r.tellGarbled()
		return r.recognise(ctx, set, unit)
	case errors.Is(err, drivers.ErrGarbled):
		r.garbled = append(r.garbled, Found{Setting: set, Unit: unit, Doubt: "something answers, but garbled: two devices with the same unit, or a bad line?"})
		return nil
	case isAbsent(err):
		r.tellGarbled()
		return nil
	}
	return err
}

// isAbsent is false if nobody could be asked.
func isAbsent(err error) bool {
	return errors.Is(err, drivers.ErrAbsent) && !errors.Is(err, errNothing)
}

// present is nil if the unit answers one of the questions, if only to refuse.
func (r *run) present(ctx context.Context, set Setting, unit byte) (err error) {
	for _, q := range r.questions {
		err = r.twice(ctx, func() error {
			_, err := r.Registers(ctx, unit, q.function, q.address, 1, r.patience(set))
			return err
		})
		if isRefusal(err) {
			return nil
		}
		if !isAbsent(err) {
			break
		}
	}
	return err
}

// twice asks again if the answer was garbled: a line may be unlucky once.
func (r *run) twice(ctx context.Context, ask func() error) (err error) {
	for range 2 {
		if err := r.ready(); err != nil {
			return err
		}
		if err = ask(); !errors.Is(err, drivers.ErrGarbled) || ctx.Err() != nil {
			break
		}
	}
	return err
}

func isRefusal(err error) bool {
	var refused modbus.Exception
	return errors.As(err, &refused)
}

// meter asks whoever speaks DL/T 645 for its address, which works as long as there is one.
func (r *run) meter(ctx context.Context, set Setting) error {
	f := Found{Setting: set, Protocol: DLT645}
	err := r.twice(ctx, func() (err error) {
		f.Meter, err = r.Address(ctx, thinking)
		return err
	})
	switch {
	case err == nil:
		for _, k := range r.options.Known {
			if k.Protocol == DLT645 {
				f.Fits = append(f.Fits, Fit{Name: k.Name})
			}
		}
		f.Doubt = doubt(f.Fits)
		r.found(f)
	case errors.Is(err, drivers.ErrGarbled):
		f.Protocol, f.Doubt = "", "an answer to the DL/T 645 question for an address, but garbled: several such meters on the line? Read the twelve digits off each, or leave but one connected"
		r.found(f)
	case !isAbsent(err):
		return err
	}
	return nil
}

func (f Found) String() string {
	var b strings.Builder
	switch {
	case f.Meter != "":
		fmt.Fprintf(&b, "DL/T 645 meter %s", f.Meter)
	case f.Unit != 0:
		fmt.Fprintf(&b, "unit %d", f.Unit)
	default:
		b.WriteString("the line")
	}
	if f.Setting.Baud != 0 {
		fmt.Fprintf(&b, " at %v", f.Setting)
	}
	for i, fit := range f.Fits {
		b.WriteString(map[bool]string{true: ": ", false: ", or "}[i == 0] + fit.Name)
		if len(fit.Shows) > 0 {
			fmt.Fprintf(&b, " (%s)", strings.Join(fit.Shows, ", "))
		}
	}
	if f.Doubt != "" {
		b.WriteString(": " + f.Doubt)
	}
	return b.String()
}

// best is the kind that it most likely is; empty if none fits.
func (f Found) best() string {
	if len(f.Fits) == 0 {
		return ""
	}
	return f.Fits[0].Name
}

// byEvidence puts the kind first that most speaks for.
func byEvidence(fits []Fit) {
	slices.SortStableFunc(fits, func(a, b Fit) int { return b.Evidence - a.Evidence })
}
