package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"basemeter/agent/record"
	"basemeter/collector"
	"basemeter/collector/utilisation"
	"basemeter/configs"
)

// books is what every command on the ledger needs.
type books struct {
	Config string `short:"c" required:"" type:"existingfile" help:"The configuration of the collector. / 采集服务的配置文件"`
}

// open reads the configuration and opens the ledger. Ctrl-C ends what is done with it.
func (b *books) open() (context.Context, *collector.Books, func(), error) {
	config, faults := configs.Load[configs.Collector](b.Config)
	if len(faults) > 0 {
		fmt.Fprintln(os.Stderr, faults)
		return nil, nil, nil, fmt.Errorf("%s: %d faults", b.Config, len(faults))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	opened, err := collector.OpenBooks(ctx, config, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		stop()
		return nil, nil, nil, err
	}
	return ctx, opened, func() { opened.Close(); stop() }, nil
}

// moment is a date, whose midnight is Beijing's, or a time with its zone.
type moment struct{ time.Time }

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// UnmarshalText reads 2026-03-01 or 2026-03-01T08:00:00+08:00.
func (m *moment) UnmarshalText(text []byte) (err error) {
	if m.Time, err = time.ParseInLocation(time.DateOnly, string(text), beijing); err == nil {
		return nil
	}
	if m.Time, err = time.Parse(time.RFC3339, string(text)); err != nil {
		return fmt.Errorf("%q is neither a date like 2026-03-01 nor a time like 2026-03-01T08:00:00+08:00", text)
	}
	return nil
}

type restate struct {
	books
	From   moment `required:"" help:"2026-03-01, midnight in Beijing, or 2026-03-01T08:00:00+08:00. / 起始时间"`
	To     moment `required:"" help:"The first moment that is not judged. / 截止时间（不含）"`
	Base   string `help:"Only this base. / 只核算此基地"`
	DryRun bool   `help:"Write nothing, only show what would differ. / 只显示差异，不写入"`
}

// Run tells how far it is on standard error, and what differs on standard output.
func (r *restate) Run() error {
	if !r.From.Before(r.To.Time) {
		return errors.New("--to: is not after --from")
	}
	ctx, b, done, err := r.open()
	if err != nil {
		return err
	}
	defer done()
	progress := progress{to: os.Stderr, next: time.Now().Add(time.Second)}
	result, err := b.Restate(ctx, r.Base, r.From.Time, r.To.Time, r.DryRun, progress.tell)
	if err != nil {
		return err
	}
	return printRestatement(os.Stdout, result, r.DryRun)
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
	if len(r.By) == 0 {
		return nil
	}
	keys := slices.SortedFunc(maps.Keys(r.By), func(a, b collector.RestatedKey) int {
		return cmp.Or(strings.Compare(a.Base, b.Base), strings.Compare(a.Asset, b.Asset), strings.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Affiliation, b.Affiliation))
	})
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "base\tasset\tpurpose\tuser\telapsed h\t\teffective h\t\tunknown h\t")
	hours := func(was, is int64) string {
		return fmt.Sprintf("%.2f →\t%.2f", float64(was)/3.6e6, float64(is)/3.6e6)
	}
	for _, k := range keys {
		d := r.By[k]
		fmt.Fprintf(w, "%s\t%s\t%s\t%v\t%s\t%s\t%s\n", k.Base, k.Asset, k.Purpose, k.Affiliation, hours(d.Was.Elapsed(), d.Is.Elapsed()),
			hours(d.Was[utilisation.Effective], d.Is[utilisation.Effective]), hours(d.Was[record.Unknown], d.Is[record.Unknown]))
	}
	return w.Flush()
}

type freeze struct {
	books
	Period string `arg:"" help:"2025-2026 (academic year), 2025, 2025-09, or a term of the plan such as 2025-2026-1. / 统计期：学年、年、月或学期"`
	Base   string `help:"Only this base; otherwise each. / 只冻结此基地"`
	Reason string `required:"" help:"Why. / 原因"`
	Author string `required:"" help:"Who. / 责任人"`
}

