package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"basemeter/agent"
	"basemeter/configs"
)

// lookEvery is how often the files of the configuration are looked at. One that has changed counts once it has stayed the
// same for as long, so that nobody reads half of what an editor is writing.
const lookEvery = 2 * time.Second

// follow reloads the configuration at a SIGHUP, which hup tells of, and when a file of it changes, until ctx ends.
func follow(ctx context.Context, path string, config configs.Agent, a *agent.Agent, hup <-chan os.Signal) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	files := filesOf(path, config)
	loaded := stamp(files)
	for before := loaded; ; {
		asked := false
		select {
		case <-ctx.Done():
			return
		case <-hup:
			asked = true
		case <-tick.C:
		}
		now := stamp(files)
		stands := now == before
		before = now
		if asked || now != loaded && stands {
			files, loaded = reload(ctx, path, files, a)
			before = loaded
		}
	}
}

// reload makes the file count, or nothing of it. It returns the files to look at from now on, and how they were when
// they were read: what is written while lines end and begin counts next.
func reload(ctx context.Context, path string, files []string, a *agent.Agent) (read []string, as string) {
	before := stamp(files)
	config, faults := configs.Load[configs.Agent](path)
	read = filesOf(path, config) // also of a bad one: mending a profile of its may be all it lacks
	if as = before; !slices.Equal(read, files) {
		as = stamp(read)
	}
	err := faults.Err()
	if err == nil {
		err = a.Reload(ctx, config)
	}
	if err != nil && ctx.Err() == nil {
		a.Refuse(err)
	}
	return read, as
}

// hangups tells of each SIGHUP, which no longer ends the process: neither before it listens nor while it ends.
func hangups() (hup chan os.Signal, stop func()) {
	hup = make(chan os.Signal, 1) // holds one, or a signal would be lost
	signal.Notify(hup, syscall.SIGHUP)
	return hup, func() { signal.Stop(hup) }
}

// filesOf are the files that a configuration is made of.
func filesOf(path string, c configs.Agent) []string {
	files := []string{path}
	for _, l := range c.Lines {
		for _, d := range l.Devices {
			if filepath.Ext(d.Profile) == ".yaml" {
				files = append(files, d.Profile)
			}
		}
	}
	return files
}

// stamp tells whether any of the files has changed.
func stamp(files []string) string {
	all := ""
	for _, file := range files {
		if info, err := os.Stat(file); err == nil {
			all += fmt.Sprintln(file, info.Size(), info.ModTime().UnixNano())
		} else {
			all += fmt.Sprintln(file, err)
		}
	}
	return all
}
