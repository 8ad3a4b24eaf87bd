package access

import (
	"strings"
	"testing"
)

func TestASecretSaysWhichTokenItIsOf(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		secret := NewSecret(id)
		if got, ok := IDOf(secret); !ok || got != id || len(secret) != 56 || seen[id] || seen[secret] {
			t.Fatalf("%q of %q: %q %v", secret, id, got, ok)
		}
		seen[id], seen[secret] = true, true
	}
	secret := NewSecret("aaaaaaaa")
	for _, c := range []string{
		"", "bm1_", secret[1:], secret + "A", secret[:55], "BM1" + secret[3:], strings.Replace(secret, "bm1_aaaaaaaa_", "bm1_aaaaaaaao", 1),
		strings.Replace(secret, "aaaaaaaa", "aaaaaaao", 1), strings.Replace(secret, "aaaaaaaa", "AAAAAAAA", 1),
		"bm1_aaaaaaaa_" + strings.Repeat("+", 43), "bm1_aaaaaaaa_" + strings.Repeat("B", 43), // the last has bits beyond the 32 bytes
		"bm1_aaaaaaaa_" + strings.Repeat("A", 42) + "\n",
	} {
		if id, ok := IDOf(c); ok {
			t.Errorf("%q is a secret of %s", c, id)
		}
	}
}

// Kept hashes outlive the program: another way of hashing would shut everybody out.
func TestTheHashIsSHA256(t *testing.T) {
	if got := Hash("bm1_aaaaaaaa_"); got != "3d825d7e46e5b97b1a878ee2e65ded7d682a2f2d60939f23efb5032442e8c0cc" {
		t.Error(got)
	}
}

func FuzzIDOf(f *testing.F) {
	f.Add(NewSecret("aaaaaaaa"))
	f.Add("bm1_00000000_" + strings.Repeat("A", 43))
	f.Add("bm1_00000000_\r\n" + strings.Repeat("A", 41))
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := IDOf(text)
		if ok != (id != "") {
			t.Fatalf("%q: %q %v", text, id, ok)
		}
		if ok && (!IsID(id) || len(text) != 56 || !strings.HasPrefix(text, "bm1_"+id+"_") || strings.ContainsAny(text, " \r\n=+/")) {
			t.Fatalf("%q is a secret of %q", text, id)
		}
	})
}
