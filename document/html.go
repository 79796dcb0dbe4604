// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"daylight/record"
)

// looksHTML reports whether text begins as HTML does.
func looksHTML(head []byte) bool {
	low := bytes.ToLower(head[:min(len(head), 2048)])
	for bytes.HasPrefix(low, []byte("<?")) || bytes.HasPrefix(low, []byte("<!--")) {
		end := bytes.IndexByte(low, '>')
		if end < 0 {
			return false
		}
		low = bytes.TrimSpace(low[end+1:])
	}
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.HasPrefix(low, []byte(tag)) {
			return true
		}
	}
	return false
}

// readHTML reads the text a browser shows, a line for each block. It reads
// tokens rather than a tree, so nesting costs nothing.
func (d *Document) readHTML(data []byte) error {
	_, name, _ := charset.DetermineEncoding(data[:min(len(data), 1024)], "")
	r, err := charset.NewReaderLabel(name, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("reading HTML as %s: %w: %w", name, ErrBroken, err)
	}
	w := htmlText{doc: d}
	z := html.NewTokenizer(r)
	z.SetMaxBuf(16 << 20)
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if e := z.Err(); e == html.ErrBufferExceeded { //nolint:errorlint // the tokenizer returns it bare
				return fmt.Errorf("an HTML token of 16 MiB: %w", ErrTooLarge)
			}
			w.flush()
			return nil
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			w.open(z.Token(), kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			w.close(z.Token().DataAtom)
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// htmlText gathers the lines of an HTML document.
type htmlText struct {
	doc    *Document
	line   strings.Builder
	number int
	// hidden is the element that hides what is in it, and how often it is nested
	// in itself; "" when text is shown.
	hidden string
	depth  int
	style  bool // hidden by style, so that its words are counted
}

var (
	hiddenStyle = regexp.MustCompile(`(?i)(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$)|font-size\s*:\s*0)`)
	blocks      = []atom.Atom{
		atom.P, atom.Div, atom.Br, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5,
		atom.H6, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Aside, atom.Nav, atom.Dl, atom.Dt, atom.Dd,
		atom.Blockquote, atom.Pre, atom.Hr, atom.Address, atom.Figure, atom.Figcaption, atom.Body, atom.Form, atom.Details, atom.Summary,
	}
	unseen = []atom.Atom{atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Svg, atom.Object, atom.Iframe, atom.Textarea, atom.Select}
	void   = []atom.Atom{atom.Br, atom.Hr, atom.Img, atom.Input, atom.Meta, atom.Link, atom.Area, atom.Base, atom.Col, atom.Embed, atom.Source, atom.Track, atom.Wbr}
)

func (w *htmlText) open(t html.Token, selfClosing bool) {
	if w.hidden != "" {
		if t.Data == w.hidden && !selfClosing {
			w.depth++
		}
		w.meta(t)
		return
	}
	w.meta(t)
	var style string
	hide := false
	for _, a := range t.Attr {
		switch a.Key {
		case "style":
			style = a.Val
		case "hidden":
			hide = true
		case "href":
			if t.DataAtom == atom.A {
				w.doc.addLink(a.Val)
			}
		}
	}
	byStyle := hide || hiddenStyle.MatchString(style)
	if (byStyle || slices.Contains(unseen, t.DataAtom)) && !selfClosing && !slices.Contains(void, t.DataAtom) {
		w.hidden, w.depth, w.style = t.Data, 1, byStyle
		return
	}
	switch {
	case slices.Contains(blocks, t.DataAtom):
		w.flush()
	case t.DataAtom == atom.Td, t.DataAtom == atom.Th:
		w.line.WriteString("  ")
	}
}

// meta keeps what the file says of its making.
func (w *htmlText) meta(t html.Token) {
	if t.DataAtom != atom.Meta {
		return
	}
	var name, content string
	for _, a := range t.Attr {
		switch a.Key {
		case "name":
			name = strings.ToLower(a.Val)
		case "content":
			content = clip(a.Val)
		}
	}
	switch name {
	case "generator":
		w.doc.Provenance.Producer = content
	case "author":
		w.doc.Provenance.Author = record.NewName(content)
	}
}

func (w *htmlText) close(a atom.Atom) {
	if w.hidden != "" {
		if a.String() == w.hidden || a == 0 {
			if w.depth--; w.depth <= 0 {
				w.hidden, w.style = "", false
			}
		}
		return
	}
	if slices.Contains(blocks, a) {
		w.flush()
	}
}

func (w *htmlText) text(s string) {
	if w.hidden != "" {
		if w.style {
			w.doc.HiddenWords += len(strings.Fields(s))
		}
		return
	}
	if s == "" {
		return
	}
	// White space collapses as in a browser; the two spaces between cells stay.
	words := strings.Fields(s)
	if isSpace(s[0]) && w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), " ") {
		w.line.WriteByte(' ')
	}
	w.line.WriteString(strings.Join(words, " "))
	if isSpace(s[len(s)-1]) && len(words) > 0 {
		w.line.WriteByte(' ')
	}
	if w.line.Len() > 64<<10 {
		w.flush()
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

func (w *htmlText) flush() {
	s := strings.TrimSpace(w.line.String())
	w.line.Reset()
	if s != "" {
		w.number++
		w.doc.addLine(0, w.number, s)
	}
}

// clip bounds a string of metadata and removes control characters.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.TrimSpace(s)
	if rs := []rune(s); len(rs) > 200 {
		s = string(rs[:200])
	}
	return s
}
