package report

import "errors"

// ErrNotKept is what whoever tells of sessions or spells answers with if the facts of the span are no longer kept.
var ErrNotKept = errors.New("the facts are no longer kept")
