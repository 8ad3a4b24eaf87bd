package configs

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"basemeter/configs/strict"
)

// The rules that several files share. Each says what is wrong with a value, and what is allowed.

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// pointName holds a name to what fits into a field of the database.
func pointName(s string) error {
	return strict.Formed(s, nameForm, "allowed: 1 to 64 of a-z, 0-9 and _, the first a letter")
}

// hostPort holds s to an address that can be called, or listened on if host may be empty.
func hostPort(s string, anyHost bool) error {
	const allowed = "allowed: host:port, such as 192.168.1.20:502"
	if s == "" {
		return fmt.Errorf("is missing; %s", allowed)
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" && !anyHost || strings.ContainsAny(host, " /@") {
		return fmt.Errorf("%s is not an address; %s", strict.Shown(s), allowed)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("port %s; allowed: 1 to 65535", strict.Shown(port))
	}
	return nil
}

// loopback tells whether only this machine can reach a listener on s.
func loopback(s string) bool {
	host, _, _ := net.SplitHostPort(s)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
