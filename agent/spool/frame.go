package spool

import (
	"encoding/binary"
	"hash/crc32"
)

// A frame on the disk, little endian:
//
//	 0  magic, 3 bytes that no UTF-8 text contains, and the version
//	 4  sequence; a frame without payload repeats the newest one given out
//	12  stamp, ms since 1970; 0: the clock was not trusted
//	20  length of the payload; 0: the frame only carries a mark
//	24  length of the mark; 0: the newest earlier mark stays valid
//	28  CRC32C of the place and bytes 0 to 28
//	32  CRC32C continued over payload and mark
//	36  payload, mark
const (
	magic       = "\xb5S\xfe\x01"
	headerBytes = 36
	maxFrame    = 64 << 20
)

type frame struct {
	sequence      uint64
	stamp         int64
	payload, mark []byte
}

// A place is where a frame stands. Its checksum covers it, so that a block of a deleted segment that turns up again, or
// a payload that itself contains frames, is not taken for a frame.
type place struct {
	segment uint64
	offset  int64
}

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	le         = binary.LittleEndian
)

func (f frame) size() int64 { return headerBytes + int64(len(f.payload)) + int64(len(f.mark)) }

func (f frame) append(dst []byte, at place) []byte {
	dst = append(dst, magic...)
	dst = le.AppendUint64(dst, f.sequence)
	dst = le.AppendUint64(dst, uint64(f.stamp))
	dst = le.AppendUint32(dst, uint32(len(f.payload)))
	dst = le.AppendUint32(dst, uint32(len(f.mark)))
	sum := headSum(dst, at)
	dst = le.AppendUint32(dst, sum)
	dst = le.AppendUint32(dst, bodySum(sum, f.payload, f.mark))
	return append(append(dst, f.payload...), f.mark...)
}

func headSum(head []byte, at place) uint32 {
	var where [16]byte
	le.PutUint64(where[:], at.segment)
	le.PutUint64(where[8:], uint64(at.offset))
	return crc32.Update(crc32.Checksum(where[:], castagnoli), castagnoli, head)
}

func bodySum(sum uint32, payload, mark []byte) uint32 {
	return crc32.Update(crc32.Update(sum, castagnoli, payload), castagnoli, mark)
}

type verdict int

const (
	noise   verdict = iota // not a frame
	torn                   // goes on behind the end of the data
	damaged                // the header is right, the rest is not
	whole
)

// parse reads the frame that data begins with. After noise nothing of it is known, before whole only the header.
func parse(data []byte, at place) (f frame, size int, v verdict) {
	if len(data) < headerBytes {
		return f, 0, torn
	}
	sum := le.Uint32(data[28:])
	if string(data[:4]) != magic || sum != headSum(data[:28], at) {
		return f, 0, noise
	}
	f.sequence, f.stamp = le.Uint64(data[4:]), int64(le.Uint64(data[12:]))
	payload, end := headerBytes+int64(le.Uint32(data[20:])), int64(le.Uint32(data[24:]))
	end += payload
	if end > int64(len(data)) {
		return f, 0, torn
	}
	f.payload, f.mark = data[headerBytes:payload:payload], data[payload:end:end]
	if bodySum(sum, f.payload, f.mark) != le.Uint32(data[32:]) {
		return f, int(end), damaged
	}
	return f, int(end), whole
}
