package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"basemeter/agent"
	"basemeter/agent/live"
	"basemeter/configs"
	"basemeter/drivers/gpio"
)

// A view is how the values of a gateway are looked at: those of the agent that runs, or, where none does, by reading
// the wires ourselves.
type view struct {
	Config string `short:"c" required:"" type:"existingfile" help:"The configuration of the gateway. / 网关的配置文件"`
	Lang   string `enum:"zh,en," default:"" help:"zh or en; by default what $$LANG says. / 语言"`
}

// watch is the live view; status the same, once.
type (
	watch struct {
		view
		Every time.Duration `default:"1s" help:"How often. / 刷新间隔"`
	}
	status struct{ view }
)

func (w *watch) Run() error { return w.show(w.Every) }

func (s *status) Run() error { return s.show(0) }

func (v *view) show(every time.Duration) error {
	ctx, stop := untilInterrupted()
	defer stop()
	look, end, err := v.open(ctx)
	if err != nil {
		return err
	}
	screen := live.Screen{To: os.Stdout, Lang: language(v.Lang), Every: every, Live: every > 0 && isTerminal(os.Stdout)}
	return errors.Join(screen.Watch(ctx, look), end())
}

// look gives the floor as it is.
type look func(context.Context) (live.Floor, error)

// open finds the agent that runs. Where none does, it starts one that reads and publishes nothing.
func (v *view) open(ctx context.Context) (see look, end func() error, err error) {
	config, faults := configs.Load[configs.Agent](v.Config)
	config, fatal := config.Without(faults)
	if len(fatal) > 0 {
		return nil, nil, fatal
	}
	password, err := configs.Secret(config.HTTP.PasswordFile)
	if err != nil {
		return nil, nil, fmt.Errorf("http.password_file: %w", err)
	}
	url := "http://" + reachable(config.HTTP.Listen)
	fetch := func(ctx context.Context) (live.Floor, error) { return live.Fetch(ctx, url, password) }
	if config.HTTP.Listen != "" {
		_, err := fetch(ctx)
		if err == nil || !errors.Is(err, syscall.ECONNREFUSED) {
			return fetch, func() error { return nil }, err
		}
	}
	fmt.Fprintln(os.Stderr, "No agent answers, so the wires are read from here. / 没有正在运行的网关程序，直接读取线路。")
	return alone(ctx, config, faults)
}

// reachable is what to call to reach who listens there.
func reachable(listen string) string {
	host, port, _ := net.SplitHostPort(listen) // the loader has asked for both
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// alone reads the wires until end is called. What is read goes nowhere but to who looks.
func alone(ctx context.Context, config configs.Agent, faults configs.Faults) (look, func() error, error) {
	dir, err := os.MkdirTemp("", "basemeter-watch-")
	if err != nil {
		return nil, nil, err
	}
	config.Spool.Dir, config.HTTP.Listen, config.HTTP.PasswordFile = dir, "", ""
	config.MQTT = configs.MQTT{Broker: "tcp://127.0.0.1:1883", ClientID: "none"}
	a, err := agent.New(config, faults, agent.Options{Log: slog.New(slog.DiscardHandler), Pins: gpio.ByName, Alone: true})
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1) // holds the one there is
	go func() { ended <- a.Run(ctx) }()
	see := func(context.Context) (live.Floor, error) { return settled(ctx, a), nil }
	return see, func() error {
		stop()
		return errors.Join(<-ended, os.RemoveAll(dir))
	}, nil
}

// settled is the floor once each device has been asked, or a moment has passed.
func settled(ctx context.Context, a *agent.Agent) live.Floor {
	soon := time.NewTimer(3 * time.Second)
	defer soon.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		f := a.Floor()
		if allAsked(f) {
			return f
		}
		select {
		case <-ctx.Done():
			return f
		case <-soon.C:
			return f
		case <-tick.C:
		}
	}
}

func allAsked(f live.Floor) bool {
	for _, l := range f.Lines {
		for _, d := range l.Devices {
			for _, p := range d.Points {
				if p.At.IsZero() && d.Error == "" {
					return false
				}
			}
		}
	}
	return true
}

// language is the one that was asked for, or the reader's: Chinese unless the machine speaks English.
func language(asked string) string {
	switch {
	case asked != "":
		return asked
	case strings.HasPrefix(os.Getenv("LANG"), "en"):
		return "en"
	}
	return "zh"
}

func untilInterrupted() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
}

func isTerminal(f io.Writer) bool {
	file, ok := f.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
