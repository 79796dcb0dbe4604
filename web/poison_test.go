// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/document"
	"daylight/sample"
	"daylight/sample/paper"
)

// poisoner puts payloads into the files of the sample company. It finds the fields by the
// headers of tables and the keys of JSON, so that a field that the sample gets later is
// tried by itself.
type poisoner struct {
	t      *testing.T
	files  fstest.MapFS
	fields map[string]bool // "hr/people.csv:role", into which a payload went
	resume string          // the name of a PDF that holds payloads
}

// planted is a payload that says in which field it was put.
func planted(field string) string { return payload + "~" + field + "~" }

// ways are the ways in which a field is poisoned, each in a row of its own, since a value
// may be refused or cut for one of them: behind what stands there, in the place of it as
// an address that is a script, and within an address of mail if it is one.
var ways = []func(value, field string) string{
	func(value, field string) string { return value + planted(field) },
	func(_, field string) string { return "javascript:xss=1//" + planted(field) },
	func(value, field string) string {
		local, host, found := strings.Cut(value, "@")
		if !found {
			return ""
		}
		return local + "'><img/src=x/onerror=xss=1><xss-mark>{{.CSRF}}~" + field + "~@" + host
	},
}

// poisonedSample is the sample company with a payload behind every text for people, and
// beside its rows one more for each field and way of poisoning it.
func poisonedSample(t *testing.T) *poisoner {
	t.Helper()
	p := &poisoner{t, fstest.MapFS{}, map[string]bool{}, ""}
	err := sample.Files(func(name string, data []byte) error {
		p.files[name] = &fstest.MapFile{Data: p.file(name, data)}
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.resumes()
	// How a file is called, what a column is called that nobody reads, and a row that
	// is refused.
	head, unread := p.field("hr:(name of a file)"), p.field("hr:(name of a column)")
	p.files["hr/"+planted(head)+".csv"] = &fstest.MapFile{Data: []byte("id,stage,name,email," + strings.ReplaceAll(planted(unread), `"`, "") +
		"\nc-901,applicant,Nilufar Namuna,nilufar.namuna@mail4.example,x\nc-902,never,Ana Souza,ana.souza@mail4.example,x\n")}
	return p
}

func (p *poisoner) field(name string) string {
	p.fields[name] = true
	return name
}

// file poisons one export.
func (p *poisoner) file(name string, data []byte) []byte {
	switch path.Ext(name) {
	case ".gz":
		z, err := gzip.NewReader(bytes.NewReader(data))
		p.must(name, err)
		plain, err := io.ReadAll(z)
		p.must(name, err)
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, err = w.Write(p.file(strings.TrimSuffix(name, ".gz"), plain))
		p.must(name, cmp.Or(err, w.Close()))
		return out.Bytes()
	case ".csv":
		data = poisoned(name, data)
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		p.must(name, err)
		var out bytes.Buffer
		p.must(name, csv.NewWriter(&out).WriteAll(append(rows, p.rows(name, rows[0], rows[1:])...)))
		return out.Bytes()
	case ".jsonl":
		data = poisoned(name, data)
		var all []any
		for line := range bytes.Lines(data) {
			var v any
			if json.Unmarshal(line, &v) == nil { // one of the sample is cut off
				all = append(all, v)
			}
		}
		for _, v := range p.objects(name, all) {
			data = append(append(data, p.encode(name, v)...), '\n')
		}
	case ".json":
		var v any
		p.must(name, json.Unmarshal(poisoned(name, data), &v))
		data = p.encode(name, p.list(name, v))
	}
	return data
}

func (p *poisoner) encode(name string, v any) []byte {
	data, err := json.Marshal(v)
	p.must(name, err)
	return data
}

// rows are the rows that are added to a table.
func (p *poisoner) rows(name string, head []string, rows [][]string) (more [][]string) {
	for column, title := range head {
		filled := slices.DeleteFunc(slices.Clone(rows), func(row []string) bool { return row[column] == "" })
		if len(filled) == 0 {
			filled = rows
		}
		for n, way := range ways {
			row := slices.Clone(filled[len(filled)-1-(column+n)%len(filled)])
			if row[column] = way(row[column], p.field(name+":"+title)); row[column] != "" {
				more = append(more, row)
			}
		}
	}
	return more
}

// list adds to the objects that a document lists; a document that lists none is poisoned
// itself.
func (p *poisoner) list(name string, v any) any {
	if all, ok := v.([]any); ok {
		return append(all, p.objects(name, all)...)
	}
	of, ok := v.(map[string]any)
	if !ok {
		p.t.Fatalf("%s is no list and no object", name)
	}
	if strings.HasPrefix(name, "resumes/") {
		eachLeaf("", of, func(at string, value any) any {
			return ways[0](fmt.Sprint(value), p.field("resumes/*.json:"+at))
		})
		return of
	}
	for key, inner := range of {
		if all, ok := inner.([]any); ok && len(all) > 0 {
			if _, ok := all[0].(map[string]any); ok {
				of[key] = append(all, p.objects(name+":"+key, all)...)
			}
		}
	}
	return of
}

// objects are the objects that are added to others.
func (p *poisoner) objects(name string, all []any) (more []any) {
	having := map[string][]any{}
	for _, v := range all {
		seen := map[string]bool{}
		eachLeaf("", v, func(at string, value any) any {
			if !seen[at] {
				seen[at], having[at] = true, append(having[at], v)
			}
			return value
		})
	}
	for n, at := range slices.Sorted(maps.Keys(having)) {
		for k, way := range ways {
			var v any
			p.must(name, json.Unmarshal(p.encode(name, having[at][len(having[at])-1-(n+k)%len(having[at])]), &v))
			changed := false
			eachLeaf("", v, func(of string, value any) any {
				if bad := way(fmt.Sprint(value), p.field(name+":"+at)); of == at && bad != "" {
					changed = true
					return bad
				}
				return value
			})
			if changed {
				more = append(more, v)
			}
		}
	}
	return more
}

// eachLeaf changes every value of a tree that is no list and no object.
func eachLeaf(at string, v any, change func(at string, value any) any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = eachLeaf(at+"[]", v[i], change)
		}
	case map[string]any:
		for k := range v {
			v[k] = eachLeaf(strings.TrimPrefix(at+"."+k, "."), v[k], change)
		}
	default:
		return change(at, v)
	}
	return v
}

