package spool

import "bytes"

// A scan reads segments in the order they were written.
type scan struct {
	mark    []byte
	taken   uint64 // the last sequence of a payload
	newest  uint64 // no higher sequence can have been given out
	corrupt int
}

// segment indexes the whole frames of a file. What is between them is damage; what is behind them may be an Append cut
// short, which is none.
func (c *scan) segment(number uint64, data []byte) *segment {
	g := &segment{number: number}
	for at := 0; at < len(data); {
		f, size, v := parse(data[at:], place{number, int64(at)})
		switch v {
		case torn:
			return g
		case noise:
			size = c.skip(number, data, at)
		case damaged:
			c.corrupt++
			c.newest = max(c.newest, f.sequence)
		case whole:
			c.take(g, int64(at), f)
		}
		at += size
	}
	return g
}

func (c *scan) take(g *segment, at int64, f frame) {
	if len(f.payload) > 0 && f.sequence <= c.taken {
		c.corrupt++ // somebody put files here: an index must ascend
		return
	}
	g.add(at, f)
	c.taken = max(c.taken, g.last())
	c.newest = max(c.taken, f.sequence)
	if len(f.mark) > 0 {
		c.mark = f.mark
	}
}

// skip says how far the next frame is. Some file systems leave zeros where a write was cut short: no damage.
func (c *scan) skip(number uint64, data []byte, at int) int {
	rest := data[at:]
	if len(bytes.Trim(rest, "\x00")) == 0 {
		return len(rest)
	}
	c.hidden(number, len(rest))
	for n := 1; ; n++ {
		i := bytes.Index(rest[n:], []byte(magic))
		if i < 0 {
			return len(rest)
		}
		n += i
		if _, _, v := parse(rest[n:], place{number, int64(at + n)}); v != noise {
			return n
		}
	}
}

// hidden counts damage of so many bytes, in which as many frames may have been as find room there.
func (c *scan) hidden(number uint64, size int) {
	c.corrupt++
	c.newest = max(c.newest, number) + uint64(size)/(headerBytes+1) + 1
}
