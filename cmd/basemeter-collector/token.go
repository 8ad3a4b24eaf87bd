package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"basemeter/collector"
)

type token struct {
	New    tokenNew    `cmd:"" help:"Make a token and print its secret, once. / 新建访问令牌，密文只显示一次"`
	List   tokenList   `cmd:"" help:"List all tokens that were ever made, without their secrets. / 列出全部访问令牌（不含密文）"`
	Revoke tokenRevoke `cmd:"" help:"Have a token count no more, within 10 s. / 撤销访问令牌，10 秒内生效"`
}

type tokenNew struct {
	books
	Name  string `required:"" help:"Whom it is for, such as 南昌市教育局. / 发给谁"`
	Scope string `required:"" help:"What it lets see: province, city:nanchang, base:nc-vtc-cnc. / 可见范围"`
	Days  int    `default:"365" help:"How many days it counts, 1 to 1096. / 有效天数"`
}

// Run prints the secret alone on standard output, so that it can be put into a file or another program without being seen.
func (c *tokenNew) Run() error {
	return c.with(func(ctx context.Context, b *collector.Books) error {
		t, secret, err := b.NewToken(ctx, c.Name, c.Scope, c.Days)
		if err != nil {
			return err
		}
		expires := t.Expires.In(b.Zone("")).Format(time.RFC3339)
		fmt.Fprintf(os.Stderr, "访问令牌 %s：%s，范围 %s，有效期至 %s。密文如下，仅显示这一次，请妥善保管：\n"+
			"token %s: %s, scope %s, until %s. Its secret, which is shown this once:\n", t.ID, t.Name, t.Scope, expires, t.ID, t.Name, t.Scope, expires)
		_, err = fmt.Println(secret)
		return err
	})
}

type tokenList struct{ books }

// Run prints a line for each.
func (c *tokenList) Run() error {
	return c.withoutPlan(func(ctx context.Context, b *collector.Books) error {
		all, err := b.Tokens(ctx)
		if err != nil {
			return err
		}
		now := time.Now()
		at := func(t time.Time) string { return t.In(b.Zone("")).Format("2006-01-02 15:04:05") }
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "id\tscope\tmade\texpires\trevoked\tcounts\tname")
		for _, t := range all {
			revoked, counts := "-", "yes"
			if !t.Revoked.IsZero() {
				revoked, counts = at(t.Revoked), "no"
			}
			if !now.Before(t.Expires) {
				counts = "no"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Scope, at(t.Made), at(t.Expires), revoked, counts, t.Name)
		}
		return w.Flush()
	})
}

type tokenRevoke struct {
	books
	ID string `arg:"" help:"The token's id, as token list shows it: the 8 letters behind bm1_. / 令牌编号"`
}

// Run says since when it does not count.
func (c *tokenRevoke) Run() error {
	return c.withoutPlan(func(ctx context.Context, b *collector.Books) error {
		t, err := b.RevokeToken(ctx, c.ID)
		if err != nil {
			return err
		}
		at := t.Revoked.In(b.Zone("")).Format(time.RFC3339)
		_, err = fmt.Printf("访问令牌 %s（%s）已于 %s 撤销 / token %s revoked at %s\n", t.ID, t.Name, at, t.ID, at)
		return err
	})
}
