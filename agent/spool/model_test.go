package spool

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A model is what a spool must hold, in memory.
type model struct {
	t       *testing.T
	o       Options
	s       *Spool
	now     time.Time
	uptime  time.Duration
	pending map[uint64]string
	acked   map[uint64]string // a crash may bring these back
	mark    string
	newest  uint64
	dropped uint64
}

func (m *model) open() {
	m.s = hasty(open(m.t, m.o))
	m.s.uptime = func() time.Duration { return m.uptime }
}

func (m *model) append(r *rapid.T) {
	payload := rapid.StringMatching(`[a-z]{0,40}`).Draw(r, "payload")
	mark := rapid.StringMatching(`[a-z]{0,20}`).Draw(r, "mark")
	q, err := m.s.Append([]byte(payload), []byte(mark))
	if err != nil {
		r.Fatal(err)
	}
	if mark != "" {
		m.mark = mark
	}
	want := uint64(0) // a mark takes no sequence
	if payload != "" {
		m.newest++
		want = m.newest
		m.pending[want] = payload
	}
	if q != want {
		r.Fatalf("sequence %d, want %d", q, want)
	}
	m.drop(r)
}

// drop takes from the model what the bound took from the spool: the oldest, all of it counted.
func (m *model) drop(r *rapid.T) {
	stats := m.s.Stats()
	for ; m.dropped < stats.Dropped; m.dropped++ {
		oldest := slices.Min(keys(m.pending))
		if !covers(stats.Lost, oldest) {
			r.Fatalf("%d went, %v are said to be lost", oldest, stats.Lost)
		}
		delete(m.pending, oldest)
	}
	if m.o.MaxBytes > 0 && stats.Bytes > m.o.MaxBytes {
		r.Fatalf("%d bytes", stats.Bytes)
	}
}

func (m *model) ack(r *rapid.T) {
	q := rapid.Uint64Range(0, m.newest+1).Draw(r, "sequence")
	if err := m.s.Ack(q); err != nil {
		r.Fatal(err)
	}
	if payload, ok := m.pending[q]; ok {
		m.acked[q] = payload
		delete(m.pending, q)
	}
}

func (m *model) wait(r *rapid.T) {
	m.uptime += rapid.SampledFrom([]time.Duration{time.Millisecond, time.Hour}).Draw(r, "wait")
	m.now = m.now.Add(time.Hour)
}

func (m *model) reopen(r *rapid.T) {
	if err := m.s.Close(); err != nil {
		r.Fatal(err)
	}
	m.open()
}

// crash goes on with a copy of the directory, maybe with the beginning of an Append that did not return.
func (m *model) crash(r *rapid.T) {
	dir := copyDir(m.t, m.o.Dir)
	m.s.Close()
	os.RemoveAll(m.o.Dir)
	m.o.Dir = dir
	if list := segments(m.t, dir); len(list) > 0 && rapid.Bool().Draw(r, "torn") {
		m.tear(r, list[len(list)-1])
	}
	m.open()
	for q, payload := range m.acked {
		if _, next, _, _ := m.s.Next(q - 1); string(next) == payload && m.holds(q) {
			m.pending[q] = payload
		}
	}
	clear(m.acked)
}

func (m *model) holds(q uint64) bool { _, e := m.s.find(q); return e != nil && e.sequence == q }

func (m *model) tear(r *rapid.T, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		r.Fatal(err)
	}
	last := m.s.segments[len(m.s.segments)-1]
	f := frame{sequence: m.newest + 1, payload: []byte("torn"), mark: []byte("torn")}.append(nil, place{last.number, last.size})
	cut := rapid.IntRange(0, len(f)-1).Draw(r, "cut")
	write(m.t, path, append(data, f[:cut]...))
}

// check compares all that can be seen.
func (m *model) check(r *rapid.T) {
	var want []string
	for _, q := range keys(m.pending) {
		want = append(want, fmt.Sprintf("%d:%s", q, m.pending[q]))
	}
	if got := rest(m.t, m.s); got != strings.Join(want, " ") {
		r.Fatalf("pending %q, want %q", got, want)
	}
	stats := m.s.Stats()
	if string(m.s.Mark()) != m.mark || stats.Newest != m.newest || stats.Corrupt != 0 || stats.Dropped != m.dropped {
		r.Fatalf("mark %q, %+v, want %+v", m.s.Mark(), stats, m)
	}
}

func keys(m map[uint64]string) (list []uint64) {
	for q := range m {
		list = append(list, q)
	}
	slices.Sort(list)
	return list
}

func TestAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := &model{t: t, now: noon, pending: map[uint64]string{}, acked: map[uint64]string{}}
		m.o = Options{Dir: memory(t), SegmentBytes: rapid.Int64Range(1, 500).Draw(r, "segment")}
		m.o.Now = func() time.Time { return m.now }
		m.o.MaxBytes = rapid.SampledFrom([]int64{0, 300, 1000}).Draw(r, "bytes")
		m.o.MaxAge = rapid.SampledFrom([]time.Duration{0, 10 * time.Hour}).Draw(r, "age")
		m.open()
		defer func() { m.s.Close(); os.RemoveAll(m.o.Dir) }()
		r.Repeat(map[string]func(*rapid.T){
			"append": m.append, "append too": m.append, "ack": m.ack, "ack too": m.ack,
			"wait": m.wait, "reopen": m.reopen, "crash": m.crash, "": m.check,
		})
	})
}
