// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"path/filepath"
	"testing"
	"time"

	"daylight/checkin"
	"daylight/interview"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// TestSweepDamagedStill: a picture whose row or key was damaged behind the store goes on
// time with its key, as the others do, and keeps none of them; one whose days are not
// over stays and opens.
func TestSweepDamagedStill(t *testing.T) {
	for name, damage := range map[string]string{
		"nothing":           `SELECT 1`,
		"a body cut short":  `UPDATE stills SET body = substr(body, 1, length(body) - 1) WHERE key = 'a-1'`,
		"no body":           `UPDATE stills SET body = x'' WHERE key = 'a-1'`,
		"a column":          `UPDATE stills SET visit = 'other' WHERE key = 'a-1'`,
		"a key of no use":   `UPDATE holders SET wrapped = zeroblob(72) WHERE holder = (SELECT holder FROM stills WHERE key = 'a-1')`,
		"a holder not held": `UPDATE stills SET holder = 'v:none' WHERE key = 'a-1'`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "daylight.db")
			st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Master: make([]byte, sqlite.KeySize)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = st.Close() })
			update(t, st, func(w store.Writer) error {
				for key, until := range map[string]time.Time{"a-1": now.Add(-time.Hour), "b-1": now.Add(-time.Minute), "c-1": now.Add(time.Hour)} {
					row := store.Row{
						Key: key, Holder: interview.StillHolder(key), Body: []byte("a picture"),
						Text: map[string]string{"visit": key}, Ints: map[string]int64{"at": 1, "until": until.UnixMilli()},
					}
					if err := w.Put(store.Stills, row); err != nil {
						return err
					}
				}
				return nil
			})
			tamper.Do(t, path, damage)
			if err := checkin.Sweep(t.Context(), st, now); err != nil {
				t.Fatalf("swept: %v", err)
			}
			err = st.View(t.Context(), func(r store.Reader) error {
				left := 0
				for row, err := range r.Find(store.Stills, store.Query{}) {
					if left++; err != nil || row.Key != "c-1" || string(row.Body) != "a picture" {
						t.Errorf("%s is left: %v", row.Key, err)
					}
				}
				if left != 1 {
					t.Errorf("%d pictures are left", left)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if log := logged(t, st, "still.delete"); len(log) != 1 || log[0]["stills"] != "2" {
				t.Errorf("the log says %v", log)
			}
		})
	}
}
