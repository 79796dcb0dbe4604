// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"daylight/notice"
	"daylight/store"
)

func (tx memoryTx) note(t *testing.T, n notice.Notice) {
	t.Helper()
	if _, err := notice.Record(tx, n); err != nil {
		t.Fatal(err)
	}
}

// TestNobodyIsReadWithoutNotice: events of people who were not told, or had not been
// then, reach neither the sink nor the store; they are counted.
func TestNobodyIsReadWithoutNotice(t *testing.T) {
	v := testVendors[0]
	s := &server{page: 5, want: "SSWS x"}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, v, Pull{Name: "okta", Kind: "okta", URL: "http://okta.example.com", Secret: Secret{Command: []string{"echo", "x"}}}, s)
		w.c.notices = notice.Rule{}
		now := time.Now()
		tx := memoryTx{m: w.store}
		// By address in another spelling, by an id of the system, of another kind, ended.
		tx.note(t, notice.Notice{People: []string{" Amara.Okafor@Example.com"}, Kind: notice.Monitoring, Version: "3", From: now.Add(-24 * time.Hour)})
		tx.note(t, notice.Notice{People: []string{"okta:00u1"}, Kind: notice.Monitoring, Version: "3", From: now.Add(-10 * time.Minute)})
		tx.note(t, notice.Notice{People: []string{"slack:00u2", mail(2)}, Kind: "interview", Version: "3", From: now.Add(-24 * time.Hour)})
		tx.note(t, notice.Notice{People: []string{mail(3)}, Kind: notice.Monitoring, Version: "3", From: now.Add(-24 * time.Hour), Until: now.Add(-12 * time.Hour)})
		w.happen(32) // each of eight people four times; the last ten minutes hold person 1 once
		s.add(event{at: now, row: `{"published":"2000-01-01T00:00:00Z","eventType":"system.agent.ad.connect","severity":"INFO","outcome":{"result":"SUCCESS"}}`})
		s.add(event{at: now, row: `{"published":"2000-01-01T00:00:00Z","eventType":1}`})
		if err := w.all(t); err != nil {
			t.Fatal(err)
		}
		if w.sink.count() != 5 {
			t.Errorf("%d rows were kept, want four of one and one of another", w.sink.count())
		}
		for row := range w.sink.rows {
			if !strings.Contains(row, "amara.okafor@") && !strings.Contains(row, `"00u1"`) {
				t.Errorf("kept %s", row)
			}
		}
		h := w.health(t)
		if h.Held() != "27 events of 7 people without a recorded notice were not read" || h.Unread != 2 {
			t.Errorf("it says %q and %d unread", h.Held(), h.Unread)
		}
		for key, row := range w.store.rows {
			if strings.Contains(strings.ToLower(key+string(row.Body)+fmt.Sprint(row.Text)), "example.com\"") && !strings.Contains(key, "cursors") || strings.Contains(string(row.Body), "mei.tanaka") {
				t.Errorf("the store holds an address: %s", key)
			}
		}
	})
}

// TestEverybodyWasTold: the configuration can say so, from a date on.
func TestEverybodyWasTold(t *testing.T) {
	v := testVendors[0]
	s := &server{page: 50, want: "SSWS x"}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, v, Pull{Name: "okta", Kind: "okta", URL: "http://okta.example.com", Secret: Secret{Command: []string{"echo", "x"}}}, s)
		told, err := Notices{&Everybody{"Monitoring at work", "3", "2000-01-01"}}.Rule()
		if err != nil {
			t.Fatal(err)
		}
		w.c.notices = told
		time.Sleep(10 * time.Minute)
		w.happen(30) // twenty of them in the year before
		if err := w.all(t); err != nil || w.sink.count() != 10 {
			t.Errorf("%d rows from that date on: %v", w.sink.count(), err)
		}
	})
}

// TestEveryMonitoringFeedAsks: no feed of what people do can be read without its
// decoder, by which the actor is known.
func TestEveryMonitoringFeedAsks(t *testing.T) {
	for kind := range kinds {
		v, err := Pull{Kind: kind, URL: "https://example.com"}.vendor()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range v.feeds {
			monitors := kind != "greenhouse" && kind != "lever"
			if (f.events != nil) != monitors || f.events != nil && f.events() == nil {
				t.Errorf("%s/%s: monitoring %v", kind, f.name, f.events != nil)
			}
			if f.realm != kind || f.overlap == 0 || v.base == "" {
				t.Errorf("%s/%s is incomplete", kind, f.name)
			}
		}
	}
}

// TestStoreFailureStopsReading: without the notices nothing is read.
func TestStoreFailureStopsReading(t *testing.T) {
	v := testVendors[0]
	s := &server{page: 50, want: "SSWS x"}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, v, Pull{Name: "okta", Kind: "okta", URL: "http://okta.example.com", Secret: Secret{Command: []string{"echo", "x"}}}, s)
		w.happen(5)
		w.store.fail = store.ErrReadOnly
		if err := w.all(t); err == nil || words(store.ErrReadOnly) != "the store cannot be written" {
			t.Errorf("a store that cannot be written: %v", err)
		}
		w.store.fail = nil
		if err := w.all(t); err != nil || w.sink.count() != 5 {
			t.Errorf("%d rows: %v", w.sink.count(), err)
		}
	})
}
