// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

var bom8 = []byte("\ufeff")

// decodeText returns data as a string: UTF-8 with or without a byte order mark,
// or UTF-16 with one. Control characters that text files do not have make it an
// error, as does invalid UTF-8; a prefix may end inside a character.
func decodeText(data []byte, prefix bool) (string, error) {
	switch {
	case bytes.HasPrefix(data, bom8):
		data = data[len(bom8):]
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return decodeUTF16(data, prefix)
	}
	if prefix {
		for cut := range min(utf8.UTFMax, len(data)) {
			if r, n := utf8.DecodeLastRune(data[:len(data)-cut]); r != utf8.RuneError || n != 1 {
				data = data[:len(data)-cut]
				break
			}
		}
	}
	if !utf8.Valid(data) {
		return "", fmt.Errorf("text is not valid UTF-8: %w", ErrBroken)
	}
	for _, c := range data {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\v' && c != 0x1b {
			return "", fmt.Errorf("text has the control character %#x: %w", c, ErrBroken)
		}
	}
	return string(data), nil
}

func decodeUTF16(data []byte, prefix bool) (string, error) {
	if len(data)%2 == 1 {
		if !prefix {
			return "", fmt.Errorf("UTF-16 text has an odd number of bytes: %w", ErrBroken)
		}
		data = data[:len(data)-1]
	}
	big := data[0] == 0xfe
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i < len(data); i += 2 {
		if big {
			units = append(units, uint16(data[i])<<8|uint16(data[i+1]))
		} else {
			units = append(units, uint16(data[i+1])<<8|uint16(data[i]))
		}
	}
	s := string(utf16.Decode(units))
	if strings.ContainsRune(s, 0) {
		return "", fmt.Errorf("UTF-16 text has NUL characters: %w", ErrBroken)
	}
	return s, nil
}

// readText reads Markdown and plain text. Form feeds separate pages, as they do
// in the output of pdftotext and in older word processors.
func (d *Document) readText(data []byte) error {
	text, err := decodeText(data, false)
	if err != nil {
		return err
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	pages := strings.Split(strings.TrimRight(text, "\f\n"), "\f")
	if len(pages) > MaxPages {
		return fmt.Errorf("%d pages: %w", len(pages), ErrTooLarge)
	}
	for p, page := range pages {
		number := 0
		for line := range strings.SplitSeq(page, "\n") {
			number++
			if d.Format == Markdown {
				line = d.plain(line)
			}
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if len(pages) == 1 {
				d.addLine(0, number, line)
			} else {
				d.addLine(p+1, number, line)
			}
		}
	}
	if len(pages) > 1 {
		d.Pages = len(pages)
	}
	return nil
}

var (
	mdLink     = regexp.MustCompile(`!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)`)
	mdAutolink = regexp.MustCompile(`<((?:https?://|mailto:)[^>\s]+|[^>\s@]+@[^>\s]+)>`)
	mdEmphasis = regexp.MustCompile(`(\*\*|__|\*|\x60+|~~)([^*_\x60~]+)(\*\*|__|\*|\x60+|~~)`)
	mdLead     = regexp.MustCompile(`^\s{0,3}(#{1,6}\s+|>\s?|\*{3,}\s*$|-{3,}\s*$|={3,}\s*$|\x60\x60\x60\w*$)`)
	mdHeading  = regexp.MustCompile(`(?m)^#{1,6} \S`)
	mdRule     = regexp.MustCompile(`^\|?[\s:|-]+\|[\s:|-]*$`)
	mdTag      = regexp.MustCompile(`</?[a-zA-Z][^>]*>`)
)

// plain removes what Markdown adds to a line.
func (d *Document) plain(line string) string {
	if mdRule.MatchString(line) {
		return ""
	}
	line = mdLead.ReplaceAllString(line, "")
	line = mdLink.ReplaceAllStringFunc(line, func(m string) string {
		parts := mdLink.FindStringSubmatch(m)
		if m[0] != '!' {
			d.addLink(parts[2])
		}
		return parts[1]
	})
	line = mdAutolink.ReplaceAllString(line, "$1")
	line = mdTag.ReplaceAllString(line, "")
	line = mdEmphasis.ReplaceAllString(line, "$2")
	return strings.TrimSpace(strings.ReplaceAll(line, "|", "  "))
}

// isMarkdown goes by the name, or by headings and a second sign of Markdown.
func isMarkdown(name, text string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".mdown":
		return true
	case ".txt", ".text":
		return false
	}
	return mdHeading.MatchString(text) && (mdLink.MatchString(text) || strings.Contains(text, "**") || strings.Contains(text, "\n- ") || strings.Contains(text, "\n* "))
}
