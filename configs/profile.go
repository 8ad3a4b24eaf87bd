package configs

// Profile is one kind of Modbus device: a table, not a type.
type Profile struct {
	Name    string   `yaml:"name"` // sdm120
	TextZH  string   `yaml:"text_zh"`
	TextEN  string   `yaml:"text_en"`
	Source  string   `yaml:"source"`  // where the registers come from
	Caveats []string `yaml:"caveats"` // what misleads; each with its source

	Serial       []string `yaml:"serial"`        // factory settings to try, the likeliest first: "9600 8N1"
	MaxRegisters int      `yaml:"max_registers"` // in one request; 1 to 125
	Points       []Point  `yaml:"points"`
	Golden       []Golden `yaml:"golden"` // recorded or documented answers that a test decodes
}

// Point is one value of a device.
type Point struct {
	Name     string  `yaml:"name"`     // power, energy_import, …
	Unit     string  `yaml:"unit"`     // W, kWh, V, A, Hz, 1
	Function int     `yaml:"function"` // 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
	Address  int     `yaml:"address"`  // zero-based, as in the frame
	Type     string  `yaml:"type"`     // u16, i16, u32, i32, u64, i64, f32, f64, bit
	Order    string  `yaml:"order"`    // high-first (default) or low-first: which word of a longer value comes first
	Scale    float64 `yaml:"scale"`    // the value is the number times scale
	Counter  bool    `yaml:"counter"`  // it only grows, but for a rollover or a reset
}

// Golden is an exchange whose values are known: whole RTU frames in hexadecimal, with their CRC.
type Golden struct {
	Source   string             `yaml:"source"`
	Request  string             `yaml:"request"`
	Response string             `yaml:"response"`
	Values   map[string]float64 `yaml:"values"`
}
