// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"fmt"
	"slices"

	"daylight/enrich"
	"daylight/record"
)

// processes picks the rows of running processes and listening ports that are
// worth keeping. A fleet's snapshots hold millions of them, and only programs
// that reference data knows, commands that show something and the port of remote
// desktops ever say anything. Of the others, the oldest and the
// newest of each machine stay, for they show that its processes were looked at,
// and when. It is for one file.
type processes struct {
	tables *enrich.Tables
	spans  map[machine]*span
	left   int // rows not kept
}

// rdpPort is where remote desktops of Windows listen (IANA, ms-wbt-server).
const rdpPort = 3389

// machine is one kind of row about one machine, as one file names it.
type machine struct {
	fact         record.DeviceFact
	host, serial string
	email, user  string
}

// span is the oldest and the newest of some records.
type span struct{ oldest, newest record.Record }

func newProcesses(t *enrich.Tables) *processes {
	return &processes{tables: t, spans: map[machine]*span{}}
}

// keep reports whether the record is one to keep at once.
func (p *processes) keep(r record.Record) bool {
	d, ok := r.Body.(record.Device)
	if !ok || d.Fact != record.Process && d.Fact != record.Listening {
		return true
	}
	if _, ok := p.tables.Tool(d.Name, d.Path); ok || d.Sign != "" || d.Port == rdpPort {
		return true
	}
	p.left++
	k := machine{d.Fact, fold(d.Host), fold(d.Serial), fold(r.Ref.Email.Reveal()), fold(r.Ref.Username)}
	s := p.spans[k]
	if s == nil {
		p.spans[k] = &span{r, r}
		return false
	}
	if older(r, s.oldest) {
		s.oldest = r
	}
	if older(s.newest, r) {
		s.newest = r
	}
	return false
}

// older orders by time, and by id so that the order of rows cannot matter.
func older(a, b record.Record) bool {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) < 0
}

// rest returns the records that stand for those not kept, and says how many
// were not, "" if none.
func (p *processes) rest() (records []record.Record, note string) {
	for _, s := range p.spans {
		records = append(records, s.oldest)
		if s.newest.ID != s.oldest.ID {
			records = append(records, s.newest)
		}
	}
	slices.SortFunc(records, func(a, b record.Record) int { return cmp.Compare(a.ID, b.ID) })
	if n := p.left - len(records); n > 0 {
		note = fmt.Sprintf("%d rows of processes and listening ports whose program no table knows were not kept", n)
	}
	return records, note
}
