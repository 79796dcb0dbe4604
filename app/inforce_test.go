// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/audit"
	"daylight/store"
	"daylight/store/tamper"
)

// TestServeRecordsItsConfiguration starts the service again and again: each start by other
// settings than the last is one entry of the audit log, which names them and says no value,
// and one by the same settings is none.
func TestServeRecordsItsConfiguration(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	data, config, policy := path("data"), path("daylight.yaml"), path("policy.yaml")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	show := func(applicant string) string {
		t.Helper()
		var out, words bytes.Buffer
		if code := Main(t.Context(), World{Args: []string{"policy", "show"}, Stdout: &out, Stderr: &words, Env: func(string) string { return "" }}); code != exitDone {
			t.Fatalf("%d %s", code, &words)
		}
		own := regexp.MustCompile(`(?m)^version: .*$`).ReplaceAllString(out.String(), "version: own-1")
		return regexp.MustCompile(`(?m)^(  applicant:) .*$`).ReplaceAllString(own, "$1 "+applicant)
	}
	write(path("key"), strings.Repeat("5a", 32)+"\n")
	const told = "connect:\n  notices:\n    everybody: {policy: Staff handbook, version: v7, date: 2026-01-01}\n"
	newer := strings.Replace(told, "v7", "v8", 1)
	target := "notify:\n  - {name: soc, kind: ocsf_file, on: [case_opened], path: " + path("soc.jsonl") + "}\n"
	serve := func(text string) string { return "serve:\n" + text }
	var want []string
	for _, step := range []struct {
		name, config string
		args         []string
		entry        string // "": none
	}{
		{"first", serve("  ledgers: [" + path("erased") + "]\n"), nil, "set: serve; serve: data ledgers listen"},
		{"no change", serve("  ledgers: [" + path("erased") + "]\n"), nil, ""},
		{"the same in other words", "# a remark\nprior: {}\n" + serve("  ledgers:\n    - \""+path("erased")+"\"\n"), nil, ""},
		{"everybody was told", told, nil, "changed: connect serve; connect: notices; serve: ledgers"},
		{"no change", told, nil, ""},
		{"another version of the notice", newer, nil, "changed: connect; connect: notices"},
		{"groups, a target and an address that may be reached", newer + "  allow: [10.1.2.0/24]\n" + target +
			serve("  oidc: {issuer: https://login.example.com, client_id: daylight, secret: {file: "+path("key")+"}, groups: {hr-team: [hr]}}\n"), []string{"--master-key", path("data/daylight.key")}, "changed: connect notify serve; connect: allow; serve: master_key oidc"},
		{"a policy", "policy: " + policy + "\n", nil, "changed: connect notify policy prior serve; connect: allow notices; prior: applicant; serve: master_key oidc"},
		{"another under the same name", "policy: " + policy + "\n", nil, "changed: policy prior; prior: applicant"},
		{"all gone", "", nil, "changed: policy prior; prior: applicant"},
		{"by the command line", "", []string{"--watch", dir}, "changed: serve; serve: watch"},
	} {
		write(policy, show(map[bool]string{true: "0.002", false: "0.003"}[step.name == "a policy"]))
		write(config, step.config)
		s := startServe(t, append([]string{"--config", config, "--data", data}, step.args...)...)
		if code := s.stop(); code != exitDone {
			t.Fatalf("%s: it ended with %d:\n%s", step.name, code, s.stderr)
		}
		if step.entry != "" {
			want = append(want, step.entry)
		}
		if got := configurationsIn(t, data); !slices.Equal(got, want) {
			t.Fatalf("%s: the log has\n%s\nwant\n%s", step.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	succeed(t, []string{"audit", "verify", "--store", filepath.Join(data, "daylight.db")})
}

// configurationsIn are the details of the entries about the configuration in force, and
// there is no value in any entry.
func configurationsIn(t *testing.T, data string) []string {
	t.Helper()
	st := opened(t, data)
	defer st.Close() //nolint:errcheck // read only
	var out []string
	err := st.View(t.Context(), func(r store.Reader) error {
		for e, err := range audit.Entries(r, 0) {
			if err != nil {
				return err
			}
			if e.Act != "config.change" || e.Object != inForceKey {
				continue
			}
			if e.Actor != audit.System {
				t.Errorf("%s did it", e.Actor)
			}
			var words []string
			for _, name := range slices.Sorted(maps.Keys(e.Detail)) {
				words = append(words, name+": "+e.Detail[name])
			}
			slices.SortStableFunc(words, func(a, b string) int { return leads(b) - leads(a) })
			out = append(out, strings.Join(words, "; "))
			for _, value := range []string{"handbook", "v7", "10.1.2", "example.com", "hr-team", "daylight.key", "erased"} {
				if strings.Contains(string(e.Data), value) {
					t.Errorf("%q is in the log: %s", value, e.Data)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// leads sorts the list of sections to the front.
func leads(detail string) int {
	if strings.HasPrefix(detail, "set: ") || strings.HasPrefix(detail, "changed: ") {
		return 1
	}
	return 0
}

// TestSettingsAreAllThereAre: every key of the configuration is compared, and an entry that
// names all of them is one that the log accepts.
func TestSettingsAreAllThereAre(t *testing.T) {
	all, err := defaultSettings()
	if err != nil {
		t.Fatal(err)
	}
	detail := sectionsOf("changed", slices.Sorted(maps.Keys(all)))
	want := map[string]string{
		"changed":    "boilerplate columns company connect geoip lists notify parameters policy prior serve thresholds weights",
		"company":    "approved_tools approved_vpn egress own_checks sanctioned_territories screening",
		"connect":    "allow hooks notices pull",
		"prior":      "applicant worker",
		"serve":      "address data ledgers listen master_key oidc proxies tls_cert tls_key vantage vantage_key vantages watch",
		"thresholds": "escalate_families escalate_family_db escalate_probability follow_up_family_db follow_up_probability follow_up_toward_db minimum_answers spared_share_percent",
	}
	if !maps.Equal(detail, want) {
		t.Errorf("%q\nwant\n%q", detail, want)
	}
	if _, err := audit.Encode(audit.Entry{At: time.Now(), Actor: audit.System, Act: "config.change", Object: inForceKey, Detail: detail}); err != nil {
		t.Error(err)
	}
}

// TestServeDoesNotStartUnrecorded: a service by other settings than the last starts only
// with the entry that says so, and what is kept for the next start goes with the entry.
func TestServeDoesNotStartUnrecorded(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	start := func(now func() time.Time) (int, string) {
		t.Helper()
		var out, words bytes.Buffer
		code := Main(t.Context(), World{
			Args: []string{"serve", "--listen", "127.0.0.1:0", "--data", data}, Stdout: &out, Stderr: &words,
			Env: func(string) string { return "" }, Now: now,
		})
		return code, out.String() + words.String()
	}
	aStore(t, data)
	never := func() time.Time { return time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) } // which no entry can say
	if code, said := start(never); code != exitFailed || said != "daylight: record the configuration in force: not an audit entry: no time\n" {
		t.Errorf("it ended with %d and said\n%s", code, said)
	}
	if got := configurationsIn(t, data); len(got) > 0 {
		t.Errorf("the log has %q", got)
	}
	s := startServe(t, "--data", data)
	s.stop()
	if got := configurationsIn(t, data); fmt.Sprint(got) != "[set: serve; serve: data listen]" {
		t.Errorf("the log has %q", got)
	}
}

// TestServeRecordsWhatItCouldNot: by other settings the service starts on a damaged audit
// log, since it mends it, and makes up for the entry once that is done.
func TestServeRecordsWhatItCouldNot(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	file := filepath.Join(data, "daylight.db")
	h := startHere(t, Serve{Data: data}, "")
	h.staff(t, newVisitor(t), newVisitor(t))
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	tamper.Zero(t, file, "tree", "kind = 'head'")
	h = startHere(t, Serve{Data: data}, everybodyTold(t))
	if err := h.store.View(t.Context(), audit.Intact); !errors.Is(err, audit.ErrTree) {
		t.Fatalf("the log is not damaged: %v", err)
	}
	succeed(t, []string{"audit", "mend", "--store", file, "--unsigned"})
	for range 2 {
		h.eachMinute(t.Context(), h.now, slog.New(slog.DiscardHandler))
	}
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	got := configurationsIn(t, data)
	if want := []string{"set: serve; serve: data listen", "changed: connect; connect: notices"}; !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
}
