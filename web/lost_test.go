// SPDX-License-Identifier: Apache-2.0

package web

import (
	"archive/zip"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"daylight/account"
	"daylight/intake"
	"daylight/record"
	"daylight/store"
)

// TestLostRecordProtects: where the record does not open that says that somebody's address
// is protected, no other record says the address: not one that is opened, not an evidence
// package, and not the copy that goes out by a link.
func TestLostRecordProtects(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	handle := of.Matter.Subject
	const town = "Unfindable Mews"
	add := func(id, holder string, body record.Body) {
		t.Helper()
		b, err := json.Marshal(map[string]any{"record": record.Record{
			ID: record.ID(id), Origin: record.Origin{Feed: "test", Path: "test.csv", Locator: id}, At: start, Body: body,
		}})
		if err != nil {
			t.Fatal(err)
		}
		c.change(t, func(w store.Writer) error {
			if err := w.Put(store.Identifiers, store.Row{Key: holder + " " + handle, Text: map[string]string{"hash": holder, "type": intake.HolderType, "subject": handle}}); err != nil {
				return err
			}
			return w.Put(store.Records, store.Row{Key: id, Holder: holder, Body: b, Text: map[string]string{"kind": string(body.Kind())}})
		})
	}
	var face intake.Face
	for _, row := range c.rows(t, store.Faces, store.Query{Where: []store.Cond{{Column: "key", Op: store.Equal, Text: handle}}}) {
		var err error
		if face, err = intake.DecodeFace(row.Body); err != nil {
			t.Fatal(err)
		}
	}
	sec, me := c.as(account.Security), c.as("")
	link, path, desk := c.madeLink(t, handle), "/people/"+handle, "/cases/"+of.ID
	sec.post("/account", desk, url.Values{"act": {"take"}}).want(t, http.StatusSeeOther)
	sec.post(path, path+"/reveal", url.Values{"reason": {"case"}}).want(t, http.StatusSeeOther)
	says := func(what string, want bool) {
		t.Helper()
		sec.post(desk, desk+"/freeze", nil).want(t, http.StatusSeeOther)
		frozen := c.aCase(t).Newest()
		for where, text := range map[string]string{
			"the opened record": sec.post(path, path+"/record", url.Values{"path": {"test.csv"}, "locator": {"a-shipment"}}).want(t, http.StatusOK).body,
			"the package":       unzipped(t, sec.get(desk+"/packages/"+frozen.ID).want(t, http.StatusOK).body),
			"the copy":          unzipped(t, me.post(link, link+"/copy", url.Values{"address": {face.Emails[0].Reveal()}}).want(t, http.StatusOK).body),
		} {
			if !strings.Contains(text, "SERIAL-7") || strings.Contains(text, town) != want {
				t.Errorf("%s: %s says the address: %v, want %v; the record is in it: %v", what, where, !want, want, strings.Contains(text, "SERIAL-7"))
			}
		}
	}
	add("a-shipment", "r:one", record.Shipment{Serial: "SERIAL-7", Address: record.Address{City: town}})
	says("not protected", true)
	add("b-person", "r:two", record.Person{Protected: true})
	says("protected", false)
	c.Store = damaging{c.Store, store.Records.Name, "b-person"}
	says("the record that says so is damaged", false)
}

// unzipped is the text of all files of an archive.
func unzipped(t *testing.T, archive string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, r); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}
