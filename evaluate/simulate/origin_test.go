// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/evaluate/simulate"
)

// What exports of the simulated company say of where somebody is from, beside names
// and places. A number has its plus written otherwise in some formats.
var (
	phoneText  = regexp.MustCompile(`\b[1-9][0-9]{0,2}[0-9]*555[0-9]{4,}\b`)
	streetText = regexp.MustCompile(`\b[0-9]+ [A-Z][A-Za-z-]+ (Street|Lane|Road|Way|Close|Avenue|Court|Rise|Row|Terrace|Walk|Gardens|Square|Drive|Hill|Mews)\b|\b[0-9]+ New (Street|Lane|Road|Way|Close|Avenue|Court|Rise|Row|Terrace|Walk|Gardens|Square|Drive|Hill|Mews)\b`)
	schoolText = regexp.MustCompile(`\b[A-Z][a-z]+ Institute\b`)
)

// TestOriginOfACompany gives everybody in a simulated company somebody else's
// telephone number, with the prefix of its country, another street line and school
// wherever an export or résumé has them, and HR's table a mother tongue, nationality,
// birth date, title and pronouns that it did not state, the directory a language; and
// demands the same weights to the bit. TestNamesOfACompany does so with names.
func TestOriginOfACompany(t *testing.T) {
	c := sized(t, 67, [3]int{500, 40, 2}, [3]int{250, 40, 2}, [3]int{80, 20, 1})
	c.Process = simulate.Thorough()
	plain := saidOf(t, c, nil)
	swapped := map[string]int{}
	turned := saidOf(t, c, func(files memory) { swapOrigin(t, files, swapped) })
	people := len(plain)
	for what, least := range map[string]int{"phone": people, "street": people, "school": people / 2, "document": 9 * people / 10, "row": people} {
		if swapped[what] < least {
			t.Errorf("%d times another %s, of %d people", swapped[what], what, people)
		}
	}
	if n := sameWeights(t, plain, turned); n > 0 {
		t.Errorf("%d of %d people are weighed otherwise where they come from elsewhere", n, people)
	}
	t.Logf("swapped: %v", swapped)
}

// swapOrigin rewrites the exports; what was equal stays so, and what was not does.
func swapOrigin(t *testing.T, files memory, swapped map[string]int) {
	t.Helper()
	var ats, tables bytes.Buffer
	for path, data := range files {
		switch {
		case strings.HasPrefix(path, "exports/ats/"):
			ats.Write(data.Bytes())
		case strings.HasPrefix(path, "exports/hr/"), strings.HasPrefix(path, "exports/it/shipping"), strings.HasPrefix(path, "exports/checks/"):
			tables.Write(data.Bytes())
		}
	}
	both := append(slices.Clone(ats.Bytes()), tables.Bytes()...)
	other := map[string]string{}
	byLength := map[int][]string{} // a PDF says where its parts begin, so a line keeps its length
	for _, p := range found(phoneText, ats.Bytes()) {
		byLength[len(p)] = append(byLength[len(p)], p)
	}
	for _, list := range byLength {
		for i, p := range list {
			other[p] = list[(i+1+len(list)/3)%len(list)]
		}
	}
	for i, s := range found(streetText, both) {
		other[s] = fmt.Sprintf("%s %d", []string{"Rua do Exemplo", "ulica Przykładowa", "Mfano Road", "Örnek Sokak", "Näidise tänav"}[i%5], 2000+i)
	}
	for i, s := range found(schoolText, both) {
		other[s] = fmt.Sprintf("Uniwersytet Wzorcowy %d", i)
	}
	swap := func(text []byte) []byte {
		for what, is := range map[string]*regexp.Regexp{"phone": phoneText, "street": streetText, "school": schoolText} {
			text = is.ReplaceAllFunc(text, func(s []byte) []byte {
				to, ok := other[string(s)]
				if !ok || to == string(s) {
					return s
				}
				swapped[what]++
				return []byte(to)
			})
		}
		return text
	}
	document := func(text []byte) []byte {
		to := swap(text)
		if !bytes.Equal(to, text) {
			swapped["document"]++
		}
		return to
	}
	for path, data := range files {
		text := data.Bytes()
		switch {
		case strings.HasSuffix(path, ".docx"):
			text = swapDocument(t, text, document)
		case path == "exports/hr/people.csv":
			text = stateOrigin(swap(text), swapped)
		case path == "exports/hr/users.json":
			text = bytes.ReplaceAll(swap(text), []byte(`{"active":`), []byte(`{"preferredLanguage":"sw-KE","active":`))
		case strings.HasPrefix(path, "exports/resumes/"):
			text = document(text)
		case strings.HasPrefix(path, "exports/ats/"), strings.HasPrefix(path, "exports/it/shipping"), strings.HasPrefix(path, "exports/checks/"):
			text = swap(text)
		}
		files[path] = bytes.NewBuffer(text)
	}
}

func found(is *regexp.Regexp, in []byte) []string {
	all := map[string]bool{}
	for _, s := range is.FindAll(in, -1) {
		all[string(s)] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// stateOrigin adds columns to a table.
func stateOrigin(table []byte, swapped map[string]int) []byte {
	lines := strings.Split(strings.TrimSuffix(string(table), "\n"), "\n")
	lines[0] += ",native_language,nationality,date_of_birth,title,pronouns"
	for i := range lines[1:] {
		lines[i+1] += fmt.Sprintf(",%s,%s,19%02d-0%d-1%d,%s,%s",
			[]string{"pt-PT", "ur-PK", "pl-PL", "sw-KE", "ja-JP"}[i%5], []string{"Portuguese", "Kenyan", "Estonian"}[i%3], 60+i%40, 1+i%9, i%10,
			[]string{"Ms", "Mr", "Mx", "Dr"}[i%4], []string{"she/her", "he/him", "they/them"}[i%3])
		swapped["row"]++
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

// swapDocument rewrites the text of a DOCX and copies the rest as it is.
func swapDocument(t *testing.T, data []byte, swap func([]byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		if f.Name != "word/document.xml" {
			if err := out.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: f.Method, Modified: f.Modified})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(swap(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
