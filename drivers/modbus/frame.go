package modbus

import "bytes"

// checksum is the CRC-16 of RTU, sent low byte first; over a whole frame, its checksum included, it is 0.
func checksum(frame []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, b := range frame {
		crc ^= uint16(b)
		for range 8 {
			if crc&1 == 1 {
				crc = crc>>1 ^ 0xA001
			} else {
				crc >>= 1
			}
		}
	}
	return crc
}

// find looks for the answer to q in what was heard, whatever stands around it; its frame is heard[from:to]. Pauses tell
// nothing: adapters and schedulers make and hide them. It returns 0, 0 if the answer has not come (yet).
func find(heard []byte, q *question) (from, to int) {
	for i := 0; i < len(heard); i++ {
		rest := heard[i:]
		switch n := min(len(rest), len(q.frame)); {
		case rest[0] != q.unit:
		case bytes.Equal(rest[:n], q.frame[:n]):
			i += n - 1 // an adapter's echo of the question, which can look like an answer: coils at 0x0300
		case isAnswer(rest, 5, q): // an exception
			return i, i + 5
		case isAnswer(rest, 5+q.size(), q):
			return i, i + 5 + q.size()
		}
	}
	return 0, 0
}

func isAnswer(rest []byte, n int, q *question) bool {
	if len(rest) < n || rest[1]&0x7F != q.function.code || checksum(rest[:n]) != 0 {
		return false
	}
	_, err := q.open(rest[1 : n-2])
	return err == nil || isRefusal(err)
}

// verdict says what is wrong with heard, in which no answer to q was found when the time was up. Another device's sound
// frame and our own echo are silence.
func verdict(heard []byte, q *question) error {
	for i := range heard {
		rest := heard[i:]
		switch {
		case rest[0] != q.unit || len(rest) < 2 || rest[1] != q.function.code || bytes.HasPrefix(rest, q.frame[:]):
		case len(rest) > 2 && int(rest[2]) != q.size():
			return errLength
		case len(rest) < 5+q.size():
			return errShort
		default:
			return errChecksum
		}
	}
	if len(heard) == 0 || checksum(heard) == 0 {
		return errSilent
	}
	return errNoise
}
