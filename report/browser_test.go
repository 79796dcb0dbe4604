// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"daylight/internal/htmlcheck"
)

func TestInBrowser(t *testing.T) {
	pages := map[string][]byte{}
	for name, r := range map[string]*Report{"report": fixture(), "long": longFixture(), "empty": {}, "hostile": hostileReport(`"><img src=x onerror=alert(1)><script>alert(1)</script></style>`)} {
		pages[name] = written(t, r.WriteHTML)
	}
	htmlcheck.Look(t, pages, ".hidden, .hidden *, thead, thead *, defs, defs *", []htmlcheck.View{
		{Page: "report", Width: 1280, Scheme: "light"},
		{Page: "report", Width: 1280, Scheme: "dark"},
		{Page: "report", Width: 390, Scheme: "light"},
		{Page: "report", Width: 390, Scheme: "dark"},
		{Page: "long", Width: 1280, Scheme: "light"},
		{Page: "long", Width: 390, Scheme: "dark"},
		{Page: "hostile", Width: 390, Scheme: "light"},
		{Page: "empty", Width: 390, Scheme: "light"},
	})
}

// longFixture has long words, a large ring and other scripts.
func longFixture() *Report {
	r := fixture()
	s := r.Subjects[0]
	s.ID = "candidate-" + strings.Repeat("0123456789abcdef", 6)
	s.Aliases = []string{strings.Repeat("alias", 30)}
	s.Evidence[0].Statement = strings.Repeat("長い文 ", 30) + strings.Repeat("x", 400)
	s.Assessment.Contributions[0].Finding.Statement = s.Evidence[0].Statement
	s.Assessment.Contributions[0].Finding.Cites[0].Path = strings.Repeat("folder/", 40) + "resume.pdf"
	r.Inputs[0].Path = strings.Repeat("folder/", 40) + "people.csv"
	g := Ring{ID: "ring-2"}
	for i := range 80 {
		g.Subjects = append(g.Subjects, fmt.Sprintf("c-%04d", 5000+i))
		if i > 0 {
			g.Links = append(g.Links, Link{A: g.Subjects[i-1], B: g.Subjects[i], Kind: "phone", WeightDB: float64(i % 14), Holders: i})
		}
	}
	r.Rings = append(r.Rings, g)
	return r
}

// TestHTMLOfThousands keeps a large report a file that opens at once.
func TestHTMLOfThousands(t *testing.T) {
	base := fixture()
	r := fixture()
	for i := range 6000 {
		s := *base.Subjects[i%len(base.Subjects)]
		s.ID = fmt.Sprintf("x-%05d", i)
		r.Subjects = append(r.Subjects, &s)
	}
	var n counter
	if err := r.WriteHTML(&n); err != nil {
		t.Fatal(err)
	}
	if n > 50<<20 {
		t.Errorf("%d bytes", n)
	}
	t.Logf("%d people: %.1f MB", len(r.Subjects), float64(n)/1e6)
	out := string(written(t, r.WriteHTML))
	if !strings.Contains(out, "more would stand here") {
		t.Error("the page does not say that people were left out")
	}
}

type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

var _ io.Writer = new(counter)
