package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"basemeter/agent/record"
	"basemeter/configs"
)

// ErrRestart is a change that only a restart brings about. All the rest of the new configuration counts already.
var ErrRestart = errors.New("a restart brings it about")

// Reload makes c count while the agent runs: lines, devices and assets that differ are begun anew, all others go on, as
// does who is present at a reader that stays where it was; and the spool is not touched. If anything in c cannot be made, all stays as it was. Ctx is Run's: its end is the agent's.
func (a *Agent) Reload(ctx context.Context, c configs.Agent) error {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	p := a.fleet.plan(c.Lines)
	if err := p.faults.err(); err != nil {
		p.drop()
		return fmt.Errorf("the configuration stays as it was: %w", err)
	}
	next := a.config
	next.Lines, next.Assets, next.Presence = c.Lines, c.Assets, c.Presence
	if err := a.fleet.retire(p); err != nil { // pulled out, perhaps; it is gone either way
		a.log.Warn("close", "reason", err)
	}
	// Between the old devices' last word and the new ones' first: a counter must not count from one meter to another.
	if err := a.order(ctx, func() { a.follow(next, p.abouts()) }); err != nil {
		return err // the end of the agent, which closes what was made
	}
	a.fleet.begin(p)
	a.mu.Lock()
	maps.DeleteFunc(a.faults, func(what, _ string) bool { return what != pageFault && what != cardsFault }) // the new configuration has none
	a.mu.Unlock()
	a.news.Store(true)
	a.log.Info("configuration reloaded", "begun", len(p.made), "assets", len(c.Assets))
	if later := restarts(a.config, c); len(later) > 0 {
		return fmt.Errorf("%s: %w", strings.Join(later, ", "), ErrRestart)
	}
	return nil
}

// Refuse says, in the log and with the gateway's health, that a new configuration does not count, or not all of it.
func (a *Agent) Refuse(err error) {
	a.leaveOut("configuration", err)
}

// cardsFault is what a table of cards that cannot be read is called among the faults.
const cardsFault = "cards_file"

// CardsRead says, in the log and with the gateway's health, that the table of cards was read anew or, with an error, that
// it could not be and counts as it was.
func (a *Agent) CardsRead(err error) {
	if err != nil {
		a.leaveOut(cardsFault, err)
		return
	}
	a.log.Info("cards read anew")
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.faults, cardsFault)
	a.news.Store(true)
}

// order lets the beat, which owns what is written, do something.
func (a *Agent) order(ctx context.Context, do func()) error {
	done := make(chan struct{})
	select {
	case a.orders <- func() { do(); close(done) }:
		<-done
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// follow makes the keeper follow c's assets and readers. What the broker retains of one that is gone, or of an area, goes
// too.
func (a *Agent) follow(c configs.Agent, abouts map[string]about) {
	now := a.clock.Now()
	for _, gone := range a.keeper.follow(c, abouts, now) {
		a.latest.Set(record.Topic(a.config.Base, a.config.Gateway, record.NowTopic, gone), nil)
	}
	a.keeper.flush(now)
}

// restarts are the keys, apart from lines, assets and presence, whose values differ.
func restarts(was, is configs.Agent) []string {
	was.Lines, was.Assets, was.Presence = is.Lines, is.Assets, is.Presence
	before, after := reflect.ValueOf(was), reflect.ValueOf(is)
	var keys []string
	for i := range before.NumField() {
		if !reflect.DeepEqual(before.Field(i).Interface(), after.Field(i).Interface()) {
			key, _, _ := strings.Cut(before.Type().Field(i).Tag.Get("yaml"), ",")
			keys = append(keys, key)
		}
	}
	return keys
}
