package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"basemeter/agent/cards"
	"basemeter/agent/record"
	"basemeter/agent/spool"
	"basemeter/drivers/badge"
)

// erase is the duty of deletion, as far as this gateway can do it.
type erase struct {
	desk
	shown
	Count int `default:"1" help:"With a reader: end after so many cards; 0 goes on until Ctrl-C. / 处理若干张后结束"`
}

func (e *erase) Run() error {
	if err := e.open(); err != nil {
		return err
	}
	keys, err := e.ring.All()
	if err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	any := false
	err = e.each(ctx, &e.desk, e.Count, func(at int, number badge.Number) error {
		any = true
		return e.one(at, number, keys)
	})
	if any {
		fmt.Println(`The centre holds facts under these pseudonyms, and this gateway may still send some: ask the centre to erase them. Nobody
will be able to tell them from the card once the year's key is destroyed.
中心以这些假名保存着数据，本网关可能还有待发送的数据：请通知中心删除。学年密钥销毁后，将无法再由卡号得出这些假名。`)
	}
	return err
}

func (e *erase) one(at int, number badge.Number, keys []badge.YearKey) error {
	pseudonyms := make([]string, len(keys))
	for i, k := range keys {
		pseudonyms[i] = number.Pseudonym(k.Key)
	}
	removed, err := e.table.Remove(pseudonyms...)
	if err != nil {
		return err
	}
	was := map[string]string{}
	for _, c := range removed {
		was[c.Pseudonym] = c.Group
	}
	fmt.Printf("card / 卡片 %d\n", at)
	for i, k := range keys {
		told := "not in the table / 卡表中没有"
		if group := was[pseudonyms[i]]; group != "" {
			told = fmt.Sprintf("taken out of %s / 已从 %s 删除", group, group)
		}
		fmt.Printf("  %s  %s  %s\n", yearOf(k.Year), pseudonyms[i], told)
	}
	return nil
}

// exportCard is the duty of access, as far as this gateway can do it.
type exportCard struct {
	desk
	shown
	Count int `default:"1" help:"With a reader: end after so many cards; 0 goes on until Ctrl-C. / 处理若干张后结束"`
}

// An account is what a gateway knows of one card.
type account struct {
	Card       int     `json:"card"` // its line in the list, or how many were shown with it
	Pseudonyms []named `json:"pseudonyms"`
	Waiting    waiting `json:"waiting"`
}

// A named is a card under one year's key.
type named struct {
	Year      string `json:"year"` // empty: of the key without a year
	Pseudonym string `json:"pseudonym"`
	Group     string `json:"group,omitempty"`
	Purpose   string `json:"purpose,omitempty"`
	Enrolled  string `json:"enrolled,omitempty"` // the day; not in the table if it is empty
}

// Waiting is what the spool holds: facts that the centre has not acknowledged.
type waiting struct {
	Facts   int    `json:"facts"`
	Undated int    `json:"undated"` // of them, seen before the clock was set
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`

	from, to int64
}

func (e *exportCard) Run() error {
	if err := e.open(); err != nil {
		return err
	}
	keys, err := e.ring.All()
	if err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	accounts, known := []*account{}, map[string]cards.Card{} // the latter by pseudonym
	for _, c := range e.table.All() {
		known[c.Pseudonym] = c
	}
	err = e.each(ctx, &e.desk, e.Count, func(at int, number badge.Number) error {
		a := &account{Card: at}
		for _, k := range keys {
			p := number.Pseudonym(k.Key)
			one := named{Pseudonym: p, Group: known[p].Group, Purpose: known[p].Purpose, Enrolled: known[p].Enrolled}
			if k.Year != 0 {
				one.Year = k.Year.String()
			}
			a.Pseudonyms = append(a.Pseudonyms, one)
		}
		accounts = append(accounts, a)
		return nil
	})
	if err := e.look(accounts); err != nil {
		return err
	}
	to := json.NewEncoder(os.Stdout)
	to.SetIndent("", "  ")
	return errors.Join(err, to.Encode(struct {
		Base    string     `json:"base"`
		Gateway string     `json:"gateway"`
		At      string     `json:"at"`
		Cards   []*account `json:"cards"`
		NoteZH  string     `json:"note_zh"`
		NoteEN  string     `json:"note_en"`
	}{e.config.Base, e.config.Gateway, written(e.now().Wall), accounts,
		"中心以这些假名保存的数据须向中心查询；本网关不保存姓名和卡号。",
		"What the centre holds under these pseudonyms must be asked there. This gateway holds no name and no card's number."}))
}

// look counts what the spool holds of each.
func (e *exportCard) look(accounts []*account) error {
	whose := map[string]*account{}
	for _, a := range accounts {
		for _, p := range a.Pseudonyms {
			whose[p.Pseudonym] = a
		}
	}
	err := spool.Peek(e.config.Spool.Dir, func(payload []byte) bool {
		for pseudonym := range whose {
			if !strings.Contains(string(payload), pseudonym) {
				continue
			}
			facts, err := record.DecodeFacts(payload)
			if err != nil {
				return true // the centre will say so
			}
			for _, b := range facts.Badges {
				whose[b.Card].see(facts.Boot, b.AtMS, b.AtMS)
			}
			for _, p := range facts.Presences {
				whose[p.Card].see(facts.Boot, p.FromMS, p.ToMS)
			}
			return true
		}
		return true
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // it has not run yet
	}
	for _, a := range accounts {
		if a.Waiting.to > 0 {
			a.Waiting.From, a.Waiting.To = written(time.UnixMilli(a.Waiting.from)), written(time.UnixMilli(a.Waiting.to))
		}
	}
	return err
}

// see counts a fact of the card; of one that nobody asked for there is no account.
func (a *account) see(boot string, from, to int64) {
	if a == nil {
		return
	}
	w := &a.Waiting
	if w.Facts++; boot != "" {
		w.Undated++
		return
	}
	if w.to == 0 || from < w.from {
		w.from = from
	}
	w.to = max(w.to, to)
}

func written(t time.Time) string { return t.UTC().Format(time.RFC3339) }
