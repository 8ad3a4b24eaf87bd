package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"basemeter/collector/report"
)

// A Token says who may see what, and until when. Its secret is not in it: nobody can tell it from what is kept.
type Token struct {
	ID      string
	Hash    string // Hash of the secret
	Name    string // whom it was made for
	Scope   report.Scope
	Made    time.Time
	Expires time.Time // the first moment at which it counts no more
	Revoked time.Time // zero: it was not
}

// A secret is bm1_, the token's id, an underscore, and 32 random bytes. The first part is for those who look for secrets
// where none should be; the id tells which token it is, and is no secret.
const (
	prefix      = "bm1_"
	idSize      = 8
	randomBytes = 32
	secretSize  = len(prefix) + idSize + 1 + 43
)

// letters of an id: none is easily taken for another, and nothing needs quoting.
const letters = "0123456789abcdefghjkmnpqrstvwxyz"

// NewID is a random id of a token. There are 2^40; whoever makes a token sees to it that no other has its id.
func NewID() string {
	id := make([]byte, idSize)
	_, _ = rand.Read(id) // never fails
	for i, b := range id {
		id[i] = letters[int(b)%len(letters)] // 256 is a multiple of 32
	}
	return string(id)
}

// NewSecret is a random secret of the token of an id.
func NewSecret(id string) string {
	random := make([]byte, randomBytes)
	_, _ = rand.Read(random)
	return prefix + id + "_" + base64.RawURLEncoding.EncodeToString(random)
}

// Hash is what is kept of a secret: SHA-256, in hexadecimal. A plain hash will do, without salt or iterations: it has to
// withstand no guessing of a person's password, but of 256 random bits.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// IDOf is the id of the token that a secret says it is of; false: it is no secret of a token. It says nothing of whether
// there is such a token.
func IDOf(secret string) (string, bool) {
	rest, is := strings.CutPrefix(secret, prefix)
	if !is || len(secret) != secretSize || rest[idSize] != '_' {
		return "", false
	}
	id := rest[:idSize]
	if !IsID(id) {
		return "", false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(rest[idSize+1:])
	if err != nil || strings.ContainsAny(rest, "\r\n") { // which base64 passes over
		return "", false
	}
	return id, true
}

// IsID tells whether a text could be an id.
func IsID(text string) bool {
	return len(text) == idSize && strings.Trim(text, letters) == ""
}

// is tells in constant time whether the token is that of a secret.
func (t *Token) is(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(t.Hash), []byte(Hash(secret))) == 1
}

// grant is what the token lets somebody see.
func (t *Token) grant() Grant { return Grant{Token: t.ID, Name: t.Name, Scope: t.Scope} }
