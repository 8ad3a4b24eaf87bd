// Package influxd is a real InfluxDB 1.8.10 inside our own process, for a single site, a trial, the demo and the tests.
// It opens in milliseconds because Flux is left out; InfluxQL and both write APIs answer. It knows nothing of basemeter.
//
// It lives in the nested module because InfluxDB's old dependencies must not enter the main one; later 1.x versions do
// not link without libflux.
package influxd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/influxdata/influxdb/cmd/influxd/run"
	"github.com/influxdata/influxdb/logger"
	"github.com/influxdata/influxdb/services/httpd"
	"github.com/influxdata/influxdb/toml"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const version = "1.8.10" // what go.mod says; clients ask for it

// A Server is one running database.
type Server struct {
	influx *run.Server
	lock   *os.File
	addr   string
}

// Start opens the database that lives in dir, which it makes if it is missing, and serves HTTP without passwords on
// addr: a loopback address, whose port may be 0. Warnings go to log, one line each.
func Start(dir, addr string, log io.Writer) (*Server, error) {
	lock, err := own(dir)
	if err != nil {
		return nil, err
	}
	s := &Server{lock: lock}
	if err := s.open(config(dir, addr), log); err != nil {
		return nil, fmt.Errorf("influxdb in %s at %s: %w", dir, addr, errors.Join(err, s.Close()))
	}
	return s, nil
}

// own takes dir for this process: two databases in one directory would destroy it.
func own(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("another database runs in %s: %w", dir, err)
	}
	return lock, nil
}

// config is the server's own default, cut down to one site: no user database about itself, no access log, no word to
// influxdata.com, and a cache that fits beside the rest on a Pi.
func config(dir, addr string) *run.Config {
	c := run.NewConfig()
	c.ReportingDisabled = true
	c.BindAddress = "127.0.0.1:0" // backups' own protocol; it cannot be left out
	c.Meta.Dir = filepath.Join(dir, "meta")
	c.Meta.LoggingEnabled = false
	c.Data.Dir = filepath.Join(dir, "data")
	c.Data.WALDir = filepath.Join(dir, "wal") // synced at each write: what is acknowledged survives a power cut
	c.Data.QueryLogEnabled = false
	c.Data.CacheSnapshotMemorySize = 8 << 20
	c.Data.CacheMaxMemorySize = 128 << 20 // beyond it writes are refused with 500 and come again
	c.Data.CacheSnapshotWriteColdDuration = toml.Duration(10 * time.Minute)
	c.Data.MaxConcurrentCompactions = 1
	c.Monitor.StoreEnabled = false
	c.Subscriber.Enabled = false
	c.ContinuousQuery.Enabled = false
	c.HTTPD.BindAddress = addr
	c.HTTPD.LogEnabled = false
	c.HTTPD.PprofEnabled = false
	c.GraphiteInputs, c.CollectdInputs, c.OpenTSDBInputs, c.UDPInputs = nil, nil, nil, nil
	return c
}

func (s *Server) open(c *run.Config, log io.Writer) (err error) {
	if s.influx, err = run.NewServer(c, &run.BuildInfo{Version: version}); err != nil {
		return err
	}
	if s.influx.Logger, err = warnings(log); err != nil {
		return err
	}
	if err := openQuietly(s.influx); err != nil {
		return err
	}
	for _, service := range s.influx.Services {
		if http, ok := service.(*httpd.Service); ok {
			s.addr = http.Addr().String()
		}
	}
	return nil
}

// openQuietly opens the server with standard error aside: the multiplexer of its backup port takes it as it is at that
// moment, and would complain there at each orderly end that its listener was closed.
func openQuietly(s *run.Server) error {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	stderr := os.Stderr
	os.Stderr = null
	defer func() { os.Stderr = stderr }()
	return s.Open()
}

func warnings(log io.Writer) (*zap.Logger, error) {
	c := logger.NewConfig()
	c.Format = "logfmt"
	c.Level = zapcore.WarnLevel
	return c.New(log)
}

// Addr is where HTTP is served, with the port that was given.
func (s *Server) Addr() string { return s.addr }

// Close lets running requests end, writes what is in memory and gives the directory free.
func (s *Server) Close() error {
	var err error
	if s.influx != nil {
		err = s.influx.Close()
	}
	return errors.Join(err, s.lock.Close())
}
