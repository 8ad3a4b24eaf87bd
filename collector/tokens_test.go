package collector_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"basemeter/collector"
	"basemeter/collector/collectortest"
	"basemeter/collector/store"
)

func (c *centre) books() *collector.Books {
	c.Helper()
	b, err := collector.OpenBooks(c.Context(), c.config, slog.New(slog.NewTextHandler(c.Output(), nil)))
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(b.Close)
	return b
}

func newToken(t *testing.T, b *collector.Books, scope string) (store.Token, string) {
	t.Helper()
	made, secret, err := b.NewToken(t.Context(), "南昌市教育局", scope, 365)
	if err != nil {
		t.Fatal(err)
	}
	return made, secret
}

// From the command that makes a token, over the database, to a request that shows it.
func TestATokenOverTheDatabase(t *testing.T) {
	c := newCentre(t)
	g := collectortest.NewGateway(t, c.broker, "nc", "gw", stream)
	c.send(g, map[uint64][]byte{1: g.Message(1, drawn(monday, "lathe", "r"))})
	b := c.books()
	for _, scope := range []string{"province", "city:nanchang", "base:nc"} {
		_, secret := newToken(t, b, scope)
		if status, body := c.ask("/v1/now", secret); status != http.StatusOK {
			t.Errorf("a new token of %s: %d %s", scope, status, body)
		}
		status, body := c.ask("/health", secret)
		if told := strings.Contains(body, "broker_connected"); status == http.StatusUnauthorized || told != (scope == "province") {
			t.Errorf("health tells %s: %d %s", scope, status, body)
		}
		if status, body := c.ask("/metrics", secret); (status == http.StatusOK) != (scope == "province") || status != http.StatusOK && status != http.StatusForbidden {
			t.Errorf("metrics tell %s: %d %s", scope, status, body)
		}
	}
	ended, secret := newToken(t, b, "province")
	if _, err := b.RevokeToken(t.Context(), secret); err != nil { // by the secret, as somebody found it
		t.Fatal(err)
	}
	first, err := b.RevokeToken(t.Context(), ended.ID)
	if again, err2 := b.RevokeToken(t.Context(), ended.ID); err != nil || err2 != nil || again.Revoked != first.Revoked {
		t.Errorf("revoked twice: %v %v, %v %v", first, err, again, err2)
	}
	if status, body := c.ask("/v1/now", secret); status != http.StatusUnauthorized || !strings.Contains(body, "revoked at") {
		t.Errorf("a revoked token: %d %s", status, body)
	}
	all, err := b.Tokens(t.Context())
	if err != nil || len(all) != 4 || all[3].ID != ended.ID || all[3].Revoked != first.Revoked || all[3].Name != "南昌市教育局" {
		t.Errorf("tokens %+v %v", all, err)
	}
}
