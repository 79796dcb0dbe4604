// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"daylight/report"
)

// pages are the templates, each with the layout, by the names that exchange.page
// takes.
type pages map[string]*template.Template

// readPages reads every template. One of a page defines "title" and "main", and
// "aside" for the card of what is selected; what several pages use is defined in
// layout/*.tmpl. titled is what an indicator is called for readers.
func readPages(as assets, titled func(indicator string) string) (pages, error) {
	funcs := template.FuncMap{
		"titled": titled,
		"asset": func(name string) (string, error) {
			if a := as[name]; a != nil {
				return a.address, nil
			}
			return "", fmt.Errorf("no asset %s", name)
		},
		"instant": func(t time.Time) any { return whole(instant(t)) },
		"day":     func(t time.Time) any { return whole(t.UTC().Format(time.DateOnly)) },
		"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"join":    strings.Join,
		"count":   count,
		"said":    said,
		"screen":  inConsole,
		// A template that shows one thing on a page.
		"pair":    func(of, on any) struct{ Of, On any } { return struct{ Of, On any }{of, on} },
		"count64": func(n int64, one, many string) string { return count(int(n), one, many) },
		"number":  report.Funcs()["count"],
		// One in so many, of a rate in (0, 1), and a share as a percentage.
		"odds":       func(rate float64) string { return strconv.FormatFloat(1/rate, 'g', 4, 64) },
		"percent":    func(share float64) string { return strconv.FormatFloat(100*share, 'g', 4, 64) + " %" },
		"minus":      func(number string) string { return strings.Replace(number, "-", "−", 1) },
		"percent0":   func(share float64) string { return strconv.FormatFloat(100*share, 'f', 0, 64) + " %" },
		"spaced":     func(word string) string { return strings.ReplaceAll(word, "_", " ") },
		"score":      newScore,
		"setting":    newSetting,
		"hundredths": func(n int) string { return strconv.FormatFloat(float64(n)/100, 'f', 2, 64) + " %" },
	}
	// What assessments say is worded in package report.
	for name, f := range report.Funcs() {
		if _, ours := funcs[name]; ours {
			continue
		}
		funcs[name] = f
		if words, ok := f.(func(string) string); ok && (name == "v" || name == "sentence") {
			funcs[name] = func(text string) any { return whole(words(text)) }
		}
	}
	layout, err := template.New("").Funcs(funcs).ParseFS(files, "layout/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("read the layout: %w", err)
	}
	names, err := fs.Glob(files, "*/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("list the templates: %w", err)
	}
	out := pages{}
	for _, name := range names {
		folder, file := path.Split(name)
		folder, file = strings.TrimSuffix(folder, "/"), strings.TrimSuffix(file, ".tmpl")
		if folder == "layout" {
			continue
		}
		t, err := layout.Clone()
		if err != nil {
			return nil, fmt.Errorf("read template %s: %w", name, err)
		}
		if _, err := t.ParseFS(files, name); err != nil {
			return nil, fmt.Errorf("read template %s: %w", name, err)
		}
		if t.Lookup("main") == nil || t.Lookup("title") == nil {
			return nil, fmt.Errorf("template %s does not define title and main", name)
		}
		if file == folder {
			out[folder] = t
		} else {
			out[folder+"/"+file] = t
		}
	}
	return out, nil
}

// instant words a time for a table, with its zone.
func instant(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// hyphened are the handles, times and days in a text.
var hyphened = regexp.MustCompile(`\b(?:p|c|ring)-[0-9a-f]{10}\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}(?: UTC)?)?\b`)

// whole keeps each handle and each time of a text on one line: browsers break lines at
// their hyphens. The text itself stays as it is, to be searched for and copied.
func whole(text string) any {
	if !hyphened.MatchString(text) {
		return text
	}
	escaped := template.HTMLEscapeString(text)
	return template.HTML(hyphened.ReplaceAllString(escaped, `<span class="at">$0</span>`)) //nolint:gosec // escaped
}

// said is one sentence of a text, counted from 0; the first, where there are fewer.
func said(n int, text string) string {
	all := strings.Split(strings.TrimSuffix(text, "."), ". ")
	if n >= len(all) {
		n = 0
	}
	return all[n] + "."
}

// count words a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
