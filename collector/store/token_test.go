package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"basemeter/collector/collectortest"
)

func TestTokensAreAppended(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	if all, err := s.Tokens(t.Context()); err != nil || len(all) != 0 {
		t.Fatalf("of nothing: %v %v", all, err)
	}
	a := Token{ID: "aaaaaaaa", Hash: "h1", Name: odd, Scope: "city:nanchang", Made: monday, Expires: monday.AddDate(1, 0, 0)}
	b := Token{ID: "bbbbbbbb", Hash: "h2", Name: "省平台", Scope: "province", Made: monday.Add(time.Millisecond), Expires: monday.AddDate(0, 0, 1)}
	again := a
	again.Hash, again.Scope, again.Made = "h3", "province", monday.Add(time.Hour)
	later := monday.Add(40 * 24 * time.Hour) // in another of the database's files
	for _, err := range []error{
		s.WriteToken(t.Context(), b), s.WriteToken(t.Context(), a), s.WriteToken(t.Context(), a), s.WriteToken(t.Context(), again),
		s.RevokeToken(t.Context(), "aaaaaaaa", later.Add(time.Hour)), s.RevokeToken(t.Context(), "aaaaaaaa", later),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	a.Revoked = later
	want := []Token{a, b}
	check := func(s *Store) {
		t.Helper()
		if got, err := s.Tokens(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v %v\nwant %+v", got, err, want)
		}
	}
	check(s)
	db.Restart()
	check(open(t, db))
}

func TestATokenRevokedInTheMillisecondItWasMade(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	made := Token{ID: "aaaaaaaa", Hash: "h", Name: "n", Scope: "base:nc", Made: monday, Expires: monday.Add(time.Hour)}
	if err := errors.Join(s.WriteToken(t.Context(), made), s.RevokeToken(t.Context(), made.ID, monday)); err != nil {
		t.Fatal(err)
	}
	made.Revoked = monday
	if got, err := s.Tokens(t.Context()); err != nil || !reflect.DeepEqual(got, []Token{made}) {
		t.Errorf("got %+v %v, want %+v", got, err, made)
	}
}

func TestTokensOfADatabaseThatIsAway(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	db.Kill()
	if all, err := s.Tokens(t.Context()); err == nil {
		t.Errorf("got %v", all)
	}
}
