package configs

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // a gateway's image has no time zones
)

func (c *Collector) check(d *document) {
	c.MQTT.check(d, "mqtt")
	d.check("group", id(c.Group))
	c.InfluxDB.check(d, "influxdb")
	d.check("aside.dir", needed(c.Aside.Dir, "a folder"))
	d.check("aside.max_bytes", between(c.Aside.MaxBytes, 1<<20, 1<<50))
	c.HTTP.check(d, "http")
	names := taken{}
	for i, b := range c.Bases {
		path := index("bases", i)
		d.check(path+".name", id(b.Name))
		names.take(d, path+".name", b.Name)
		d.check(path+".timezone", timezone(b.Timezone))
	}
}

func (db *InfluxDB) check(d *document, path string) {
	d.check(path+".url", address(db.URL, "allowed: http://host:8086 or https://host:8086", "http", "https"))
	d.check(path+".database", id(db.Database))
	d.check(path+".keep_facts", keeps(db.KeepFacts))
	d.check(path+".timeout", between(db.Timeout, Duration(time.Second), Duration(10*time.Minute)))
	together(d, path, "org", db.Org, "token_file", db.TokenFile)
	if db.Org == "" && db.TokenFile == "" {
		together(d, path, "username", db.Username, "password_file", db.PasswordFile)
		return
	}
	for _, key := range []string{"username", "password_file"} {
		if d.given(join(path, key)) {
			d.fault(join(path, key), "not used with org and token_file; allowed: one pair or the other")
		}
	}
}

func (h *CollectorHTTP) check(d *document, path string) {
	d.check(path+".listen", hostPort(h.Listen, true))
	if !d.ill(path+".listen") && !loopback(h.Listen) && h.TokenFile == "" {
		d.fault(path+".token_file", "is missing; needed unless listen is an address of this machine alone, such as 127.0.0.1:8080")
	}
}

func timezone(name string) error {
	const allowed = "allowed: a name such as Asia/Shanghai"
	if name == "" || name == "Local" {
		return errors.New("is missing; " + allowed)
	}
	if _, err := time.LoadLocation(name); err != nil {
		return fmt.Errorf("%s is not a time zone; %s", shown(name), allowed)
	}
	return nil
}
