package configs

import (
	"fmt"
	"time"

	"basemeter/configs/strict"
)

func (a *Agent) check(d *strict.Document) {
	a.checkGateway(d)
	a.MQTT.check(d, "mqtt")
	a.checkParts(d)
}

func (s *Site) check(d *strict.Document) {
	s.checkGateway(d)
	if d.Given("mqtt") {
		d.Fault("mqtt", "a site brings its own broker; leave mqtt out")
	}
	d.Check("dir", strict.Needed(s.Dir, "the folder of everything that is kept"))
	s.Page.check(d, "page")
	if s.Page.Access == AccessTokens && s.Page.TokenFile == "" { // its database can be reached by nobody who would make others
		d.Fault("page.token_file", "is missing; needed unless access is open")
	}
	d.Check("keep_facts", keeps(s.Keep))
	s.checkParts(d)
}

var trusts = []string{"kernel", "always"}

func (a *Agent) checkGateway(d *strict.Document) {
	d.Check("base", strict.ID(a.Base))
	d.Check("gateway", strict.ID(a.Gateway))
	d.Check("grid", divides(a.Grid))
	d.Check("batch_every", strict.Between(a.BatchEvery, Duration(time.Second), Duration(30*time.Second)))
	d.Check("spool.dir", strict.Needed(a.Spool.Dir, "a folder"))
	d.Check("spool.max_bytes", strict.Between(a.Spool.MaxBytes, 1<<20, 1<<50))
	d.Check("spool.max_age", strict.Between(a.Spool.MaxAge, Duration(time.Hour), Duration(36500*day)))
	d.Check("clock.trust", strict.OneOf(a.Clock.Trust, trusts...))
	a.HTTP.check(d)
	d.Check("badge_key_file", strict.Needed(a.BadgeKeyFile, "the name of a file"))
	d.Check("cards_file", strict.Needed(a.CardsFile, "the name of a file"))
}

// check wants a password where anybody but this machine can look in.
func (h *AgentHTTP) check(d *strict.Document) {
	if h.Listen == "" {
		return
	}
	d.Check("http.listen", hostPort(h.Listen, true))
	if !d.Ill("http.listen") && !loopback(h.Listen) && h.PasswordFile == "" {
		d.Fault("http.password_file", "is missing; others can reach %s: the name of a file that holds a password, or listen on 127.0.0.1", h.Listen)
	}
}

func (a *Agent) checkParts(d *strict.Document) {
	w := wiring{agent: a, devices: map[string]wire{}}
	w.checkLines(d)
	names := strict.Taken{}
	for i := range a.Assets {
		path := strict.Index("assets", i)
		names.Take(d, path+".name", a.Assets[i].Name)
		w.checkAsset(d, path, &a.Assets[i])
	}
	w.checkPresence(d)
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
