// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"daylight/audit"
	"daylight/interview"
	"daylight/store"
)

// TestServeNotesFollowUps: what a running service does every minute notes a follow-up
// whose window is open, once, as done by nobody, and none that is to come.
func TestServeNotesFollowUps(t *testing.T) {
	t.Parallel()
	h := startHere(t, Serve{Data: filepath.Join(t.TempDir(), "data")}, everybodyTold(t))
	log := slog.New(slog.DiscardHandler)
	const subject = "p-0123456789"
	err := h.store.Update(t.Context(), func(w store.Writer) error {
		for id, at := range map[string]time.Time{"fu-open": h.now().Add(-time.Minute), "fu-later": h.now().Add(48 * time.Hour)} {
			f := interview.FollowUp{ID: id, Subject: subject, State: interview.Drawn, At: at, Until: at.Add(time.Hour)}
			body, err := json.Marshal(f)
			if err != nil {
				return err
			}
			err = w.Put(store.FollowUps, store.Row{
				Key: id, Holder: interview.Holder(subject), Body: body,
				Text: map[string]string{"subject": subject, "state": string(f.State)}, Ints: map[string]int64{"at": f.At.UnixMilli(), "until": f.Until.UnixMilli()},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		h.eachMinute(t.Context(), h.now, log)
	}
	var noted []audit.Logged
	err = h.store.View(t.Context(), func(r store.Reader) error {
		for e, err := range audit.Opened(r, 0) {
			if err != nil {
				return err
			}
			if e.Act == "follow-up.due" {
				noted = append(noted, e)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(noted) != 1 || noted[0].Actor != audit.System || noted[0].Detail["follow_up"] != "fu-open" {
		t.Errorf("noted %+v", noted)
	}
}
