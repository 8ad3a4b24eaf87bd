package schoolyear

import (
	"fmt"
	"slices"
)

// A room is one of the base's areas.
type room struct {
	id, zh, en, campus string
	workstations       int
	gateway            string // that hears its machines and its readers
	assets             []string
	kind, line         string
}

var rooms = []room{
	{"hall-a", "数控车床车间", "Turning hall", "main", 24, "gw-a", numbered("lathe", 8), "数控车床", "turning"},
	{"hall-b", "数控铣床车间", "Milling hall", "main", 20, "gw-b", numbered("mill", 7), "数控铣床", "milling"},
	{"lab-c", "工业机器人实训室", "Robot laboratory", "east", 10, "gw-c", numbered("robot", 5), "工业机器人", "robots"},
}

// gatewayB2 hears two machines and the door of hall-b besides the hall's own gateway.
const gatewayB2 = "gw-b2"

func numbered(kind string, count int) (ids []string) {
	for i := range count {
		ids = append(ids, fmt.Sprintf("%s-%02d", kind, i+1))
	}
	return ids
}

// roomOf is the room of an area or of an asset.
func roomOf(place string) *room {
	for i := range rooms {
		if rooms[i].id == place || slices.Contains(rooms[i].assets, place) {
			return &rooms[i]
		}
	}
	panic("no such place: " + place)
}

// allAssets are the assets of all rooms; allPlaces the areas as well.
func allAssets() (ids []string) {
	for _, r := range rooms {
		ids = append(ids, r.assets...)
	}
	return ids
}

func allPlaces() (ids []string) {
	for _, r := range rooms {
		ids = append(ids, r.id)
	}
	return append(ids, allAssets()...)
}

// affiliations of the organisations.
var affiliations = map[string]string{"nc-vtc": "host", "firm-a": "partner", "firm-b": "outside", "county-agri": "outside"}

const unattributed, none = "unattributed", "none"

// An enrolment is a group of cards that the registry knows.
type enrolment struct {
	group, zh, userGroup, organisation string
	cards                              int
}

var enrolments = []enrolment{
	{"cnc-2401", "数控 2401 班", "college_student", "nc-vtc", 110},
	{"mech-2301", "机械 2301 班", "secondary_student", "nc-vtc", 90},
	{"staff", "教师", "teacher", "nc-vtc", 30},
	{"firm-a-emp", "甲公司员工", "employee", "firm-a", 30},
	{"firm-b-emp", "乙公司员工", "employee", "firm-b", 20},
	{"farmers-2025", "高素质农民班", "farmer", "county-agri", 20},
}

// enrolmentOf is that of a group; nil if the registry does not know it.
func enrolmentOf(group string) *enrolment {
	for i := range enrolments {
		if enrolments[i].group == group {
			return &enrolments[i]
		}
	}
	return nil
}

// groupOf is the group whose cards come for an organisation's sake.
func groupOf(organisation string) string {
	return map[string]string{"nc-vtc": "cnc-2401", "firm-a": "firm-a-emp", "firm-b": "firm-b-emp", "county-agri": "farmers-2025"}[organisation]
}

// visitors is a group of a gateway's table that the registry does not know.
const visitors = "visitors"

// enrol hands out the cards: 300 of the groups, six of no group, two of a group that the registry does not know.
func (g *generator) enrol() {
	g.cards, g.group = map[string][]string{}, map[string]string{}
	hand := func(group string, count int) {
		for range count {
			card := fmt.Sprintf("%016x%016x", g.random.Uint64(), g.random.Uint64())
			g.cards[group] = append(g.cards[group], card)
			g.group[card] = group
		}
	}
	for _, e := range enrolments {
		hand(e.group, e.cards)
	}
	hand("", 6)
	hand(visitors, 2)
	g.strays = append(slices.Clone(g.cards[""]), g.cards[visitors]...)
}
