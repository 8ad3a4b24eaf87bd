package record

import (
	"fmt"
	"strings"
)

// What a gateway and the centre say on a gateway's topics.
const (
	FactsTopic  = "facts"  // batches, QoS 1
	NowTopic    = "now"    // now/<asset>: retained, QoS 1
	HealthTopic = "health" // retained
	StatusTopic = "status" // retained; the broker says "offline" when the gateway is gone
	AckTopic    = "ack"    // centre → gateway, QoS 1
)

// Topic joins what is said to a gateway's subtree, the part of the broker that its password opens:
// basemeter/1/<base>/<gateway>/<what>.
func Topic(base, gateway string, what ...string) string {
	return fmt.Sprintf("basemeter/%d/%s/%s/%s", Schema, base, gateway, strings.Join(what, "/"))
}

// ParseTopic is the inverse of Topic; an asset follows "now" only.
func ParseTopic(topic string) (base, gateway, what, asset string, err error) {
	part := strings.Split(topic, "/")
	if len(part) < 5 || part[0] != "basemeter" || part[1] != fmt.Sprint(Schema) || len(part) > 6 ||
		(len(part) == 6) != (part[4] == NowTopic) {
		return "", "", "", "", fmt.Errorf("topic %q is not basemeter/%d/<base>/<gateway>/<what>", topic, Schema)
	}
	if len(part) == 6 {
		asset = part[5]
	}
	return part[2], part[3], part[4], asset, nil
}
