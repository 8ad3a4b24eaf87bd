package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"basemeter/agent/record"
	"basemeter/collector"
	"basemeter/collector/utilisation"
)

type restate struct {
	books
	From   string `required:"" help:"2026-03-01, midnight at the base, or 2026-03-01T08:00:00+08:00. / 起始时间"`
	To     string `required:"" help:"The first moment that is not judged. / 截止时间（不含）"`
	Base   string `help:"Only this base. / 只核算此基地"`
	DryRun bool   `help:"Write nothing, only show what would differ. / 只显示差异，不写入"`
}

// Run tells how far it is on standard error, and what differs on standard output.
func (r *restate) Run() error {
	return r.with(func(ctx context.Context, b *collector.Books) error {
		from, to, err := span(r.From, r.To, b.Zone(r.Base))
		if err != nil {
			return err
		}
		progress := progress{to: os.Stderr, next: time.Now().Add(time.Second)}
		result, err := b.Restate(ctx, r.Base, from, to, r.DryRun, progress.tell)
		if err != nil {
			return err
		}
		return printRestatement(os.Stdout, result, r.DryRun)
	})
}

// A progress says each second how far something is.
type progress struct {
	to   io.Writer
	next time.Time
}

func (p *progress) tell(done, of int) {
	if now := time.Now(); now.After(p.next) {
		fmt.Fprintf(p.to, "%d / %d h, %d %%\n", done, of, 100*done/max(of, 1))
		p.next = now.Add(time.Second)
	}
}

func printRestatement(to io.Writer, r collector.Restatement, dry bool) error {
	verb := map[bool]string{true: "would change / 将变更", false: "changed / 已变更"}[dry]
	fmt.Fprintf(to, "hours judged / 核算小时数: %d; %s: %d", r.Hours, verb, r.Changed)
	if r.Kept > 0 {
		fmt.Fprintf(to, "; left as they were, their facts are no longer kept / 原始数据已过保存期，保持不变: %d", r.Kept)
	}
	fmt.Fprintln(to)
	return errors.Join(printMachines(to, r), printPeople(to, r))
}

func arrow(was, is int64) string {
	return fmt.Sprintf("%.2f →\t%.2f", float64(was)/3.6e6, float64(is)/3.6e6)
}

func printMachines(to io.Writer, r collector.Restatement) error {
	if len(r.By) == 0 {
		return nil
	}
	keys := slices.SortedFunc(maps.Keys(r.By), func(a, b collector.RestatedKey) int {
		return cmp.Or(strings.Compare(a.Base, b.Base), strings.Compare(a.Asset, b.Asset), strings.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Affiliation, b.Affiliation))
	})
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "base\tasset\tpurpose\tuser\telapsed h\t\teffective h\t\tunknown h\t")
	for _, k := range keys {
		d := r.By[k]
		fmt.Fprintf(w, "%s\t%s\t%s\t%v\t%s\t%s\t%s\n", k.Base, k.Asset, k.Purpose, k.Affiliation, arrow(d.Was.Elapsed(), d.Is.Elapsed()),
			arrow(d.Was[utilisation.Effective], d.Is[utilisation.Effective]), arrow(d.Was[record.Unknown], d.Is[record.Unknown]))
	}
	return w.Flush()
}

func printPeople(to io.Writer, r collector.Restatement) error {
	if len(r.People) == 0 {
		return nil
	}
	keys := slices.SortedFunc(maps.Keys(r.People), func(a, b collector.RestatedPeople) int {
		return cmp.Or(strings.Compare(a.Base, b.Base), strings.Compare(a.Place, b.Place), strings.Compare(a.Purpose, b.Purpose),
			cmp.Compare(a.Affiliation, b.Affiliation), strings.Compare(a.UserGroup, b.UserGroup))
	})
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "base\tplace\tpurpose\tuser\tuser group\tperson-h\t\tvisits\t")
	for _, k := range keys {
		d := r.People[k]
		fmt.Fprintf(w, "%s\t%s\t%s\t%v\t%s\t%s\t%d →\t%d\n", k.Base, k.Place, k.Purpose, k.Affiliation, k.UserGroup, arrow(d.Was.PersonMS, d.Is.PersonMS), d.Was.Visits, d.Is.Visits)
	}
	return w.Flush()
}
