package configs

import (
	"fmt"
	"time"
)

func (a *Agent) check(d *document) {
	a.checkGateway(d)
	a.MQTT.check(d, "mqtt")
	a.checkParts(d)
}

func (s *Site) check(d *document) {
	s.checkGateway(d)
	if d.given("mqtt") {
		d.fault("mqtt", "a site brings its own broker; leave mqtt out")
	}
	d.check("dir", needed(s.Dir, "the folder of everything that is kept"))
	s.Page.check(d, "page")
	d.check("keep_facts", keeps(s.Keep))
	s.checkParts(d)
}

var trusts = []string{"kernel", "always"}

func (a *Agent) checkGateway(d *document) {
	d.check("base", id(a.Base))
	d.check("gateway", id(a.Gateway))
	d.check("grid", divides(a.Grid))
	d.check("batch_every", between(a.BatchEvery, Duration(time.Second), Duration(30*time.Second)))
	d.check("spool.dir", needed(a.Spool.Dir, "a folder"))
	d.check("spool.max_bytes", between(a.Spool.MaxBytes, 1<<20, 1<<50))
	d.check("spool.max_age", between(a.Spool.MaxAge, Duration(time.Hour), Duration(36500*day)))
	d.check("clock.trust", oneOf(a.Clock.Trust, trusts...))
	a.HTTP.check(d)
	d.check("badge_key_file", needed(a.BadgeKeyFile, "the name of a file"))
}

// check wants a password where anybody but this machine can look in.
func (h *AgentHTTP) check(d *document) {
	if h.Listen == "" {
		return
	}
	d.check("http.listen", hostPort(h.Listen, true))
	if !d.ill("http.listen") && !loopback(h.Listen) && h.PasswordFile == "" {
		d.fault("http.password_file", "is missing; others can reach %s: the name of a file that holds a password, or listen on 127.0.0.1", h.Listen)
	}
}

func (a *Agent) checkParts(d *document) {
	w := wiring{agent: a, devices: map[string]wire{}}
	w.checkLines(d)
	names := taken{}
	for i := range a.Assets {
		path := index("assets", i)
		names.take(d, path+".name", a.Assets[i].Name)
		w.checkAsset(d, path, &a.Assets[i])
	}
}

func divides(grid Duration) error {
	if grid < Duration(time.Second) || grid > Duration(time.Hour) || time.Hour%grid.D() != 0 {
		return fmt.Errorf("%v does not divide an hour; allowed: a divisor of 1h between 1s and 1h, such as 1m, 5m, 10m", grid)
	}
	return nil
}

// keeps holds a retention to what the database can do.
func keeps(d Duration) error {
	if d != 0 && d < Duration(day) {
		return fmt.Errorf("%v is shorter than a day; allowed: 24h or longer, or 0s for ever", d)
	}
	return nil
}
