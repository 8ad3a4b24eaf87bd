// Command influxd runs the embedded InfluxDB as a process of its own, so that a test can kill it and start it again on
// the same directory and port. It says "ready ADDR" on its standard output and ends at SIGTERM.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"basemeter/standalone/influxd"
)

func main() {
	dir := flag.String("dir", "", "directory of the database")
	addr := flag.String("addr", "127.0.0.1:8086", "loopback address to serve HTTP on")
	flag.Parse()
	if err := serve(*dir, *addr); err != nil {
		fmt.Fprintln(os.Stderr, "influxd:", err)
		os.Exit(1)
	}
}

func serve(dir, addr string) error {
	if dir == "" {
		return fmt.Errorf("-dir is missing")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := influxd.Start(dir, addr, os.Stderr)
	if err != nil {
		return err
	}
	fmt.Println("ready", server.Addr())
	<-ctx.Done()
	return server.Close()
}
