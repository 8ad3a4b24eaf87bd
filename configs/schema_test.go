package configs

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"basemeter/configs/strict"
)

// The schemas that editors complete and check with are made here, from the types, their comments, the loader's tables
// and its defaults, so that no program carries the code.

type object = map[string]any

// schemas makes JSON Schema of draft 7, which is what the editors' YAML server knows best.
type schemas struct {
	said     map[string]string              // the comments, by "Type.Field"
	defaults map[reflect.Type]reflect.Value // what stands in for a key of a type
}

func newSchemas(t *testing.T) schemas {
	all := schemas{said: comments(t), defaults: map[reflect.Type]reflect.Value{}}
	for _, v := range []any{agentDefaults, siteDefaults, assetDefaults, profileDefaults, pointDefaults} {
		all.defaults[reflect.TypeOf(v)] = reflect.ValueOf(v)
	}
	return all
}

// file is the schema of a file of v's type.
func (s schemas) file(v any, title string) object {
	root := s.of(reflect.TypeOf(v), s.defaults[reflect.TypeOf(v)])
	if _, ok := v.(Site); ok {
		delete(root["properties"].(object), "mqtt") // it brings its own broker
	}
	root["$schema"], root["title"] = "http://json-schema.org/draft-07/schema#", title
	return root
}

// of is the schema of a type, given what its fields are if the file does not say.
func (s schemas) of(t reflect.Type, defaults reflect.Value) object {
	switch t {
	case reflect.TypeFor[Duration]():
		return object{"anyOf": []any{object{"type": "string", "pattern": `^([0-9]+d|([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$`}, object{"const": 0}}}
	case reflect.TypeFor[Bytes]():
		return object{"anyOf": []any{object{"type": "string", "pattern": `^[0-9]+ *(KiB|MiB|GiB|TiB)$`}, object{"type": "integer", "minimum": 0}}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem(), reflect.Value{})
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem(), s.defaults[t.Elem()])}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem(), reflect.Value{})}
	case reflect.Struct:
		return s.ofStruct(t, defaults)
	}
	return object{"type": map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Float64: "number"}[t.Kind()]}
}

func (s schemas) ofStruct(t reflect.Type, defaults reflect.Value) object {
	keys := object{}
	for _, f := range reflect.VisibleFields(t) {
		key := keyOfField(f)
		if key == "" {
			continue
		}
		var otherwise reflect.Value
		if defaults.IsValid() {
			otherwise = defaults.FieldByIndex(f.Index)
		}
		one := s.of(f.Type, otherwise)
		owner := t // of an inlined struct, the inner one
		for _, i := range f.Index[:len(f.Index)-1] {
			owner = owner.Field(i).Type
		}
		maps.Copy(one, facets[owner.Name()+"."+key])
		if text := s.said[owner.Name()+"."+f.Name]; text != "" {
			one["description"] = text
		}
		if v, ok := shownDefault(otherwise); ok {
			one["default"] = v
		}
		keys[key] = one
	}
	whole := object{"type": "object", "properties": keys, "additionalProperties": false}
	maps.Copy(whole, rules[t.Name()])
	return whole
}

// shownDefault is a default as a file would say it.
func shownDefault(v reflect.Value) (any, bool) {
	if !v.IsValid() || v.IsZero() {
		return nil, false
	}
	switch v := v.Interface().(type) {
	case Duration:
		return v.String(), true
	case Bytes:
		return v.String(), true
	case string, int, float64, bool:
		return v, true
	}
	return nil, false
}

// comments are those of the fields of our structs: behind the field, or else before it.
func comments(t *testing.T) map[string]string {
	said := map[string]string{}
	for _, name := range []string{"agent.go", "presence.go", "collector.go", "site.go", "profile.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		check(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if fields, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range fields.Fields.List {
					text := f.Comment.Text()
					if text == "" {
						text = f.Doc.Text()
					}
					for _, name := range f.Names {
						said[spec.Name.Name+"."+name.Name] = strings.Join(strings.Fields(text), " ")
					}
				}
			}
			return false
		})
	}
	return said
}

