package sim

import "encoding/binary"

// Exceptions of Modbus.
const (
	illegalFunction = 0x01
	illegalAddress  = 0x02
	illegalValue    = 0x03
	unitIsSilent    = 0x0B // a gateway's word for a unit that does not answer
)

const mostRegisters = 125 // in one answer

// answer is what a device says to a request: function, address and count, or an exception.
func answer(request []byte, regs Registers) []byte {
	function := request[0]
	if function != readHolding && function != readInput {
		return exception(function, illegalFunction)
	}
	if len(request) != 5 {
		return exception(function, illegalValue)
	}
	address, count := binary.BigEndian.Uint16(request[1:]), binary.BigEndian.Uint16(request[3:])
	if count == 0 || count > mostRegisters {
		return exception(function, illegalValue)
	}
	words, ok := regs(function, address, count)
	if !ok {
		return exception(function, illegalAddress)
	}
	out := []byte{function, byte(2 * len(words))}
	for _, w := range words {
		out = binary.BigEndian.AppendUint16(out, w)
	}
	return out
}

func exception(function, code byte) []byte { return []byte{function | 0x80, code} }
