package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"basemeter/agent"
	"basemeter/configs"
)

func TestNumbersAsListsOfRegistersHaveThem(t *testing.T) {
	for text, want := range map[string]uint64{"52": 52, "0x34": 52, "0X0034": 52, "0052": 52, "010": 10, "65535": 65535} {
		if n, err := number(text, 1<<16-1); err != nil || n != want {
			t.Errorf("%q: %d, %v, want %d", text, n, err, want)
		}
	}
	for _, text := range []string{"", "52abc", "0x", "-1", "65536", "5 2", "0x0xa"} {
		if n, err := number(text, 1<<16-1); err == nil {
			t.Errorf("%q is taken for %d", text, n)
		}
	}
}

// A file that lacks but a profile counts once the profile is there, though nobody touches the file again.
func TestTheProfileOfARefusedConfigurationIsLookedAt(t *testing.T) {
	dir := t.TempDir()
	path, profile := filepath.Join(dir, "agent.yaml"), filepath.Join(dir, "mine.yaml")
	text := `base: b
gateway: gw
mqtt: {broker: "tcp://127.0.0.1:9"}
spool: {dir: spool}
badge_key_file: key
http: {listen: ""}
`
	write := func(more string) {
		if err := os.WriteFile(path, []byte(text+more), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	line := func(profile string) string {
		return "lines: [{name: l, kind: modbus-tcp, address: \"127.0.0.1:9\", devices: [{name: m, profile: " + profile + ", unit: 1}]}]\n"
	}
	write(line("sdm120"))
	config, faults := configs.Load[configs.Agent](path)
	config, fatal := config.Without(faults)
	if err := fatal.Err(); err != nil {
		t.Fatal(err)
	}
	a, err := agent.New(config, nil, agent.Options{Log: slog.New(slog.DiscardHandler), Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	defer a.Run(ctx)
	write(line("./mine.yaml"))
	files, loaded := reload(t.Context(), path, filesOf(path, config), a)
	if !slices.Contains(files, profile) {
		t.Fatalf("it looks at %q alone", files)
	}
	if stamp(files) != loaded {
		t.Error("what nobody touched has changed")
	}
	if err := os.WriteFile(profile, []byte("name: mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if stamp(files) == loaded {
		t.Error("the profile is there, and nobody sees it")
	}
}
