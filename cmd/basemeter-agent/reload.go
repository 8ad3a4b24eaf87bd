package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"basemeter/agent"
	"basemeter/configs"
)

// lookEvery is how often the files of the configuration are looked at. One that has changed counts once it has stayed the
// same for as long, so that nobody reads half of what an editor is writing.
const lookEvery = 2 * time.Second

// follow reloads the configuration at a SIGHUP, and when a file of it changes, until ctx ends.
func follow(ctx context.Context, path string, config configs.Agent, a *agent.Agent) {
	hup := make(chan os.Signal, 1) // holds one, or a signal would be lost
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
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
			files = reload(ctx, path, files, a)
			loaded = stamp(files)
			before = loaded
		}
	}
}

// reload makes the file count, or nothing of it, and returns the files to look at from now on.
func reload(ctx context.Context, path string, files []string, a *agent.Agent) []string {
	config, faults := configs.Load[configs.Agent](path)
	if err := faults.Err(); err != nil {
		a.Refuse(err)
		return files
	}
	if err := a.Reload(ctx, config); err != nil && ctx.Err() == nil {
		a.Refuse(err)
	}
	return filesOf(path, config)
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
