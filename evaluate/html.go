// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.tmpl
var pageSource string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"breakable": breakable}).Parse(pageSource))

// breakable lets a line end after the dots and underscores of an id, so
// that a narrow column does not break it within a word.
func breakable(s string) template.HTML {
	s = template.HTMLEscapeString(s)
	return template.HTML(afterMarks.Replace(s)) //nolint:gosec // escaped on the line before
}

var afterMarks = strings.NewReplacer("_", "_<wbr>", ".", ".<wbr>")

// pageView is what the template shows.
type pageView struct {
	Policy   string // content security policy
	Style    template.CSS
	Title    string
	Headline string
	Notes    []string
	Sections []section
}

// WriteHTML writes one self-contained page: no script, no request, a content
// security policy that allows only its own style sheet.
func (e *Evaluation) WriteHTML(w io.Writer) error {
	digest := sha256.Sum256([]byte(pageStyle))
	v := pageView{
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
			"'; base-uri 'none'; form-action 'none'",
		Style: template.CSS(pageStyle), //nolint:gosec // our own embedded style sheet
		Title: "Daylight evaluation, " + e.AsOf.Format("2 January 2006"), Headline: e.Headline(), Notes: e.notes(), Sections: e.sections(),
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := pageTemplate.Execute(out, v); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return out.Flush()
}
