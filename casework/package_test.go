// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/audit"
	"daylight/store"
)

func material() Material {
	return Material{
		Records: []Source{
			{ID: "r-2", Kind: "payout", File: "f-1", At: start, Body: []byte(`{"id":"r-2"}`)},
			{ID: "r-1", Kind: "person", File: "f-1", At: start, Body: []byte(`{"id":"r-1"}`)},
		},
		Documents: []Document{{Name: "../../etc/Résumé <b>.PDF", Body: []byte("%PDF")}, {Name: "x.tar/..\\a b", Body: []byte("y")}},
		Uploads: []Upload{
			{ID: "pa-1", Kind: "identity", At: start, Found: []byte(`{"id":"pa-1","digest":"` + digest([]byte("%PDF-1")) + `"}`), End: ".pdf", File: []byte("%PDF-1")},
			{ID: "pa-2", Kind: "address", At: start, Found: []byte(`{"id":"pa-2","digest":"00"}`)},
		},
		Assessment: []byte(`{"state":"escalate"}`), Policy: []byte(`{}`), Catalogue: []byte(`[]`),
		Clock: "the machine's clock, not compared with another", Tool: "daylight 0.1.0",
	}
}

// frozen is a package, the store that made it and its key.
func frozen(t *testing.T) (body []byte, key string, s store.Store, c Case) {
	t.Helper()
	s = newStore(t)
	c, _ = openCase(t, s, matter(), start)
	work(t, s, c.ID, ana, append(checked()[:4:4], Write{"Spoke with payroll <script>alert(1)</script>."})...)
	var f Frozen
	update(t, s, func(w store.Writer) (err error) {
		f, err = Freeze(w, c.ID, ana, material(), zeros{}, start.Add(2*time.Hour))
		return err
	})
	update(t, s, func(w store.Writer) (err error) {
		if key, err = audit.PublicKey(w); err != nil {
			return err
		}
		body, err = Package(w, f.ID, bo, start.Add(3*time.Hour))
		return err
	})
	if digest(body) != f.Digest {
		t.Errorf("the package is %s, and %s was recorded", digest(body), f.Digest)
	}
	return body, key, s, c
}

func check(t *testing.T, body []byte, key string) Checked {
	t.Helper()
	c, err := Check(bytes.NewReader(body), int64(len(body)), key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFreeze(t *testing.T) {
	body, key, s, c := frozen(t)
	got := check(t, body, key)
	if !got.OK() || got.Own || got.Entries != 7 || got.Manifest.Case != c.ID || got.Files != len(got.Manifest.Files)+1 {
		t.Errorf("%+v", got)
	}
	var names []string
	for _, l := range got.Manifest.Files {
		names = append(names, l.Name)
	}
	want := []string{
		"case.json", "assessment.json", "policy.json", "catalogue.json", "records/00001.json", "records/00002.json",
		"documents/00001.pdf", "documents/00002.bin", "uploads/00001.json", "uploads/00001.pdf", "uploads/00002.json", "custody/entries.json", "custody/checkpoint.txt", "custody/key.txt", "README.txt", "index.html",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if own := check(t, body, ""); !own.OK() || !own.Own {
		t.Errorf("%+v", own)
	}
	var after Case
	err := s.View(t.Context(), func(r store.Reader) (err error) {
		after, err = Load(r, c.ID)
		return err
	})
	if err != nil || len(after.Frozen) != 1 || after.Frozen[0].Digest != digest(body) || !after.answered(StepPreserve) {
		t.Errorf("%+v, %v", after, err)
	}
	log := acts(t, s)
	if diff := cmp.Diff([]string{"case.preserve", "case.freeze", "export.package"}, []string{log[len(log)-3].Act, log[len(log)-2].Act, log[len(log)-1].Act}); diff != "" {
		t.Error(diff)
	}
}

// TestNotWhole holds that a package says what is kept and not in it.
func TestNotWhole(t *testing.T) {
	for _, c := range []struct {
		unread int
		says   string
	}{{0, ""}, {1, "1 record or document that is kept"}, {3, "3 records and documents that are kept"}} {
		m := material()
		m.Unread = c.unread
		all, err := contents(NewCase("c-1", matter(), start), "e-1", ana, m, custody{}, start)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			said := strings.Contains(string(f.body), c.says) && strings.Contains(string(f.body), "Not whole")
			if f.name == "index.html" && said != (c.unread > 0) {
				t.Errorf("with %d unread the cover is\n%s", c.unread, f.body)
			}
			if f.name == manifestName && strings.Contains(string(f.body), fmt.Sprintf(`"unread": %d,`, c.unread)) != (c.unread > 0) {
				t.Errorf("with %d unread the manifest is\n%s", c.unread, f.body)
			}
		}
	}
}

// TestSame holds that the same material gives the same bytes, in any order.
func TestSame(t *testing.T) {
	c := NewCase("c-1", matter(), start)
	var all [][]byte
	for range 2 {
		m := material()
		if len(all) == 1 {
			slices.Reverse(m.Records)
			slices.Reverse(m.Documents)
		}
		files, err := contents(c, "e-1", ana, m, custody{}, start)
		if err != nil {
			t.Fatal(err)
		}
		body, err := pack(files, []byte("signed"), start)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, body)
	}
	if !bytes.Equal(all[0], all[1]) {
		t.Error("the same material gives two packages")
	}
}

// TestSums holds that a package is verified by sha256sum alone.
func TestSums(t *testing.T) {
	tool, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("there is no sha256sum here")
	}
	body, _, _, _ := frozen(t)
	dir := t.TempDir()
	for name, data := range files(t, body) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	run := func() error {
		cmd := exec.CommandContext(t.Context(), tool, "-c", "--strict", sumsName)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		return err
	}
	if err := run(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "case.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if run() == nil {
		t.Error("a changed file passes")
	}
}

