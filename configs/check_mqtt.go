package configs

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"basemeter/configs/strict"
)

func (m *MQTT) check(d *strict.Document, path string) {
	d.Check(path+".broker", broker(m.Broker))
	d.Check(path+".client_id", strict.Needed(m.ClientID, "a name that no other client of the broker has"))
	if m.PasswordFile != "" && m.Username == "" {
		d.Fault(path+".password_file", "a password without a name; expected username as well")
	}
	together(d, path, "cert_file", m.CertFile, "key_file", m.KeyFile)
	if scheme, _, _ := strings.Cut(m.Broker, "://"); scheme != "tcp" && scheme != "mqtt" {
		return
	}
	for _, key := range []string{"ca_file", "cert_file", "key_file", "server_name"} {
		if d.Given(strict.Join(path, key)) {
			d.Fault(strict.Join(path, key), "not used without encryption; allowed with ssl:// or mqtts:// as the broker")
		}
	}
}

// together wants both values or none.
func together(d *strict.Document, path, key1, value1, key2, value2 string) {
	if value1 != "" && value2 == "" {
		d.Fault(strict.Join(path, key2), "is missing; expected together with %s", key1)
	}
	if value2 != "" && value1 == "" {
		d.Fault(strict.Join(path, key1), "is missing; expected together with %s", key2)
	}
}

func broker(s string) error {
	const allowed = "allowed: tcp://host:1883 or ssl://host:8883 (mqtt:// and mqtts:// mean the same)"
	return address(s, allowed, "tcp", "ssl", "mqtt", "mqtts")
}

// address holds a URL to a scheme, a host and a port. What is secret does not belong into it.
func address(s, allowed string, schemes ...string) error {
	if s == "" {
		return fmt.Errorf("is missing; %s", allowed)
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return fmt.Errorf("not a URL; %s", allowed)
	case u.User != nil:
		return errors.New("a name or a password in a URL; allowed: username and the name of a file with the password")
	case !slices.Contains(schemes, u.Scheme):
		return fmt.Errorf("%s does not start with a known scheme; %s", strict.Shown(s), allowed)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "":
		return fmt.Errorf("%s has more than a host and a port; %s", strict.Shown(s), allowed)
	}
	if hostPort(u.Host, false) != nil {
		return fmt.Errorf("%s does not name a host and a port; %s", strict.Shown(s), allowed)
	}
	return nil
}
