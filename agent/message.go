package agent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"basemeter/agent/clock"
	"basemeter/agent/publish"
	"basemeter/agent/record"
	"basemeter/agent/state"
	"basemeter/configs"
	"basemeter/drivers"
)

func (a *Agent) post() publish.Post {
	return publish.Post{
		Spool: a.spool, Stream: a.spool.Stream(), Message: a.message,
		Latest: a.latest, Count: a.count, Log: a.log,
	}
}

// message makes the message of a spooled payload. Facts that count from a boot are dated first; they wait as long as
// that boot's clock may still be set. All others travel as they lie on the disk, whose checksum vouches for them: to
// read them once more was the dearest thing that a gateway with a clock did.
func (a *Agent) message(sequence uint64, payload []byte) ([]byte, error) {
	if bytes.Contains(payload, []byte(`,"boot":"`)) { // within a text its quotes would be escaped
		var err error
		if payload, err = a.dated(payload); err != nil {
			return nil, err
		}
	}
	message := make([]byte, 0, len(payload)+envelope)
	message = record.AppendBatch(message, a.config.Base, a.config.Gateway, a.spool.Stream(), sequence, payload)
	if len(message) > record.MaxBatchBytes { // it would cost the connection, again and again
		return nil, fmt.Errorf("batch of %d bytes: at most %d are accepted", len(message), record.MaxBatchBytes)
	}
	return message, nil
}

// envelope is room for what a batch says beside its facts: two names, a stream, two numbers.
const envelope = 320

// dated turns times since a boot into dates.
func (a *Agent) dated(payload []byte) ([]byte, error) {
	facts, err := record.DecodeFacts(payload)
	if err != nil {
		return nil, fmt.Errorf("spooled facts: %w", err)
	}
	boot, estimated, err := a.clock.Dated(facts.Boot)
	if errors.Is(err, clock.ErrUnset) {
		err = publish.ErrEarly
	}
	if err != nil {
		return nil, err
	}
	facts.Estimated = estimated
	state.Redate(&facts, boot, a.config.Grid.D())
	return record.AppendFacts(nil, &facts), nil
}

func (a *Agent) sayHealth(now drivers.Instant) {
	data, err := json.Marshal(a.health(now))
	if err != nil {
		panic(err) // plain values
	}
	a.latest.Set(record.Topic(a.config.Base, a.config.Gateway, record.HealthTopic), data)
}

func (a *Agent) health(now drivers.Instant) record.Health {
	s := a.spool.Stats()
	h := record.Health{
		AtMS: now.Wall.UnixMilli(), Version: Version, Boot: now.Boot, Stream: a.spool.Stream(),
		ClockSynced: now.Synced, ClockSteps: a.clock.Epoch(),
		Sequence: s.Newest, Pending: uint64(s.Pending), Dropped: a.dropped(),
	}
	answers := a.fleet.answers(now)
	for _, d := range answers {
		h.Devices = append(h.Devices, d.Device)
	}
	h.Faults = a.faulty(answers)
	return h
}

// dropped are the batches given up for want of room.
func (a *Agent) dropped() uint64 { return a.spool.Stats().Dropped + a.keeper.lost.Load() }

// faulty is what is left out, and those of the devices that do not answer.
func (a *Agent) faulty(answers []answering) (faults []string) {
	for _, d := range answers {
		if d.fault {
			faults = append(faults, d.Name+": "+d.reason)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for device, reason := range a.faults {
		faults = append(faults, strings.TrimSuffix(device+": "+reason, ": "))
	}
	slices.Sort(faults)
	return faults
}

// brokerOptions reads the files that hold secrets.
func (a *Agent) brokerOptions() (publish.Options, error) {
	m := a.config.MQTT
	o := publish.Options{
		Broker: m.Broker, ClientID: m.ClientID, Username: m.Username,
		Base: a.config.Base, Gateway: a.config.Gateway,
	}
	if o.ClientID == "" {
		o.ClientID = "basemeter-" + o.Base + "-" + o.Gateway
	}
	var err error
	if o.Password, err = configs.Secret(m.PasswordFile); err != nil {
		return o, fmt.Errorf("mqtt.password_file: %w", err)
	}
	o.TLS, err = m.TLS(a.now)
	return o, err
}

// now is the time that certificates are held against: a gateway without a clock battery starts in the past.
func (a *Agent) now() time.Time {
	now, floor := a.clock.Now().Wall, a.clock.Floor()
	if now.Before(floor) {
		return floor
	}
	return now
}

// trusted is the time that the spool counts age by: none while the clock has not been set.
func (a *Agent) trusted() time.Time {
	if now := a.clock.Now(); now.Synced {
		return now.Wall
	}
	return time.Time{}
}
