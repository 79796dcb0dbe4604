// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"daylight/audit"
	"daylight/store"
)

// inForceKey is the row of [store.Settings] that outlives the process, and what entries of
// the audit log say was changed: the configuration in force.
const inForceKey = "configuration"

// settings are the settings of a configuration in force as text, by section and name, such
// as "connect.notices", or by section alone where it has no parts.
type settings map[string]string

// settings are those by which the service runs: the command line's go before the file's.
func (p servePlan) settings() (settings, error) {
	c := p.config
	c.Serve = p.Serve
	return c.settings()
}

// defaultSettings are those of a service that nothing is said to.
func defaultSettings() (settings, error) {
	c := DefaultConfig()
	c.Serve.Data, c.Serve.Listen = defaultData, defaultListen
	return c.settings()
}

// settings are those of a configuration. It names where secrets are and holds none.
func (c Config) settings() (settings, error) {
	out := settings{}
	if err := out.add(reflect.ValueOf(c), ""); err != nil {
		return nil, fmt.Errorf("write the configuration down: %w", err)
	}
	if c.base != nil { // the file may be another under the same name
		text, err := yaml.Marshal(c.base)
		if err != nil {
			return nil, fmt.Errorf("write the policy of the configuration down: %w", err)
		}
		out["policy"] += string(text)
	}
	return out, nil
}

// add adds the fields of a section, and of those that are sections themselves.
func (s settings) add(section reflect.Value, under string) error {
	for i := range section.NumField() {
		field := section.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if under == "" && field.Type.Kind() == reflect.Struct {
			if err := s.add(section.Field(i), name+"."); err != nil {
				return err
			}
			continue
		}
		text, err := yaml.Marshal(section.Field(i).Interface())
		if err != nil {
			return fmt.Errorf("%s%s: %w", under, name, err)
		}
		s[under+name] = string(text)
	}
	return nil
}

// hashed are the keyed hashes of settings, which are kept: values are not.
func (s settings) hashed(r store.Reader) map[string]string {
	out := make(map[string]string, len(s))
	for name, text := range s {
		out[name] = r.Hash("configuration "+name, text)
	}
	return out
}

// keptSettings are the hashes of the settings in force at the last start, with the version
// of their row; nil if there was none, or they do not open: there is nothing to compare with.
func keptSettings(r store.Reader) (map[string]string, int64, error) {
	row, err := r.Get(store.Settings, inForceKey)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrCorrupt):
		return nil, 0, nil
	case err != nil:
		return nil, 0, err
	}
	var kept map[string]string
	err = json.Unmarshal(row.Body, &kept)
	return kept, row.Version, err
}

// recordSettings keeps the hashes of the settings in force and, in the same transaction,
// adds an entry to the audit log that names those that are others than at the last start,
// or that are set at the first. It writes nothing where all are as they were. A log that was
// changed or is damaged is not added to, which would cover that up: that is an
// [audit.ErrTree].
func recordSettings(ctx context.Context, st store.Store, p servePlan, now time.Time) error {
	in, err := p.settings()
	if err != nil {
		return err
	}
	unset, err := defaultSettings()
	if err != nil {
		return err
	}
	same := false
	err = st.View(ctx, func(r store.Reader) error {
		kept, _, err := keptSettings(r)
		same = maps.Equal(kept, in.hashed(r))
		return err
	})
	if err == nil && !same {
		err = st.Update(ctx, func(w store.Writer) error { return in.record(w, unset, now) })
	}
	if err != nil {
		return fmt.Errorf("record the configuration in force: %w", err)
	}
	return nil
}

// record is [recordSettings] in its transaction.
func (s settings) record(w store.Writer, unset settings, now time.Time) error {
	if err := audit.Intact(w); err != nil {
		return err
	}
	kept, version, err := keptSettings(w)
	if err != nil {
		return err
	}
	what := "changed"
	if kept == nil {
		what = "set"
	}
	before := unset.hashed(w) // of a setting that a newer program has
	maps.Copy(before, kept)
	in := s.hashed(w)
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if err := w.Put(store.Settings, store.Row{Key: inForceKey, Version: version, Body: body}); err != nil {
		return err
	}
	detail := sectionsOf(what, slices.DeleteFunc(slices.Sorted(maps.Keys(in)), func(name string) bool { return in[name] == before[name] }))
	if len(detail) == 0 {
		return nil
	}
	return audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "config.change", Object: inForceKey, Detail: detail})
}

// sectionsOf are the details of an entry about settings: what names their sections, and each
// section that has parts names those. It is empty if there are none.
func sectionsOf(what string, names []string) map[string]string {
	detail := map[string]string{}
	var sections []string
	for _, name := range names {
		section, part, parts := strings.Cut(name, ".")
		if !slices.Contains(sections, section) {
			sections = append(sections, section)
		}
		if parts {
			detail[section] = strings.TrimSpace(detail[section] + " " + part)
		}
	}
	if len(sections) > 0 {
		detail[what] = strings.Join(sections, " ")
	}
	return detail
}

// keepSettings is [recordSettings] of a service that starts. While the audit log is damaged
// the service runs all the same, since it mends what can be: nothing is shown or done then that
// has to be recorded, and this is tried again each minute. Nothing else keeps it from being
// recorded, or the service does not start.
func (s *daemon) keepSettings(ctx context.Context, now time.Time, log *slog.Logger) error {
	if s.recorded.Load() {
		return nil
	}
	err := recordSettings(ctx, s.store, s.plan, now)
	if errors.Is(err, audit.ErrTree) {
		log.ErrorContext(ctx, "which settings changed is not recorded while the audit log is damaged", slog.Any("error", err))
		return nil
	}
	s.recorded.Store(err == nil)
	return err
}
