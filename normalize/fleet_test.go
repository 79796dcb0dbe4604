// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"daylight/record"
	"daylight/source"

	"github.com/google/go-cmp/cmp"
)

const fleetHost = `{"id":1,"created_at":"2026-03-02T09:00:00Z","last_enrolled_at":"2026-03-09T09:00:00Z","seen_time":"2026-03-10T09:00:00Z",
"software_updated_at":"2026-03-10T08:00:00Z","hostname":"sample-1","uuid":"UUID-1","hardware_serial":"SAMPLE0001","osquery_version":"5.12.0",
"public_ip":"192.0.2.44","primary_mac":"02:00:5E:10:00:01","device_mapping":[{"email":"Amina.Okafor@example.com","source":"google_chrome_profiles"}],
"software":[{"name":"AnyDesk.app","version":"8.0","source":"apps","bundle_identifier":"com.philandro.anydesk","installed_paths":["/Applications/AnyDesk.app"]},
{"name":"left-pad","version":"1","source":"npm_packages"},{"name":"xrdp","version":"0.10","source":"deb_packages","vendor":""}]}`

func readFleet(tb testing.TB, raw string) (out []string, err error) {
	tb.Helper()
	err = newFleetHosts(File{Path: "hosts.json", Shape: source.JSONPage}).Decode(source.Row{Index: 1, JSON: []byte(raw)}, func(r record.Record) {
		body, err := json.Marshal(r.Body)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %s %s", r.At.Format(time.DateTime), r.Ref.Email.Reveal(), body))
	})
	return out, err
}

func TestFleetHosts(t *testing.T) {
	want := []string{
		`2026-03-02 09:00:00 amina.okafor@example.com {"fact":"enrolled","host":"UUID-1","serial":"SAMPLE0001"}`,
		`2026-03-10 09:00:00 amina.okafor@example.com {"fact":"interface","host":"UUID-1","serial":"SAMPLE0001","mac":"02:00:5e:10:00:01","addr":"192.0.2.44"}`,
		`2026-03-10 08:00:00 amina.okafor@example.com {"fact":"software","host":"UUID-1","serial":"SAMPLE0001","name":"AnyDesk","vendor":"com.philandro.anydesk","version":"8.0","path":"/Applications/AnyDesk.app"}`,
		`2026-03-10 08:00:00 amina.okafor@example.com {"fact":"software","host":"UUID-1","serial":"SAMPLE0001","name":"xrdp","version":"0.10"}`,
	}
	for _, raw := range []string{fleetHost, `{"host":` + fleetHost + `}`} {
		if got, err := readFleet(t, raw); err != nil || !cmp.Equal(want, got) {
			t.Errorf("%v (-want +got):\n%s", err, cmp.Diff(want, got))
		}
		if !matchesFleetHosts(sampleOf([]byte(raw))) {
			t.Error("not recognised")
		}
	}
	for raw, want := range map[string]string{
		`{"hardware_serial":"SAMPLE0001"}`:                                                               "no time of enrolment",
		`{"hardware_serial":"SAMPLE0001","created_at":"2000-01-01T00:00:00Z"}`:                           "no time of enrolment",
		`{"created_at":"2026-01-01T00:00:00Z"}`:                                                          "a host without serial, uuid and name",
		`{"uuid":"u","created_at":"2026-01-01T00:00:00Z","software":[{"name":"a.app","source":"apps"}]}`: "software without a time",
		`{"uuid":"u","created_at":"2026-01-01T00:00:00Z","device_mapping":[{"email":"a@example.com"}],"end_users":[{"idp_username":"b@example.com"}]}`: "",
	} {
		got, err := readFleet(t, raw)
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %q", raw, err, want)
		}
		for _, line := range got {
			if want == "" && cmp.Diff(`2026-01-01 00:00:00  {"fact":"enrolled","host":"u"}`, line) != "" {
				t.Errorf("two people named: got %s", line)
			}
		}
	}
}

func FuzzFleetHosts(f *testing.F) {
	f.Add(fleetHost)
	f.Add(`{"host":{"uuid":"u","created_at":"1772600767","software":[[],{"name":1}]}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		first, err := readFleet(t, raw)
		again, err2 := readFleet(t, raw)
		if diff := cmp.Diff(first, again); diff != "" || (err == nil) != (err2 == nil) {
			t.Fatalf("%v, then %v:\n%s", err, err2, diff)
		}
	})
}