// resumes poisons each line, and what the file says of itself, of a résumé of every
// format that the sample has.
func (p *poisoner) resumes() {
	left := map[string]int{".pdf": 2, ".docx": 2, ".txt": 2, ".md": 2, ".html": 1}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(p.files))) {
		end := path.Ext(name)
		if !strings.HasPrefix(name, "resumes/") || left[end] == 0 {
			continue
		}
		left[end]--
		doc, err := document.Read(name, p.files[name].Data)
		p.must(name, err)
		of := func(part string) string { return planted(p.field("resumes/*" + end + ":" + part)) }
		var text strings.Builder
		for _, line := range textOf(doc) {
			if end == ".html" {
				line = "<p>" + html.EscapeString(line+of("text")) + "</p>"
			} else {
				line += of("text")
			}
			text.WriteString(line + "\n")
		}
		data := []byte(text.String())
		if end == ".html" {
			data = []byte("<!doctype html>\n<html lang=\"en\"><body>\n" + text.String() + "</body></html>\n")
		}
		about := paper.About{Author: doc.Provenance.Author.Reveal(), SaveIDs: doc.Provenance.SaveIDs, Created: doc.Provenance.Created}
		switch end {
		case ".pdf":
			about.Author, about.DocumentID = about.Author+of("author"), html.EscapeString(of("document id"))
			data = paper.PDF(text.String(), about)
		case ".docx":
			about.Author, about.Template = about.Author+of("author"), html.EscapeString(of("template"))
			data, err = paper.DOCX(text.String(), about)
			p.must(name, err)
		}
		if doc, err = document.Read(name, data); err != nil || !strings.Contains(fmt.Sprint(textOf(doc)), "xss=1") {
			p.t.Errorf("%s does not read as what was put into it: %v", name, err)
		}
		p.files[name] = &fstest.MapFile{Data: data}
		if end == ".pdf" {
			p.resume = name
		}
	}
	for end, n := range left {
		if n > 0 {
			p.t.Errorf("the sample has too few résumés that end with %s", end)
		}
	}
}

// textOf is the text of a document, a line each.
func textOf(doc *document.Document) (lines []string) {
	for _, l := range doc.Lines {
		lines = append(lines, l.Text.Reveal())
	}
	return lines
}

func (p *poisoner) must(name string, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("poison %s: %v", name, err)
	}
}
