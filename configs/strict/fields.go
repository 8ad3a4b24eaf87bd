package strict

import (
	"reflect"
	"strings"
)

// KeysOf are the keys that the struct v knows, in its order. Fields of an inlined struct count as its own.
func KeysOf(v any) []string { return keysOf(reflect.TypeOf(v)) }

func keysOf(t reflect.Type) []string {
	var keys []string
	for _, f := range reflect.VisibleFields(t) {
		if key := keyOfField(f); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

func fieldOf(v reflect.Value, key string) (reflect.Value, bool) {
	for _, f := range reflect.VisibleFields(v.Type()) {
		if key != "" && keyOfField(f) == key {
			return v.FieldByIndex(f.Index), true
		}
	}
	return reflect.Value{}, false
}

func keyOfField(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key
}

// inside lists what a struct or a map holds.
func inside(t reflect.Type) string {
	if t.Kind() == reflect.Struct {
		return strings.Join(keysOf(t), ", ")
	}
	return "a name and " + each(t.Elem()) + " each"
}

func each(t reflect.Type) string {
	switch kindOf(t) {
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "keys and values"
	case reflect.Int, reflect.Float64:
		return "a number"
	}
	return "a value"
}

// FillIn gives what into points to those values of defaults that the file at path does not say, or says wrongly.
func FillIn[T any](d *Document, path string, into *T, defaults T) {
	d.fillIn(path, reflect.ValueOf(into).Elem(), reflect.ValueOf(defaults))
}

func (d *Document) fillIn(path string, v, defaults reflect.Value) {
	for _, f := range reflect.VisibleFields(v.Type()) {
		key := keyOfField(f)
		if key == "" {
			continue
		}
		into, value, path := v.FieldByIndex(f.Index), defaults.FieldByIndex(f.Index), Join(path, key)
		switch {
		case kindOf(into.Type()) == reflect.Struct:
			d.fillIn(path, into, value)
		case !value.IsZero() && (!d.Given(path) || d.Ill(path)):
			into.Set(value)
		}
	}
}
