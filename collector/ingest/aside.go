package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"basemeter/agent/record"
)

// An Aside is a folder for messages that could not be accepted: the payload as it came in <time>-<gateway>-<n>.json, and
// beside it in .reason the topic and why. It is bounded; the oldest go. Its zero value with Dir and MaxBytes is ready.
type Aside struct {
	Dir      string
	MaxBytes int64
	Now      func() time.Time // nil: time.Now

	mu    sync.Mutex
	files []asideFile // oldest first
	bytes int64
	count int
	known bool // what was in the folder before is in files
}

type asideFile struct {
	name string // without its ending
	size int64
}

const (
	payloadEnding = ".json"
	reasonEnding  = ".reason"
)

// Keep keeps one message. A payload larger than the whole folder may be is cut, and the reason says so.
func (a *Aside) Keep(topic string, payload []byte, reason string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.look(); err != nil {
		return fmt.Errorf("keep aside: %w", err)
	}
	why := topic + "\n" + reason + "\n"
	if room := max(0, a.MaxBytes-int64(len(why))-64); int64(len(payload)) > room {
		why += fmt.Sprintf("%d of %d bytes are kept\n", room, len(payload))
		payload = payload[:room]
	}
	file := asideFile{a.name(topic), int64(len(payload) + len(why))}
	if err := a.makeRoom(file.size); err != nil {
		return fmt.Errorf("keep aside: %w", err)
	}
	path := filepath.Join(a.Dir, file.name)
	err := errors.Join(os.WriteFile(path+payloadEnding, payload, 0o600), os.WriteFile(path+reasonEnding, []byte(why), 0o600))
	if err != nil {
		return fmt.Errorf("keep aside: %w", errors.Join(err, remove(path)))
	}
	a.files = append(a.files, file)
	a.bytes += file.size
	return nil
}

// look finds, once, what an earlier process left.
func (a *Aside) look() error {
	if a.known {
		return nil
	}
	if err := os.MkdirAll(a.Dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(a.Dir) // by name, which is by time
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), payloadEnding)
		if !ok {
			continue
		}
		path := filepath.Join(a.Dir, name)
		file := asideFile{name, size(path+payloadEnding) + size(path+reasonEnding)}
		a.files = append(a.files, file)
		a.bytes += file.size
	}
	a.known = true
	return nil
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0 // an operator may have taken it away
	}
	return info.Size()
}

func (a *Aside) makeRoom(size int64) error {
	for len(a.files) > 0 && a.bytes+size > a.MaxBytes {
		if err := remove(filepath.Join(a.Dir, a.files[0].name)); err != nil {
			return err
		}
		a.bytes -= a.files[0].size
		a.files = a.files[1:]
	}
	return nil
}

func remove(path string) error {
	var all error
	for _, ending := range []string{payloadEnding, reasonEnding} {
		if err := os.Remove(path + ending); !errors.Is(err, fs.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return all
}

// name never comes from the message alone: a topic's gateway is part of it only if it is an id.
func (a *Aside) name(topic string) string {
	now := time.Now
	if a.Now != nil {
		now = a.Now
	}
	_, gateway, _, _, err := record.ParseTopic(topic)
	if err != nil || record.CheckID(gateway) != nil {
		gateway = "unknown"
	}
	a.count++
	return fmt.Sprintf("%s-%s-%d", now().UTC().Format("20060102T150405.000Z"), gateway, a.count)
}
