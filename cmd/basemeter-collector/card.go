package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"time"

	"basemeter/collector"
)

type card struct {
	Export cardExport `cmd:"" help:"Print all that is kept of a card, as CSV. / 导出某张卡的全部记录"`
	Erase  cardErase  `cmd:"" help:"Make nobody's what is kept of a card; hours and visits stay. / 抹除：保留机时人次，去除与卡的关联"`
}

type cardOf struct {
	books
	Base      string `required:"" help:"The base. / 基地"`
	Pseudonym string `arg:"" help:"What basemeter-agent card export calls the card, of each academic year. / 网关导出的假名"`
}

type cardExport struct{ cardOf }

// Run prints a line for each fact.
func (c *cardExport) Run() error {
	return c.with(func(ctx context.Context, b *collector.Books) error {
		all, err := b.Card(ctx, c.Base, c.Pseudonym)
		if err != nil {
			return err
		}
		w := csv.NewWriter(os.Stdout)
		lines := [][]string{{"kind", "base", "place", "reader", "from", "to", "group"}}
		at := func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return t.In(b.Zone(c.Base)).Format(time.RFC3339)
		}
		for _, one := range all {
			lines = append(lines, []string{one.Kind, one.Base, one.Place, one.Reader, at(one.From), at(one.To), one.Group})
		}
		return w.WriteAll(lines)
	})
}

type cardErase struct{ cardOf }

// Run says how many facts were made nobody's.
func (c *cardErase) Run() error {
	return c.with(func(ctx context.Context, b *collector.Books) error {
		n, err := b.Erase(ctx, c.Base, c.Pseudonym)
		if err != nil {
			return err
		}
		_, err = fmt.Printf("%d facts are nobody's now / 已抹除 %d 条记录的卡关联\n", n, n)
		return err
	})
}
