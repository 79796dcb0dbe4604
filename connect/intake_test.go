// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"daylight/intake"
	"daylight/store"
	"daylight/store/sqlite"
)

// TestIntakeReadsWhatIsPulled: from a vendor's pages to accounts and records in the
// store, by the decoders of exports.
func TestIntakeReadsWhatIsPulled(t *testing.T) {
	for _, v := range testVendors {
		t.Run(v.name, func(t *testing.T) {
			st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close() //nolint:errcheck // temporary
			s := &server{page: 5, untidy: true}
			p := v.pull(s, func(value string) Secret { return secretIn(t, value) })
			now := time.Now()
			for i := range 16 {
				at := now.Add(-time.Duration(16-i) * time.Minute).Truncate(time.Second)
				s.add(event{at: at, row: v.row(i, at), list: v.list(i)})
			}
			c := connectorFor(t, Options{
				Config: Config{Pull: []Pull{p}, Notices: everybody}, Store: st, Sink: Into(&intake.Box{Store: st, Now: time.Now}),
				Client: &http.Client{Transport: direct{s.handler(v.serve(s))}},
			})
			c.vendor.gap = 0
			for range 2 { // the second reads the overlap again
				for _, f := range c.vendor.feeds {
					if err := c.round(t.Context(), f); err != nil {
						t.Fatal(err)
					}
				}
				reader := intake.Reader{Store: st, Notices: c.notices, Now: time.Now, Log: quiet()}
				if err := reader.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := st.View(t.Context(), func(r store.Reader) error {
				for row, err := range r.Find(store.Files, store.Query{}) {
					if err != nil {
						return err
					}
					if row.Text["source"] != v.kind || !slices.Contains(v.formats, row.Text["format"]) {
						t.Errorf("a file of %q is read as %q", row.Text["source"], row.Text["format"])
					}
				}
				accounts, err := r.Count(store.Profiles, store.Query{})
				if err != nil {
					return err
				}
				records, err := r.Count(store.Records, store.Query{})
				want := map[bool][2]int{true: {len(people), 0}, false: {0, 16}}[c.vendor.feeds[0].events != nil]
				if accounts != want[0] || records != want[1] {
					t.Errorf("%d accounts and %d records, want %v", accounts, records, want)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}
