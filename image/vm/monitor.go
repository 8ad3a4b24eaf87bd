package vm

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// A monitor is QEMU's own door, QMP: questions and answers in JSON, one at a time.
type monitor struct {
	conn    net.Conn
	answers *json.Decoder
}

type arguments map[string]any

func newMonitor(conn net.Conn) (*monitor, error) {
	m := &monitor{conn, json.NewDecoder(conn)}
	return m, m.ask("qmp_capabilities", nil, nil)
}

// ask has a command run, and fills in what it returns.
func (m *monitor) ask(command string, with arguments, into any) error {
	if err := m.exchange(command, with, into); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	return nil
}

func (m *monitor) exchange(command string, with arguments, into any) error {
	if err := m.conn.SetDeadline(time.Now().Add(soon)); err != nil {
		return err
	}
	if with == nil {
		with = arguments{}
	}
	if err := json.NewEncoder(m.conn).Encode(arguments{"execute": command, "arguments": with}); err != nil {
		return err
	}
	for {
		var said struct {
			Return json.RawMessage
			Error  *struct{ Desc string }
		}
		switch err := m.answers.Decode(&said); {
		case err != nil:
			return err
		case said.Error != nil:
			return errors.New(said.Error.Desc)
		case said.Return != nil && into == nil:
			return nil
		case said.Return != nil:
			return json.Unmarshal(said.Return, into)
		} // else it is the greeting, or an event
	}
}

// human runs a command of the monitor for people.
func (m *monitor) human(line string) (text string, err error) {
	err = m.ask("human-monitor-command", arguments{"command-line": line}, &text)
	return text, err
}

// find is the path of the first part of a kind, below another. Its number differs from one QEMU to the next.
func (m *monitor) find(below, kind string) (string, error) {
	var parts []struct{ Name, Type string }
	if err := m.ask("qom-list", arguments{"path": below}, &parts); err != nil {
		return "", err
	}
	for _, p := range parts {
		if p.Type == "child<"+kind+">" {
			return below + "/" + p.Name, nil
		}
	}
	for _, p := range parts {
		if strings.HasPrefix(p.Type, "child<") {
			path, err := m.find(below+"/"+p.Name, kind)
			if path != "" || !errors.Is(err, errNone) {
				return path, err
			}
		}
	}
	return "", fmt.Errorf("%w %s below %s", errNone, kind, below)
}

var errNone = errors.New("the machine has no")
