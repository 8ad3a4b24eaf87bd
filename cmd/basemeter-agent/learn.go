package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"basemeter/agent/learn"
	"basemeter/agent/live"
	"basemeter/agent/record"
)

// learnAsset watches a machine's power and proposes thresholds.
type learnAsset struct {
	view
	Asset string        `arg:"" help:"The asset, as it is called in the configuration. / 资产编号"`
	For   time.Duration `default:"24h" help:"How long to watch; Ctrl-C ends it earlier. / 观察多长时间"`
	Point string        `help:"What to watch, as device/point; by default the asset's power. / 测点"`
	Keep  string        `type:"path" help:"A CSV file to write readings to, and to go on from if it is there. / 保存读数的 CSV 文件"`
	PNG   string        `type:"path" help:"Draw the distribution and the course into this file. / 输出图片"`
}

// every is how often the power is looked at.
const every = time.Second

func (l *learnAsset) Run() error {
	ctx, stop := untilInterrupted()
	defer stop()
	samples, err := readings(l.Keep)
	if err != nil {
		return err
	}
	see, end, err := l.open(ctx)
	if err != nil {
		return err
	}
	more, err := l.watch(ctx, see, samples)
	if err = errors.Join(err, end()); err != nil {
		return err
	}
	return l.propose(append(samples, more...))
}

// watch takes readings until it is time, or ctx ends.
func (l *learnAsset) watch(ctx context.Context, see look, before []learn.Sample) (samples []learn.Sample, err error) {
	file, err := appending(l.Keep)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	began, last := time.Now(), live.Point{}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for ctx.Err() == nil && time.Since(began) < l.For {
		f, err := see(ctx)
		var point live.Point
		if err == nil {
			point, err = l.find(f)
		}
		if err != nil && ctx.Err() == nil && last.At.IsZero() {
			return nil, err // later, a restart or a reload is no reason to forget a day
		}
		if err == nil {
			if apart := time.Duration(point.MonoNS - last.MonoNS); point.Quality == record.Good && apart > 0 {
				if !last.At.IsZero() && apart < time.Minute { // else it was silent: nothing is known of the time between
					s := learn.Sample{Value: last.Value, For: apart}
					samples = append(samples, s)
					if _, err := fmt.Fprintf(file, "%s,%g,%.3f\n", last.At.Format(time.RFC3339), s.Value, s.For.Seconds()); err != nil {
						return nil, err
					}
				}
				last = point
			}
			if isTerminal(os.Stderr) {
				fmt.Fprintf(os.Stderr, "\r\x1b[K%s  %g %s  %d readings, %s of %s", point.Name, point.Value, point.Unit,
					len(before)+len(samples), about(time.Since(began)), about(l.For))
			}
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	if isTerminal(os.Stderr) {
		fmt.Fprintln(os.Stderr)
	}
	return samples, nil
}

// find is the point to watch: the one that was named, or the asset's only power.
func (l *learnAsset) find(f live.Floor) (live.Point, error) {
	if l.Point == "" {
		var powers []string
		for _, a := range f.Assets {
			for _, name := range a.Points {
				if a.Name == l.Asset && strings.HasSuffix(name, "/power") {
					powers = append(powers, name)
				}
			}
		}
		if len(powers) != 1 {
			return live.Point{}, fmt.Errorf("asset %q has %d points called power; name one with --point device/point", l.Asset, len(powers))
		}
		l.Point = powers[0]
	}
	for _, line := range f.Lines {
		for _, d := range line.Devices {
			for _, p := range d.Points {
				if p.Name == l.Point {
					return p, nil
				}
			}
		}
	}
	return live.Point{}, fmt.Errorf("no device reads %q", l.Point)
}

func (l *learnAsset) propose(samples []learn.Sample) error {
	p := learn.Learn(samples)
	fmt.Print(p.Histogram(72))
	fmt.Println(p.YAML(l.Point))
	if l.PNG == "" {
		return nil
	}
	file, err := os.Create(l.PNG)
	if err != nil {
		return err
	}
	return errors.Join(p.PNG(file, samples), file.Close())
}

// readings are those that an earlier watch has kept.
func readings(path string) (samples []learn.Sample, err error) {
	file, err := os.Open(path)
	if path == "" || errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i, row := range rows {
		value, err1 := strconv.ParseFloat(row[min(1, len(row)-1)], 64)
		seconds, err2 := strconv.ParseFloat(row[len(row)-1], 64)
		if len(row) != 3 || err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%s:%d: %q: want a time, a value and a number of seconds", path, i+1, strings.Join(row, ","))
		}
		samples = append(samples, learn.Sample{Value: value, For: time.Duration(seconds * float64(time.Second))})
	}
	return samples, nil
}

func appending(path string) (*os.File, error) {
	if path == "" {
		path = os.DevNull
	}
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
}
