package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"basemeter/configs"
	"basemeter/drivers/gpio"
)

type runCommand struct {
	Config string `short:"c" required:"" type:"existingfile" help:"The configuration, such as site.yaml. / 配置文件"`
}

// Run measures a site with real wires until it is told to stop.
func (r *runCommand) Run(ctx context.Context, log *slog.Logger) error {
	config, faults := configs.Load[configs.Site](r.Config)
	var fatal configs.Faults
	if config.Agent, fatal = config.Agent.Without(faults); len(fatal) > 0 {
		fmt.Fprintln(os.Stderr, fatal)
		return fmt.Errorf("%s: %d faults concern the site as a whole", r.Config, len(fatal))
	}
	page, err := net.Listen("tcp", config.Page.Listen)
	if err != nil {
		return fmt.Errorf("page.listen: %w", err)
	}
	s, err := open(ctx, config, faults, page, gpio.ByName, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: %d machines on %d lines; state in %s\n  look here / 请打开   http://%s/\n  stop / 停止          Ctrl-C\n",
		config.Base, len(config.Assets), len(config.Lines), config.Dir, page.Addr())
	return errors.Join(s.run(ctx, func(context.Context) error { return nil }), s.close())
}

type checkCommand struct {
	Config string `short:"c" required:"" type:"existingfile" help:"The configuration. / 配置文件"`
}

// Run lists every fault of a configuration.
func (c *checkCommand) Run() error {
	return configs.Report[configs.Site](c.Config, os.Stdout)
}
