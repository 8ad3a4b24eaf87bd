package collector

import (
	"testing"

	"basemeter/agent/record"
	"basemeter/collector/report"
)

// A value is known to the taxonomy, or to the ledger as far as the scope goes: what others use under names of their own is not
// to be found out by asking.
func TestKnown(t *testing.T) {
	d := newDesk(t)
	c := &Collector{}
	if known, err := c.Known(t.Context(), report.Scope{}, report.ByPurpose, "student_training"); !known || err != nil {
		t.Errorf("what the taxonomy knows needs no database: %v, %v", known, err)
	}
	if _, err := c.Known(t.Context(), report.Scope{}, report.ByPurpose, "own_use"); err == nil {
		t.Error("the ledger cannot be asked yet, and nobody says so")
	}
	c.plans.put(loadPlan(t))
	c.opened.Store(d.source.store)
	own := func(base, asset, purpose string) {
		t.Helper()
		from := local("03-02 09:00").UnixMilli()
		f := record.Facts{
			Spells:   []record.Spell{{Asset: asset, State: record.Running, FromMS: from, ToMS: from + 600_000}},
			Sessions: []record.Session{{Asset: asset, Purpose: purpose, By: "card", FromMS: from, KnownMS: from + 600_000, ToMS: from + 600_000, Ended: "out"}},
		}
		batch := []record.Batch{{Base: base, Gateway: "gw", Stream: "00112233445566778899aabbccddeeff", Sequence: 1, Facts: f}}
		if err := d.source.store.WriteFacts(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		if err := d.source.settle(t.Context(), touched(batch)); err != nil {
			t.Fatal(err)
		}
	}
	own("b", "lathe", "own_use")
	own("stranger", "saw", "strange_use") // of no registry, and so of no city
	province, city, elsewhere := report.Scope{}, report.Scope{City: "nanchang"}, report.Scope{City: "jiujiang"}
	b, stranger := report.Scope{Base: "b"}, report.Scope{Base: "stranger"}
	for _, x := range []struct {
		by     report.Dimension
		id     string
		yes    []report.Scope
		no     []report.Scope
		reason string
	}{
		{report.ByPurpose, "student_training", []report.Scope{province, city, elsewhere, b}, nil, "the taxonomy has it"},
		{report.ByPurpose, "unattributed", []report.Scope{province, elsewhere}, nil, "any ledger has it"},
		{report.ByUserGroup, "none", []report.Scope{province, elsewhere}, nil, "any ledger has it"},
		{report.ByPurpose, "own_use", []report.Scope{province, city, b}, []report.Scope{elsewhere, stranger}, "b uses it"},
		{report.ByPurpose, "strange_use", []report.Scope{province, stranger}, []report.Scope{city, elsewhere, b}, "a base that no registry has uses it"},
		{report.ByPurpose, "no_use", nil, []report.Scope{province, city, b, stranger}, "nobody uses it"},
		{report.ByUserGroup, "own_use", nil, []report.Scope{province, b}, "it is no group"},
		{report.ByBase, "stranger", []report.Scope{province, stranger}, []report.Scope{city, b}, "it was heard of"},
		{report.ByBase, "b", []report.Scope{province, city, b}, []report.Scope{elsewhere, stranger}, "it was heard of"},
		{report.ByBase, "nowhere", nil, []report.Scope{province, {Base: "nowhere"}}, "nothing was heard of it"},
		{report.ByAffiliation, "outside", []report.Scope{elsewhere}, nil, "it is one"},
		{report.ByAffiliation, "inside", nil, []report.Scope{province}, "it is none"},
		{report.ByCity, "nanchang", []report.Scope{elsewhere}, nil, "the taxonomy has it"},
		{report.ByCity, "atlantis", nil, []report.Scope{province}, "it is none"},
	} {
		for want, scopes := range map[bool][]report.Scope{true: x.yes, false: x.no} {
			for _, within := range scopes {
				if known, err := c.Known(t.Context(), within, x.by, x.id); known != want || err != nil {
					t.Errorf("%s %s within %v: %v (%v), but %s", x.by, x.id, within, known, err, x.reason)
				}
			}
		}
	}
}
