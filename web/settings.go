// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"daylight/account"
	"daylight/audit"
	"daylight/casework"
	"daylight/record"
	"daylight/store"
)

// settingsKey is the row of store.Settings that the page of settings writes.
const settingsKey = "console"

// settings are what administrators set in the console itself.
type settings struct {
	// Organisation is who runs the service, as people concerned are told.
	Organisation string `json:"organisation"`
	// Contact is whom people concerned write to about their data.
	Contact string `json:"contact"`
}

func settingsRoutes() []route {
	return []route{
		{pattern: "GET /settings", roles: administrators, acts: "show the settings of the service", handle: (*Server).settingsPage},
		{pattern: "POST /settings", roles: administrators, acts: "change the settings of the service", recorded: true, handle: (*Server).changeSettings},
		{pattern: "POST /settings/shadow", roles: administrators, acts: "switch shadow mode on or off", recorded: true, handle: (*Server).switchShadow},
	}
}

// settingsView is the page of settings.
type settingsView struct {
	settings
	Version  int64 // of the row
	Address  string
	Secure   bool
	Ways     []string // in which people sign in
	Proxies  []netip.Prefix
	Idle     string
	Life     string
	Programs int
	Shadow   bool
	Wrong    string
}

// readSettings returns what was set, and the version of the row.
func readSettings(r store.Reader) (settings, int64, error) {
	var out settings
	row, err := r.Get(store.Settings, settingsKey)
	if errors.Is(err, store.ErrNotFound) {
		return out, 0, nil
	}
	if err != nil {
		return out, 0, fmt.Errorf("read the settings: %w", err)
	}
	if err := json.Unmarshal(row.Body, &out); err != nil {
		return out, 0, fmt.Errorf("read the settings: %w", err)
	}
	return out, row.Version, nil
}

func (s *Server) settingsView(ctx context.Context) (settingsView, error) {
	v := settingsView{
		Address: origin(s.address), Secure: s.secure(), Ways: []string{"password with a one-time code"}, Proxies: s.Proxies,
		Idle: fmt.Sprintf("%d minutes", int(account.SessionIdle.Minutes())), Life: fmt.Sprintf("%d hours", int(account.SessionLife.Hours())),
	}
	if s.accounts.Passkeys() {
		v.Ways = append(v.Ways, "passkey")
	}
	if name := s.accounts.ProviderName(); name != "" {
		v.Ways = append(v.Ways, "identity provider: "+name)
	}
	tokens, err := s.accounts.Tokens(ctx)
	if err != nil {
		return v, err
	}
	v.Programs = len(tokens)
	err = s.Store.View(ctx, func(r store.Reader) error {
		if v.Shadow, err = casework.Shadow(r); err != nil {
			return err
		}
		v.settings, v.Version, err = readSettings(r)
		return err
	})
	return v, err
}

func (s *Server) settingsPage(x *exchange) error {
	v, err := s.settingsView(x.r.Context())
	if err != nil {
		return err
	}
	return x.page("settings", v)
}

func (s *Server) changeSettings(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	next := settings{Organisation: strings.TrimSpace(f.Get("organisation")), Contact: strings.TrimSpace(f.Get("contact"))}
	wrong := ""
	switch {
	case utf8.RuneCountInString(next.Organisation) > 120 || utf8.RuneCountInString(next.Contact) > 200:
		wrong = "A name may have 120 characters and a contact 200."
	case record.Unseen(next.Organisation+" "+next.Contact) >= 0:
		wrong = "There are characters that cannot be seen, or that turn others around. Type it anew."
	}
	if wrong != "" {
		v, err := s.settingsView(x.r.Context())
		if err != nil {
			return err
		}
		v.settings, v.Wrong = next, wrong
		return x.again("settings", v)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		before, version, err := readSettings(w)
		if err != nil {
			return err
		}
		if fmt.Sprint(version) != f.Get("version") {
			return store.ErrConflict
		}
		return s.keepSettings(w, x.who.Account, before, next, version)
	})
	if err != nil {
		return fmt.Errorf("change the settings: %w", err)
	}
	return x.see("/settings")
}

// Introduce says who runs the service and how they are reached, where nobody has said so.
func (s *Server) Introduce(ctx context.Context, organisation, contact string) error {
	err := s.Store.Update(ctx, func(w store.Writer) error {
		before, version, err := readSettings(w)
		if err != nil || before != (settings{}) {
			return err
		}
		return s.keepSettings(w, audit.System, before, settings{Organisation: organisation, Contact: contact}, version)
	})
	if err != nil {
		return fmt.Errorf("say who runs the service: %w", err)
	}
	return nil
}

// keepSettings keeps the settings and records that they changed.
func (s *Server) keepSettings(w store.Writer, by string, before, next settings, version int64) error {
	body, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := w.Put(store.Settings, store.Row{Key: settingsKey, Version: version, Body: body}); err != nil {
		return err
	}
	changed := ""
	if before.Organisation != next.Organisation {
		changed = "organisation"
	}
	if before.Contact != next.Contact {
		changed = strings.TrimSpace(changed + " contact")
	}
	return audit.Append(w, audit.Entry{At: s.Now(), Actor: by, Act: "config.change", Object: settingsKey, Detail: map[string]string{"changed": changed}})
}

// switchShadow switches shadow mode.
func (s *Server) switchShadow(x *exchange) error {
	f, err := x.form()
	if err != nil {
		return err
	}
	to := f.Get("to")
	if to != "on" && to != "off" {
		return fmt.Errorf("switch shadow mode: %w", errBadRequest)
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		return casework.SetShadow(w, x.who.Account, to == "on", s.Now())
	})
	if err != nil {
		return fmt.Errorf("switch shadow mode: %w", err)
	}
	return x.see("/settings")
}
