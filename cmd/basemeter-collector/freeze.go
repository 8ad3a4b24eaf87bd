package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"basemeter/collector"
)

type freeze struct {
	books
	Period string `arg:"" help:"2025-2026 (academic year), 2025, 2025-09, or a term of the plan such as 2025-2026-1. / 统计期：学年、年、月或学期"`
	Base   string `help:"Only this base; otherwise each. / 只冻结此基地"`
	Reason string `required:"" help:"Why. / 原因"`
	Author string `required:"" help:"Who. / 责任人"`
}

// Run prints what was made, a line each.
func (f *freeze) Run() error {
	return f.with(func(ctx context.Context, b *collector.Books) error {
		made, err := b.Freeze(ctx, f.Base, f.Period, f.Reason, f.Author)
		for _, m := range made {
			fmt.Printf("%s %s: %d rows, sha256 %s\n", m.Base, m.Version(), m.Rows, m.Digest)
		}
		return err
	})
}

type frozen struct {
	books
	Verify bool `help:"Read every version again, and hold it against the checksum that it was frozen with. / 逐一核对校验值"`
}

// Run lists every version, the oldest first.
func (c *frozen) Run() error {
	return c.with(func(ctx context.Context, b *collector.Books) error {
		all, err := b.Freezes(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "base\tversion\tfrom\tto\tmade\tformula\tplan\trows\tsha256\tauthor\treason")
		var changed []error
		for _, f := range all {
			at := func(t time.Time) string { return t.In(b.Zone(f.Base)).Format("2006-01-02 15:04") }
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%d\t%.16s…\t%s\t%s\n", f.Base, f.Version(), at(f.From), at(f.To), at(f.Made), f.Formula, f.Plan, f.Rows, f.Digest, f.Author, f.Reason)
			if c.Verify {
				changed = append(changed, b.Verify(ctx, f))
			}
		}
		return errors.Join(append(changed, w.Flush())...)
	})
}
