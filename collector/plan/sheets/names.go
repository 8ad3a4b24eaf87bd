package sheets

import (
	"regexp"
	"slices"
	"strings"

	"basemeter/collector/plan"
	"basemeter/configs/strict"
)

// names finds the id of what a cell names. With nothing to look it up in, only an id will do.
type names struct {
	known   bool
	of      map[string][]string // squeezed id or text: ids
	spelled []string            // to guess from
	ids     []string
}

func namesOf(list []Entry, known bool) names {
	n := names{known: known, of: map[string][]string{}}
	for _, e := range list {
		n.ids = append(n.ids, e.ID)
		for _, name := range []string{e.ID, e.TextZH, e.TextEN} {
			key := squeezed(name)
			if key != "" && !slices.Contains(n.of[key], e.ID) {
				n.of[key] = append(n.of[key], e.ID)
				n.spelled = append(n.spelled, name)
			}
		}
	}
	return n
}

func (r *reader) index() {
	r.purposes = namesOf(r.Purposes, len(r.Purposes) > 0)
	l, known := Lists{}, r.Plan != nil
	if known {
		l = *r.Plan
	}
	r.areas, r.assets = namesOf(l.Areas, known), namesOf(l.Assets, known)
	r.organisations, r.projects = namesOf(l.Organisations, known), namesOf(l.Projects, known)
	for _, d := range []struct {
		of    column
		known names
		given *string
	}{{colArea, r.areas, &r.Area}, {colPurpose, r.purposes, &r.Purpose}, {colOrganisation, r.organisations, &r.Organisation}} {
		if *d.given != "" {
			id, w := d.known.find(*d.given)
			r.standsIn(d.of, *d.given, w)
			*d.given = id
		}
	}
	if r.Term != "" {
		code, w := r.term(r.Term)
		r.standsIn(colTerm, r.Term, w)
		r.Term = code
	}
}

// standsIn tells what is wrong with what holds for all of a file.
func (r *reader) standsIn(of column, value string, w *wrong) {
	if w != nil {
		r.fault(place{heading: columnTable[of].en, value: value}, w.phrase, w.args...)
	}
}

// find is the id of one thing.
func (n names) find(name string) (string, *wrong) {
	if ids := n.of[squeezed(name)]; len(ids) == 1 {
		return ids[0], nil
	} else if len(ids) > 1 {
		return "", no(ambiguous, strings.Join(ids, ", "))
	}
	id := strings.ToLower(fold(name))
	switch {
	case n.known:
		return "", n.unknown(name)
	case !idForm.MatchString(id):
		return "", no(namesNeedPlan)
	}
	return id, nil
}

// findAll is find for several, in one cell. A name may hold a comma, so the whole is tried first.
func (n names) findAll(cell string) ([]string, *wrong) {
	if id, w := n.find(cell); w == nil {
		return []string{id}, nil
	}
	var ids []string
	for _, part := range listOf(cell) {
		id, w := n.find(part)
		if w != nil {
			return nil, w
		}
		if slices.Contains(ids, id) {
			return nil, no(twice, id)
		}
		ids = append(ids, id)
	}
	if ids == nil {
		return nil, n.unknown(cell)
	}
	return ids, nil
}

func (n names) unknown(name string) *wrong {
	if len(n.ids) == 0 {
		return no(noneKnown)
	}
	if meant := nearest(name, n.spelled); meant != "" {
		return no(unknownNameMeant, quoted(name), meant)
	}
	list := n.ids
	if len(list) > 20 {
		list = append(slices.Clone(list[:20]), "…")
	}
	return no(unknownName, quoted(name), strings.Join(list, ", "))
}

var (
	idForm   = regexp.MustCompile(strict.IDForm)
	termForm = regexp.MustCompile(`^(\d{4})[-/~](\d{4})(?:学年)?[-(]?第?([12一二])(?:学期)?\)?$`)
)

// term reads 2025-2026-1, and 2025-2026学年第一学期.
func (r *reader) term(s string) (string, *wrong) {
	code := squeezed(s)
	if m := termForm.FindStringSubmatch(code); m != nil {
		code = m[1] + "-" + m[2] + "-" + strings.NewReplacer("一", "1", "二", "2").Replace(m[3])
	}
	if r.Plan == nil {
		if !idForm.MatchString(code) {
			return "", no(badTerm)
		}
		return code, nil
	}
	var codes []string
	for _, t := range r.Plan.Terms {
		if t.Code == code || squeezed(t.Code) == code {
			return t.Code, nil
		}
		codes = append(codes, t.Code)
	}
	return "", names{ids: codes, spelled: codes}.unknown(s)
}

// withinTerm holds the weeks to the term's, if it is known.
func (l *line) withinTerm(v *plan.Lesson) {
	if l.Plan == nil || v.Weeks == "" || l.ill[colTerm] {
		return
	}
	for _, t := range l.Plan.Terms {
		last := v.Weeks[strings.LastIndexAny(v.Weeks, "-,")+1:]
		if t.Code == v.Term && atoi(last) > t.Weeks {
			l.wrong(colWeeks, no(beyondTerm, t.Code, t.Weeks))
		}
	}
}
