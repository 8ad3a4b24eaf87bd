package pages

import "strings"

// reasons are what gateways give for a state, and the plan for a context, as people read them.
var reasonsZH = strings.NewReplacer(
	"no reading yet", "尚无读数", ": silent", "：无应答", "no contact closed", "没有触点闭合", " closed", " 闭合", "the gateway ended", "网关已停止",
	"its configuration changed", "配置已更改", "no longer configured", "已从配置中移除", ": offline", "：离线", "gateway ", "网关 ",
)

// inWords puts a gateway's reason into the reader's language.
func (a *asking) inWords(why string) string {
	if a.Lang == "zh" {
		return reasonsZH.Replace(why)
	}
	return why
}
