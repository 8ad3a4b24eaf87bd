package cmd

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"basemeter/collector/collectortest"
)

// A desk is the collector's program, and a configuration of it.
type desk struct {
	*testing.T
	program, config string
}

// run is what a command says on standard output and standard error.
func (d *desk) run(args ...string) (out, said string, err error) {
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(d.Context(), d.program, append(args, "-c", d.config)...)
	c.Stdout, c.Stderr = &stdout, &stderr
	err = c.Run()
	return stdout.String(), stderr.String(), err
}

func (d *desk) must(args ...string) (out, said string) {
	d.Helper()
	out, said, err := d.run(args...)
	if err != nil {
		d.Fatalf("%v: %v\n%s", args, err, said)
	}
	return out, said
}

func TestTokens(t *testing.T) {
	program := filepath.Join(build(t, "basemeter-collector"), "basemeter-collector")
	t.Run("the life of one", func(t *testing.T) { lifeOfAToken(t, program) })
	t.Run("revoked whatever the plan is", func(t *testing.T) { revokedWhateverThePlanIs(t, program) })
}

// Make a token, look with it, see it listed, revoke it: programs as they are shipped, and a database.
func lifeOfAToken(t *testing.T, program string) {
	address, dir := freeAddress(t), t.TempDir()
	d := &desk{T: t, program: program}
	d.config = writeFile(t, filepath.Join(dir, "collector.yaml"), `mqtt: {broker: "tcp://127.0.0.1:1", client_id: c}
influxdb: {url: "%s"}
aside: {dir: %s/aside}
http: {listen: "%s"}
`, collectortest.Influx(t).URL, dir, address)
	collector := newProcess(t, d.program, "run", "-c", d.config)
	collector.start()
	status := func(secret string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/v1/now", nil)
		if err != nil {
			t.Fatal(err)
		}
		if secret != "" {
			r.SetBasicAuth("", secret)
		}
		client := http.Client{Timeout: 10 * time.Second}
		answer, err := client.Do(r)
		if err != nil {
			return 0
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	collectortest.Until(t, "the collector answers", 20*time.Second, func() bool { return status("") == http.StatusUnauthorized })

	out, said := d.must("token", "new", "--name", "南昌市教育局", "--scope", "city:nanchang", "--days", "30")
	secret := strings.TrimSuffix(out, "\n")
	if len(secret) != 56 || strings.ContainsAny(secret, " \n") || strings.Contains(said, secret) {
		t.Fatalf("standard output %q, standard error %q", out, said)
	}
	id := secret[4:12]
	for _, want := range []string{id, "南昌市教育局", "city:nanchang", "+08:00"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %s in %q", want, said)
		}
	}
	collectortest.Until(t, "the collector's database has answered", 20*time.Second, func() bool { return status(secret) == http.StatusOK })
	if out, _ := d.must("token", "list"); !strings.Contains(out, id+"  city:nanchang  ") || !strings.Contains(out, "  -        yes     南昌市教育局\n") || strings.Contains(out, secret[13:]) {
		t.Errorf("listed: %s", out)
	}
	d.must("token", "revoke", id)
	other := strings.Replace(secret, id, "00000000", 1)
	if status(other) != http.StatusUnauthorized || status(secret) != http.StatusUnauthorized { // for an unknown token the list is read at once
		t.Error("it counts still")
	}
	if out, _ := d.must("token", "list"); !strings.Contains(out, "  no      南昌市教育局\n") {
		t.Errorf("listed: %s", out)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"token", "new", "--name", "n", "--scope", "city:x"}, "allowed: nanchang (南昌市)"},
		{[]string{"token", "new", "--name", "n", "--scope", "province", "--days", "5000"}, "allowed: 1 to 1096"},
		{[]string{"token", "revoke", "00000000"}, "there is none"},
	} {
		if out, said, err := d.run(c.args...); err == nil || out != "" || !strings.Contains(said, c.want) {
			t.Errorf("%v: %q %q %v", c.args, out, said, err)
		}
	}
	collector.end()
	text, err := os.ReadFile(collector.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	log := string(text)
	if strings.Contains(log, secret[13:]) || !strings.Contains(log, "msg=request token="+id+" name=南昌市教育局 scope=city:nanchang") {
		t.Errorf("the log: %s", log)
	}
}

// A plan with a fault in it is no reason why a token that leaked cannot be revoked.
func revokedWhateverThePlanIs(t *testing.T, program string) {
	dir := t.TempDir()
	d := &desk{T: t, program: program}
	config := `mqtt: {broker: "tcp://127.0.0.1:1", client_id: c}
influxdb: {url: "` + collectortest.Influx(t).URL + `"}
`
	d.config = writeFile(t, filepath.Join(dir, "collector.yaml"), "%s", config)
	out, _ := d.must("token", "new", "--name", "n", "--scope", "province")
	writeFile(t, d.config, "%splan: %s/none\n", config, dir)
	if _, said, err := d.run("token", "new", "--name", "n", "--scope", "province"); err == nil {
		t.Errorf("a scope is not held against the plan: %s", said)
	}
	if said, _ := d.must("token", "revoke", strings.TrimSpace(out)); strings.Contains(said, out[13:20]) {
		t.Errorf("it repeats the secret: %s", said)
	}
}
