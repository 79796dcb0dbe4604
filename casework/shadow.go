// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"daylight/audit"
	"daylight/store"
)

// shadowKey is the row of [store.Settings] that says whether shadow mode is on.
const shadowKey = "shadow"

type shadowMode struct {
	On bool `json:"on"`
}

// Shadow reports whether shadow mode is on: everything is computed, and nothing of it
// is shown to those who decide about hiring.
func Shadow(r store.Reader) (bool, error) {
	var s shadowMode
	row, err := r.Get(store.Settings, shadowKey)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(row.Body, &s)
	}
	if err != nil {
		return false, fmt.Errorf("read whether shadow mode is on: %w", err)
	}
	return s.On, nil
}

// SetShadow switches shadow mode on or off. account is who does.
func SetShadow(w store.Writer, account string, on bool, now time.Time) error {
	was, err := Shadow(w)
	if err != nil || was == on {
		return err
	}
	body, err := json.Marshal(shadowMode{on})
	if err != nil {
		return fmt.Errorf("switch shadow mode: %w", err)
	}
	if err := w.Put(store.Settings, store.Row{Key: shadowKey, Body: body}); err != nil {
		return fmt.Errorf("switch shadow mode: %w", err)
	}
	to := "off"
	if on {
		to = "on"
	}
	return audit.Append(w, audit.Entry{At: now, Actor: account, Act: "config.change", Object: shadowKey, Detail: map[string]string{"changed": to}})
}
