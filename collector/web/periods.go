package web

import (
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// Periods are the frozen versions.
type Periods struct {
	Periods []report.Frozen `json:"periods" nullable:"false"`
}

// Corrections are what people said against what was measured.
type Corrections struct {
	Corrections []report.Correction `json:"corrections" nullable:"false"`
}

type ofBase struct {
	In
	Base string `query:"base"`
}

func (s *server) periodEndpoints() {
	get(s, endpoint{path: "/v1/periods", may: []int{404, 502},
		summary: table.Text{ZH: "冻结版本", EN: "Frozen versions"},
		detail:  table.Text{ZH: "各基地冻结的台账版本，数字此后不再变化；sha256 可供核对。", EN: "Versions of ledgers whose figures never change again; sha256 is for checking them."},
	}, func(a *asked, _ *ofBase) (*reply[Periods], error) {
		all, err := s.Frozen(a.ctx)
		if err != nil {
			return nil, err
		}
		list, err := seen(a, all, func(f *report.Frozen) string { return f.Base })
		return &reply[Periods]{body: Periods{list}}, err
	})
	get(s, endpoint{path: "/v1/corrections", costly: true,
		summary: table.Text{ZH: "人工更正", EN: "Corrections"},
		detail:  table.Text{ZH: "谁在何时、因何更正了什么；原始记录仍保留。", EN: "Who corrected what, when and why. What was measured is kept."},
	}, func(a *asked, _ *ofBase) (*reply[Corrections], error) {
		base := a.values.Get("base")
		if base != "" {
			if err := a.base("base", base); err != nil { // before the ledger is asked
				return nil, err
			}
		}
		all, err := s.Corrections(a.ctx, base)
		if err != nil {
			return nil, err
		}
		list, err := seen(a, all, func(c *report.Correction) string { return c.Base })
		return &reply[Corrections]{body: Corrections{list}}, err
	})
}

// seen are those of a list that stand in bases that may be seen and, if one is asked for, in it.
func seen[T any](a *asked, all []T, baseOf func(*T) string) ([]T, error) {
	base := a.values.Get("base")
	if base != "" {
		if err := a.base("base", base); err != nil {
			return nil, err
		}
	}
	list := slices.DeleteFunc(slices.Clone(all), func(one T) bool {
		return !a.sees(baseOf(&one)) || base != "" && baseOf(&one) != base
	})
	if list == nil {
		list = []T{}
	}
	return list, nil
}
