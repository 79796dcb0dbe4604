// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/casework"
	"daylight/record"
	"daylight/report"
	"daylight/store"
)

// shared is the body of a row of [store.Shared]: an identifier as it was given away,
// by the id of its indicator alone.
type shared struct {
	ID        string    `json:"id"`
	First     time.Time `json:"first"`
	Confirmed time.Time `json:"confirmed"`
	Retracted time.Time `json:"retracted,omitzero"`
}

// Share returns the identifiers of those whose case is closed as confirmed, by two
// people, as they are given away; and, retracted, what was given away before and does
// not stand any longer: because the case was opened again, ended otherwise, or the
// person was erased. What it returns is noted as given away. Nothing of a protected
// person is shared, and nothing longer than [report.KnownFor].
//
// Rows that are damaged are returned beside it. Nothing is given away of whoever they
// are about, who may be protected, and nothing taken back that they may still confirm:
// of that nothing is said until they are mended.
func Share(w store.Writer, now time.Time) ([]report.Known, []DamagedRow, error) {
	stands, err := confirmed(w, now)
	if err != nil {
		return nil, nil, fmt.Errorf("look for confirmed cases: %w", err)
	}
	var out []report.Known
	before := map[string]bool{}
	for row, err := range w.Find(store.Shared, store.Query{}) {
		if lost(err) {
			stands.damage(store.Shared, row) // what stands is noted anew
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("look at what was shared: %w", err)
		}
		var was shared
		if err := json.Unmarshal(row.Body, &was); err != nil {
			return nil, nil, fmt.Errorf("look at what was shared: %w", err)
		}
		before[was.ID] = true
		k, ok := stands.known[was.ID]
		switch {
		case ok:
			k.First = was.First
		case row.Ints["until"] <= now.UnixMilli(): // it has ended by itself wherever it went
			if err := w.Delete(store.Shared, row.Key); err != nil {
				return nil, nil, err
			}
			continue
		default:
			k = report.Known{ID: was.ID, First: was.First, Confirmed: was.Confirmed, Retracted: was.Retracted}
			if k.Retracted.IsZero() && stands.may(was.ID) {
				continue
			}
			if k.Retracted.IsZero() {
				k.Retracted = now.UTC()
			}
		}
		if out = append(out, k); same(was, k) {
			continue
		}
		if err := putShared(w, k); err != nil {
			return nil, nil, err
		}
	}
	for id, k := range stands.known {
		if before[id] {
			continue
		}
		k.First = k.Confirmed
		if err := putShared(w, k); err != nil {
			return nil, nil, err
		}
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b report.Known) int { return cmp.Compare(a.STIX(), b.STIX()) })
	return out, stands.damaged, nil
}

// Unshared are the damaged rows that keep [Share] from giving away, or taking back, all
// that it would.
func Unshared(r store.Reader, now time.Time) ([]DamagedRow, error) {
	stands, err := confirmed(r, now)
	if err != nil {
		return nil, fmt.Errorf("look for confirmed cases: %w", err)
	}
	return stands.damaged, nil
}

func same(was shared, k report.Known) bool {
	return was.Confirmed.Equal(k.Confirmed) && was.Retracted.Equal(k.Retracted)
}

func putShared(w store.Writer, k report.Known) error {
	id := k.STIX()
	body, err := json.Marshal(shared{id, k.First, k.Confirmed, k.Retracted})
	if err != nil {
		return fmt.Errorf("note what is shared: %w", err)
	}
	return w.Put(store.Shared, store.Row{Key: w.Hash("shared", id), Body: body, Ints: map[string]int64{"until": k.Confirmed.Add(report.KnownFor).UnixMilli()}})
}

// standing is what may be shared now, by the ids of the indicators.
type standing struct {
	known   map[string]report.Known
	damaged []DamagedRow
	// doubted are indicators that a damaged case may confirm; any is when nobody can say
	// which ones a damaged row is about.
	doubted map[string]bool
	any     bool
}

func (s *standing) damage(c store.Collection, row store.Row) {
	s.damaged = append(s.damaged, DamagedRow{c.Name, row.Key})
}

// may reports whether something may still be confirmed that is not seen to be.
func (s *standing) may(id string) bool { return s.any || s.doubted[id] }

// confirmed looks at the closed cases for what may be shared now.
func confirmed(r store.Reader, now time.Time) (*standing, error) {
	out := &standing{known: map[string]report.Known{}, doubted: map[string]bool{}}
	for row, err := range r.Find(store.Cases, store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: string(casework.StateClosed)}}}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return nil, err
		}
		var c casework.Case
		if err == nil {
			c, err = casework.Decode(row.Body)
		}
		damaged := err != nil
		if damaged {
			out.damage(store.Cases, row)
		}
		d := c.Closing
		if !damaged && (d == nil || d.Disposition != casework.Confirmed || d.Approved == nil || !d.At.Add(report.KnownFor).After(now)) {
			continue
		}
		ids, err := out.identifiersOf(r, row.Text["subject"])
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			k := report.Known{Identifier: id}
			if damaged {
				out.doubted[k.STIX()] = true
				continue
			}
			k.Confirmed = d.At.UTC()
			if old, ok := out.known[k.STIX()]; !ok || old.Confirmed.Before(k.Confirmed) {
				out.known[k.STIX()] = k
			}
		}
	}
	return out, nil
}

// identifiersOf are the identifiers of a person that may be shared, none of somebody
// who is protected, or of whom it cannot be told.
func (s *standing) identifiersOf(r store.Reader, handle string) ([]record.Identifier, error) {
	holders, err := Holders(r, handle)
	if err != nil {
		return nil, err
	}
	var out []record.Identifier
	damaged := false
	for _, h := range holders {
		for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}) {
			if errors.Is(err, store.ErrErased) {
				continue
			}
			if errors.Is(err, store.ErrCorrupt) {
				s.damage(store.Records, row)
				damaged, s.any = true, true
				continue
			}
			if err != nil {
				return nil, err
			}
			b, err := decodeRecord(row.Body)
			if err != nil {
				return nil, err
			}
			if b.Record.Protected() {
				return nil, nil
			}
			for _, id := range b.Record.Body.Identifiers() {
				if report.Shares(id.Type) {
					out = append(out, id)
				}
			}
		}
	}
	if damaged {
		return nil, nil
	}
	return out, nil
}
