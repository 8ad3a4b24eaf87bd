package configs

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	_ "time/tzdata" // a gateway's image has no time zones
	"unicode"

	"basemeter/configs/strict"
)

func (c *Collector) check(d *strict.Document) {
	c.MQTT.check(d, "mqtt")
	d.Check("group", strict.ID(c.Group))
	c.InfluxDB.check(d, "influxdb")
	d.Check("aside.dir", strict.Needed(c.Aside.Dir, "a folder"))
	d.Check("aside.max_bytes", strict.Between(c.Aside.MaxBytes, 1<<20, 1<<50))
	c.HTTP.check(d, "http")
	names := strict.Taken{}
	for i, b := range c.Bases {
		path := strict.Index("bases", i)
		d.Check(path+".name", strict.ID(b.Name))
		names.Take(d, path+".name", b.Name)
		d.Check(path+".timezone", timezone(b.Timezone))
	}
}

func (db *InfluxDB) check(d *strict.Document, path string) {
	d.Check(path+".url", address(db.URL, "allowed: http://host:8086 or https://host:8086", "http", "https"))
	d.Check(path+".database", strict.ID(db.Database))
	d.Check(path+".keep_facts", keeps(db.KeepFacts))
	d.Check(path+".timeout", strict.Between(db.Timeout, Duration(time.Second), Duration(10*time.Minute)))
	together(d, path, "org", db.Org, "token_file", db.TokenFile)
	if db.Org == "" && db.TokenFile == "" {
		together(d, path, "username", db.Username, "password_file", db.PasswordFile)
		return
	}
	for _, key := range []string{"username", "password_file"} {
		if d.Given(strict.Join(path, key)) {
			d.Fault(strict.Join(path, key), "not used with org and token_file; allowed: one pair or the other")
		}
	}
}

func (h *CollectorHTTP) check(d *strict.Document, path string) {
	d.Check(path+".listen", hostPort(h.Listen, true))
	d.Check(path+".access", strict.OneOf(h.Access, AccessTokens, AccessOpen))
	d.Check(path+".public", public(h.Public))
	if h.Access != AccessOpen {
		return
	}
	if !d.Ill(path+".listen") && !loopback(h.Listen) {
		d.Fault(path+".access", "open, while others can reach %s; allowed: %s, or listen on an address of this machine alone, such as 127.0.0.1:8080", h.Listen, AccessTokens)
	}
	if h.TokenFile != "" {
		d.Fault(path+".token_file", "not used with access: open; allowed: one or the other")
	}
}

// public holds an address that is printed on certificates to be one that a reader can follow; it may be left out.
func public(s string) error {
	const allowed = "allowed: https://host, with a port if it is another than HTTPS', such as https://basemeter.example.edu.cn"
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	switch {
	case err == nil && u.User != nil: // which is not repeated
		return errors.New("a name or a password in a URL that everybody reads; " + allowed)
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || strings.ContainsFunc(u.Host, unfit):
		return fmt.Errorf("%s is no address of this server; %s", strict.Shown(s), allowed)
	case u.Path != "" || u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#"):
		return fmt.Errorf("%s has more than a host; %s", strict.Shown(s), allowed)
	}
	return nil
}

// unfit tells what stands in no name of a host, nor in an address with a port.
func unfit(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-:[]", r)
}

func timezone(name string) error {
	const allowed = "allowed: a name such as Asia/Shanghai"
	if name == "" || name == "Local" {
		return errors.New("is missing; " + allowed)
	}
	if _, err := time.LoadLocation(name); err != nil {
		return fmt.Errorf("%s is not a time zone; %s", strict.Shown(name), allowed)
	}
	return nil
}
