// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/audit"
	"daylight/casework"
	"daylight/notify"
	"daylight/store"
)

// exports are the entries of the audit log about what left.
func (w *world) exports() (out []string) {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(r store.Reader) error {
		for e, err := range audit.Entries(r, 0) {
			if err != nil && !errors.Is(err, audit.ErrEntry) {
				return err
			}
			if d := e.Detail; strings.HasPrefix(e.Act, "export.") {
				out = append(out, strings.Join([]string{e.Actor, e.Act, e.Object, d["target"], d["evidence"], d["attempt"], d["finding"]}, " "))
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// TestFindingIsRecorded: each finding that is sent to a SIEM is an entry of the audit log,
// one an attempt, since an attempt whose answer is lost may have arrived. What is said in
// words is none, and the entries are announced to nobody.
func TestFindingIsRecorded(t *testing.T) {
	udp, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close() //nolint:errcheck // a test's own
	for name, c := range map[string]struct {
		target  notify.Target
		answers []int
		want    []string
	}{
		"a file, with evidence":         {notify.Target{Kind: notify.OCSFFile, Path: filepath.Join(t.TempDir(), "findings.jsonl"), Evidence: true}, nil, []string{"system export.finding k-1 siem yes 1 0.siem"}},
		"syslog":                        {notify.Target{Kind: notify.Syslog, URL: "udp://" + udp.LocalAddr().String()}, nil, []string{"system export.finding k-1 siem no 1 0.siem"}},
		"by HTTP, at the third attempt": {notify.Target{Kind: notify.OCSFHTTP}, []int{503, 500}, []string{"system export.finding k-1 siem no 1 0.siem", "system export.finding k-1 siem no 2 0.siem", "system export.finding k-1 siem no 3 0.siem"}},
		"a chat":                        {notify.Target{Kind: notify.Slack}, nil, nil},
		"a webhook":                     {notify.Target{Kind: notify.Webhook, Secret: "s"}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c.target.Name = "siem"
			if c.target.URL == "" && c.target.Path == "" {
				c.target.URL = w.server.URL
			}
			w.answers = c.answers
			w.happens("case.open", "k-1")
			sent := 0
			for range 5 {
				sent += w.once(w.options(c.target))
				w.now = w.now.Add(time.Minute)
			}
			if states := w.states(); sent != 1 || states["sent"] != 1 || len(states) != 1 {
				t.Errorf("%d were sent, states %v; want one", sent, states)
			}
			if diff := cmp.Diff(c.want, w.exports()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNoFindingLeavesUnrecorded: what is not sent is no entry, and while the log takes
// none, no finding is sent.
func TestNoFindingLeavesUnrecorded(t *testing.T) {
	w := newWorld(t)
	lake := notify.Target{Name: "lake", Kind: notify.OCSFHTTP, URL: w.server.URL}
	announced := func(id string) {
		t.Helper()
		w.happens("case.open", id)
		if _, err := notify.Follow(t.Context(), w.store, []notify.Target{lake}, w.now); err != nil {
			t.Fatal(err)
		}
	}
	announced("k-1")
	w.shows("k-1", casework.Circled)
	w.once(w.options(lake))
	announced("k-2")
	w.once(w.options()) // the target is no longer configured
	if got := w.exports(); len(got) != 0 || w.states()["failed"] != 2 || len(w.requests) != 0 {
		t.Errorf("entries %v, states %v, %d requests; want two that were given up and no entry", got, w.states(), len(w.requests))
	}
	announced("k-3")
	w.change(func(tx store.Writer) error { // behind the back of its head
		_, err := tx.Append(store.Audit, w.now, []byte("{}"))
		return err
	})
	if _, err := notify.Once(t.Context(), w.options(lake)); !errors.Is(err, audit.ErrTree) || len(w.requests) != 0 || w.states()["waiting"] != 1 {
		t.Errorf("%d requests beside a log that takes no entry, states %v, %v", len(w.requests), w.states(), err)
	}
}
