// SPDX-License-Identifier: Apache-2.0

package source

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
)

// maxMindMark begins the metadata at the end of a MaxMind-format database,
// within its last 128 KiB (MaxMind DB file format specification 2.0).
var maxMindMark = []byte("\xab\xcd\xefMaxMind.com")

const maxMindTail = 128 << 10

// maxMind looks for the mark of a MaxMind-format database at the file's end.
func (f *File) maxMind(ctx context.Context) error {
	r, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // read only: content.Close returns nil
	tail := make([]byte, 0, 4*maxMindTail)
	for {
		n, err := io.ReadFull(r, tail[len(tail):cap(tail)])
		tail = tail[:len(tail)+n]
		if err != nil {
			break // damaged data is not a database: unknown, with what was seen
		}
		tail = append(tail[:0], tail[len(tail)-maxMindTail:]...)
	}
	if bytes.Contains(tail[max(0, len(tail)-maxMindTail):], maxMindMark) {
		f.Shape, f.Why = MaxMind, ""
	}
	return ctx.Err()
}

// zip looks into a zip archive for a word-processing document.
func (f *File) zip(ctx context.Context) error {
	f.Shape, f.Why = Unknown, "zip archive; unpack it"
	data, err := f.Document(ctx)
	if err != nil {
		if bad, ok := errors.AsType[*Rejection](err); ok {
			f.Why = "zip archive, " + bad.Reason
		}
		return ctx.Err()
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		f.Why = "zip archive that is damaged"
		return nil //nolint:nilerr // the file is unknown, which is no failure to read it
	}
	for _, entry := range archive.File {
		if entry.Name == "word/document.xml" {
			f.Shape, f.Why = DOCX, ""
		}
	}
	return nil
}

var (
	htmlStart    = regexp.MustCompile(`(?is)^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+html|<html|<head|<body)[\s>]`)
	markdownLine = regexp.MustCompile(`(?m)^(#{1,6} \S|[-*+] \S|\d+\. \S|> \S|` + "```" + `|\|.+\||={3,}\s*$|-{3,}\s*$)|\*\*\S[^*]*\*\*|\[[^\]]+\]\([^)]+\)`)
)

// textShape tells the kinds of text apart, and says what other text may be.
func textShape(head []byte) (Shape, string) {
	text := strings.ToValidUTF8(string(head), "")
	switch trimmed := strings.TrimSpace(text); {
	case htmlStart.MatchString(text):
		return HTML, ""
	case strings.HasPrefix(trimmed, "<?xml"):
		return Unknown, "XML of no known kind"
	case strings.HasPrefix(trimmed, "{\\rtf"):
		return Unknown, "RTF; save it as DOCX or PDF"
	case len(markdownLine.FindAllStringIndex(text, 2)) > 1:
		return Markdown, ""
	}
	return Text, ""
}
