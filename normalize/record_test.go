// SPDX-License-Identifier: Apache-2.0

package normalize_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/normalize"
	"daylight/record"
	"daylight/source"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var updateRecords = flag.Bool("update-records", false, "rewrite the want sections of testdata/records")

// reading is all that came out of one file.
type reading struct {
	format   string // or the reason there is none
	records  []record.Record
	listed   []record.Listed
	rejected []string // "line: reason"
	passed   []string // rows that hold nothing: "line: reason"
	notes    []string
}

// readAll recognises and reads one file as the pipeline does.
func readAll(tb testing.TB, path string, data []byte, columns map[string]string) reading {
	tb.Helper()
	var out reading
	f, bad := source.Open(tb.Context(), fstest.MapFS{path: {Data: data}}, path)
	if bad != nil {
		out.format = bad.Reason
		return out
	}
	format, reason := normalize.Recognise(f.Sample(tb.Context()), columns)
	if format == nil {
		out.format = reason
		return out
	}
	out.format = format.Name
	file := normalize.File{Path: f.Path, Shape: f.Shape, Header: f.Header, Columns: columns}
	var decode func(source.Row) error
	var decoder any
	switch {
	case format.NewRecords != nil:
		d := format.NewRecords(file)
		decoder, decode = d, func(r source.Row) error {
			return d.Decode(r, func(r record.Record) { out.records = append(out.records, r) })
		}
	case format.NewListed != nil:
		d := format.NewListed(file)
		decoder, decode = d, func(r source.Row) error {
			return d.Decode(r, func(l record.Listed) { out.listed = append(out.listed, l) })
		}
	default:
		return out
	}
	for row, bad := range f.Rows(tb.Context()) {
		if bad != nil {
			out.rejected = append(out.rejected, fmt.Sprintf("%d: %s", bad.Line, bad.Reason))
			continue
		}
		switch err := decode(row); {
		case errors.Is(err, normalize.ErrNotEvent):
			out.passed = append(out.passed, fmt.Sprintf("%d: %s", row.Line, err))
		case err != nil:
			out.rejected = append(out.rejected, fmt.Sprintf("%d: %s", row.Line, err))
		}
	}
	if n, ok := decoder.(normalize.Noter); ok {
		out.notes = n.Notes()
	}
	return out
}

// show writes a reading as a reviewer of the golden files reads it.
func (r reading) show(tb testing.TB) string {
	tb.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "format %s\n", r.format)
	line := func(v any) {
		data, err := json.Marshal(v)
		if err != nil {
			tb.Fatal(err)
		}
		// The digest is checked by its properties; in a golden file it is noise.
		b.Write(regexp.MustCompile(`"id":"[0-9a-f]{32}",`).ReplaceAll(data, nil))
		b.WriteByte('\n')
	}
	for _, x := range r.records {
		line(x)
	}
	for _, x := range r.listed {
		line(x)
	}
	for _, x := range r.rejected {
		b.WriteString("rejected " + x + "\n")
	}
	for _, x := range r.passed {
		b.WriteString("passed over " + x + "\n")
	}
	for _, x := range r.notes {
		b.WriteString("note " + x + "\n")
	}
	return b.String()
}

func goldens(tb testing.TB) map[string]*txtar.Archive {
	tb.Helper()
	paths, err := filepath.Glob("testdata/records/*.txtar")
	if err != nil || len(paths) == 0 {
		tb.Fatal("no golden files", err)
	}
	out := map[string]*txtar.Archive{}
	for _, p := range paths {
		a, err := txtar.ParseFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		out[p] = a
	}
	return out
}

