// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// headSize is how much of a file recognition looks at.
const headSize = 64 << 10

// pageKeys are the members in which vendors' interfaces return the rows of a
// page. A closed list, because a single row may hold arrays of objects too: a
// SCIM user its e-mails, a Google activity its events.
var pageKeys = []string{
	"Resources", "entries", "data", "value", "items", "results", "records", "Records", "objects", "candidates",
	"employees", "participants", "hosts", "logs", "logins", "response", "interviews", "opportunities",
}

// recognise fills in what the content shows of the file.
func (f *File) recognise(ctx context.Context) error {
	f.Compression = ""
	head, err := f.head(ctx)
	if err != nil {
		return err
	}
	if f.Compression = compression(head); f.Compressed() {
		if head, err = f.head(ctx); err != nil {
			return err
		}
	}
	if f.Shape = binary(head); f.Shape == DOCX {
		return f.zip(ctx)
	}
	if f.Shape != Unknown {
		return nil
	}
	if compression(head) != "" {
		f.Why = "compressed twice"
		return nil
	}
	if f.Shape, f.Key = jsonShape(head); f.Shape != Unknown {
		return nil
	}
	if why := notText(head); why != "" {
		f.Why = why
		return f.maxMind(ctx)
	}
	// A table is looked for first: one cell that is not UTF-8 costs its row only,
	// and one that holds a zero byte must not hide everybody else's.
	if f.header(head); f.Shape != Unknown {
		return nil
	}
	if bytes.IndexByte(head, 0) >= 0 {
		f.Why = "binary data of no known kind"
		return f.maxMind(ctx)
	}
	if !utf8.Valid(wholeRunes(head)) {
		f.Why = "text that is not UTF-8"
		return f.maxMind(ctx)
	}
	f.Shape, f.Why = textShape(head)
	return nil
}

// head returns the first bytes of the content. Damage behind the first bytes is
// left for reading to report.
func (f *File) head(ctx context.Context) ([]byte, error) {
	r, err := f.open(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // read only: content.Close returns nil
	if info, err := f.fsys.Open(f.Path); err == nil {
		if st, err := info.Stat(); err == nil {
			f.Size = st.Size()
		}
		_ = info.Close()
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if err != nil && n == 0 && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head[:n], ctx.Err()
}

// binary names the shapes that begin with fixed bytes. A zip archive is given as
// DOCX, to be looked into.
func binary(head []byte) Shape {
	at := func(i int, magic string) bool {
		return len(head) >= i+len(magic) && string(head[i:i+len(magic)]) == magic
	}
	switch {
	case len(bytes.TrimSpace(head)) == 0 && len(head) < headSize:
		return Empty
	case at(0, "%PDF-"):
		return PDF
	case at(0, "PK\x03\x04"), at(0, "PK\x05\x06"):
		return DOCX
	case at(0, "\x89PNG\r\n\x1a\n"), at(0, "\xff\xd8\xff"), at(0, "GIF87a"), at(0, "GIF89a"), at(0, "RIFF") && at(8, "WEBP"):
		return Image
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) && !utf8.Valid(head[:min(len(head), 512)]):
		return PDF // readers of PDF allow other bytes before the header
	}
	return Unknown
}

// notText says why the head is not text, or "".
func notText(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "text in UTF-16; save it as UTF-8"
	case bytes.HasPrefix(head, []byte("BZh")), bytes.HasPrefix(head, []byte("\xfd7zXZ")):
		return "compressed in a way that is not read; use gzip or zstd"
	}
	return ""
}

// wholeRunes drops a rune that the end of the head cuts.
func wholeRunes(head []byte) []byte {
	for i := 1; i <= utf8.UTFMax && i <= len(head); i++ {
		if utf8.RuneStart(head[len(head)-i]) {
			if !utf8.FullRune(head[len(head)-i:]) {
				return head[:len(head)-i]
			}
			break
		}
	}
	return head
}

