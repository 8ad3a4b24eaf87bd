package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"basemeter/configs"
	"basemeter/drivers/modbus"
	"basemeter/drivers/port"
)

// An account is what a sound profile comes to, in plain words.
type account struct {
	speaker
	profile configs.Profile
}

func (a *account) write(to io.Writer, file string) error {
	a.say(0, "%s: no faults", file)
	if err := a.questions(); err != nil {
		return err
	}
	a.golden()
	if err := a.hintHoles(); err != nil {
		return err
	}
	a.hintCounters()
	if len(a.profile.Recognise) == 0 && a.profile.Protocol == configs.Modbus {
		a.say(1, "hint: it has no recognise; a search of a line cannot tell this device by itself")
	}
	if len(a.profile.Caveats) == 0 {
		a.say(1, "hint: it has no caveats; what misleads on this device, say in caveats")
	}
	if !located.MatchString(a.profile.Source) {
		a.say(1, "hint: source names no page (p. 14) and no repository; the next reader cannot look the registers up")
	}
	return a.flush(to)
}

// questions says what is asked at each period, as the agent asks it: the points that are not slow, and now and then
// all of them.
func (a *account) questions() error {
	fast := slices.DeleteFunc(slices.Clone(a.profile.Points), func(p configs.Point) bool { return p.Slow })
	all := a.profile.Points
	switch {
	case a.profile.Protocol == configs.AnMTAgent:
		a.say(1, "one request each period, for all %d points of the machine", len(all))
		return nil
	case len(fast) == 0:
		return a.round("requests each slow_period, for all %d points: %d", all)
	case len(fast) == len(all):
		return a.round("requests each period, for all %d points: %d", all)
	}
	return errors.Join(a.round("requests each period, for the %d points that are not slow: %d", fast),
		a.round("requests each slow_period instead, for all %d points: %d", all))
}

func (a *account) round(format string, points []configs.Point) error {
	if a.profile.Protocol == configs.DLT645 {
		a.meterRound(format, points)
		return nil
	}
	requests, err := a.requests(points, a.profile.MaxHole)
	if err != nil {
		return err
	}
	a.say(1, format, len(points), len(requests))
	for _, r := range requests {
		if r.Unused > 0 {
			a.say(2, "%s, %d of them no point's: %s", r.Text, r.Unused, strings.Join(r.Points, ", "))
		} else {
			a.say(2, "%s: %s", r.Text, strings.Join(r.Points, ", "))
		}
	}
	return nil
}

// meterRound knows that a DL/T 645 meter is asked once for each identifier.
func (a *account) meterRound(format string, points []configs.Point) {
	var order []int
	of := map[int][]string{}
	for _, p := range points {
		if of[p.Identifier] == nil {
			order = append(order, p.Identifier)
		}
		of[p.Identifier] = append(of[p.Identifier], p.Name)
	}
	a.say(1, format, len(points), len(order))
	for _, id := range order {
		a.say(2, "%s: %s", fmt.Sprintf("%08X", id), strings.Join(of[id], ", "))
	}
}

// requests are those on a serial line of the speed that the profile puts first.
func (a *account) requests(points []configs.Point, hole int) ([]modbus.Request, error) {
	baud := 9600
	if len(a.profile.Serial) > 0 {
		word, _, _ := strings.Cut(a.profile.Serial[0], " ")
		baud, _ = strconv.Atoi(word) // the loader has seen to it
	}
	table := make([]modbus.Point, len(points))
	for i, p := range points {
		f, err := modbus.FunctionOf(p.Function)
		if err != nil {
			return nil, err
		}
		table[i] = modbus.Point{Name: p.Name, Function: f, Address: uint16(p.Address), Type: p.Type}
	}
	line := modbus.RTU(port.New(port.Settings{Baud: baud}), nil)
	return line.Requests(modbus.Device{Name: a.profile.Name, MaxRegisters: a.profile.MaxRegisters, MaxHole: hole}, table)
}

func (a *account) golden() {
	var bare []string
	for _, p := range a.profile.Points {
		if !slices.ContainsFunc(a.profile.Golden, func(g configs.Golden) bool { _, ok := g.Values[p.Name]; return ok }) {
			bare = append(bare, p.Name)
		}
	}
	switch {
	case a.profile.Protocol == configs.AnMTAgent: // it has no frames
	case len(bare) == 0:
		a.say(1, "golden frames decoded: %d; every point stands in one", len(a.profile.Golden))
	default:
		a.say(1, "golden frames decoded: %d; none holds %s", len(a.profile.Golden), strings.Join(bare, ", "))
	}
}

// located is a page of a manual, or a file that anybody can open.
var located = regexp.MustCompile(`\bpp?\. ?[0-9]|第 ?[0-9]+ ?页|github\.com/|gitlab\.com/`)

// hintHoles looks whether reading over holes would spare requests.
func (a *account) hintHoles() error {
	if a.profile.Protocol != configs.Modbus || a.profile.MaxHole > 0 {
		return nil
	}
	now, err := a.requests(a.profile.Points, 0)
	if err != nil {
		return err
	}
	then, err := a.requests(a.profile.Points, a.profile.MaxRegisters)
	if err == nil && len(then) < len(now) {
		a.say(1, "hint: max_hole is 0; reading over holes, it would be %d instead of %d requests, if the device answers for registers that its manual does not list", len(then), len(now))
	}
	return err
}

func (a *account) hintCounters() {
	var noRate, noRollover []string
	for _, p := range a.profile.Points {
		if p.Counter && p.MaxRate == 0 {
			noRate = append(noRate, p.Name)
		}
		if p.Counter && p.Rollover == 0 {
			noRollover = append(noRollover, p.Name)
		}
	}
	if noRate != nil {
		a.say(1, "hint: counters without max_rate: %s; what they can grow by in an hour is then a general bound, too high to find most glitches", strings.Join(noRate, ", "))
	}
	if noRollover != nil {
		a.say(1, "hint: counters without rollover: %s; one that begins again from 0 is then taken for a reset", strings.Join(noRollover, ", "))
	}
}
