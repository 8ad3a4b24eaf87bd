package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Given is a value, or several with commas between. An empty one, as of a script whose variable was never set, is none:
// it would be the whole province.
type given string

// UnmarshalText takes what is given one after the other together.
func (g *given) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return fmt.Errorf("is empty; leave it out to ask for all / 为空；要查全部请不写该选项")
	}
	if *g != "" {
		*g += ","
	}
	*g += given(text)
	return nil
}

// A usage is a fault in what was asked, before the collector hears of it.
type usage string

func (u usage) Error() string { return string(u) }

// ExitCode tells it from an answer that did not come.
func (usage) ExitCode() int { return exitUsage }

// An interruption is Ctrl-C.
type interruption string

func (i interruption) Error() string { return string(i) }

// ExitCode is what shells give who ends so.
func (interruption) ExitCode() int { return 130 }

// sound holds options to go together.
func (c *reportCommand) sound() error {
	if c.URL == "" { // BASEMETER_URL= is how scripts unset it
		c.URL = "http://127.0.0.1:8080"
	}
	if !strings.HasPrefix(c.URL, "http://") && !strings.HasPrefix(c.URL, "https://") {
		return usage("--url: " + c.URL + c.words(" is no address such as http://127.0.0.1:8080", " 不是 http://127.0.0.1:8080 这样的地址"))
	}
	for _, rule := range c.rules() {
		for _, name := range slices.Sorted(maps.Keys(rule.options)) {
			if rule.options[name] != "" && !rule.holds {
				return usage(name + c.words(": ", "：") + rule.what)
			}
		}
	}
	switch {
	case c.List != "":
		return nil
	case c.Period != "" && (c.From != "" || c.To != ""):
		return usage(c.words("--period stands instead of --from and --to", "--period 代替 --from 和 --to，不能同时使用"))
	case c.Form != "" && c.Period == "" && c.From == "" && c.To == "": // it has a year of its own
		return nil
	case c.Period == "" && (c.From == "" || c.To == ""):
		return usage(c.words("expected --from and --to, or --period", "需要 --from 和 --to，或 --period"))
	}
	return nil
}

type rule struct {
	options map[string]given
	holds   bool
	what    string
}

func (c *reportCommand) rules() []rule {
	yes := map[bool]given{true: "yes"}
	figures := c.Form == "" && c.List == ""
	return []rule{
		{map[string]given{"--form": c.Form}, c.List == "", c.words("not with --list", "不能与 --list 同时使用")},
		{map[string]given{"--sheet": c.Sheet, "--all-assets": yes[c.AllAssets], "--use-in": given(c.UseIn), "--weight": c.Weight}, c.Form != "", c.words("goes with --form", "应与 --form 连用")},
		{map[string]given{"--sheet": c.Sheet}, c.Format == "table" || c.Format == "csv", c.words("chooses a sheet of table or csv", "只用于 table 和 csv")},
		{map[string]given{"--from": c.From, "--to": c.To, "--period": c.Period, "--frozen": c.Frozen, "--floor": c.Floor}, c.List == "", c.words("not with --list", "不能与 --list 同时使用")},
		{map[string]given{"--base": c.Base}, c.List == "" || c.List == "bases" || c.List == "frozen", c.words("not with this list", "不能与此列表同时使用")},
		{map[string]given{"--city": c.City, "--county": c.County, "--zone": c.Zone, "--cluster": c.Cluster, "--consortium": c.Consortium, "--kind": c.Kind},
			c.List == "" || c.List == "bases", c.words("not with this list", "不能与此列表同时使用")},
		{map[string]given{"--people": yes[c.People], "--metric": c.Metric, "--by": c.By, "--line": c.Line, "--asset": c.Asset, "--place": c.Place,
			"--user-group": c.UserGroup, "--purpose": c.Purpose, "--affiliation": c.Affiliation}, figures, c.words("is for figures, not with --form or --list", "用于指标，不能与 --form 或 --list 同时使用")},
		{map[string]given{"--place": c.Place, "--user-group": c.UserGroup}, c.People, c.words("goes with --people", "应与 --people 连用")},
		{map[string]given{"--line": c.Line, "--asset": c.Asset}, !c.People, c.words("is of machines, not with --people", "用于设备指标，不能与 --people 连用")},
		{map[string]given{"--limit": yes[c.Limit < 0]}, false, c.words("expected a number above 0", "应为大于 0 的数")},
	}
}
