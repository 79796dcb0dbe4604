// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// payloads are texts that break out of pages that are careless with them.
var payloads = []string{
	`"><img src=x onerror=alert(1)><script>alert(1)</script>`,
	`'-alert(1)-' onfocus=alert(1) autofocus x='`,
	`javascript:alert(1)`,
	`</textarea></title></style><svg onload=alert(1)>`,
	`{{.CSRF}} {{template "layout"}}`,
	"\u202egnp.exe\u200b\x1b[31m",
}

// fill sets every text within a value.
func fill(v reflect.Value, text string) {
	switch v.Kind() { //nolint:exhaustive // the rest holds no text
	case reflect.String:
		if v.CanSet() {
			v.SetString(text)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), text)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for _, field := range v.Fields() {
			fill(field, text)
		}
	default: // numbers, and maps, which a subject has none of
	}
}

// TestHostileTextInEveryField puts hostile texts into every field of a dossier, a ring, a face, a
// request and a kept selection, and looks whether any of it became part of a page.
func TestHostileTextInEveryField(t *testing.T) {
	c := sampleConsole(t)
	handle, ring := c.heaviest(t)
	sec := c.as(account.Security)
	for _, text := range payloads {
		c.change(t, func(w store.Writer) error {
			row, err := w.Get(store.Subjects, handle)
			if err != nil {
				return err
			}
			sub, err := report.DecodeDossier(row.Body)
			if err != nil {
				return err
			}
			fill(reflect.ValueOf(sub), text)
			sub.State, sub.Assessment.State = weigh.Escalate, weigh.Escalate
			if row.Body, err = report.EncodeDossier(sub); err != nil {
				return err
			}
			row.Text["families"] = text
			if err := w.Put(store.Subjects, row); err != nil {
				return err
			}
			group := report.Ring{ID: text, Subjects: []string{text, handle}, Links: []report.Link{{A: text, B: handle, Kind: text, Sentence: text, WeightDB: 3, Holders: 2}}}
			body, err := report.EncodeRing(group)
			if err != nil {
				return err
			}
			at, err := w.Get(store.Rings, ring)
			if err != nil {
				return err
			}
			at.Body = body
			if err := w.Put(store.Rings, at); err != nil {
				return err
			}
			body, err = json.Marshal(map[string][]string{"names": {text}, "emails": {text}, "phones": {text}, "ids": {text}, "roles": {text}})
			if err != nil {
				return err
			}
			face, err := w.Get(store.Faces, handle)
			if err != nil {
				return err
			}
			face.Body = body
			if err := w.Put(store.Faces, face); err != nil {
				return err
			}
			body, err = json.Marshal(asked{text, text, text})
			if err != nil {
				return err
			}
			if err := putNew(w, store.Requests, store.Row{
				Key: "q-hostile", Body: body, Text: map[string]string{"subject": handle, "kind": kindCheck, "state": stateOpen, "case": text}, Ints: map[string]int64{"at": 1, "due": 1},
			}); err != nil {
				return err
			}
			if body, err = json.Marshal(filter{text, text}); err != nil {
				return err
			}
			return putNew(w, store.Filters, store.Row{Key: sec.who.Account + " x", Text: map[string]string{"account": sec.who.Account}, Body: body})
		})
		sec.post("/people/"+handle, "/people/"+handle+"/reveal", map[string][]string{"reason": {"case"}}).want(t, 303)
		for _, path := range []string{
			"/queue", "/people", "/people/" + handle, "/people/" + handle + "?about=" + "net.impossible_travel", "/rings", "/rings/" + ring, "/requests", "/requests/q-hostile",
		} {
			harmless(t, path, sec.get(path).want(t, 200), text)
		}
	}
	// What stands in an address.
	for _, path := range []string{"/queue?state=%22%3E%3Cscript%3E&sort=%3Cb%3E&page=%3Cb%3E&claimed=%3Cscript%3E", "/people/" + handle + "?at=%3Cscript%3E&about=%3Cscript%3E", "/requests?kind=%3Cscript%3E"} {
		harmless(t, path, sec.get(path).want(t, 200), "<script>")
	}
}

// putNew writes a row over whatever is there.
func putNew(w store.Writer, c store.Collection, row store.Row) error {
	if err := w.Delete(c, row.Key); err != nil {
		return err
	}
	return w.Put(c, row)
}

// harmless asserts that a page holds nothing but what its templates write.
func harmless(t *testing.T, path string, a answered, text string) {
	t.Helper()
	p := a.page(t)
	for n := range p.All() {
		switch n.Data {
		case "script":
			if !strings.HasPrefix(htmlcheck.Attr(n, "src"), "/assets/") || n.FirstChild != nil {
				t.Errorf("%s with %q: a script", path, text)
			}
		case "img", "iframe", "object", "embed", "style", "base":
			t.Errorf("%s with %q: an element %s", path, text, n.Data)
		}
		for _, at := range n.Attr {
			if strings.HasPrefix(at.Key, "on") || at.Key == "style" || at.Key == "autofocus" {
				t.Errorf("%s with %q: <%s %s>", path, text, n.Data, at.Key)
			}
			if (at.Key == "href" || at.Key == "action" || at.Key == "src") && !slices.ContainsFunc([]string{"/", "#", "?", "data:,"}, func(s string) bool { return strings.HasPrefix(at.Val, s) }) {
				t.Errorf("%s with %q: %s=%q", path, text, at.Key, at.Val)
			}
		}
	}
	if strings.ContainsAny(a.body, "\u202e\u200b\x1b") {
		t.Errorf("%s with %q: characters that hide are shown as they are", path, text)
	}
}
