# An independent Modbus slave (pymodbus): unit 7, on a serial port or on a TCP port of this machine.
# Bits are set where their address is odd; holding registers are their address, input registers minus theirs.
import sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer

bits = [address % 2 == 1 for address in range(256)]
unit = ModbusSlaveContext(
    co=ModbusSequentialDataBlock(0, bits),
    di=ModbusSequentialDataBlock(0, bits),
    hr=ModbusSequentialDataBlock(0, list(range(256))),
    ir=ModbusSequentialDataBlock(0, [-address & 0xFFFF for address in range(256)]),
    zero_mode=True,
)
context = ModbusServerContext(slaves={7: unit}, single=False)
kind, where = sys.argv[1:]
if kind == "rtu":
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=where, baudrate=19200, timeout=0.005)
else:
    StartTcpServer(context=context, address=("127.0.0.1", int(where)))
