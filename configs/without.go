package configs

import (
	"fmt"
	"slices"
	"strings"

	"basemeter/configs/strict"
)

// Without leaves out what the faults lie in, so that one bad device stops no other: a device, a line, an asset's
// samples, what one reader, switch or counter says of people; or all that is said of people. An asset with any other
// fault stays, with nothing that tells its state, and so is unknown in every report instead of missing from it. The
// faults that remain concern the gateway as a whole: it cannot run.
func (a Agent) Without(faults Faults) (Agent, Faults) {
	var rest Faults
	out := cuts{map[int]bool{}, map[[2]int]bool{}, map[int]bool{}, map[string]bool{}}
	a.Assets = slices.Clone(a.Assets)
	for _, f := range faults {
		switch {
		case out.wire(f.Path):
		case out.asset(f.Path, a.Assets):
		case out.people(f.Path):
		default:
			rest = append(rest, f)
		}
	}
	a.Lines = out.lines(a.Lines)
	a.Assets = kept(a.Assets, func(i int) bool { return !out.assets[i] })
	a.Presence = out.presence(a.Presence)
	return a, rest
}

// cuts are the indices of what goes.
type cuts struct {
	wires   map[int]bool
	devices map[[2]int]bool
	assets  map[int]bool
	said    map[string]bool // of people: the paths; "" is all of it
}

func (c cuts) wire(path string) bool {
	var i, j int
	switch n, _ := fmt.Sscanf(path, "lines[%d].devices[%d]", &i, &j); n {
	case 2:
		c.devices[[2]int{i, j}] = true
	case 1:
		c.wires[i] = true
	default:
		return false
	}
	return true
}

func (c cuts) asset(path string, assets []Asset) bool {
	var i int
	if n, _ := fmt.Sscanf(path, "assets[%d]", &i); n != 1 || i >= len(assets) {
		return false
	}
	a := &assets[i]
	key := strings.TrimPrefix(path, strict.Index("assets", i)+".")
	switch {
	case key == "name" || a.Name == "":
		c.assets[i] = true
	case strings.HasPrefix(key, "samples"):
		a.Samples.Points = nil
	case strings.HasPrefix(key, "text_"):
	default:
		*a = Asset{Name: a.Name, TextZH: a.TextZH, TextEN: a.TextEN, StaleAfter: assetDefaults.StaleAfter, Samples: assetDefaults.Samples}
	}
	return true
}

func (c cuts) people(path string) bool {
	rest, ok := strings.CutPrefix(path, "presence")
	if !ok || rest != "" && rest[0] != '.' {
		return false
	}
	part, _, _ := strings.Cut(path, "]")
	for _, list := range []string{"readers", "switches", "counters"} {
		if strings.HasPrefix(part, "presence."+list+"[") {
			c.said[part+"]"] = true
			return true
		}
	}
	c.said[""] = true
	return true
}

func (c cuts) presence(p Presence) Presence {
	if c.said[""] {
		return presenceDefaults
	}
	stays := func(list string) func(int) bool {
		return func(i int) bool { return !c.said[strict.Index("presence."+list, i)] }
	}
	p.Readers, p.Switches, p.Counters = kept(p.Readers, stays("readers")), kept(p.Switches, stays("switches")), kept(p.Counters, stays("counters"))
	return p
}

// lines are those that remain. A line whose devices are all gone goes too.
func (c cuts) lines(lines []Line) []Line {
	lines = slices.Clone(lines)
	for i := range lines {
		l := &lines[i]
		had := len(l.Devices)
		l.Devices = kept(l.Devices, func(j int) bool { return !c.devices[[2]int{i, j}] })
		c.wires[i] = c.wires[i] || had > 0 && len(l.Devices) == 0
	}
	return kept(lines, func(i int) bool { return !c.wires[i] })
}

func kept[T any](list []T, keep func(i int) bool) []T {
	var rest []T
	for i, v := range list {
		if keep(i) {
			rest = append(rest, v)
		}
	}
	return rest
}
