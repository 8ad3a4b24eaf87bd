package report

import (
	"fmt"
	"strings"
)

// A Scope is which bases somebody may see: all of the province, those of one city, or one. The zero value is the province.
type Scope struct{ City, Base string }

// Has tells whether a base is within. One that the registry does not know, whose card is nil, is in no city.
func (s Scope) Has(id string, b *Base) bool {
	switch {
	case s.Base != "":
		return s.Base == id
	case s.City != "":
		return b != nil && b.City == s.City
	}
	return true
}

func (s Scope) String() string {
	switch {
	case s.Base != "":
		return "base:" + s.Base
	case s.City != "":
		return "city:" + s.City
	}
	return "province"
}

// ParseScope reads province, city:nanchang or base:nc-vtc-cnc.
func ParseScope(text string) (Scope, error) {
	kind, id, _ := strings.Cut(text, ":")
	switch {
	case text == "province":
		return Scope{}, nil
	case kind == "city" && id != "":
		return Scope{City: id}, nil
	case kind == "base" && id != "":
		return Scope{Base: id}, nil
	}
	return Scope{}, fmt.Errorf("%q is no scope; allowed: province, city:nanchang, base:nc-vtc-cnc", text)
}
