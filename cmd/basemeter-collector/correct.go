package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
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

type correct struct {
	books
	Base        string `required:"" help:"The base. / 基地"`
	Asset       string `required:"" help:"The asset. / 设备"`
	From        string `required:"" help:"The first moment: 2026-03-01T08:00:00+08:00, or a date. / 起始时间"`
	To          string `required:"" help:"The first moment behind it. / 截止时间（不含）"`
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
	return c.with(func(ctx context.Context, b *collector.Books) error {
		from, to, err := span(c.From, c.To, b.Zone(c.Base))
		if err != nil {
			return err
		}
		made := utilisation.Correction{
			ID: "c-" + strings.ToLower(rand.Text()[:10]), FromMS: from.UnixMilli(), ToMS: to.UnixMilli(),
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
		if err := b.Correct(ctx, c.Base, c.Asset, made); err != nil {
			return err
		}
		_, err = fmt.Printf("%s: %s/%s corrected from %s to %s / 已更正\n", made.ID, c.Base, c.Asset, from.Format(time.RFC3339), to.Format(time.RFC3339))
		return err
	})
}

type corrections struct {
	books
	Base string `required:"" help:"The base. / 基地"`
}

// Run lists all that were ever made.
func (c *corrections) Run() error {
	return c.with(func(ctx context.Context, b *collector.Books) error {
		all, err := b.Corrections(ctx, c.Base)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "asset\tid\tfrom\tto\tstate\tpurpose\tuser\tmade\tauthor\treason")
		at := func(ms int64) string { return time.UnixMilli(ms).In(b.Zone(c.Base)).Format("2006-01-02 15:04:05") }
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
	})
}
