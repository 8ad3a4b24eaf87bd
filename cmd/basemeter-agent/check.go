package main

import (
	"os"

	"basemeter/configs"
)

type check struct {
	Config string `short:"c" required:"" type:"existingfile" help:"The configuration. / 配置文件"`
}

func (c *check) Run() error {
	return configs.Report[configs.Agent](c.Config, os.Stdout)
}
