package scan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// YAML is what was found as a piece of agent.yaml. What has to be looked at first stands in comments: a line has but one
// setting, so devices that are set otherwise than most have to be changed at their keys.
func (s *Search) YAML(found []Found) string {
	var settings []Setting
	devices := map[Setting][]Found{}
	for _, f := range found {
		if devices[f.Setting] == nil {
			settings = append(settings, f.Setting)
		}
		devices[f.Setting] = append(devices[f.Setting], f)
	}
	slices.SortStableFunc(settings, func(a, b Setting) int {
		return cmp.Compare(recognised(devices[b]), recognised(devices[a]))
	})
	var b strings.Builder
	b.WriteString("lines:\n")
	for i, set := range settings {
		lead := ""
		if i > 0 {
			b.WriteString("  # These are set otherwise. On the same line they work once they are set like those above.\n")
			lead = "# "
		} else if recognised(devices[set]) == 0 {
			lead = "# "
		}
		for _, line := range append(s.line(set), list(devices[set])...) {
			fmt.Fprintf(&b, "  %s%s\n", lead, line)
		}
	}
	return b.String()
}

func recognised(found []Found) (n int) {
	for _, f := range found {
		if f.best() != "" {
			n++
		}
	}
	return n
}

func (s *Search) line(set Setting) []string {
	if s.options.Address != "" {
		return []string{"- name: lan-1", "  kind: modbus-tcp", fmt.Sprintf("  address: %q", s.options.Address), "  devices:"}
	}
	line := []string{"- name: rs485-1", "  kind: rs485", fmt.Sprintf("  port: %q", s.options.Port),
		fmt.Sprintf("  baud: %d", set.Baud), "  parity: " + set.Parity, fmt.Sprintf("  stop_bits: %d", set.StopBits)}
	if s.options.Direction != "" {
		line = append(line, "  direction: "+s.options.Direction)
	}
	return append(line, "  devices:")
}

func list(found []Found) (lines []string) {
	for _, f := range found {
		kind := f.best()
		switch {
		case kind == "":
			lines = append(lines, "    # "+f.String())
			continue
		case f.Protocol == DLT645:
			lines = append(lines, fmt.Sprintf("    - {name: meter-%s, profile: %s, meter: %q}", f.Meter, kind, f.Meter))
		default:
			lines = append(lines, fmt.Sprintf("    - {name: %s-%d, profile: %s, unit: %d}", kind, f.Unit, kind, f.Unit))
		}
		if len(f.Fits) > 1 {
			lines[len(lines)-1] += " # or " + f.Fits[1].Name + "; look at its label"
		}
	}
	return lines
}
