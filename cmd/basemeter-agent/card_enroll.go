package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"basemeter/agent/cards"
	"basemeter/agent/record"
	"basemeter/configs"
	"basemeter/drivers/badge"
)

// enroll puts cards into a group.
type enroll struct {
	desk
	shown
	Group   string `required:"" help:"The group, as the centre's plan calls it, such as cnc-2401. / 班组编号"`
	Purpose string `help:"What the card says a machine is used for, when it is shown at one: an id of the taxonomy, such as employee_training. / 用途卡所代表的用途"`
	Years   int    `enum:"1,2" default:"1" help:"1: this academic year; 2: the next one as well, whose pseudonyms are others. / 1 只登记本学年，2 连同下学年"`
	Count   int    `help:"With a reader: end after so many cards; by default at Ctrl-C. / 登记若干张后结束"`
	Fixed   bool   `help:"The cards are of 125 kHz, whose numbers stay: take also one that looks random. / 125 kHz 卡，卡号固定"`

	keys  []badge.YearKey // of the years asked for
	later []badge.YearKey // of years behind these
	done  int
}

// Help says what kong shows below the flags.
func (e *enroll) Help() string {
	return `A card is shown twice, and taken away in between: one that makes its number anew each time is found that way. What is
written down is a pseudonym for each academic year, never the number. A running agent knows the card within seconds.
每张卡刷两次，中间拿开：每次都换卡号的卡由此发现。写入卡表的是按学年的假名，不是卡号；运行中的网关程序几秒后即可识别。`
}

func (e *enroll) Run() error {
	if err := record.CheckID(e.Group); err != nil {
		return fmt.Errorf("--group: %w", err)
	}
	if e.Purpose != "" && !slices.Contains(configs.Purposes, e.Purpose) {
		return fmt.Errorf("--purpose: %q is none of / 不在用途表中: %s", e.Purpose, strings.Join(configs.Purposes, ", "))
	}
	err := e.open()
	if err == nil {
		e.keys, err = e.ring.Ahead(e.now(), e.Years)
	}
	if err == nil {
		e.later, err = keysAfter(e.ring, e.keys[len(e.keys)-1].Year)
	}
	if err != nil {
		return err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	if e.Reader != "" {
		err = e.fromReader(ctx)
	} else {
		err = e.fromList()
	}
	if err != nil && e.done == 0 {
		return err
	}
	years := e.keys[0].Year.String()
	if e.Years == 2 {
		years += ", " + e.keys[1].Year.String()
	}
	fmt.Printf("%d cards enrolled in %s for %s / 已在 %s 登记 %d 张\n", e.done, e.Group, years, e.Group, e.done)
	return err
}

// keysAfter are those of years after one, made ahead for an enrolment of before.
func keysAfter(ring *badge.Ring, year badge.Year) ([]badge.YearKey, error) {
	all, err := ring.All()
	return slices.DeleteFunc(all, func(k badge.YearKey) bool { return k.Year <= year }), err
}

// rows are a card's in the table: of the years asked for, and of later ones that it was enrolled for before, or it would
// be in its old group again when the year turns.
func (e *enroll) rows(n badge.Number) (rows []cards.Card) {
	today := e.now().Wall.In(e.ring.Zone).Format(time.DateOnly)
	for _, k := range e.keys {
		rows = append(rows, cards.Card{Pseudonym: n.Pseudonym(k.Key), Group: e.Group, Purpose: e.Purpose, Year: k.Year.String(), Enrolled: today})
	}
	for _, k := range e.later {
		if _, _, known := e.table.Lookup(n.Pseudonym(k.Key)); known {
			rows = append(rows, cards.Card{Pseudonym: n.Pseudonym(k.Key), Group: e.Group, Purpose: e.Purpose, Year: k.Year.String(), Enrolled: today})
		}
	}
	return rows
}

func (e *enroll) put(rows []cards.Card) error {
	oldest := e.keys[0].Year - badge.KeptYears
	return e.table.Put(oldest.String(), rows...)
}

// fromList enrols all of a list at once, but for what is bad in it.
func (e *enroll) fromList() error {
	numbers, bad, err := e.list()
	if err != nil {
		return err
	}
	var rows []cards.Card
	seen := map[badge.Number]bool{}
	for _, n := range numbers {
		switch {
		case n.Random() && !e.Fixed:
			bad++
			leftOut(n.line, random)
		case !seen[n.Number]:
			seen[n.Number] = true
			rows = append(rows, e.rows(n.Number)...)
		}
	}
	if err := e.put(rows); err != nil {
		return err
	}
	e.done = len(seen)
	return orLeftOut(nil, bad)
}

// again is how long to wait for the second showing.
const again = 30 * time.Second

// fromReader enrols one card after the other, each written down before the next is asked for.
func (e *enroll) fromReader(ctx context.Context) error {
	reader, err := e.reader(e.Reader)
	if err != nil {
		return err
	}
	defer reader.Close()
	for e.Count == 0 || e.done < e.Count {
		fmt.Fprintln(os.Stderr, "Show a card; Ctrl-C ends. / 请刷卡，按 Ctrl-C 结束。")
		number, err := sight(ctx, reader)
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			err = e.one(ctx, reader, number)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// one enrols the card that was shown, if it is shown again.
func (e *enroll) one(ctx context.Context, reader *badge.Reader, number badge.Number) error {
	rows := e.rows(number)
	switch {
	case number.Random() && !e.Fixed:
		fmt.Fprintln(os.Stderr, "Refused / 未登记: "+random)
		return nil
	case e.enrolled(rows):
		fmt.Fprintln(os.Stderr, "It is enrolled already. / 此卡已登记。")
		return nil
	}
	fmt.Fprintln(os.Stderr, "Take it away, count to three, and show it again. / 请拿开，默数三下，再刷一次。")
	soon, stop := context.WithTimeout(ctx, again)
	defer stop()
	second, err := sight(soon, reader)
	switch {
	case ctx.Err() != nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		fmt.Fprintln(os.Stderr, "It was not shown again, and is not enrolled. / 没有再次刷卡，未登记。")
		return nil
	case err != nil:
		return err
	case second != number:
		fmt.Fprintln(os.Stderr, `Refused: two numbers. Either these were two cards, or one that makes its number anew each time, which could never be known
again. Start anew with one card; if it happens again, use another.
未登记：两次卡号不同。可能刷了两张卡，也可能此卡每次都换卡号、无法再次识别。请用同一张卡重来；仍然如此就换一张卡。`)
		return nil
	}
	if was, _, ok := e.table.Lookup(rows[0].Pseudonym); ok && was != e.Group {
		fmt.Fprintf(os.Stderr, "It leaves group %s. / 此卡从 %s 转出。\n", was, was)
	}
	if err := e.put(rows); err != nil {
		return err
	}
	e.done++
	fmt.Printf("enrolled %d / 已登记第 %d 张\n", e.done, e.done)
	return nil
}

// enrolled tells whether the table has it all already.
func (e *enroll) enrolled(rows []cards.Card) bool {
	return !slices.ContainsFunc(rows, func(c cards.Card) bool {
		group, purpose, ok := e.table.Lookup(c.Pseudonym)
		return !ok || group != c.Group || purpose != c.Purpose
	})
}