// TestRecords compares what is read of testdata/records with what it must be:
// each archive holds inputs and, behind each, "want".
func TestRecords(t *testing.T) {
	for path, a := range goldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			for i := 0; i+1 < len(a.Files); i += 2 {
				in, want := a.Files[i], &a.Files[i+1]
				if want.Name != "want" {
					t.Fatalf("%s is followed by %s", in.Name, want.Name)
				}
				got := readAll(t, in.Name, in.Data, nil).show(t)
				if *updateRecords {
					want.Data = []byte(got)
				} else if diff := cmp.Diff(string(want.Data), got); diff != "" {
					t.Errorf("%s: %s", in.Name, diff)
				}
			}
			if *updateRecords {
				if err := os.WriteFile(path, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func ids(r reading) []string {
	var out []string
	for _, x := range r.records {
		out = append(out, string(x.ID))
	}
	slices.Sort(out)
	return out
}

// TestSameExportTwice checks that a record's ID depends on what it says and not
// on where it was read: under another name, compressed, and with the rows of a
// table in the reverse order.
func TestSameExportTwice(t *testing.T) {
	seen := 0
	for path, a := range goldens(t) {
		for i := 0; i < len(a.Files); i += 2 {
			in := a.Files[i]
			first := readAll(t, in.Name, in.Data, nil)
			var z bytes.Buffer
			w := gzip.NewWriter(&z)
			if _, err := w.Write(in.Data); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			again := readAll(t, "elsewhere/copy.bin", z.Bytes(), nil)
			if diff := cmp.Diff(ids(first), ids(again)); diff != "" {
				t.Errorf("%s, %s: %s", path, in.Name, diff)
			}
			if diff := cmp.Diff(len(first.listed), len(again.listed)); diff != "" {
				t.Errorf("%s, %s: %s", path, in.Name, diff)
			}
			lines := strings.Split(strings.TrimSpace(string(in.Data)), "\n")
			if strings.HasSuffix(in.Name, ".csv") {
				slices.Reverse(lines[1:])
				turned := readAll(t, in.Name, []byte(strings.Join(lines, "\n")), nil)
				if diff := cmp.Diff(ids(first), ids(turned)); diff != "" {
					t.Errorf("%s, %s reversed: %s", path, in.Name, diff)
				}
			}
			seen += len(first.records)
			for _, id := range ids(first) {
				if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
					t.Errorf("id %q", id)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d records: the test shows little", seen)
	}
}

// TestRecordsSurviveStorage writes every record and reads it again.
func TestRecordsSurviveStorage(t *testing.T) {
	for _, a := range goldens(t) {
		for i := 0; i < len(a.Files); i += 2 {
			for _, r := range readAll(t, a.Files[i].Name, a.Files[i].Data, nil).records {
				data, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				var back record.Record
				if err := json.Unmarshal(data, &back); err != nil {
					t.Fatal(err)
				}
				again, err := normalize.Seal(back.Origin, back.Ref, back.At, back.Body)
				if err != nil || again.ID != r.ID {
					t.Errorf("%s became %s, %v", r.ID, again.ID, err)
				}
			}
		}
	}
}

// TestOneFormatEach checks that no file is of two formats: what the order of the
// table decides must be a choice that is written down here.
func TestOneFormatEach(t *testing.T) {
	allowed := map[string]bool{"csv.people": true} // the last one: other tables name people too
	for _, a := range goldens(t) {
		for i := 0; i < len(a.Files); i += 2 {
			f, bad := source.Open(t.Context(), fstest.MapFS{"x": {Data: a.Files[i].Data}}, "x")
			if bad != nil {
				t.Fatal(bad)
			}
			first := f.Sample(t.Context())
			var matches []string
			for _, format := range normalize.Formats() {
				if got := normalize.Prepare(first, nil); format.Matches(got) {
					matches = append(matches, format.Name)
				}
			}
			matches = slices.DeleteFunc(matches, func(s string) bool { return allowed[s] && len(matches) > 1 })
			if len(matches) > 1 {
				t.Errorf("%s is %q", a.Files[i].Name, matches)
			}
		}
	}
}

// TestNotOfOrigin checks that what could stand for a person's origin, and is in
// the export, changes nothing that is kept.
func TestNotOfOrigin(t *testing.T) {
	user := `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u-1","userName":"ada",%s"meta":{"created":"2026-01-01T00:00:00Z"}}`
	candidate := `[{"id":1,"first_name":"A","last_name":"B","email_addresses":[],"phone_numbers":[],"application_ids":[],%s"created_at":"2026-01-01T00:00:00Z"}]`
	opportunity := `[{"id":"o-1","name":"A B","emails":[],"phones":[],"origin":"applied",%s"applications":[{"id":"a-1",%s"createdAt":1772600767089}]}]`
	ashby := `[{"id":"c-1","name":"A B","primaryEmailAddress":null,%s"socialLinks":[],"createdAt":"2026-01-01T00:00:00Z"}]`
	workable := `[{"id":"c-1","firstname":"A","lastname":"B",%s"job":null,"created_at":"2026-01-01T00:00:00Z"}]`
	employee := `{"employees":[{"id":"1","displayName":"A B",%s"jobTitle":"x","photoUploaded":false}]}`
	report := "Employee #,First Name,%sWork Email\n1,A,%sa@example.com\n"
	worker := "Employee ID,Worker,%sWork Email\n1,A,%sa@example.com\n"
	table := "id,email,%sstage\n1,a@example.com,%sapplicant\n"
	for _, c := range []struct{ plain, with string }{
		{fmt.Sprintf(user, ""), fmt.Sprintf(user, `"locale":"pt-BR","preferredLanguage":"pt","nationality":"x","gender":"x","photos":[{"value":"x"}],`)},
		{fmt.Sprintf(candidate, ""), fmt.Sprintf(candidate, `"custom_fields":{"gender":"x"},"keyed_custom_fields":{},"photo_url":"x","educations":[{"start_date":"1988-01-01"}],`)},
		{
			fmt.Sprintf(opportunity, "", ""),
			fmt.Sprintf(opportunity, `"eeoResponses":{"gender":"x","race":"x"},"headline":"x","tags":["x"],`, `"customQuestions":[{"text":"Work authorisation","value":"x"}],"diversitySurvey":{"x":"x"},`),
		},
		{fmt.Sprintf(ashby, ""), fmt.Sprintf(ashby, `"customFields":[{"title":"Nationality","value":"x"}],"school":"x","surveySubmissions":[{"gender":"x"}],"photoUrl":"x",`)},
		{fmt.Sprintf(workable, ""), fmt.Sprintf(workable, `"image_url":"x","answers":[{"question":"Gender","answer":"x"}],"education_entries":[{"start_date":"1988-01-01"}],"birthdate":"x","gender":"x",`)},
		{fmt.Sprintf(employee, ""), fmt.Sprintf(employee, `"gender":"x","pronouns":"x","dateOfBirth":"1980-01-01","ethnicity":"x","nationality":"x","maritalStatus":"x","photoUrl":"x",`)},
		{fmt.Sprintf(report, "", ""), fmt.Sprintf(report, "Gender,Birth Date,Ethnicity,Nationality,EEO Job Category,Visa,", "x,1980-01-01,x,x,x,x,")},
		{fmt.Sprintf(worker, "", ""), fmt.Sprintf(worker, "Gender,Date of Birth,Race/Ethnicity,Citizenship Status,Veteran Status,Work Authorization,", "x,1980-01-01,x,x,x,x,")},
		{fmt.Sprintf(table, "", ""), fmt.Sprintf(table, "nationality,date_of_birth,gender,native_language,", "x,1980-01-01,x,x,")},
	} {
		plain, with := readAll(t, "a", []byte(c.plain), nil), readAll(t, "a", []byte(c.with), nil)
		if len(plain.records) == 0 || len(plain.rejected) > 0 || !slices.Equal(ids(plain), ids(with)) {
			t.Errorf("%s\n%s", plain.show(t), with.show(t))
		}
	}
}

func TestColumnMapping(t *testing.T) {
	data := []byte("Kandidat Nr.,Kontakt,Geburtsdatum\nc-1,mara@example.com,x\n")
	if got := readAll(t, "a.csv", data, nil); got.format != "columns of no known format" {
		t.Error(got.format)
	}
	got := readAll(t, "a.csv", data, map[string]string{"Kandidat Nr.": "id", "kontakt": "email"})
	if len(got.records) != 1 || !cmp.Equal(got.records[0].Ref, record.Ref{ID: "c-1", Email: "mara@example.com"}) {
		t.Error(got.show(t))
	}
	if diff := cmp.Diff([]string{`columns that are not read: "Geburtsdatum"`}, got.notes); diff != "" {
		t.Error(diff)
	}
}

// FuzzRecords reads anything as the pipeline would: without panic, twice the
// same, every record complete, its identifiers not empty, its reasons short.
func FuzzRecords(f *testing.F) {
	for _, a := range goldens(f) {
		for i := 0; i < len(a.Files); i += 2 {
			f.Add(a.Files[i].Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		one, two := readAll(t, "x", data, nil), readAll(t, "x", data, nil)
		if diff := cmp.Diff(one.show(t), two.show(t)); diff != "" {
			t.Fatal(diff)
		}
		for _, r := range one.records {
			if len(r.ID) != 32 || r.Origin.Feed == "" || r.Origin.Locator == "" {
				t.Fatalf("%+v", r)
			}
			for _, id := range r.Body.Identifiers() {
				if id.Type == "" || id.Value == "" {
					t.Fatalf("empty identifier of %s", r.Origin.Feed)
				}
			}
		}
		for _, l := range one.listed {
			if l.Type == "" || l.Value == "" || l.Confidence < 0 || l.Confidence > 100 || l.Source == "" {
				t.Fatalf("%+v", l)
			}
		}
		for _, reason := range append(one.rejected, one.passed...) {
			if len(reason) > 2000 || strings.ContainsAny(reason, "\n\x00\x1b") {
				t.Fatalf("reason %q", reason)
			}
		}
	})
}
