// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"fmt"
	"testing"
	"time"

	"daylight/casework"
	"daylight/record"
	"daylight/store"
)

// facts counts what is kept of machines, by what it is.
func (w *watched) facts(t *testing.T) map[record.DeviceFact]int {
	t.Helper()
	out := map[record.DeviceFact]int{}
	view(t, w.store, func(r store.Reader) error {
		for row, err := range r.Find(store.Records, store.Query{}) {
			if err != nil {
				return err
			}
			b, err := decodeRecord(row.Body)
			if err != nil {
				return err
			}
			if d, ok := b.Record.Body.(record.Device); ok {
				out[d.Fact]++
			}
		}
		return nil
	})
	return out
}

// computer is a computer as an inventory of machines lists it.
func computer(mail, number string, at time.Time) string {
	day := at.Format(time.RFC3339)
	return fmt.Sprintf(`{"udid":"u-%s","general":{"name":"n-%s","lastEnrolledDate":%q,"lastContactTime":%q,"reportDate":%q,"lastIpAddress":"192.0.2.9"},"hardware":{"serialNumber":"SAMPLE%s"},"userAndLocation":{"email":%q},"applications":[{"name":"Example Editor.app","version":"1"}]}`+"\n",
		number, number, day, day, day, number, mail)
}

// seenAtHome is what a machine saw on its network, by a program that names nobody.
func seenAtHome(at time.Time) string {
	return fmt.Sprintf(`{"name":"pack_home_arp_cache","hostIdentifier":"HOST-9","unixTime":%d,"action":"snapshot","snapshot":[{"address":"192.168.1.2","mac":"b8:27:eb:01:02:03","interface":"en0","permanent":"0"},{"address":"192.168.1.3","mac":"b8:27:eb:01:02:04","interface":"en0","permanent":"0"}]}`+"\n", at.Unix())
}

// TestMachinesTellNothingWithoutNotice: of somebody who was not told, the company's own
// list of its equipment is read and what their machine tells is not, until they are;
// a machine that names nobody is told for by its own name.
func TestMachinesTellNothingWithoutNotice(t *testing.T) {
	w := newWatched(t)
	day := w.now.AddDate(0, 0, -3)
	w.tell(t, day.AddDate(0, 0, -1), "amara@example.com")
	w.receive(t, "hr/people.csv", []byte("id,stage,name,email\ne-1,worker,Mei Tanaka,mei@example.com\ne-2,worker,Amara Okafor,amara@example.com\n"))
	inventory := computer("amara@example.com", "0001", day) + computer("mei@example.com", "0002", day)
	w.receive(t, "jamf.jsonl", []byte(inventory))
	w.receive(t, "osquery.jsonl", []byte(seenAtHome(day)))
	w.assessed(t)
	if got := w.facts(t); got[record.Enrolled] != 2 || got[record.Software] != 2 || got[record.Interface] != 1 || got[record.Neighbour] != 0 {
		t.Errorf("kept %v", got)
	}
	if b := w.back(t); b.Files != 2 || b.Events != 3 || b.People != 2 {
		t.Errorf("held back %+v", b)
	}
	w.tell(t, day.AddDate(0, 0, -1), "bjarni@example.com", "machine:HOST-9")
	w.assessed(t)
	if got := w.facts(t); got[record.Neighbour] != 2 || got[record.Interface] != 1 {
		t.Errorf("kept %v", got)
	}
	// Who is erased is not read of when it comes again, and it is not held either.
	if err := Erase(t.Context(), w.store, handleOf(t, w.store, "e-1"), casework.Actor{Account: "a-1"}, "asked", w.now); err != nil {
		t.Fatal(err)
	}
	if b := w.back(t); b.Files != 0 {
		t.Errorf("after the erasure %+v is held back", b)
	}
	w.receive(t, "jamf.jsonl", []byte(inventory))
	w.assessed(t)
	if got := w.facts(t); got[record.Enrolled] != 1 || got[record.Interface] != 1 || w.back(t).Files != 0 {
		t.Errorf("kept %v", got)
	}
}

