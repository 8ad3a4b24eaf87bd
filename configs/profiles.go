package configs

import (
	"embed"
	"path/filepath"
	"strings"

	"basemeter/configs/strict"
)

//go:embed profiles/*.yaml
var profiles embed.FS

// ProfileNames are the devices known by name.
func ProfileNames() []string {
	entries, _ := profiles.ReadDir("profiles") // cannot fail: it is in the program
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// FindProfile is the profile that a device's configuration names: one of ProfileNames, or a file ending in .yaml.
func FindProfile(name string) (Profile, Faults) {
	if isFile(name) {
		return Load[Profile](name)
	}
	text, err := ProfileText(name)
	if err != nil {
		return Profile{}, Faults{{File: name, Text: err.Error()}}
	}
	return Parse[Profile](name+".yaml", text)
}

// ProfileText is the file of one of ProfileNames.
func ProfileText(name string) ([]byte, error) {
	text, err := profiles.ReadFile("profiles/" + name + ".yaml")
	if err != nil {
		return nil, unknownProfile(name)
	}
	return text, nil
}

func isFile(profile string) bool { return strings.HasSuffix(profile, ".yaml") }

func unknownProfile(name string) error {
	return strict.Called("profile", name, append(ProfileNames(), "or a file ending in .yaml"))
}

// A library reads each profile once, however many devices have it.
type library struct {
	folder string
	known  map[string]*shelved
}

type shelved struct {
	profile Profile
	faults  Faults
}

// find returns the profile of the device whose key stands at path, or nil. Faults within a profile stand where they
// are, in its own file, but belong to the device: it cannot be read.
func (lib library) find(d *strict.Document, path, name string) *Profile {
	if name == "" {
		d.Fault(path, "is missing; allowed: %s, or a file ending in .yaml", strings.Join(ProfileNames(), ", "))
		return nil
	}
	book := lib.known[name]
	if book == nil {
		book = lib.fetch(name)
		lib.known[name] = book
	}
	switch {
	case len(book.faults) == 0:
		return &book.profile
	case book.faults[0].Line == 0:
		d.Fault(path, "%s", book.faults[0].Text)
		return nil
	}
	d.Adopt(path, book.faults)
	return nil
}

func (lib library) fetch(name string) *shelved {
	var book shelved
	at := name
	if isFile(at) && !filepath.IsAbs(at) {
		at = filepath.Join(lib.folder, at)
	}
	book.profile, book.faults = FindProfile(at)
	return &book
}

func (p *Profile) names() []string {
	names := make([]string, len(p.Points))
	for i, point := range p.Points {
		names[i] = point.Name
	}
	return names
}
