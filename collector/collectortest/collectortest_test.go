package collectortest

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

func TestInfluxKeepsItsDataAndPortThroughAKill(t *testing.T) {
	db := Influx(t)
	url := db.URL
	db.Query("", `CREATE DATABASE "d"`)
	db.Write("d", "autogen", "m v=1 1000")
	db.Kill()
	if _, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
		t.Error("it still answers after Kill")
	}
	db.Restart()
	if db.URL != url {
		t.Errorf("came back at %s, was at %s", db.URL, url)
	}
	if got := db.Query("d", `SELECT v FROM m`); !strings.Contains(got, "[1000,1]") {
		t.Errorf("the point is gone: %s", got)
	}
}

func TestMosquittoComesBackAndKeepsStrangersOut(t *testing.T) {
	b := Mosquitto(t, User{"gw", "secret", []string{"write up"}})
	connect := func(password string) error {
		c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(b.URL()).SetProtocolVersion(4).SetUsername("gw").SetPassword(password))
		defer c.Disconnect(0)
		token := c.Connect()
		if !token.WaitTimeout(10 * time.Second) {
			return context.DeadlineExceeded
		}
		return token.Error()
	}
	if err := connect("secret"); err != nil {
		t.Errorf("with the right password: %v", err)
	}
	if err := connect("wrong"); err == nil {
		t.Error("a wrong password was let in")
	}
	b.Restart()
	if err := connect("secret"); err != nil {
		t.Errorf("after the restart: %v", err)
	}
}