// TestNeighboursAreForgotten: what a machine saw on a home network goes after thirty
// days, and what is older than that is not kept to begin with.
func TestNeighboursAreForgotten(t *testing.T) {
	w := newWatched(t)
	w.tell(t, w.now.AddDate(-1, 0, 0), "bjarni@example.com", "machine:HOST-9")
	w.receive(t, "old.jsonl", []byte(seenAtHome(w.now.Add(-NeighboursFor))))
	w.receive(t, "new.jsonl", []byte(seenAtHome(w.now.Add(-time.Hour))))
	w.drain(t)
	if got := w.facts(t); got[record.Neighbour] != 2 {
		t.Fatalf("kept %v", got)
	}
	for _, step := range []struct {
		after time.Duration
		left  int
	}{{NeighboursFor - 2*time.Hour, 2}, {NeighboursFor + 24*time.Hour, 0}} {
		if err := Settle(t.Context(), w.store, w.now.Add(step.after)); err != nil {
			t.Fatal(err)
		}
		if got := w.facts(t); got[record.Neighbour] != step.left {
			t.Errorf("after %s, %v is kept", step.after, got)
		}
	}
}

// software is what a machine tells of a program on it, in the name of who uses it.
func software(username, host, serial string) string {
	return fmt.Sprintf(`{"name":"pack_inventory_programs","hostIdentifier":%q,"unixTime":%d,"action":"added","columns":{"name":"Example Editor","version":"1.0"},"decorations":{"hardware_serial":%q,"username":%q}}`+"\n",
		host, now().Add(-time.Hour).Unix(), serial, username)
}

// TestMachinesAreOfWhomTheyName: what machines tell in the name of a user, without an
// address, is kept apart by user. What is kept of one is not kept of another, and the
// erasure of one leaves the others theirs.
func TestMachinesAreOfWhomTheyName(t *testing.T) {
	s := newService(t, temporary(t))
	s.receive(t, "hr/people.csv", []byte("id,stage,name,email,username\ne-1,worker,Mei Tanaka,mei@example.com,mei.tanaka\ne-2,worker,Amara Okafor,amara@example.com,amara.okafor\n"))
	s.receive(t, "osquery.jsonl", []byte(software("mei.tanaka", "HOST-1", "SAMPLE0001")+software("amara.okafor", "HOST-2", "SAMPLE0002")))
	s.assessed(t)
	hosts := func(id string) (all []string) {
		t.Helper()
		view(t, s.store, func(r store.Reader) error {
			holders, err := Holders(r, handleOf(t, s.store, id))
			if err != nil {
				return err
			}
			for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.OneOf, In: holders}}}) {
				if err != nil {
					return err
				}
				b, err := decodeRecord(row.Body)
				if err != nil {
					return err
				}
				if d, ok := b.Record.Body.(record.Device); ok {
					all = append(all, d.Host)
				}
			}
			return nil
		})
		return all
	}
	for id, want := range map[string]string{"e-1": "[HOST-1]", "e-2": "[HOST-2]"} {
		if got := fmt.Sprint(hosts(id)); got != want {
			t.Errorf("of %s the machines %s are kept, want %s", id, got, want)
		}
	}
	if err := Erase(t.Context(), s.store, handleOf(t, s.store, "e-1"), casework.Actor{Account: "a-1"}, "asked", now()); err != nil {
		t.Fatal(err)
	}
	s.receive(t, "again.jsonl", []byte(software("mei.tanaka", "HOST-1", "SAMPLE0001")+software("amara.okafor", "HOST-2", "SAMPLE0002")))
	s.assessed(t)
	if got := fmt.Sprint(hosts("e-1"), hosts("e-2")); got != "[] [HOST-2]" {
		t.Errorf("once one of them is erased, %s is kept", got)
	}
}
