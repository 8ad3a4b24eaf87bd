package gpio

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/warthog618/go-gpiocdev"
	"golang.org/x/sys/unix"
	periph "periph.io/x/conn/v3/gpio"

	"basemeter/drivers"
)

// A Chip is one GPIO controller of this machine.
type Chip struct {
	Name  string // gpiochip0: it may be another after a new kernel
	Label string // pinctrl-bcm2711
	Lines []Line
}

// A Line is one of a chip's.
type Line struct {
	Name     string // GPIO17; empty: it has none
	Consumer string // who uses it; empty: nobody
	Used     bool
	Output   bool
}

// headers are the chips whose lines are on a Pi's header: Pi 0 to 3, 4, 5.
var headers = []string{"pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"}

// Chips are those that this machine has and that could be looked at; err says why one could not.
func Chips() (chips []Chip, err error) {
	for _, name := range chipNames("/dev") {
		c, lookErr := chip(name)
		if lookErr == nil {
			chips = append(chips, c)
		} else if err == nil && !errors.Is(lookErr, fs.ErrNotExist) { // else it was pulled out just now
			err = fmt.Errorf("look at %s: %w", name, allowed(lookErr))
		}
	}
	return chips, err
}

// chipNames are the chips in a folder of devices, gpiochip2 before gpiochip10. Links are none: Raspberry Pi OS has
// gpiochip4 lead to gpiochip0 (raspberrypi-sys-mods, 60-gpiochip4.rules).
func chipNames(dev string) (names []string) {
	entries, _ := os.ReadDir(dev) // a machine without /dev has no chips
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "gpiochip") && e.Type()&fs.ModeSymlink == 0 {
			names = append(names, e.Name())
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	return names
}

func chip(name string) (Chip, error) {
	opened, err := gpiocdev.NewChip(name)
	if err != nil {
		return Chip{}, err
	}
	defer opened.Close()
	c := Chip{Name: opened.Name, Label: opened.Label}
	for offset := range opened.Lines() {
		info, err := opened.LineInfo(offset)
		if err != nil {
			return c, err
		}
		c.Lines = append(c.Lines, Line{info.Name, info.Consumer, info.Used, info.Config.Direction == gpiocdev.LineDirectionOutput})
	}
	return c, nil
}

// A place is one line of one chip.
type place struct {
	chip   string // gpiochip0
	label  string
	offset int
	name   string
}

func (p place) String() string {
	if p.name != "" {
		return p.name
	}
	return fmt.Sprintf("%s:%d", p.label, p.offset)
}

// explain says why a line cannot be had.
func (p place) explain(err error) error {
	if errors.Is(err, unix.EBUSY) {
		if c, lookErr := chip(p.chip); lookErr == nil && p.offset < len(c.Lines) && c.Lines[p.offset].Consumer != "" {
			return fmt.Errorf("it is used by %q: %w", c.Lines[p.offset].Consumer, err)
		}
	}
	if errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("%w; Linux 5.10 or later is needed", err)
	}
	return allowed(err)
}

func allowed(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w; whoever runs this must be in the group gpio", err)
	}
	return err
}

// ByName finds a line of this machine: by its name (GPIO17), by its number on the header (17), or, where it has no name
// or several do, by its chip's label or name and its number there (pinctrl-rp1:17).
func ByName(name string) (periph.PinIn, error) {
	chips, lookErr := Chips()
	p, err := find(chips, name)
	if err != nil {
		// It may be on the chip that could not be looked at.
		return nil, fmt.Errorf("pin %s: %w: %w", name, cmp.Or(lookErr, err), drivers.ErrAbsent)
	}
	return &line{place: p}, nil
}

func find(chips []Chip, name string) (place, error) {
	if label, number, ok := strings.Cut(name, ":"); ok {
		return onChip(chips, label, number)
	}
	if p, ok := onHeader(chips, name); ok {
		return p, nil
	}
	var found []place
	for _, c := range chips {
		for offset, l := range c.Lines {
			if strings.EqualFold(l.Name, name) {
				found = append(found, place{c.Name, c.Label, offset, l.Name})
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return place{}, fmt.Errorf("%s and %s have that name; write %s:%d", found[0].label, found[1].label, found[0].label, found[0].offset)
	}
	// Some device trees name lines by what they are for, or not at all: GPIO4 is GPIO_GCLK on a Pi 4 of mainline Linux.
	if p, ok := onHeader(chips, strings.TrimPrefix(strings.ToUpper(name), "GPIO")); ok {
		return p, nil
	}
	return place{}, fmt.Errorf("this machine has %s", list(chips))
}

// onHeader finds a line by its number on the header, which is that on the chip.
func onHeader(chips []Chip, number string) (place, bool) {
	for _, c := range chips {
		if slices.Contains(headers, c.Label) {
			p, err := onChip([]Chip{c}, c.Label, number)
			return p, err == nil
		}
	}
	return place{}, false
}

// onChip finds a line by its number on the chip of that label or name.
func onChip(chips []Chip, label, number string) (place, error) {
	offset, err := strconv.Atoi(number)
	if err != nil {
		return place{}, fmt.Errorf("%q is no number of a line; want chip:number, such as pinctrl-rp1:17", number)
	}
	var found []Chip
	for _, c := range chips {
		if c.Label == label || c.Name == label {
			found = append(found, c)
		}
	}
	switch {
	case len(found) == 0:
		return place{}, fmt.Errorf("no chip is called %s; this machine has %s", label, list(chips))
	case len(found) > 1:
		return place{}, fmt.Errorf("%s and %s are both called %s; write %s:%d", found[0].Name, found[1].Name, label, found[0].Name, offset)
	case offset < 0 || offset >= len(found[0].Lines):
		return place{}, fmt.Errorf("%s has lines 0 to %d", label, len(found[0].Lines)-1)
	}
	return place{found[0].Name, found[0].Label, offset, found[0].Lines[offset].Name}, nil
}

// list is what a machine has, in short.
func list(chips []Chip) string {
	if len(chips) == 0 {
		return "no GPIO"
	}
	var texts []string
	for _, c := range chips {
		text := fmt.Sprintf("%s:0 to %d", c.Label, len(c.Lines)-1)
		var names []string
		for _, l := range c.Lines {
			if strings.HasPrefix(l.Name, "GPIO") {
				names = append(names, l.Name)
			}
		}
		if len(names) > 0 {
			text += " (" + strings.Join(names, " ") + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}
