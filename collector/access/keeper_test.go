package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestHowOftenTheListIsRead(t *testing.T) {
	d := newDoor(t)
	known := "Bearer " + d.mint("aaaaaaaa", "province", year)
	for range 20 {
		d.ask("/", known)
	}
	if d.times() != 1 {
		t.Errorf("read %d times for what is known", d.times())
	}
	k := NewKeeper(d.read, d.now, slog.New(slog.DiscardHandler))
	for range 100 {
		k.find(t.Context(), "bbbbbbbb")
	}
	if d.times() > 1+1+5 {
		t.Errorf("read %d times for what nobody knows", d.times()-1)
	}
	d.pass(time.Second)
	before := d.times()
	for range 100 {
		k.find(t.Context(), "bbbbbbbb")
	}
	if d.times() != before+1 {
		t.Errorf("read %d times a second for what nobody knows", d.times()-before)
	}
}

// While one reads a list that is long in coming, the others go on with what is known, and who is not known yet waits.
func TestALongReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list, delay, reads := []Token{{ID: "aaaaaaaa"}}, time.Duration(0), 0
		k := NewKeeper(func(ctx context.Context) ([]Token, error) {
			reads++
			read := list
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(delay):
				return read, nil
			}
		}, time.Now, slog.New(slog.DiscardHandler))
		find := func(id string) bool {
			_, known, err := k.find(t.Context(), id)
			if err != nil && !errors.Is(err, errAway) {
				t.Error(err)
			}
			return known
		}
		find("aaaaaaaa")
		time.Sleep(fresh)
		delay = readWithin / 2
		go find("aaaaaaaa") // it is upon this one to read
		synctest.Wait()
		begun := time.Now()
		if !find("aaaaaaaa") || time.Since(begun) != 0 {
			t.Errorf("who is known waited %v", time.Since(begun))
		}
		list = append(list, Token{ID: "bbbbbbbb"}) // after the reading had begun
		if !find("bbbbbbbb") || time.Since(begun) != readWithin || reads != 3 {
			t.Errorf("a new one: after %v and %d readings", time.Since(begun), reads)
		}
		delay = time.Hour
		begun = time.Now()
		if find("cccccccc") || time.Since(begun) != readWithin {
			t.Errorf("a database that hangs holds it for %v", time.Since(begun))
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		time.Sleep(fresh)
		delay = 0
		if _, known, err := k.find(gone, "bbbbbbbb"); !known || err != nil {
			t.Errorf("the list is not read for the others if the first to ask has gone: %v", err)
		}
	})
}

func FuzzAuthorization(f *testing.F) {
	secret := NewSecret("aaaaaaaa")
	for _, text := range []string{"", "Bearer " + secret, "bearer  " + secret + " ", "Basic " + secret, basic("x", secret), "Basic Og==", "Bearer\t" + secret} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["Authorization"] = []string{text}
		shown, ok := presented(r)
		if ok && shown == "" {
			t.Fatalf("%q shows nothing", text)
		}
		if scheme, _, _ := strings.Cut(text, " "); ok && !strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "basic") {
			t.Fatalf("%q shows %q", text, shown)
		}
		w := httptest.NewRecorder()
		guarded := Guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Fatalf("%q is let in", text) }),
			Options{Operator: secret + "!", Now: func() time.Time { return noon }})
		if guarded.ServeHTTP(w, r); w.Code != http.StatusUnauthorized && text != "Bearer "+secret+"!" {
			t.Fatalf("%q: %d", text, w.Code)
		}
	})
}
