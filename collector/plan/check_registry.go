package plan

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"time"
	_ "time/tzdata" // a server's image may have no time zones

	"basemeter/configs/strict"
)

const defaultTimezone = "Asia/Shanghai"

// checkRegistry checks registry.yaml and begins the base with it.
func (d *draft) checkRegistry() {
	r, file := &d.Registry, &d.registry
	places := strict.Taken{} // an area and an asset are both places
	d.known.organisations = named(file, strict.Taken{}, "organisation", "organisations", "id", r.Organisations, func(o *Organisation) string { return o.ID })
	d.known.areas = named(file, places, "area", "areas", "id", r.Areas, func(a *Area) string { return a.ID })
	d.known.assets = named(file, places, "asset", "assets", "id", r.Assets, func(a *Asset) string { return a.ID })
	d.known.groups = named(file, strict.Taken{}, "group of cards", "cards", "group", r.Cards, func(c *CardGroup) string { return c.Group })
	d.known.projects = named(file, strict.Taken{}, "project", "projects", "id", r.Projects, func(p *Project) string { return p.ID })
	d.checkBase("base", &r.Base)
	d.checkThings()
	for i := range r.Assets {
		d.checkAsset(strict.Index("assets", i), &r.Assets[i])
	}
	for i := range r.Cards {
		d.checkCards(strict.Index("cards", i), &r.Cards[i])
	}
	d.base = newBase(r)
}

func (d *draft) checkBase(path string, b *BaseEntry) {
	file, words := &d.registry, Taxonomy()
	if b.Timezone == "" {
		b.Timezone = defaultTimezone
	}
	file.Check(path+".id", strict.ID(b.ID))
	file.Check(path+".text_zh", strict.Needed(b.TextZH, "the base's name"))
	file.Check(path+".kind", word("kind of base", b.Kind, words.BaseKinds.IDs()))
	file.Check(path+".city", word("city", b.City, words.Cities.IDs()))
	for key, given := range map[string]struct {
		what, id string
		words    Words
	}{"variant": {"variant", b.Variant, words.BaseVariants}, "cluster": {"cluster", b.Cluster, words.Clusters}, "consortium": {"consortium", b.Consortium, words.Consortia}} {
		if given.id != "" {
			file.Check(path+"."+key, word(given.what, given.id, given.words.IDs()))
		}
	}
	file.Check(path+".owner", d.owner(b.Owner))
	_, err := zone(b.Timezone)
	file.Check(path+".timezone", err)
}

// owner holds the base's to being an organisation of this house.
func (d *draft) owner(id string) error {
	if err := d.known.organisations.check(id); err != nil {
		return err
	}
	for _, o := range d.Organisations {
		if o.ID == id && slices.Contains([]string{"partner", "outside"}, o.Affiliation) {
			return fmt.Errorf("%s is %s; allowed: an organisation with affiliation host", strict.Shown(id), o.Affiliation)
		}
	}
	return nil
}

func zone(name string) (*time.Location, error) {
	at, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return time.UTC, fmt.Errorf("%s is not a time zone; allowed: a name such as %s", strict.Shown(name), defaultTimezone)
	}
	return at, nil
}

// checkThings checks organisations, areas and projects.
func (d *draft) checkThings() {
	const most = 10000
	file := &d.registry
	for i, o := range d.Organisations {
		path := strict.Index("organisations", i)
		file.Check(path+".text_zh", strict.Needed(o.TextZH, "the organisation's name"))
		file.Check(path+".affiliation", word("affiliation", o.Affiliation, Taxonomy().Affiliations.IDs()))
		if o.SchoolCode != "" {
			file.Check(path+".school_code", strict.Formed(o.SchoolCode, schoolCode, "allowed: five digits or capital letters, in quotes, such as \"00000\""))
		}
	}
	for i, a := range d.Areas {
		path := strict.Index("areas", i)
		file.Check(path+".text_zh", strict.Needed(a.TextZH, "the area's name"))
		file.Check(path+".workstations", strict.Between(a.Workstations, 0, most))
	}
	for i, p := range d.Projects {
		file.Check(strict.Index("projects", i)+".text_zh", strict.Needed(p.TextZH, "the project's name"))
	}
}

func (d *draft) checkAsset(path string, a *Asset) {
	const hoursOfAYear = 8784
	file := &d.registry
	file.Check(path+".text_zh", strict.Needed(a.TextZH, "the asset's name"))
	file.Check(path+".area", d.known.areas.check(a.Area))
	file.Check(path+".host", d.known.organisations.perhaps(a.Host))
	if a.QuotaHours < 0 || a.QuotaHours > hoursOfAYear {
		file.Fault(path+".quota_hours", "%v is out of bounds; allowed: 0 to %d, the hours of a year", a.QuotaHours, hoursOfAYear)
	}
	d.checkPrice(path+".price_yuan", a.PriceYuan)
	if !a.From.IsZero() && !a.Until.IsZero() && !a.From.Before(a.Until) {
		file.Fault(path+".until", "%v is not after from, which is %v; until is the first day out of service", a.Until, a.From)
	}
}

// A school's code in statistics has five characters.
var schoolCode = regexp.MustCompile(`^[0-9A-Z]{5}$`)

// checkPrice holds a price to what the forms of statistics can hold: 12 characters, two of them after the point.
func (d *draft) checkPrice(path string, yuan float64) {
	const most = 999_999_999.99
	switch fen := yuan * 100; {
	case !(yuan >= 0 && yuan <= most): // also what is no number
		d.registry.Fault(path, "%v is out of bounds; allowed: 0 to %.2f yuan", yuan, most)
	case math.Abs(fen-math.Round(fen)) > 1e-4:
		d.registry.Fault(path, "%v has more than two decimals; allowed: yuan and fen, such as 486000.50", yuan)
	}
}

func (d *draft) checkCards(path string, c *CardGroup) {
	file := &d.registry
	file.Check(path+".text_zh", strict.Needed(c.TextZH, "the group's name"))
	file.Check(path+".user_group", word("user group", c.UserGroup, Taxonomy().UserGroups.IDs()))
	file.Check(path+".organisation", d.known.organisations.check(c.Organisation))
}