func files(t *testing.T, body []byte) map[string][]byte {
	t.Helper()
	out, err := unpack(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// archive writes files as they are, whatever their names.
func archive(t *testing.T, all map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range sortedNames(all) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(all[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// resum writes the list of hashes anew, as somebody would who changes a file.
func resum(f map[string][]byte) {
	var all []file
	for _, name := range sortedNames(f) {
		if name != sumsName && name != signatureName {
			all = append(all, file{name, f[name]})
		}
	}
	f[sumsName] = []byte(sums(all))
}

// resign makes a package of another service's key out of one.
func resign(t *testing.T, f map[string][]byte) {
	t.Helper()
	_, key, s, _ := frozen(t)
	f[keyName] = []byte(key)
	var m Manifest
	if err := json.Unmarshal(f[manifestName], &m); err != nil {
		t.Fatal(err)
	}
	for i := range m.Files {
		m.Files[i].SHA256, m.Files[i].Bytes = digest(f[m.Files[i].Name]), len(f[m.Files[i].Name])
	}
	var err error
	if f[manifestName], err = indented(m); err != nil {
		t.Fatal(err)
	}
	resum(f)
	err = s.View(t.Context(), func(r store.Reader) (err error) {
		f[signatureName], err = audit.Sign(r, statement(m.ID, m.Case, string(f[sumsName]), m.FrozenAt))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCheckSeesChanges(t *testing.T) {
	body, key, _, _ := frozen(t)
	for name, tc := range map[string]struct {
		do   func(f map[string][]byte)
		want string
	}{
		"a record changed":                {func(f map[string][]byte) { f["records/00001.json"] = []byte(`{}`) }, "records/00001.json was changed"},
		"a record dropped":                {func(f map[string][]byte) { delete(f, "records/00001.json") }, "records/00001.json is listed and not there"},
		"a record added":                  {func(f map[string][]byte) { f["records/00009.json"] = []byte(`{}`) }, "records/00009.json is there and not listed"},
		"a document swapped":              {func(f map[string][]byte) { f["documents/00001.pdf"] = []byte("%PDX") }, "documents/00001.pdf was changed"},
		"changed with its hash":           {func(f map[string][]byte) { f["case.json"] = []byte(`{}`); resum(f) }, "another package was signed"},
		"the signature dropped":           {func(f map[string][]byte) { delete(f, signatureName) }, "signature.txt"},
		"the checkpoint dropped":          {func(f map[string][]byte) { delete(f, checkpointName) }, "custody/checkpoint.txt"},
		"the list dropped":                {func(f map[string][]byte) { delete(f, sumsName) }, "is there and not listed"},
		"an entry of the custody dropped": {func(f map[string][]byte) { f[custodyName] = []byte(`{"entries":[]}`) }, "custody/entries.json: no entry"},
		"an entry of the custody edited": {func(f map[string][]byte) {
			f[custodyName] = bytes.Replace(f[custodyName], []byte(`a-ana`), []byte(`a-bob`), 1)
		}, "is not in the log that was signed"},
		"signed by another service": {func(f map[string][]byte) {
			f["case.json"] = []byte(`{}`)
			resign(t, f)
		}, "signature.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			f := files(t, body)
			tc.do(f)
			got := check(t, archive(t, f), key)
			if got.OK() || !strings.Contains(strings.Join(got.Faults, "\n"), tc.want) {
				t.Errorf("faults %q, want one with %q", got.Faults, tc.want)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	body, key, _, _ := frozen(t)
	for _, name := range []string{"../x", "/x", "a/../b", "a\\b", "c:x", "a//b", "x\ny", "dir/"} {
		f := files(t, body)
		f[name] = nil
		all := archive(t, f)
		if _, err := Check(bytes.NewReader(all), int64(len(all)), key); !errors.Is(err, ErrPackage) {
			t.Errorf("a file called %q: %v", name, err)
		}
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for range 2 {
		w, err := z.Create(manifestName)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, "{}")
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, all := range [][]byte{b.Bytes(), nil, []byte("PK"), archive(t, map[string][]byte{manifestName: []byte("{}")})} {
		if _, err := Check(bytes.NewReader(all), int64(len(all)), key); !errors.Is(err, ErrPackage) {
			t.Errorf("%d bytes: %v", len(all), err)
		}
	}
}

// TestCover holds that what people wrote is text on the cover page, and that the
// page needs no network.
func TestCover(t *testing.T) {
	body, _, _, _ := frozen(t)
	page := string(files(t, body)["index.html"])
	for _, bad := range []string{"<script", "http://", "https://", "src=", "@import", "url("} {
		if strings.Contains(page, bad) {
			t.Errorf("%q is in the cover page", bad)
		}
	}
	for _, want := range []string{"does not explain it", "cannot be told", "They have not met.", "case.preserve", "Résumé &lt;b&gt;.PDF", "&lt;script&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the cover page", want)
		}
	}
}

func TestPackageIsForWhoMaySeeTheCase(t *testing.T) {
	_, _, s, c := frozen(t)
	work(t, s, c.ID, ana, Enclose{[]string{"a-ana"}})
	for _, by := range []Actor{cem, clerk} {
		err := s.Update(t.Context(), func(w store.Writer) error {
			after, err := Load(w, c.ID)
			if err != nil {
				return err
			}
			_, err = Package(w, after.Frozen[0].ID, by, start)
			return err
		})
		if !errors.Is(err, ErrRole) {
			t.Errorf("%s: %v", by.Account, err)
		}
		err = s.Update(t.Context(), func(w store.Writer) error {
			_, err := Freeze(w, c.ID, by, material(), zeros{}, start)
			return err
		})
		if !errors.Is(err, ErrRole) {
			t.Errorf("%s freezes: %v", by.Account, err)
		}
	}
}

func TestGather(t *testing.T) {
	s := newStore(t)
	update(t, s, func(w store.Writer) error {
		return errors.Join(
			w.Put(store.Records, store.Row{Key: "r-1", Holder: "s:p-1", Text: map[string]string{"kind": "person"}, Body: []byte("{}")}),
			w.Put(store.Records, store.Row{Key: "r-2", Holder: "x:1", Text: map[string]string{"kind": "payout"}, Body: []byte("{}")}),
			w.Put(store.Records, store.Row{Key: "r-3", Holder: "s:p-2", Text: map[string]string{"kind": "person"}, Body: []byte("{}")}),
			w.Put(store.Records, store.Row{Key: "r-4", Holder: "x:2", Text: map[string]string{"kind": "person"}, Body: []byte("{}")}),
			w.Put(store.Documents, store.Row{Key: "d-1", Holder: "s:p-1", Body: []byte("text")}),
			w.Put(store.Documents, store.Row{Key: "d-2", Holder: "s:p-1", Body: []byte("damaged")}),
			w.Put(store.Subjects, store.Row{Key: "p-1", Holder: "s:p-1", Body: []byte(`{"a":1}`)}),
			w.Destroy("x:2"),
		)
	})
	err := s.View(t.Context(), func(r store.Reader) error {
		m, err := Gather(r, "p-1", []string{"x:1", "x:2"}, func(row store.Row) (Document, error) {
			if string(row.Body) == "damaged" {
				return Document{}, errors.New("no document")
			}
			return Document{Name: "a.txt", Body: row.Body}, nil
		})
		if err != nil {
			return err
		}
		var got []string
		for _, rec := range m.Records {
			got = append(got, rec.ID)
		}
		slices.Sort(got)
		if fmt.Sprintf("%v %d %d %s", got, m.Unread, len(m.Documents), m.Assessment) != `[r-1 r-2] 2 1 {"a":1}` || !m.Lost {
			t.Error(got, m.Unread, m.Documents, string(m.Assessment))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestUploads: what was uploaded is in a package, with its file where that is kept, and
// a file that is not the one whose hash was noted is told.
func TestUploads(t *testing.T) {
	body, key, _, _ := frozen(t)
	got := check(t, body, key)
	var names []string
	for _, l := range got.Manifest.Files {
		if l.Upload != "" {
			names = append(names, l.Name+" "+l.Upload+" "+l.Kind)
		}
	}
	if want := []string{"uploads/00001.json pa-1 identity", "uploads/00001.pdf pa-1 identity", "uploads/00002.json pa-2 address"}; !slices.Equal(names, want) || !got.OK() {
		t.Errorf("%v, %v", names, got.Faults)
	}
	s := newStore(t)
	c, _ := openCase(t, s, matter(), start)
	m := material()
	m.Uploads[0].File = []byte("%PDF-2")
	update(t, s, func(w store.Writer) error {
		f, err := Freeze(w, c.ID, ana, m, zeros{}, start)
		if err != nil {
			return err
		}
		body, err = Package(w, f.ID, ana, start)
		return err
	})
	if got := check(t, body, ""); len(got.Faults) != 1 || !strings.Contains(got.Faults[0], "uploads/00001.pdf is not the file") {
		t.Errorf("another file: %v", got.Faults)
	}
}

func FuzzCheck(f *testing.F) {
	all, err := contents(NewCase("c-1", matter(), start), "e-1", ana, material(), custody{}, start)
	if err != nil {
		f.Fatal(err)
	}
	body, err := pack(all, []byte("signed"), start)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, data []byte) {
		// Nothing that this test can make was signed.
		if c, err := Check(bytes.NewReader(data), int64(len(data)), ""); err == nil && c.OK() {
			t.Errorf("passes: %+v", c)
		}
	})
}
