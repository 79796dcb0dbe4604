// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"compress/gzip"
	"io"
	"path"
	"regexp"
	"strings"
	"testing"

	"daylight/store"
)

// TestReasonsQuoteNothing puts a name into every value of every export of the sample
// company, and into documents and members that are not understood, and looks for it in
// what is kept of files: reasons and notes outlive whoever is erased, and are read by
// those who may see nobody.
func TestReasonsQuoteNothing(t *testing.T) {
	const name = "Kwaku~Ölander"
	s := newService(t, temporary(t))
	text := regexp.MustCompile(`(:\s*)"[^"\\]*"`)
	number := regexp.MustCompile(`(:\s*)-?[0-9][0-9.]*`)
	for file, f := range company(t) {
		data := f.Data
		if strings.HasSuffix(file, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if data, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
			file = strings.TrimSuffix(file, ".gz")
		}
		switch path.Ext(file) {
		case ".csv":
			lines := strings.SplitAfter(string(data[:min(len(data), 20_000)]), "\n")
			for i := range lines[1:] {
				lines[i+1] = strings.Repeat(name+",", strings.Count(lines[0], ",")) + name + "\n"
			}
			s.receive(t, file, []byte(strings.Join(lines, "")))
		case ".json", ".jsonl":
			data = data[:min(len(data), 20_000)]
			s.receive(t, "text/"+file, text.ReplaceAll(data, []byte(`$1"`+name+`"`)))
			s.receive(t, "number/"+file, number.ReplaceAll(data, []byte(`$1"`+name+`"`)))
			s.receive(t, "broken/"+file, text.ReplaceAll(data, []byte(`$1`+name)))
		default:
			s.receive(t, "other/"+path.Base(file), append([]byte("%PDF-1.7\n"), name...))
		}
	}
	for file, data := range map[string]string{
		"a.csv":         "id,stage,name,email," + name + "\nc-1," + name + "," + name + "," + name + ",x\n",
		"people.csv":    "id,stage,name,email,country,time_zone,declared_relation,applied_at,ip\nc-1,x" + name + ",x,@" + name + "," + name + "," + name + "," + name + "," + name + "," + name + "\n",
		"cv.html":       `<meta charset="` + name + `"><p>` + name,
		"cv.json":       `{"basics":{"name":"` + name + `","` + name + `":1},"work":"` + name + `"}`,
		"stix.json":     `{"type":"bundle","objects":[{"type":"indicator","pattern_type":"` + name + `","pattern":"[x = '` + name + `']"},{"type":"indicator","pattern":"[` + name + `:value LIKE '` + name + `']"}]}`,
		"listed.csv":    "type,value,source\n" + name + "," + name + ",x\nemail," + name + ",x\n",
		"observed.json": `[{"person":"c-1","at":"2026-05-01","gesture":"` + name + `","` + name + `":"x"}]`,
	} {
		s.receive(t, file, []byte(data))
	}
	s.assessed(t)
	files, reasons := 0, 0
	view(t, s.store, func(r store.Reader) error {
		for row, err := range r.Find(store.Files, store.Query{}) {
			if err != nil {
				return err
			}
			files++
			status, err := FileStatus(row)
			if err != nil {
				return err
			}
			reasons += len(status.Rejections) + len(status.Notes)
			for _, bad := range status.Rejections {
				if strings.Contains(strings.ToLower(bad.Reason), "kwaku") {
					t.Errorf("%s line %d: %s", status.Path, bad.Line, bad.Reason)
				}
			}
			for _, note := range status.Notes {
				if strings.Contains(strings.ToLower(note), "kwaku") {
					t.Errorf("%s: %s", status.Path, note)
				}
			}
		}
		return nil
	})
	if files < 20 || reasons < 100 {
		t.Errorf("only %d files were read, with %d reasons", files, reasons)
	}
}
