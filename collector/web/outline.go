package web

import (
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// outline is what an answer looks like, one field a line: a question mark stands behind what may be left out.
func outline(r huma.Registry, s *huma.Schema, indent string) string {
	if s.Ref != "" {
		s = r.SchemaFromRef(s.Ref)
	}
	within := indent + "  "
	switch {
	case s.Type == huma.TypeArray && s.Items != nil:
		return "[" + outline(r, s.Items, indent) + ", …]"
	case s.Type == huma.TypeObject && len(s.Properties) > 0:
		var text strings.Builder
		text.WriteString("{\n")
		for _, name := range inOrder(s) {
			text.WriteString(within + name)
			if !slices.Contains(s.Required, name) {
				text.WriteString("?")
			}
			text.WriteString(": " + outline(r, s.Properties[name], within) + "\n")
		}
		return text.String() + indent + "}"
	case s.Type == huma.TypeObject:
		if of, ok := s.AdditionalProperties.(*huma.Schema); ok {
			return "{name: " + outline(r, of, indent) + ", …}"
		}
		return "{…}"
	case len(s.Enum) > 0:
		return typeWords(s)
	case s.Format == "date-time" || s.Format == "date":
		return s.Format
	case s.Nullable:
		return s.Type + " | null"
	case s.Type == "":
		return "…"
	}
	return s.Type
}

// inOrder are the fields of an object: what every one has comes first, then by name.
func inOrder(s *huma.Schema) []string {
	names := slices.Sorted(maps.Keys(s.Properties))
	required := func(name string) bool { return slices.Contains(s.Required, name) }
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case required(a) == required(b):
			return 0
		case required(a):
			return -1
		}
		return 1
	})
	return names
}
