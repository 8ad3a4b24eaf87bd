package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// A progress tells on a terminal how far an answer has come, once it takes longer than a second. Without a terminal it
// only says what must be known; quiet, nothing.
type progress struct {
	to    io.Writer // nil: quiet
	lang  string
	shown bool // on a terminal

	mu           sync.Mutex
	began        time.Time
	bytes        int
	lines, total int
	drawn        bool
	stop, gone   chan struct{}
}

func newProgress(to *os.File, lang string, quiet bool) *progress {
	p := &progress{lang: lang, began: time.Now(), stop: make(chan struct{}), gone: make(chan struct{})}
	if !quiet {
		p.to, p.shown = to, terminal(to)
	}
	if !p.shown {
		close(p.gone)
		return p
	}
	go p.run()
	return p
}

// terminal tells whether people read a file as it is written.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	for _, other := range []string{os.DevNull, "/dev/full"} { // which are such devices, too
		if null, err := os.Stat(other); err == nil && os.SameFile(info, null) {
			return false
		}
	}
	return true
}

func (p *progress) run() {
	defer close(p.gone)
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			p.draw()
		}
	}
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	passed := time.Since(p.began)
	if passed < time.Second {
		return
	}
	p.drawn = true
	s := speaker{lang: p.lang}
	text := fmt.Sprintf(s.in("%d s, %.1f kB received"), int(passed.Seconds()), float64(p.bytes)/1000)
	if p.total > 0 {
		text = fmt.Sprintf(s.in("%d of %d lines, %d s"), p.lines, p.total, int(passed.Seconds()))
	}
	fmt.Fprint(p.to, erase+text)
}

// erase goes to the beginning of the line and clears it.
const erase = "\r\x1b[K"

// Write counts what comes in.
func (p *progress) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bytes += len(data)
	return len(data), nil
}

// come says how many lines of how many are there.
func (p *progress) come(lines, of int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines, p.total = lines, of
}

// note says something that stays.
func (p *progress) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.to != nil {
		p.clear()
		fmt.Fprintln(p.to, text)
	}
}

func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.to, erase)
		p.drawn = false
	}
}

// end leaves no trace of it.
func (p *progress) end() {
	close(p.stop)
	<-p.gone
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}
