package configs

// Collector is collector.yaml: one of any number of collectors that share the work.
type Collector struct {
	MQTT     MQTT          `yaml:"mqtt"`
	Group    string        `yaml:"group"` // collectors of one group share the gateways' batches
	InfluxDB InfluxDB      `yaml:"influxdb"`
	Aside    Aside         `yaml:"aside"`
	HTTP     CollectorHTTP `yaml:"http"`
	Bases    []Base        `yaml:"bases"` // names of bases for people; not needed for accounting
	Plan     string        `yaml:"plan"`  // a folder: calendars, timetables and bookings of the bases; empty: nothing is planned
}

// InfluxDB is the database: 1.8 (database, username, password_file) or 2.x and 3 (org, token_file as well).
type InfluxDB struct {
	URL          string   `yaml:"url"`
	Database     string   `yaml:"database"` // 1.8: the database; 2.x: the first part of the buckets' names
	Username     string   `yaml:"username"`
	PasswordFile string   `yaml:"password_file"`
	Org          string   `yaml:"org"`
	TokenFile    string   `yaml:"token_file"`
	KeepFacts    Duration `yaml:"keep_facts"` // 0: for ever; the ledger is always kept
	Timeout      Duration `yaml:"timeout"`
}

// Aside is where batches are kept that cannot be accepted, each with the reason.
type Aside struct {
	Dir      string `yaml:"dir"`
	MaxBytes Bytes  `yaml:"max_bytes"` // the oldest go when it is full
}

// CollectorHTTP is where figures, the page, metrics and health are served.
type CollectorHTTP struct {
	Listen    string `yaml:"listen"`
	Access    string `yaml:"access"`     // tokens: whoever asks shows one; open: nobody does, which wants a loopback address
	TokenFile string `yaml:"token_file"` // the operator's own token, which sees all and needs no database
	AccessLog bool   `yaml:"access_log"` // a line for each request
	Public    string `yaml:"public"`     // where others reach this: https://basemeter.example.edu.cn; certificates bear it
}

// Who may ask.
const (
	AccessTokens = "tokens"
	AccessOpen   = "open"
)

// Base names a base and its clock.
type Base struct {
	Name     string `yaml:"name"`
	TextZH   string `yaml:"text_zh"`
	TextEN   string `yaml:"text_en"`
	Timezone string `yaml:"timezone"` // days are cut at its midnight
}