// Run prints what was made, a line each.
func (f *freeze) Run() error {
	ctx, b, done, err := f.open()
	if err != nil {
		return err
	}
	defer done()
	made, err := b.Freeze(ctx, f.Base, f.Period, f.Reason, f.Author)
	for _, m := range made {
		fmt.Printf("%s %s: %d rows, sha256 %s\n", m.Base, m.Version(), m.Rows, m.Digest)
	}
	return err
}

type frozen struct{ books }

// Run lists every version, the oldest first.
func (f *frozen) Run() error {
	ctx, b, done, err := f.open()
	if err != nil {
		return err
	}
	defer done()
	all, err := b.Freezes(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "base\tversion\tfrom\tto\tmade\tformula\tplan\trows\tsha256\tauthor\treason")
	for _, f := range all {
		at := func(t time.Time) string { return t.In(beijing).Format("2006-01-02 15:04") }
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%d\t%.16s…\t%s\t%s\n", f.Base, f.Version(), at(f.From), at(f.To), at(f.Made), f.Formula, f.Plan, f.Rows, f.Digest, f.Author, f.Reason)
	}
	return w.Flush()
}

type correct struct {
	books
	Base        string `required:"" help:"The base. / 基地"`
	Asset       string `required:"" help:"The asset. / 设备"`
	From        moment `required:"" help:"The first moment. / 起始时间"`
	To          moment `required:"" help:"The first moment behind it. / 截止时间（不含）"`
	State       string `enum:",unknown,off,standby,running,fault" default:"" help:"What the asset really did. / 实际状态"`
	Purpose     string `help:"What it was used for: an id of the taxonomy, or none. / 用途编号，或 none（未使用）"`
	Affiliation string `enum:",host,partner,outside,unattributed" default:"" help:"Whose use it was. / 使用方"`
	Withdraw    bool   `help:"Take back what was corrected in this span before. / 撤回该时段先前的更正"`
	Reason      string `required:"" help:"Why, and by which record. / 原因与依据"`
	Author      string `required:"" help:"Who answers for it. / 责任人"`
}

// Run appends the correction, judges its hours anew, and says what it is called.
func (c *correct) Run() error {
	if (c.State+c.Purpose+c.Affiliation == "") != c.Withdraw {
		return errors.New("say what is corrected with --state, --purpose or --affiliation, or else --withdraw")
	}
	made := utilisation.Correction{
		ID: "c-" + strings.ToLower(rand.Text()[:10]), FromMS: c.From.UnixMilli(), ToMS: c.To.UnixMilli(),
		Purpose: c.Purpose, Reason: c.Reason, Author: c.Author, MadeMS: time.Now().UnixMilli(),
	}
	made.Affiliation, _ = utilisation.ParseAffiliation(c.Affiliation) // kong has seen to it
	if c.State != "" {
		state, err := record.ParseState(c.State)
		if err != nil {
			return err
		}
		made.State = &state
	}
	ctx, b, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	if err := b.Correct(ctx, c.Base, c.Asset, made); err != nil {
		return err
	}
	fmt.Printf("%s: %s/%s corrected from %s to %s\n", made.ID, c.Base, c.Asset, c.From.Format(time.RFC3339), c.To.Format(time.RFC3339))
	return nil
}

type corrections struct {
	books
	Base string `required:"" help:"The base. / 基地"`
}

// Run lists all that were ever made.
func (c *corrections) Run() error {
	ctx, b, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	all, err := b.Corrections(ctx, c.Base)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "asset\tid\tfrom\tto\tstate\tpurpose\tuser\tmade\tauthor\treason")
	at := func(ms int64) string { return time.UnixMilli(ms).In(beijing).Format("2006-01-02 15:04:05") }
	for _, asset := range slices.Sorted(maps.Keys(all)) {
		for _, c := range all[asset] {
			state := "-"
			if c.State != nil {
				state = c.State.String()
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", asset, c.ID, at(c.FromMS), at(c.ToMS), state, cmp.Or(c.Purpose, "-"), c.Affiliation, at(c.MadeMS), c.Author, c.Reason)
		}
	}
	return w.Flush()
}
