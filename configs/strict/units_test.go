package strict

import "testing"

func TestDurations(t *testing.T) {
	for text, want := range map[string]string{
		"300ms": "300ms", "90s": "1m30s", "5m": "5m", "60m": "1h", "90d": "90d", "48h": "2d", "1d": "24h", "0": "0s", "0s": "0s",
		"1h30m": "1h30m",
	} {
		if got, err := ParseDuration(text); err != nil || got.String() != want {
			t.Errorf("%s is %v, %v; want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"10":       "10 has no unit; write 10s for seconds",
		"-5s":      `"-5s" is not a length of time; allowed: such as 300ms, 10s, 5m, 2h or 90d`,
		"5 m":      `"5 m" is not a length of time; allowed: such as 300ms, 10s, 5m, 2h or 90d`,
		"1d12h":    `"1d12h" is not a length of time; allowed: such as 300ms, 10s, 5m, 2h or 90d`,
		"99999d":   `"99999d" is more than a century`,
		"9999999h": `"9999999h" is not a length of time; allowed: such as 300ms, 10s, 5m, 2h or 90d`,
	} {
		if _, err := ParseDuration(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]Bytes{
		"64KiB": 64 << 10, "256MiB": 256 << 20, "1GiB": 1 << 30, "2TiB": 2 << 40, "4096": 4096, "0": 0, "1 GiB": 1 << 30,
	} {
		if got, err := ParseBytes(text); err != nil || got != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "1GB", "-1", "1.5GiB", "9999999TiB", "GiB", "99999999999999999999"} {
		if got, err := ParseBytes(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
