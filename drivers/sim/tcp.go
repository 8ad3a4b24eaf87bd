package sim

import (
	"context"
	"encoding/binary"
	"io"
	"net"

	"golang.org/x/sync/errgroup"
)

// ServeTCP is a Modbus TCP gateway in front of units. It serves until ctx ends, which is no error, or the listener
// fails, and closes the listener and all connections. An unknown unit is answered for, as gateways do, with 0x0B.
func ServeTCP(ctx context.Context, listener net.Listener, units map[byte]Registers) error {
	g, each := errgroup.WithContext(ctx)
	stop := context.AfterFunc(each, func() { listener.Close() })
	defer stop()
	g.Go(func() error {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return err // ends the others
			}
			g.Go(func() error { converse(each, conn, units); return nil })
		}
	})
	return unlessOver(ctx, g.Wait())
}

// converse answers one client until either side has enough.
func converse(ctx context.Context, conn net.Conn, units map[byte]Registers) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	for {
		var head [7]byte // transaction, protocol 0, length of what follows, unit
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return
		}
		length := binary.BigEndian.Uint16(head[4:])
		if binary.BigEndian.Uint16(head[2:]) != 0 || length < 2 || length > 254 {
			return // whatever it is, it is no Modbus
		}
		request := make([]byte, length-1)
		if _, err := io.ReadFull(conn, request); err != nil {
			return
		}
		reply := exception(request[0], unitIsSilent)
		if regs, ok := units[head[6]]; ok {
			reply = answer(request, regs)
		}
		binary.BigEndian.PutUint16(head[4:], uint16(1+len(reply)))
		if _, err := conn.Write(append(head[:], reply...)); err != nil {
			return
		}
	}
}
