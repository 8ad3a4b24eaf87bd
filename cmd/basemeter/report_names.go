package main

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// What the collector says of bases and assets, as far as it is needed here.
type oneBase struct {
	ID, ZH, EN, Kind, Owner, City, County, Clock string

	Assets int
	Areas  []struct{ ID, ZH, EN string }
	Terms  []struct{ Code, From, To string }
}

type oneAsset struct{ Base, ID, ZH, EN string }

// bases are those that are asked for.
func (a *client) bases(ctx context.Context) ([]oneBase, error) {
	body, err := a.pages(ctx, "/v1/bases", "bases", a.where())
	if err != nil {
		return nil, err
	}
	var answer struct{ Bases []oneBase }
	return answer.Bases, a.decoded(body, &answer)
}

// catalogue is what the bases of an answer, their areas and, if it has lines of them, assets are called. A base that no
// registry knows has no name.
func (a *client) catalogue(ctx context.Context, answer *report.Answer) (*report.Catalogue, error) {
	c := &report.Catalogue{}
	single := a.Base != "" && !strings.Contains(string(a.Base), ",")
	if !single && !slices.Contains(answer.By, report.ByBase) {
		return c, nil
	}
	others := a.where()
	others.Del("base") // which may be one that no registry knows, and an error then
	body, err := a.pages(ctx, "/v1/bases", "bases", others)
	if err != nil {
		return nil, err
	}
	var known struct{ Bases []oneBase }
	if err := a.decoded(body, &known); err != nil {
		return nil, err
	}
	for _, b := range known.Bases {
		c.Bases = append(c.Bases, b.registered())
	}
	slices.SortFunc(c.Bases, func(a, b report.Base) int { return strings.Compare(a.ID, b.ID) })
	if slices.Contains(answer.By, report.ByAsset) || slices.Contains(answer.By, report.ByPlace) {
		err = a.assets(ctx, c, others)
	}
	return c, err
}

func (b *oneBase) registered() report.Base {
	one := report.Base{ID: b.ID, Text: table.Text{ZH: b.ZH, EN: b.EN}}
	if zone, err := time.LoadLocation(b.Clock); err == nil && b.Clock != "" {
		one.Clock = zone
	}
	for _, area := range b.Areas {
		one.Areas = append(one.Areas, report.Area{ID: area.ID, Text: table.Text{ZH: area.ZH, EN: area.EN}})
	}
	return one
}

// assets fills in those of the bases that are asked for.
func (a *client) assets(ctx context.Context, c *report.Catalogue, where url.Values) error {
	var asked []string
	for id := range strings.SplitSeq(string(a.Base), ",") {
		if id = strings.TrimSpace(id); c.Base(id) != nil {
			asked = append(asked, id)
		}
	}
	if a.Base != "" {
		if len(asked) == 0 {
			return nil
		}
		where.Set("base", strings.Join(asked, ","))
	}
	delete(where, "cursor")
	body, err := a.pages(ctx, "/v1/assets", "assets", where)
	if err != nil {
		return err
	}
	var known struct{ Assets []oneAsset }
	if err := a.decoded(body, &known); err != nil {
		return err
	}
	for _, one := range known.Assets {
		if b := c.Base(one.Base); b != nil {
			b.Assets = append(b.Assets, report.Asset{ID: one.ID, Text: table.Text{ZH: one.ZH, EN: one.EN}})
		}
	}
	return nil
}

// clock is by which times are shown: that of the base that is asked for, or Beijing's, as for all bases together.
func (a *client) clock(c *report.Catalogue) *time.Location {
	if b := c.Base(string(a.Base)); b != nil && b.Clock != nil {
		return b.Clock
	}
	return time.FixedZone("Asia/Shanghai", 8*60*60)
}
