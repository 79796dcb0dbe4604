// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"bytes"
	"path/filepath"
	"testing"

	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// TestBesideDamage: a request that does not open keeps nobody's case from being opened and
// waits where it is, and a case that does not open keeps nobody from being heard.
func TestBesideDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "daylight.db")
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Master: bytes.Repeat([]byte{7}, sqlite.KeySize)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	handle := matter().Subject
	hear := func(id string) {
		t.Helper()
		update(t, s, func(w store.Writer) error {
			return Hear(w, handle, Ask{ID: id, Kind: Correction, Text: "My address is another."}, start)
		})
	}
	damage := func(table, key string) {
		t.Helper()
		tamper.Zero(t, path, table, "key = ?", key)
	}
	heard := func() (out []Request, lost []store.Row, rows int) {
		t.Helper()
		err := s.View(t.Context(), func(r store.Reader) (err error) {
			if out, lost, err = HeardOf(r, handle); err != nil {
				return err
			}
			of, err := RequestsOf(r, ID(r, handle))
			rows = len(of)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out, lost, rows
	}
	hear("q-1")
	hear("q-2")
	damage("requests", "q-1")
	if out, lost, _ := heard(); len(out) != 1 || len(lost) != 1 || lost[0].Key != "q-1" || lost[0].Text["kind"] != string(Correction) {
		t.Errorf("heard %v, damaged %v", out, lost)
	}
	c, opened := openCase(t, s, matter(), start)
	if !opened || len(c.Requests) != 1 {
		t.Errorf("opened %v with %v", opened, c.Requests)
	}
	if _, lost, rows := heard(); len(lost) != 1 || rows != 1 {
		t.Errorf("%d damaged requests wait beside %d of the case", len(lost), rows)
	}
	damage("cases", c.ID)
	hear("q-3")
	if out, _, rows := heard(); len(out) != 1 || rows != 1 {
		t.Errorf("beside a damaged case %v was heard, and its rows are %d", out, rows)
	}
}
