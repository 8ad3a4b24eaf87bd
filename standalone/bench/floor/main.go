// Command floor is the least that polls Modbus TCP units each second, decodes their floats and publishes them. It keeps
// nothing, knows no state and handles no error: what it costs is what nobody can go below by much, in Go and with paho.
package main

import (
	"encoding/binary"
	"flag"
	"io"
	"math"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

const registers = 40 // of a unit: 20 floats

func main() {
	broker := flag.String("broker", "", "tcp://host:port")
	units := flag.String("units", "", "host:port,host:port,…")
	every := flag.String("every", "poll", "a message each poll or each second")
	flag.Parse()
	client := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(*broker).SetClientID("floor"))
	if t := client.Connect(); t.Wait() && t.Error() != nil {
		panic(t.Error())
	}
	var mu sync.Mutex
	var gathered []byte
	for _, unit := range strings.Split(*units, ",") {
		conn := must(net.Dial("tcp", unit))
		go poll(conn, func(payload []byte) {
			if *every == "poll" {
				client.Publish("floor/poll", 1, false, payload)
				return
			}
			mu.Lock()
			gathered = append(append(gathered, payload...), '\n')
			mu.Unlock()
		})
	}
	for range time.Tick(time.Second) {
		mu.Lock()
		if len(gathered) > 0 {
			client.Publish("floor/second", 1, false, gathered)
			gathered = nil
		}
		mu.Unlock()
	}
}

func poll(conn net.Conn, say func([]byte)) {
	request := []byte{0, 0, 0, 0, 0, 6, 1, 4, 0, 0, 0, registers}
	answer := make([]byte, 9+2*registers)
	for range time.Tick(time.Second) {
		must(conn.Write(request))
		must(io.ReadFull(conn, answer))
		payload := strconv.AppendInt([]byte(`{"at_ms":`), time.Now().UnixMilli(), 10)
		payload = append(payload, `,"values":[`...)
		for v := answer[9:]; len(v) > 0; v = v[4:] {
			number := math.Float32frombits(binary.BigEndian.Uint32(v))
			payload = append(strconv.AppendFloat(payload, float64(number), 'g', -1, 32), ',')
		}
		say(append(payload[:len(payload)-1], "]}"...))
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
