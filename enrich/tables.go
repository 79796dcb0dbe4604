// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"daylight/enrich/internal/table" // the compiled tables
)

//go:embed data/networks.zst
var networksData []byte

//go:embed data/gazetteer.zst
var gazetteerData []byte

//go:embed data/domains.zst
var domainsData []byte

//go:embed data/operators.csv
var operatorsData string

//go:embed data/blocks.csv
var blocksData string

//go:embed data/tools.csv
var toolsData string

//go:embed data/usb.csv
var usbData string

//go:embed data/displays.csv
var displaysData string

//go:embed data/mail.csv
var mailData string

// The embedded tables are decoded when first needed and shared by every
// [Tables]; they are never written to afterwards.
var (
	builtinAddresses = sync.OnceValues(func() (*addresses, error) { return newAddresses(networksData, operatorsData, blocksData) })
	builtinGazetteer = sync.OnceValues(func() (*gazetteer, error) { return newGazetteer(gazetteerData) })
	builtinMail      = sync.OnceValues(func() (*mail, error) { return newMail(domainsData, mailData) })
	builtinTools     = sync.OnceValues(func() (*tools, error) { return newTools(toolsData) })
	builtinHardware  = sync.OnceValues(func() (*hardware, error) { return newHardware(usbData, displaysData) })
)

// Tables answers what reference data knows: the embedded tables, refined by the
// databases and lists of the user. Its look-ups may run side by side; adding
// databases and lists may not run beside anything.
type Tables struct {
	databases []*database
	lists     []*list
}

// Builtin returns tables that hold the embedded data only. It reads the small
// tables at once, so that a damaged one is an error here and not a silence
// later; the large ones (addresses, gazetteer, mail domains) wait for the first
// look-up, or for [Tables.Load].
func Builtin() (*Tables, error) {
	if _, err := builtinTools(); err != nil {
		return nil, err
	}
	if _, err := builtinHardware(); err != nil {
		return nil, err
	}
	return &Tables{}, nil
}

// Load decodes every embedded table now. Without it each is decoded at its
// first use; a caller who wants to know of damage, or who is about to look up
// from many goroutines, calls it first.
func (t *Tables) Load() error {
	for _, load := range []func() error{
		func() error { _, err := builtinAddresses(); return err },
		func() error { _, err := builtinGazetteer(); return err },
		func() error { _, err := builtinMail(); return err },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	return nil
}

// Version says which edition of which data a table holds.
type Version struct {
	Table   string `json:"table"`   // as in the Table field of facts, without the edition
	Edition string `json:"edition"` // of each part, or the date of a user's database
	Licence string `json:"licence"`
	Bytes   int    `json:"bytes"` // embedded, or held for a user's database
}

// Versions lists the tables in use: embedded first, then the user's databases
// and lists in the order they were added. Tables that cannot be read are left
// out; [Tables.Load] says why.
func (t *Tables) Versions() []Version {
	var out []Version
	if a, err := builtinAddresses(); err == nil {
		out = append(out, Version{"addresses", a.table.Version, "PDDL-1.0 AND CC-BY-4.0", len(networksData)})
	}
	out = append(out, Version{"operators", digest(operatorsData + blocksData), "Apache-2.0", len(operatorsData) + len(blocksData)})
	if g, err := builtinGazetteer(); err == nil {
		out = append(out, Version{"gazetteer", g.table.Version, "CC-BY-4.0", len(gazetteerData)})
	}
	if m, err := builtinMail(); err == nil {
		out = append(out, Version{"mail", m.version, "MIT AND CC0-1.0", len(domainsData) + len(mailData)})
	}
	out = append(out,
		Version{"tools", digest(toolsData), "Apache-2.0", len(toolsData)},
		Version{"hardware", digest(usbData + displaysData), "Apache-2.0", len(usbData) + len(displaysData)})
	for _, d := range t.databases {
		out = append(out, Version{d.name, d.edition, "the user's own", d.bytes})
	}
	for _, l := range t.lists {
		out = append(out, Version{l.name, l.source, "the user's own", 0})
	}
	return out
}

// Population is how many people live around a point.
type Population struct {
	Lat, Lon float64 // degrees, the population's centre of mass
	People   int
	Zone     string // IANA zone of the largest place
}

// World returns where people live, as the gazetteer's places summed over cells
// of the given size in degrees (at least 0.5), in order of latitude and
// longitude. The planner of interview times weighs darkness by it.
func (t *Tables) World(cell float64) ([]Population, error) {
	g, err := builtinGazetteer()
	if err != nil {
		return nil, err
	}
	return g.world(max(cell, 0.5)), nil
}

// digest is the edition of a table of our own: it changes when its text does.
func digest(s string) string { return fmt.Sprintf("%08x", table.Checksum(s)) }

// rows splits a table of our own: comma-separated, "#" comments, a header line.
// Cells have no commas or quotes; several values in a cell are split by "|".
func rows(name, text string, columns int) ([][]string, error) {
	var out [][]string
	header := true
	for n, line := range enumerate(text) {
		cells := strings.Split(line, ",")
		if len(cells) != columns {
			return nil, fmt.Errorf("table %s, line %d: %d columns, not %d", name, n, len(cells), columns)
		}
		if header {
			header = false
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		out = append(out, cells)
	}
	return out, nil
}

// enumerate yields the lines that say something, with their 1-based numbers.
func enumerate(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(text) {
			n++
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if !yield(n, line) {
				return
			}
		}
	}
}
