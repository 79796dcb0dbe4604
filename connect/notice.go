// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"daylight/record"
	"daylight/store"
)

// MonitoringNotice is the kind of notice without which nobody's activity is read.
const MonitoringNotice = "monitoring"

// Notice records that somebody was told, in which version of the words and when.
type Notice struct {
	// People are all identifiers of the one person: e-mail addresses as they are, ids
	// and account names of one system with its realm before them, "okta:00u1x",
	// "slack:W012", "google:1081", "github:octavia". They are kept as keyed hashes.
	People  []string
	Kind    string // [MonitoringNotice]
	Version string // of the words
	// From is when it was given: what happened before is not read. Until ends it; the
	// zero time is never.
	From, Until time.Time
	// Acknowledged is when the person said that they had read it, if they did.
	Acknowledged time.Time
}

// NoticePerson is the keyed hash under which an identifier is found in
// [store.Notices].
func NoticePerson(r store.Reader, id string) string {
	return r.Hash("notice", strings.ToLower(strings.TrimSpace(id)))
}

// RecordNotice writes a notice down, in place of an earlier one of its kind.
func RecordNotice(w store.Writer, n Notice) error {
	if len(n.People) == 0 || n.Kind == "" || n.Version == "" || n.From.IsZero() {
		return errors.New("a notice needs whom it was given to, its kind, its version and its date")
	}
	body, err := json.Marshal(struct {
		Acknowledged time.Time `json:"acknowledged,omitzero"`
	}{n.Acknowledged.UTC()})
	if err != nil {
		return err
	}
	for _, id := range n.People {
		if strings.TrimSpace(id) == "" {
			return errors.New("a notice to nobody")
		}
		person := NoticePerson(w, id)
		if err := w.Put(store.Notices, store.Row{
			Key:  person + " " + n.Kind,
			Text: map[string]string{"person": person, "kind": n.Kind, "version": n.Version},
			Ints: map[string]int64{"at": milliseconds(n.From), "until": milliseconds(n.Until)},
			Body: body,
		}); err != nil {
			return fmt.Errorf("record a notice: %w", err)
		}
	}
	return nil
}

// span is the time in which somebody may be monitored; the zero span is none. Unix
// milliseconds, both ends included.
type span struct{ from, until int64 }

func (s span) holds(at time.Time) bool {
	ms := at.UnixMilli()
	return s.from > 0 && ms >= s.from && ms <= s.until
}

// notices says of whom activity may be read.
type notices struct {
	everybody span
}

// cover reports whether a person was told before an instant, by any identifier.
// told remembers what was looked up.
func (n notices) cover(r store.Reader, told map[string]span, who []string, at time.Time) (bool, error) {
	if n.everybody.holds(at) {
		return true, nil
	}
	for _, id := range who {
		s, known := told[id]
		if !known {
			row, err := r.Get(store.Notices, NoticePerson(r, id)+" "+MonitoringNotice)
			switch {
			case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased):
			case err != nil:
				return false, err
			default:
				s = span{row.Ints["at"], cmp.Or(row.Ints["until"], math.MaxInt64)}
			}
			told[id] = s
		}
		if s.holds(at) {
			return true, nil
		}
	}
	return false, nil
}

// identifiers are the names by which an event's actor may be known, the e-mail
// address first.
func identifiers(realm string, e *record.Event) []string {
	var out []string
	if len(e.ActorEmail) > 0 {
		out = append(out, string(e.ActorEmail))
	}
	for _, id := range [][]byte{e.ActorID, e.ActorName} {
		if len(id) > 0 {
			out = append(out, realm+":"+string(id))
		}
	}
	return out
}
