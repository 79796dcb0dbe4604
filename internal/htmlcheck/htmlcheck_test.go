// SPDX-License-Identifier: Apache-2.0

package htmlcheck

import (
	"strings"
	"testing"
)

const sample = `<!doctype html><main id="m"><section class="a b"><p>One <b>two</b>
three</p><a href="#x" class="more">x</a></section><section><p title="t">four</p></section></main>`

func TestFind(t *testing.T) {
	p, err := Parse(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"p": 2, "section": 2, "section.a": 1, "section.a.b": 1, ".b p": 1, "#m p": 2, "main#m section p b": 1,
		"a.more[href=#x]": 1, "a[href]": 1, "a[href=#y]": 0, "p[title]": 1, "b p": 0, "section.c": 0, "": 0,
	} {
		if got := len(p.Find(path)); got != want {
			t.Errorf("%q finds %d, want %d", path, got, want)
		}
	}
}

func TestMatchers(t *testing.T) {
	p, err := Parse(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	p.In(t, "section.a p", Says("One two three"))
	p.In(t, "script", None())
	p.In(t, "a", Has("href"))
	for name, wrong := range map[string]string{
		"says":  Says("five")(p.Find("p")),
		"count": Count(3)(p.Find("p")),
		"none":  None()(p.Find("p")),
		"has":   Has("title")(p.Find("p")),
		"empty": Has("title")(p.Find("i")),
	} {
		if wrong == "" {
			t.Errorf("%s found nothing wrong", name)
		}
	}
}
