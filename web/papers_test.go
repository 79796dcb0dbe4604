// SPDX-License-Identifier: Apache-2.0

package web

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/papers"
	"daylight/store"
)

// specimen is the zone of ICAO Doc 9303 part 4, appendix A.
const specimen = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"

// scan is a picture that nothing is printed on.
func scan(tb testing.TB) []byte {
	tb.Helper()
	m := image.NewGray(image.Rect(0, 0, 200, 140))
	for i := range m.Pix {
		m.SetGray(i%200, i/200, color.Gray{Y: uint8(i * 7 % 251)})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// upload sends the form of the page of documents, with files as a browser does.
func (c *client) upload(handle string, fields url.Values, name string, files ...[]byte) answered {
	c.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	put := func(k, v string) {
		if err := m.WriteField(k, v); err != nil {
			c.t.Fatal(err)
		}
	}
	for k, vs := range fields {
		for _, v := range vs {
			put(k, v)
		}
	}
	if !fields.Has("csrf") {
		put("csrf", c.anyToken())
	}
	for _, f := range files {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"application/octet-stream"}}
		w, err := m.CreatePart(h)
		if err == nil {
			_, err = w.Write(f)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.sendBody("/people/"+handle+"/documents", m.FormDataContentType(), body.Bytes())
}

func (c *client) sendBody(path, kind string, body []byte) answered {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(req)
}

func good(more ...string) url.Values {
	v := url.Values{"kind": {"identity"}, "days": {"30"}, "told": {"yes"}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// aWorker is the handle of a worker in the sample company without an open case.
func (c *console) aWorker(t *testing.T) string {
	t.Helper()
	for _, row := range c.rows(t, store.Subjects, store.Query{Where: []store.Cond{{Column: "stage", Op: store.Equal, Text: "worker"}, {Column: "state", Op: store.Equal, Text: "clear"}}}) {
		return row.Key
	}
	t.Fatal("no worker")
	return ""
}

var reference = regexp.MustCompile(`/documents/(pa-[0-9a-f]+)/remove`)

// TestDocumentIsLookedAt uploads a picture with typed lines, reads what was found,
// opens the file for a reason, and holds that an erasure takes all of it.
func TestDocumentIsLookedAt(t *testing.T) {
	c := sampleConsole(t)
	handle := c.aWorker(t)
	hr, path := c.as(account.HR), "/people/"+handle+"/documents"
	c.as(account.Recruiter).get(path).want(t, http.StatusForbidden)
	picture := scan(t)
	hr.upload(handle, good("zone", strings.ToLower(specimen)), "anna eriksson passport.png", picture).want(t, http.StatusSeeOther)
	page := hr.get(path).want(t, 200)
	for _, says := range []string{"All 5 check digits come out", "expired on 2012-04-15", "names no editing software", "What was found is on record", "image/png"} {
		if !strings.Contains(htmlcheck.Text(page.page(t).Find("main")[0]), says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	for _, secret := range []string{"L898902C3", "anna eriksson passport", "740812"} {
		if strings.Contains(page.body, secret) || strings.Contains(page.body, strings.ToUpper(secret)) {
			t.Errorf("the page shows %q", secret)
		}
	}
	id := reference.FindStringSubmatch(page.body)[1]
	file := "/documents/" + id + "/file"
	hr.post(path, file, url.Values{"reason": {"because"}}).want(t, http.StatusBadRequest)
	c.as(account.Recruiter).send(file, url.Values{"reason": {revealReasons[0].Value}, "csrf": {c.as(account.Recruiter).anyToken()}}).want(t, http.StatusForbidden)
	got := hr.post(path, file, url.Values{"reason": {revealReasons[0].Value}}).want(t, 200)
	if got.body != string(picture) || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the file came back as %d bytes with %v", len(got.body), got.Header)
	}
	for act, want := range map[string]int{"document.add": 1, "document.open": 1} {
		if n := c.audited(t, act, id); n != want {
			t.Errorf("%d entries of %s", n, act)
		}
	}
	if n := c.audited(t, "eriksson", ""); n != 0 {
		t.Error("the audit log names the file")
	}
	if n := len(c.rows(t, store.Records, store.Query{Where: []store.Cond{{Column: "file", Op: store.Equal, Text: "documents"}}})); n != 1 {
		t.Errorf("%d records of documents", n)
	}
	boss := c.as(account.Administrator)
	boss.post("/erasure", "/erasure", url.Values{"person": {handle}, "reason": {"asked"}, "again": {handle}}).want(t, http.StatusSeeOther)
	hr.get(path).want(t, http.StatusGone)
	if n := len(c.rows(t, store.Papers, store.Query{Bare: true})); n != 0 {
		t.Errorf("%d rows of documents after the erasure", n)
	}
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		gone, err := r.Erased(papers.FileHolder(id))
		if !gone {
			t.Error("the key of the file is still there")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDocumentsOwnWords holds that what whoever made a file wrote into it is shown to a
// session only while it shows who the person is, and that the log says that it was.
func TestDocumentsOwnWords(t *testing.T) {
	c := sampleConsole(t)
	handle := c.aWorker(t)
	hr, path := c.as(account.HR), "/people/"+handle+"/documents"
	text := "tEXtSoftware\x00Adobe Photoshop of Anna Maria Eriksson"
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(text)-4)), text...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(text)))
	picture := scan(t)
	hr.upload(handle, good("days", "0"), "x.png", bytes.Join([][]byte{picture[:33], chunk, picture[33:]}, nil)).want(t, http.StatusSeeOther)
	shows := func(cl *client, want bool) {
		t.Helper()
		page := cl.get(path).want(t, 200)
		if got := strings.Contains(page.body, "Eriksson"); got != want || !strings.Contains(page.body, "edits pictures: Adobe Photoshop.") {
			t.Errorf("the page shows the file's own words: %v, want %v", got, want)
		}
	}
	shows(hr, false)
	hr.post("/people/"+handle, "/people/"+handle+"/reveal", url.Values{"reason": {revealReasons[0].Value}}).want(t, http.StatusSeeOther)
	shows(hr, true)
	shows(c.as(account.Security), false)
	c.now = c.now.Add(revealFor)
	shows(hr, false)
	var shown []string
	for _, e := range c.acts(t, "documents.view") {
		shown = append(shown, e.Detail["names"])
	}
	if !slices.Equal(shown, []string{"", "shown", "", ""}) {
		t.Errorf("the log says of the views that names were %q", shown)
	}
}

// TestDocumentGoesOnTime holds that a file goes on its day, with its key, that what was
// found stays, and that a document which was removed leaves nothing.
func TestDocumentGoesOnTime(t *testing.T) {
	c := sampleConsole(t)
	handle := c.aWorker(t)
	sec, path := c.as(account.Security), "/people/"+handle+"/documents"
	sec.upload(handle, good("days", "7"), "x.png", scan(t)).want(t, http.StatusSeeOther)
	id := reference.FindStringSubmatch(sec.get(path).want(t, 200).body)[1]
	if err := papers.Sweep(t.Context(), c.Store, c.now.AddDate(0, 0, 7).Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if n := len(c.rows(t, store.Papers, store.Query{Bare: true})); n != 2 {
		t.Fatalf("%d rows before its day", n)
	}
	if err := papers.Sweep(t.Context(), c.Store, c.now.AddDate(0, 0, 7)); err != nil {
		t.Fatal(err)
	}
	if n := len(c.rows(t, store.Papers, store.Query{Bare: true})); n != 1 {
		t.Errorf("%d rows after its day", n)
	}
	c.change(t, func(w store.Writer) error {
		if gone, err := w.Erased(papers.FileHolder(id)); err != nil || !gone {
			t.Errorf("the key of the file after its day: gone %v, %v", gone, err)
		}
		return nil
	})
	sec.post(path, "/documents/"+id+"/file", url.Values{"reason": {revealReasons[0].Value}}).want(t, http.StatusNotFound)
	sec.post(path, "/documents/"+id+"/remove", nil).want(t, http.StatusSeeOther)
	for _, of := range []store.Collection{store.Papers, store.Records} {
		q := store.Query{Bare: true}
		if of.Name == store.Records.Name {
			q.Where = []store.Cond{{Column: "file", Op: store.Equal, Text: "documents"}}
		}
		if n := len(c.rows(t, of, q)); n != 0 {
			t.Errorf("%d rows of %s after it was removed", n, of.Name)
		}
	}
	sec.upload(handle, good("zone", specimen, "days", "0"), "x.png").want(t, http.StatusSeeOther)
}

// TestHostileDocuments holds that what is no document, or more than one, leaves
// nothing, and that how a file is called leaves nothing either.
func TestHostileDocuments(t *testing.T) {
	c := sampleConsole(t)
	handle := c.aWorker(t)
	hr := c.as(account.HR)
	huge := scan(t)
	binary.BigEndian.PutUint32(huge[16:], 100_000)
	binary.BigEndian.PutUint32(huge[20:], 100_000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, err := z.Create("word/document.xml")
	if err == nil {
		_, err = w.Write(make([]byte, 64<<20))
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	page := []byte("<html><script>alert(1)</script></html>")
	for name, h := range map[string]struct {
		fields url.Values
		files  [][]byte
		status int
		says   string
	}{
		"nothing":                        {good(), nil, 422, "a file, or the machine-readable lines"},
		"an empty file":                  {good(), [][]byte{{}}, 422, "a file, or the machine-readable lines"},
		"the person was not told":        {url.Values{"kind": {"identity"}, "days": {"30"}}, [][]byte{scan(t)}, 422, "tell the person first"},
		"an unknown kind":                {good("kind", "face"), [][]byte{scan(t)}, 422, "what kind of document"},
		"kept for years":                 {good("days", "9999"), [][]byte{scan(t)}, 422, "days up to 90"},
		"kept for no number":             {good("days", "x"), [][]byte{scan(t)}, 400, ""},
		"a page":                         {good(), [][]byte{page}, 422, "a PDF, or a picture"},
		"a page after a PDF's mark":      {good(), [][]byte{append([]byte("%PDF-1.7\n"), page...)}, 422, "damaged"},
		"an archive that unfolds":        {good(), [][]byte{zipped.Bytes()}, 422, "a PDF, or a picture"},
		"a picture too large to open":    {good(), [][]byte{huge}, 422, "unfolds into more than is read"},
		"half a picture":                 {good(), [][]byte{scan(t)[:400]}, 422, "damaged"},
		"a PDF that unfolds":             {good(), [][]byte{bomb(t)}, 422, "unfolds into more than is read"},
		"larger than is taken":           {good(), [][]byte{append(scan(t), make([]byte, papers.MaxFile)...)}, 422, "at most 12 MB"},
		"larger than the form":           {good(), [][]byte{make([]byte, papers.MaxFile+2*formLimit)}, 413, ""},
		"two files":                      {good(), [][]byte{scan(t), scan(t)}, 400, ""},
		"lines that are none":            {good("zone", "P<UTO"), nil, 422, "two lines of 44"},
		"lines without end":              {good("zone", strings.Repeat("<", 1<<18)), nil, 422, "two lines of 44"},
		"lines of a proof of address":    {good("zone", specimen, "kind", "address"), nil, 422, "of an identity document"},
		"a form that is not of the page": {good("csrf", "x"), [][]byte{scan(t)}, 403, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := hr.upload(handle, h.fields, `../../../etc/passwd\"><script>x.png`, h.files...).want(t, h.status)
			if !strings.Contains(strings.ToLower(got.body), strings.ToLower(h.says)) {
				t.Errorf("the page does not say %q", h.says)
			}
			if strings.Contains(got.body, "passwd") {
				t.Error("the page repeats how the file is called")
			}
		})
	}
	hr.sendBody("/people/"+handle+"/documents", "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nbroken off")).want(t, http.StatusBadRequest)
	hr.upload("p-0000000000", good(), "x.png", scan(t)).want(t, http.StatusNotFound)
	if n := len(c.rows(t, store.Papers, store.Query{Bare: true})); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
	hr.get("/people/"+handle+"/documents").want(t, 200).page(t).In(t, "main article.card", htmlcheck.None())
}

// bomb is a PDF of a few hundred kilobytes whose page would unfold into as many
// megabytes.
func bomb(tb testing.TB) []byte {
	tb.Helper()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	blank := bytes.Repeat([]byte(" "), 1<<20)
	for range 256 {
		if _, err := z.Write(blank); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	var at []int
	add := func(object string) {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(at), object)
	}
	out.WriteString("%PDF-1.7\n")
	add("<< /Type /Catalog /Pages 2 0 R >>")
	add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>")
	add(fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", packed.Len(), packed.Bytes()))
	xref := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return out.Bytes()
}