// What a value may be, besides its type, by type and key.
var facets = map[string]object{
	"Agent.base": matching(strict.IDForm), "Agent.gateway": matching(strict.IDForm),
	"MQTT.broker":          matching(`^(tcp|ssl|mqtt|mqtts)://[^/@]+:[0-9]+/*$`),
	"MQTT.client_id":       {"minLength": 1, "default": "basemeter-<base>-<gateway>"},
	"CollectorHTTP.access": oneOfThese(AccessTokens, AccessOpen),
	"Clock.trust":          oneOfThese("kernel", "always"),
	"Agent.lines":          {"minItems": 1},
	"Line.name":            matching(strict.IDForm),
	"Line.kind":            oneOfThese(lineKinds...),
	"Line.baud":            numbers(bauds...),
	"Line.parity":          oneOfThese("none", "even", "odd"),
	"Line.stop_bits":       numbers("1", "2"),
	"Line.direction":       oneOfThese("adapter", "kernel"),
	"Line.bits":            numbers("0", "26", "34", "37"),
	"Line.digits":          oneOfThese("decimal", "hex"),
	"Line.end":             oneOfThese("any", "cr", "lf", "crlf", "etx"),
	"Line.port":            {"minLength": 1, "not": object{"pattern": numbered.String()}},
	"Device.name":          matching(strict.IDForm),
	"Device.profile":       {"anyOf": []any{object{"enum": ProfileNames()}, object{"pattern": `\.yaml$`}}},
	"Device.unit":          within(1, 247),
	"Device.meter":         matching(meterForm.String()),
	"Device.max_rate":      {"minimum": 0},
	"Device.input":         oneOfThese("contact", "pulse"),
	"Device.closed":        oneOfThese("low", "high"),
	"Device.pull":          oneOfThese("up", "down", "none"),
	"Asset.name":           matching(strict.IDForm),
	"Asset.otherwise":      oneOfThese("off", "standby"),
	"Contact.point":        matching(`^[^/]+/[^/]+$`),
	"Contact.state":        oneOfThese("off", "standby", "running", "fault"),
	"Thresholds.point":     matching(`^[^/]+/[^/]+$`),

	"Presence.closing":       matching(`^(([01][0-9]|2[0-3]):[0-5][0-9])?$`),
	"Area.name":              matching(strict.IDForm),
	"PlacedReader.way":       oneOfThese(ways...),
	"PlacedReader.hold":      {"default": holdDefault.String()},
	"PurposeSwitch.contacts": {"minItems": 1},
	"PurposeContact.point":   matching(`^[^/]+/[^/]+$`),
	"PurposeContact.purpose": oneOfThese(Purposes...),
	"Counter.name":           matching(strict.IDForm),
	"Counter.point":          matching(`^[^/]+/[^/]+$`),

	"Thresholds.standby_above": {"exclusiveMinimum": 0}, "Thresholds.running_above": {"exclusiveMinimum": 0},
	"Thresholds.hysteresis": {"minimum": 0},

	"Profile.name":          matching(strict.IDForm),
	"Profile.source":        matching(`\S`),
	"Profile.protocol":      oneOfThese(protocols...),
	"Profile.serial":        {"items": object{"type": "string", "pattern": serialForm.String()}},
	"Profile.max_registers": within(1, 125), "Profile.max_hole": within(0, 125),
	"Profile.points": {"minItems": 1},
	"Identity.type":  oneOfThese(identityTypes...), "Identity.function": within(1, 4), "Identity.address": within(0, 1<<16-1),
	"Identity.count": within(1, 125),
	"Point.name":     {"pattern": nameForm.String(), "not": object{"pattern": reserved.String()}},
	"Point.unit":     matching(`\S`),
	"Point.scale":    {"not": object{"const": 0}},
	"Point.max_rate": {"minimum": 0}, "Point.rollover": {"minimum": 0},
	"Point.function": within(1, 4), "Point.address": within(0, 1<<16-1),
	"Point.type": oneOfThese(types...), "Point.order": oneOfThese(orders...),
	"Point.identifier": within(0, 1<<31-1), "Point.offset": within(0, mostData-1), "Point.length": within(1, 7),
	"Caveat.zh": matching(`\S`), "Caveat.en": matching(`\S`), "Golden.source": matching(`\S`),
	"Golden.values": {"minProperties": 1},
}

