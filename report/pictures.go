// SPDX-License-Identifier: Apache-2.0

package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"daylight/record"
)

//go:embed pictures.tmpl
var pictureSource string

//go:embed sky.tmpl
var skySource string

// PictureStyle is the style sheet of the pictures. It expects the colours of the
// page as custom properties: ground, raised, text, quiet, rule, night, dusk, dawn,
// day, toward and against.
//
//go:embed pictures.css
var PictureStyle string

// newPictures returns the templates of the pictures alone.
func newPictures() (*template.Template, error) {
	return template.New("page").Funcs(Funcs()).Parse(pictureSource + skySource)
}

var pictureTemplate = template.Must(newPictures())

// Funcs are the functions with which a template words what this package holds: v
// makes hidden characters visible and is due wherever words of the input are
// shown.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"v":        visible,
		"brief":    brief,
		"db":       dB,
		"decibans": decibans,
		"support":  support,
		"tells":    tells,
		"telling":  func(db float64) string { return tells(centibans(db)) },
		"grade":    func(db float64) string { return support(centibans(db)) },
		"pct":      likely,
		"sentence": func(s string) string { return sentence(visible(s)) },
		"stop":     func(s string) string { return stop(visible(s)) },
		"capital":  func(s string) string { return capital(visible(s)) },
		"count":    count,
		"people":   people,
		"plural":   plural,
		"join":     func(s []string) string { return visible(strings.Join(s, ", ")) },
		"anchor":   anchor,
		"shape":    shape,
		"instant":  instant,
		"cites":    func(c []record.Citation) []record.Citation { return c[:min(len(c), htmlCites)] },
		"moreCites": func(c []record.Citation) int {
			return max(0, len(c)-htmlCites)
		},
	}
}

// draw executes the template of one picture.
func draw(name string, picture any) (template.HTML, error) {
	var b strings.Builder
	if err := pictureTemplate.ExecuteTemplate(&b, name, picture); err != nil {
		return "", fmt.Errorf("draw %s: %w", name, err)
	}
	return template.HTML(b.String()), nil //nolint:gosec // written by html/template, which escaped it
}

// Patterns returns the hatching that the balance refers to; a page that shows one
// holds it once.
func Patterns() (template.HTML, error) { return draw("patterns", nil) }

// HTML returns the balance as an SVG with its caption, safe to stand in a page.
func (b balance) HTML() (template.HTML, error) { return draw("balance", b) }

// HTML returns the rhythm as an SVG with its caption, safe to stand in a page.
func (g *rhythmPicture) HTML() (template.HTML, error) { return draw("rhythm", g) }

// HTML returns the journey as an SVG with its list, safe to stand in a page.
func (j *journeyPicture) HTML() (template.HTML, error) { return draw("journey", j) }

// HTML returns the map as an SVG with its list, safe to stand in a page.
func (m *Map) HTML() (template.HTML, error) { return draw("places", m) }

// HTML returns the group as an SVG with its caption, safe to stand in a page.
func (p *RingPicture) HTML() (template.HTML, error) { return draw("graph", p) }