// jsonShape recognises JSON.
func jsonShape(head []byte) (Shape, string) {
	text := bytes.TrimSpace(head)
	if len(text) == 0 {
		return Unknown, ""
	}
	switch next := bytes.TrimSpace(text[1:]); {
	case text[0] == '[' && (len(next) == 0 || next[0] == '{' || next[0] == '['):
		return JSONArray, ""
	case text[0] == '[' && next[0] == ']' && len(next) == 1:
		return JSONArray, ""
	case text[0] == '{':
		if key := pageKey(text); key != "" {
			return JSONPage, key
		}
	}
	lines := bytes.Split(text, []byte("\n"))
	if len(lines) == 1 && text[0] == '{' {
		return JSONLines, "" // one line, or the start of a long one
	}
	// A first line may be broken: what counts is that objects stand on lines.
	whole, begun := 0, 0
	for _, l := range lines[:min(len(lines), 50)] {
		if bytes.HasPrefix(l, []byte("{")) {
			begun++
			if CheckJSON(l) == "" {
				whole++
			}
		}
	}
	switch {
	case whole > 0 && (text[0] == '{' || 2*whole >= min(len(lines), 50)):
		return JSONLines, ""
	case text[0] == '{' && begun > 1 && begun == min(len(lines), 50):
		return JSONLines, "" // every line begins an object and none is whole
	case text[0] == '{' && len(bytes.TrimSpace(text[1:])) > 0 && strings.IndexByte("\"}", bytes.TrimSpace(text[1:])[0]) >= 0:
		return JSONDocument, ""
	}
	return Unknown, ""
}

// pageKey returns the member of the first object that holds its rows, or "".
func pageKey(text []byte) string {
	s := newSplitter(bytes.NewReader(text))
	s.accept('{')
	for {
		name, ok := s.name()
		if !ok {
			return ""
		}
		if slices.Contains(pageKeys, name) && s.accept('[') {
			if c := s.peek(); c == '{' || c == ']' || c == 0 {
				return name
			}
			return ""
		}
		if _, x := s.value(nil, 0); !x.whole || x.none || !s.accept(',') {
			return ""
		}
	}
}

// header recognises a CSV by its header and the rows after it.
func (f *File) header(head []byte) {
	complete := len(head) < headSize
	best := 1
	for _, comma := range []byte{',', ';', '\t'} {
		c := &records{comma: comma}
		line, _, _ := strings.Cut(strings.TrimLeft(string(head), "\r\n\t "), "\n")
		line = strings.TrimRight(line, "\r")
		if open, reason := c.parse(line); open || reason != "" || len(c.ends) <= best || !utf8.ValidString(line) {
			continue
		}
		names := slices.Clone(c.strings())
		if plausible(names) && f.regular(head, comma, len(names), complete) {
			best = len(names)
			for i := range names {
				names[i] = strings.TrimSpace(names[i])
			}
			f.Shape, f.Header, f.comma = CSV, names, comma
		}
	}
}

// plausible reports whether the cells can be a header: short, different, most of
// them words.
func plausible(names []string) bool {
	seen := map[string]bool{}
	for _, n := range names {
		n = strings.ToLower(strings.TrimSpace(n))
		if seen[n] || len(n) > 80 || strings.ContainsAny(n, "\n@\x00") || len(strings.Fields(n)) > 6 ||
			(strings.HasSuffix(n, ".") && len(strings.Fields(n)) > 2) {
			return false
		}
		seen[n] = n != "" // several empty names are harmless
	}
	return len(seen) > 1 || !seen[""]
}

// columnName is how exports write a column: without a header's own rows, only
// names like these are taken for one.
var columnName = regexp.MustCompile(`^[\p{L}\p{N}]+([ _./-][\p{L}\p{N}]+){0,3}$`)

// regular reports whether the rows after the header are as wide as it. Ragged
// rows are allowed if most are not; prose with a comma in its first line is not a
// table.
func (f *File) regular(head []byte, comma byte, width int, complete bool) bool {
	c := &records{lines: newLines(head), comma: comma, width: width}
	fit, all, first := 0, 0, true
	for all < 50 {
		_, reason, err := c.next()
		if err != nil {
			break
		}
		if first {
			first = false
			continue
		}
		if all++; reason == "" {
			fit++
		}
	}
	if !complete && all > 1 {
		all-- // the head cuts the last row
	}
	if all == 0 {
		names, _, _ := strings.Cut(strings.TrimSpace(string(head)), "\n")
		for name := range strings.SplitSeq(strings.TrimSpace(names), string(rune(comma))) {
			if !columnName.MatchString(strings.Trim(strings.TrimSpace(name), `"`)) {
				return false
			}
		}
		return true
	}
	return 2*fit >= all
}