// What must stand together, or may not, by type.
var rules = map[string]object{
	"Agent":          {"required": []string{"base", "gateway", "mqtt", "lines"}},
	"Site":           {"required": []string{"base", "gateway", "lines"}},
	"MQTT":           {"required": []string{"broker"}, "dependencies": object{"password_file": []string{"username"}, "cert_file": []string{"key_file"}, "key_file": []string{"cert_file"}}},
	"Line":           {"required": []string{"name", "kind"}, "allOf": kinds()},
	"Device":         {"required": []string{"name"}},
	"Asset":          {"required": []string{"name"}, "anyOf": []any{object{"required": []string{"contacts"}}, object{"required": []string{"thresholds"}}}},
	"Contact":        {"required": []string{"point", "state"}},
	"Area":           {"required": []string{"name"}},
	"PlacedReader":   {"required": []string{"reader", "way"}, "oneOf": []any{object{"required": []string{"area"}}, object{"required": []string{"asset"}}}},
	"PurposeSwitch":  {"required": []string{"asset", "contacts"}},
	"PurposeContact": {"required": []string{"point", "purpose"}},
	"Counter":        {"required": []string{"name", "area", "point"}},
	"Thresholds":     {"required": []string{"point", "standby_above", "running_above"}},
	"Profile":        {"required": []string{"name", "source", "points"}, "allOf": byProtocol()},
	"Identity":       {"required": []string{"function", "address", "type"}},
	"Range":          {"required": []string{"point", "max"}},
	"Point":          {"required": []string{"name", "unit"}, "if": object{"required": []string{"max_rate"}}, "then": object{"required": []string{"counter"}}},
	"Caveat":         {"required": []string{"zh", "en"}},
	"Golden":         {"required": []string{"source", "request", "response", "values"}},
}

// kinds holds a line, and the devices on it, to the keys of its kind, and says what each is by default.
func kinds() (all []any) {
	needed := map[string][]string{RS485: {"port"}, ModbusTCP: {"address"}, MTConnect: {"address"}, RDM6300: {"port"},
		Wiegand: {"port"}, ASCIIReader: {"port", "pattern"}, HIDReader: {"port"}}
	for _, kind := range lineKinds {
		line, device := lineDefaults[kind], deviceDefaults[kind]
		then := object{"propertyNames": object{"enum": lineKeys[kind]}, "properties": defaultsOf(line)}
		if slices.Contains(lineKeys[kind], "devices") {
			keys, must := gpioKeys, []string{"pin"}
			if kind != GPIO {
				keys, must = slices.Clone(askedKeys), nil
				for _, p := range carried[kind] {
					keys = append(keys, addressKeys[p])
				}
				if device.Profile == "" {
					must = append(must, "profile")
				}
				if kind == ModbusTCP {
					must = append(must, "unit")
				}
			}
			each := object{"propertyNames": object{"enum": keys}, "properties": defaultsOf(device)}
			if must != nil {
				each["required"] = must
			}
			then["properties"].(object)["devices"] = object{"minItems": 1, "items": each}
			needed[kind] = append(needed[kind], "devices")
		}
		then["required"] = needed[kind]
		all = append(all, object{"if": object{"properties": object{"kind": object{"const": kind}}, "required": []string{"kind"}}, "then": then})
	}
	return all
}

func byProtocol() (all []any) {
	needed := map[string][]string{Modbus: {"function", "address", "type"}, DLT645: {"identifier", "length"}, AnMTAgent: {"item"}}
	for _, p := range protocols {
		is := object{"properties": object{"protocol": object{"const": p}}}
		if p != profileDefaults.Protocol {
			is["required"] = []string{"protocol"}
		}
		all = append(all, object{"if": is, "then": object{
			"propertyNames": object{"enum": slices.Concat(profileKeys, protocolKeys[p])},
			"properties": object{"points": object{"items": object{
				"propertyNames": object{"enum": slices.Concat(anyPointKeys, pointKeys[p])}, "required": needed[p],
			}}},
		}})
	}
	return all
}

func keyOfField(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key
}

func defaultsOf(v any) object {
	all := object{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if d, ok := shownDefault(reflect.ValueOf(v).FieldByIndex(f.Index)); ok {
			all[keyOfField(f)] = object{"default": d}
		}
	}
	return all
}

func matching(form string) object       { return object{"pattern": form} }
func oneOfThese(words ...string) object { return object{"enum": words} }
func within(least, most int) object     { return object{"minimum": least, "maximum": most} }

func numbers(words ...string) object {
	var all []int
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil {
			panic(err)
		}
		all = append(all, n)
	}
	return object{"enum": all}
}

func (s schemas) text(t *testing.T, v any, title string) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	check(t, e.Encode(s.file(v, title)))
	return out.Bytes()
}
