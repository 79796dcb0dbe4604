// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"daylight/record"

	"github.com/oschwald/maxminddb-golang/v2"
)

// maxCached bounds the decoded records kept of one database; then it starts
// anew. A city database has some hundred thousand records, a company sees few.
const maxCached = 1 << 16

// database is one file of the user in MaxMind's format. Records are decoded once
// and kept by their offset in the file, because many networks share one.
type database struct {
	name, version, edition string
	bytes                  int
	reader                 *maxminddb.Reader

	mu    sync.RWMutex
	cache map[uintptr]*fields
}

// AddDatabase adds a database in MaxMind's format under the name by which
// reports will call it (the file's). Country, city, ASN, anonymous-network,
// connection-type and enterprise shapes are understood, and the flat shape of
// several free databases. A later database refines an earlier one: it replaces
// what it knows better and leaves the rest. A file that is damaged is an error
// that names it. The bytes must not change afterwards.
func (t *Tables) AddDatabase(name string, data []byte) error {
	r, err := maxminddb.OpenBytes(data)
	if err != nil {
		return fmt.Errorf("opening database %s: %w", name, err)
	}
	made := time.Unix(int64(min(uint64(r.Metadata.BuildEpoch), 1<<40)), 0).UTC().Format(time.DateOnly)
	d := &database{
		name: name, version: name + "@" + made, edition: r.Metadata.DatabaseType + " " + made, bytes: len(data), reader: r,
		cache: map[uintptr]*fields{},
	}
	if err := d.probe(); err != nil {
		return fmt.Errorf("reading database %s: %w", name, err)
	}
	t.databases = append(t.databases, d)
	return nil
}

// probes is how many addresses of each family a new database is tried with,
// spread evenly: enough to meet damage in the tree or in the records, cheap
// enough (a few milliseconds) to do at every start.
const probes = 2048

func (d *database) probe() error {
	for i := range uint32(probes) {
		// Odd multipliers walk the whole space; the second family stays within
		// 2000::/3, where networks are.
		four, six := [4]byte{}, [16]byte{}
		binary.BigEndian.PutUint32(four[:], i*(1<<32/probes)+i*2654435)
		binary.BigEndian.PutUint64(six[:], 0x2000_0000_0000_0000|uint64(i)*(1<<61/probes))
		for _, a := range []netip.Addr{netip.AddrFrom4(four), netip.AddrFrom16(six)} {
			if a.Is6() && d.reader.Metadata.IPVersion == 4 {
				continue
			}
			if _, err := d.read(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// lookup returns the record of an address, or nil. A record that cannot be read
// counts as not there.
func (d *database) lookup(a netip.Addr) *fields {
	if a.Is6() && d.reader.Metadata.IPVersion == 4 {
		return nil
	}
	r := d.reader.Lookup(a)
	if !r.Found() || r.Err() != nil {
		return nil
	}
	d.mu.RLock()
	f, ok := d.cache[r.Offset()]
	d.mu.RUnlock()
	if ok {
		return f
	}
	f, err := d.decode(r)
	if err != nil {
		f = nil
	}
	d.mu.Lock()
	if len(d.cache) >= maxCached {
		clear(d.cache)
	}
	d.cache[r.Offset()] = f
	d.mu.Unlock()
	return f
}

func (d *database) read(a netip.Addr) (*fields, error) {
	r := d.reader.Lookup(a)
	if err := r.Err(); err != nil {
		return nil, err
	}
	if !r.Found() {
		return nil, nil //nolint:nilnil // an address that is not there is no error
	}
	return d.decode(r)
}

var errNotMap = errors.New("a record is not a map")

func (d *database) decode(r maxminddb.Result) (*fields, error) {
	var v any
	if err := r.Decode(&v); err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, errNotMap
	}
	f := readFields(m)
	f.table = d.version
	return f, nil
}

// fields is what one record of a database says.
type fields struct {
	country              record.Country
	region, city, zone   string
	hasPoint             bool
	lat, lon, radius     float64
	as                   uint32
	operator             string
	class                NetworkClass
	table                string
	describesPlace, says bool
}

// refine writes what the record knows over what was known.
func (f *fields) refine(n *Network) {
	if !f.says {
		return
	}
	if f.describesPlace {
		// A different country makes the finer place of an earlier table wrong; a
		// finer place replaces the whole of the earlier one.
		if !f.country.IsZero() && f.country != n.Country || f.city != "" || f.hasPoint {
			n.Region, n.City, n.Zone = "", "", ""
			n.HasPoint, n.Lat, n.Lon, n.RadiusKM = false, 0, 0, 0
		}
		if !f.country.IsZero() {
			n.Country = f.country
		}
		if f.region != "" {
			n.Region = f.region
		}
		if f.city != "" {
			n.City = f.city
		}
		if f.zone != "" {
			n.Zone = f.zone
		}
		if f.hasPoint {
			n.HasPoint, n.Lat, n.Lon, n.RadiusKM = true, f.lat, f.lon, f.radius
		}
		// Documentation and private ranges are placed by no public table; a
		// database that places one describes a network of its maker's own.
		if n.Class == Private {
			n.Class = Unclassified
		}
		n.Table = f.table
	}
	if f.as != 0 {
		n.AS, n.Operator = f.as, f.operator
	} else if f.operator != "" {
		n.Operator = f.operator
	}
	if f.class != Unclassified {
		n.Class = f.class
	}
	if n.Table == "" {
		n.Table = f.table
	}
}
