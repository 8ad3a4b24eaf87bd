package configs

// Site is site.yaml: agent, broker, database and collector of a single site in one program.
type Site struct {
	Agent `yaml:",inline"`
	Dir   string        `yaml:"dir"` // everything that is kept: spool, database, batches set aside
	Page  CollectorHTTP `yaml:"page"`
	Keep  Duration      `yaml:"keep_facts"`
	Plan  string        `yaml:"plan"` // a folder, as in collector.yaml
}
