package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
	"golang.org/x/sync/errgroup"
	"periph.io/x/conn/v3/gpio"

	"basemeter/agent"
	"basemeter/agent/cards"
	"basemeter/collector"
	"basemeter/configs"
	"basemeter/standalone/influxd"
)

// drain is how long an orderly end waits for the last facts to be in the database.
const drain = 15 * time.Second

// A site is gateway, broker, database and collector of one base in one program. Broker and database listen on this
// machine only, without passwords.
type site struct {
	agent     *agent.Agent
	collector *collector.Collector
	broker    *mqtt.Server
	database  *influxd.Server
	cards     *cards.Table
}

// open starts broker and database and wires the rest to them. Page is where figures are served.
func open(ctx context.Context, c configs.Site, left configs.Faults, page net.Listener, pins func(string) (gpio.PinIn, error), log *slog.Logger) (s *site, err error) {
	s = &site{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return s, err
	}
	if s.database, err = influxd.Start(filepath.Join(c.Dir, "influxdb"), "127.0.0.1:0", os.Stderr); err != nil {
		return s, err
	}
	address, err := s.listen()
	if err != nil {
		return s, err
	}
	c.MQTT = configs.MQTT{Broker: "tcp://" + address}
	table, unread := cards.Open(c.CardsFile)
	s.cards = table
	s.agent, err = agent.New(c.Agent, left, agent.Options{Log: log.With("part", "agent"), Pins: pins, Drain: drain, Cards: table.Of})
	if err != nil {
		return s, err
	}
	if unread != nil {
		s.agent.CardsRead(unread)
	}
	s.collector, err = collector.New(configs.Collector{
		MQTT:     configs.MQTT{Broker: c.MQTT.Broker, ClientID: "collector"},
		Group:    "collectors",
		InfluxDB: configs.InfluxDB{URL: "http://" + s.database.Addr(), Database: "basemeter", KeepFacts: c.Keep, Timeout: configs.Duration(20 * time.Second)},
		Aside:    configs.Aside{Dir: filepath.Join(c.Dir, "aside"), MaxBytes: 64 << 20},
		HTTP:     c.Page,
		Plan:     c.Plan,
	}, collector.Options{Log: log.With("part", "collector"), Listener: page})
	return s, err
}

// listen starts the broker on a port of this machine.
func (s *site) listen() (address string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("broker: %w", err)
	}
	s.broker = mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})
	err = errors.Join(s.broker.AddHook(new(auth.AllowHook), nil), s.broker.AddListener(listeners.NewNet("mqtt", listener)), s.broker.Serve())
	return listener.Addr().String(), err
}

// run goes on until ctx ends or a part fails. The collector outlives the agent, so that the last facts reach the
// database; until is done when the agent has ended and before the collector does.
func (s *site) run(ctx context.Context, until func(context.Context) error) error {
	centre, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	edge, cut := context.WithCancel(ctx)
	defer cut()
	var g errgroup.Group
	g.Go(func() error {
		defer cut()
		return s.collector.Run(centre)
	})
	g.Go(func() error {
		s.cards.Watch(edge, s.agent.CardsRead)
		return nil
	})
	g.Go(func() error {
		defer stop()
		return errors.Join(s.agent.Run(edge), until(centre))
	})
	return g.Wait()
}

func (s *site) close() error {
	var errs []error
	if s.broker != nil {
		errs = append(errs, s.broker.Close())
	}
	if s.database != nil {
		errs = append(errs, s.database.Close())
	}
	return errors.Join(errs...)
}
