package sheets

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"basemeter/collector/plan"
)

// What Microsoft calls the zone, and other names by which China's is written.
var otherZones = map[string]string{
	"china standard time": "Asia/Shanghai", "中国标准时间": "Asia/Shanghai", "prc": "Asia/Shanghai", "asia/beijing": "Asia/Shanghai",
	"(utc+08:00) beijing, chongqing, hong kong, urumqi": "Asia/Shanghai", "utc": "UTC", "gmt": "UTC", "etc/utc": "UTC",
}

// zone is that of a TZID: a known name, or what the file itself says of it.
func (c *calendar) zone(id string) (*time.Location, *wrong) {
	name := id
	if other, ok := otherZones[strings.ToLower(strings.TrimSpace(id))]; ok {
		name = other
	}
	if name != "" && !strings.EqualFold(name, "local") {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	if zone := c.zones[id]; zone != nil {
		return zone, nil
	}
	return nil, no(unknownZone, id)
}

var offsetForm = regexp.MustCompile(`^([+-])(\d\d)(\d\d)(?:00)?$`)

// zoneOf is the zone of a VTIMEZONE whose clock is never put forward or back, or nil.
func zoneOf(e event) *time.Location {
	var zone *time.Location
	for _, p := range e.properties {
		if p.name != "TZOFFSETTO" {
			continue
		}
		m := offsetForm.FindStringSubmatch(strings.TrimSpace(p.value))
		if m == nil {
			return nil
		}
		seconds := atoi(m[2])*3600 + atoi(m[3])*60
		if m[1] == "-" {
			seconds = -seconds
		}
		if zone != nil && zone.String() != m[0] {
			return nil
		}
		zone = time.FixedZone(m[0], seconds)
	}
	return zone
}

// time reads 20250902T080000, by the clock of its zone, of UTC if a Z is behind it, or of the base.
func (c *calendar) time(p property) (time.Time, *wrong) {
	value := strings.TrimSpace(p.value)
	zone := c.Zone
	switch id, named := p.params["TZID"]; {
	case plainDate.MatchString(value) || strings.EqualFold(p.params["VALUE"], "DATE"):
		return time.Time{}, no(allDay)
	case strings.HasSuffix(value, "Z"):
		zone, value = time.UTC, strings.TrimSuffix(value, "Z")
	case named:
		var w *wrong
		if zone, w = c.zone(id); w != nil {
			return time.Time{}, w
		}
	}
	t, err := time.ParseInLocation("20060102T150405", value, zone)
	switch {
	case err != nil:
		return time.Time{}, no(badTime)
	case t.Year() < firstYear || t.Year() > lastYear:
		return time.Time{}, no(farYear, firstYear, lastYear)
	case t.Second() != 0:
		return time.Time{}, no(seconds)
	}
	return t, nil
}

// times reads a list of them, as of EXDATE. Whole days count as their midnights, and are told apart.
func (c *calendar) times(p property) (moments []time.Time, days []plan.Date, w *wrong) {
	for _, value := range strings.Split(p.value, ",") {
		one := property{value: strings.TrimSpace(value), params: p.params}
		if day, err := time.Parse("20060102", one.value); err == nil {
			days = append(days, plan.DateOf(day))
			continue
		}
		t, w := c.time(one)
		if w != nil {
			return nil, nil, w
		}
		moments = append(moments, t)
	}
	return moments, days, nil
}

var durationForm = regexp.MustCompile(`^\+?P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$`)

// duration reads PT1H30M.
func duration(s string) (time.Duration, *wrong) {
	m := durationForm.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(s)))
	if m == nil {
		return 0, no(badDuration)
	}
	d := time.Duration(0)
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi("0" + m[i+1])
		d += time.Duration(n) * unit
	}
	switch {
	case d <= 0:
		return 0, no(badDuration)
	case d%time.Minute != 0:
		return 0, no(seconds)
	}
	return d, nil
}

// moment is a time by the base's clock.
func (c *calendar) moment(t time.Time) plan.Moment {
	t = t.In(c.Zone)
	return plan.Moment{Date: plan.DateOf(t), Clock: plan.Clock(t.Hour()*60 + t.Minute())}
}
