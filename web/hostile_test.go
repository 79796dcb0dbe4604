// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/internal/htmlcheck"
)

// payload is markup, script and template text in one: out of an attribute of either
// quote, out of what hides text, and as a template.
const payload = `"'></textarea></title><script>xss=1</script><img src=x onerror=xss=1><xss-mark>{{.CSRF}}`

// forPeople are values that may hold a payload: text for people. Instants, numbers,
// identifiers and addresses with one in them would not be read at all.
var forPeople = regexp.MustCompile(`^\p{L}[\p{L}'’.-]*( .*)?$`)

// poisoned gives every text for people in a file a payload.
func poisoned(name string, data []byte) []byte {
	return eachText(name, data, func(field, value string) string {
		if isWorded(field, value) {
			return value + payload
		}
		return value
	})
}

// eachText changes every value of a file.
func eachText(name string, data []byte, change func(field, value string) string) []byte {
	switch path.Ext(name) {
	case ".csv":
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			return data
		}
		for _, row := range rows[min(1, len(rows)):] {
			for i, cell := range row {
				row[i] = change(rows[0][i], cell)
			}
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		if err := w.WriteAll(rows); err != nil {
			return data
		}
		return out.Bytes()
	case ".jsonl":
		var out []byte
		for line := range bytes.Lines(data) {
			out = append(out, eachText("line.json", line, change)...)
		}
		return out
	case ".json":
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			return data
		}
		out, err := json.Marshal(changeAll("", v, change))
		if err != nil {
			return data
		}
		return append(out, '\n')
	}
	return data
}

// worded are names of fields that hold text for people.
var worded = []string{"name", "title", "city", "notes", "note", "message", "subject", "carrier", "model", "provider", "summary", "employer", "department", "make", "reason", "comment", "detail", "agent", "browser", "displayname", "hostname"}

// isWorded reports whether a field holds text for people.
func isWorded(field, value string) bool {
	field = strings.ToLower(field)
	return forPeople.MatchString(value) && slices.ContainsFunc(worded, func(t string) bool { return strings.Contains(field, t) })
}

func changeAll(field string, v any, change func(field, value string) string) any {
	switch v := v.(type) {
	case string:
		return change(field, v)
	case []any:
		for i := range v {
			v[i] = changeAll(field, v[i], change)
		}
	case map[string]any:
		for k := range v {
			v[k] = changeAll(k, v[k], change)
		}
	}
	return v
}

// TestNoPayloadRuns opens the pages in a browser, which says of itself if something ran
// or was kept from running by the policy.
func TestNoPayloadRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short, so no browser was started")
	}
	c, _ := hostileConsole(t)
	var pages []htmlcheck.Visited
	for _, e := range c.examples(t) {
		pages = append(pages, htmlcheck.Visited{Name: e.name, Path: e.path, Cookies: e.cookies, Status: e.status, Views: []htmlcheck.View{{Width: 1280, Scheme: "light"}}})
	}
	htmlcheck.Visit(t, c.http.URL, "*", "0", `typeof xss === "undefined" ? [] : ["a payload ran"]`, pages)
}
