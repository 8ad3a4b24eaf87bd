package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/negotiation"

	"basemeter/collector/access"
	"basemeter/collector/report"
)

// asked is a question as it came: who asks, what for, and how the answer is to be written.
type asked struct {
	ctx         context.Context
	grant       access.Grant
	path        string
	values      url.Values // those parameters that have a value; each stands once
	lang        string     // zh or en
	format      string
	ifNoneMatch string
	catalogue   *report.Catalogue
}

// hear takes a question apart. Who may see nothing is told so before anything else is looked at.
func (s *server) hear(r *http.Request, op *huma.Operation, formats []string) (*asked, error) {
	a := &asked{ctx: r.Context(), path: r.URL.Path, ifNoneMatch: r.Header.Get("If-None-Match")}
	var granted bool
	if a.grant, granted = access.Of(r.Context()); !granted {
		return a, ungranted()
	}
	var bad faults
	if a.values, bad = parameters(r.URL.RawQuery, op); len(bad) > 0 {
		return a, bad.problem(http.StatusBadRequest)
	}
	a.lang = a.values.Get("lang")
	if a.lang == "" {
		a.lang = preferred(r.Header.Get("Accept-Language"))
	}
	a.format = a.values.Get("format")
	if a.format == "" {
		a.format = accepted(r.Header.Get("Accept"), formats)
	}
	a.catalogue = s.Catalogue()
	return a, nil
}

// accepted is the format that a program names first in Accept, or else the endpoint's own.
func accepted(header string, formats []string) string {
	var kinds []string
	for _, f := range formats {
		kinds = append(kinds, contentTypes[f])
	}
	best := negotiation.SelectQValueFast(header, kinds)
	for _, f := range formats {
		if contentTypes[f] == best {
			return f
		}
	}
	return formats[0]
}

// page is the address of another page of the same answer.
func (a *asked) page(cursor string) string {
	v := url.Values{}
	for name, value := range a.values {
		v[name] = value
	}
	v.Set("cursor", cursor)
	return a.path + "?" + v.Encode()
}

// list are the values of a comma list; nil if it was not given.
func (a *asked) list(name string) []string {
	text := a.values.Get(name)
	if text == "" {
		return nil
	}
	list := strings.Split(text, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// sees tells whether a base is within what may be seen.
func (a *asked) sees(base string) bool { return a.grant.Scope.Has(base, a.catalogue.Base(base)) }

// base holds a parameter to be a base that may be seen. One that may not is answered like one that is not there.
func (a *asked) base(parameter, id string) error {
	if !a.sees(id) {
		return &report.UnknownError{Parameter: parameter, Value: id}
	}
	return nil
}

// bases are those of the registry that may be seen.
func (a *asked) bases() []*report.Base {
	var list []*report.Base
	for i := range a.catalogue.Bases {
		if b := &a.catalogue.Bases[i]; a.grant.Scope.Has(b.ID, b) {
			list = append(list, b)
		}
	}
	return list
}
