// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// CheckJSON says why raw is not exactly one JSON value, or "". It is as strict as
// RFC 7493: duplicate keys and invalid UTF-8 are refused, because two readers
// that choose differently can be shown two different rows. Nesting is at most
// [MaxDepth].
func CheckJSON(raw []byte) string {
	if Depth(raw) > MaxDepth {
		return tooDeep
	}
	if jsontext.Value(raw).IsValid() {
		return ""
	}
	d := jsontext.NewDecoder(bytes.NewReader(raw))
	err := d.SkipValue()
	if err == nil {
		return "not JSON: more than one value in a row"
	}
	return syntax(err)
}

var tooDeep = fmt.Sprintf("nested deeper than %d", MaxDepth)

// syntax puts a JSON error into words without any of the content.
func syntax(err error) string {
	var at *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "not JSON: unexpected end of input"
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "not JSON: the same key twice"
	case !errors.As(err, &at):
		return "not JSON"
	case at.Err != nil && strings.Contains(at.Err.Error(), "UTF-8"):
		return fmt.Sprintf("not JSON: invalid UTF-8 at byte %d", at.ByteOffset+1)
	}
	return fmt.Sprintf("not JSON: unexpected character at byte %d", at.ByteOffset+1)
}

// Depth returns how deep arrays and objects nest in raw, which need not be valid.
func Depth(raw []byte) int {
	depth, deepest := 0, 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		case '"':
			i = endOfString(raw, i+1)
		}
	}
	return deepest
}

// endOfString returns the index of the quote that closes the string whose
// content begins at i, or len(raw).
func endOfString(raw []byte, i int) int {
	for {
		n := bytes.IndexByte(raw[i:], '"')
		if n < 0 {
			return len(raw)
		}
		i += n
		slashes := 0
		for i-slashes > 0 && raw[i-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
		i++
	}
}
