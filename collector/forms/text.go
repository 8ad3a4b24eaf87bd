package forms

import (
	"fmt"
	"strings"

	"basemeter/collector/table"
)

// say is a sentence in both languages with the same blanks. A blank that is a table.Text is filled in each language's own.
func say(zh, en string, args ...any) table.Text {
	return table.Text{ZH: filled("zh", zh, args), EN: filled("en", en, args)}
}

func filled(lang, format string, args []any) string {
	if len(args) == 0 {
		return format
	}
	own := make([]any, len(args))
	for i, arg := range args {
		if text, ok := arg.(table.Text); ok {
			arg = text.In(lang)
		}
		own[i] = arg
	}
	return fmt.Sprintf(format, own...)
}

// list is texts one after another. Of many it says the first, and how many more there are.
func list(all []table.Text) table.Text {
	const most = 12
	var zh, en []string
	for _, t := range all[:min(len(all), most)] {
		zh, en = append(zh, t.In("zh")), append(en, t.In("en"))
	}
	text := table.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
	if rest := len(all) - most; rest > 0 {
		text = say("%s 等另外 %d 项", "%s and %d more", text, rest)
	}
	return text
}

// or is a text, or an id if there is none.
func or(text table.Text, id string) table.Text {
	if text == (table.Text{}) {
		return table.Text{ZH: id, EN: id}
	}
	return text
}
