package collector

import (
	"cmp"
	"fmt"
	"log/slog"
	"time"

	"basemeter/collector/ingest"
	"basemeter/collector/plan"
	"basemeter/collector/store"
	"basemeter/collector/table"
	"basemeter/collector/web"
	"basemeter/configs"
)

// The words of the configuration, in those of each room.

func (c *Collector) ingestOptions(conf configs.Collector) (o ingest.Options, err error) {
	aside := &ingest.Aside{Dir: conf.Aside.Dir, MaxBytes: int64(conf.Aside.MaxBytes)}
	o = ingest.Options{
		Broker: conf.MQTT.Broker, ClientID: conf.MQTT.ClientID, Username: conf.MQTT.Username, Group: conf.Group,
		Write: c.write, Aside: aside.Keep, Live: c.floor.hear, Count: &c.count, Log: c.log,
	}
	if o.Password, err = configs.Secret(conf.MQTT.PasswordFile); err != nil {
		return o, fmt.Errorf("mqtt.password_file: %w", err)
	}
	o.TLS, err = conf.MQTT.TLS(time.Now)
	return o, err
}

func storeOptions(c configs.InfluxDB, log *slog.Logger) (o store.Options, err error) {
	o = store.Options{
		URL: c.URL, Database: c.Database, Username: c.Username, Org: c.Org,
		KeepFacts: c.KeepFacts.D(), Timeout: c.Timeout.D(), Log: log,
	}
	if o.Password, err = configs.Secret(c.PasswordFile); err != nil {
		return o, fmt.Errorf("influxdb.password_file: %w", err)
	}
	if o.Token, err = configs.Secret(c.TokenFile); err != nil {
		return o, fmt.Errorf("influxdb.token_file: %w", err)
	}
	return o, nil
}

func (c *Collector) webOptions(conf configs.Collector) (web.Options, error) {
	bases := map[string]web.Base{}
	for _, b := range conf.Bases {
		zone, err := time.LoadLocation(cmp.Or(b.Timezone, "Asia/Shanghai"))
		if err != nil {
			return web.Options{}, fmt.Errorf("base %s: timezone: %w", b.Name, err)
		}
		bases[b.Name] = web.Base{TextZH: b.TextZH, TextEN: b.TextEN, Zone: zone}
	}
	return web.Options{
		Version: Version, Answer: c.Answer, Catalogue: c.Catalogue, Sessions: c.Sessions, Explain: c.Explain, Evidence: c.Evidence,
		Frozen: c.Frozen, Corrections: c.Corrections, Exchange: c.Exchange, Form: c.Form, Forms: everyForm(), WriteCSV: table.WriteCSV, WriteXLSX: table.WriteXLSX,
		Known: c.Known, Words: plan.Taxonomy().Words, Zone: c.plans.zone, Live: c.floor.live, Areas: c.floor.present, Health: c.health, Metrics: c.metrics(),
		Turn: c.turns.Take, Bases: bases, KeepFacts: conf.InfluxDB.KeepFacts.D(), Now: time.Now, Log: c.log,
	}, nil
}
