package collectortest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A Broker is a real Mosquitto with the settings that basemeter ships. Killed, it forgets what it held in memory.
type Broker struct {
	runner
	Addr string // host:port
}

// A User may do what ACL says, in Mosquitto's words: "write basemeter/1/b/g/facts".
type User struct {
	Name, Password string
	ACL            []string
}

// Mosquitto starts a broker. Without users everybody may do everything.
func Mosquitto(t testing.TB, users ...User) *Broker {
	t.Helper()
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		program = "/usr/sbin/mosquitto" // not in everybody's PATH
	}
	b := &Broker{}
	dir := t.TempDir()
	access := access(t, dir, users)
	b.runner = runner{t: t, again: func() (*process, string, error) {
		if b.now == nil { // the first start may choose, and choose again
			port, err := freePort()
			if err != nil {
				return nil, "", err
			}
			b.Addr = fmt.Sprintf("127.0.0.1:%d", port)
		}
		config, err := b.configure(dir, access)
		if err != nil {
			return nil, "", err
		}
		return start(" running", program, "-c", config)
	}}
	b.begin("mosquitto")
	return b
}

// URL is the broker's address as paho wants it.
func (b *Broker) URL() string { return "tcp://" + b.Addr }

func (b *Broker) configure(dir, access string) (string, error) {
	file := filepath.Join(dir, "mosquitto.conf")
	port := b.Addr[strings.LastIndexByte(b.Addr, ':')+1:]
	return file, os.WriteFile(file, []byte(`listener `+port+` 127.0.0.1
`+access+`
user root
max_queued_messages 0
max_queued_bytes 268435456
max_inflight_messages 1000
persistence true
persistence_location `+dir+`/
autosave_interval 30
persistent_client_expiration 14d
log_dest stderr
`), 0o600)
}

// access makes the files that say who may do what, and the lines that name them.
func access(t testing.TB, dir string, users []User) string {
	t.Helper()
	if len(users) == 0 {
		return "allow_anonymous true"
	}
	passwords, rules := filepath.Join(dir, "passwords"), filepath.Join(dir, "acl")
	if err := os.WriteFile(passwords, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var acl strings.Builder
	for _, u := range users {
		if said, err := exec.Command("mosquitto_passwd", "-b", passwords, u.Name, u.Password).CombinedOutput(); err != nil {
			t.Fatalf("mosquitto_passwd: %v: %s", err, said)
		}
		fmt.Fprintf(&acl, "user %s\n", u.Name)
		for _, rule := range u.ACL {
			fmt.Fprintf(&acl, "topic %s\n", rule)
		}
	}
	if err := os.WriteFile(rules, []byte(acl.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return "allow_anonymous false\npassword_file " + passwords + "\nacl_file " + rules
}
