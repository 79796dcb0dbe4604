// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"errors"
	"strings"

	"daylight/source"

	"github.com/go-json-experiment/json"
)

// membersOf returns the members of a JSON object, or nil for anything else.
// Duplicate keys and invalid UTF-8 are errors, so they give nil too.
func membersOf(raw []byte) Members {
	if !bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("{")) {
		return nil
	}
	var m Members
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil
	}
	return m
}

// decode reads one JSON row into v, strictly. The error names the member that is
// of the wrong type and no value.
func decode(raw []byte, v any) error {
	err := json.Unmarshal(raw, v)
	if err == nil {
		return nil
	}
	if reason := source.CheckJSON(raw); reason != "" {
		return Bad(reason)
	}
	var wrong *json.SemanticError
	if errors.As(err, &wrong) && wrong.JSONPointer != "" {
		return Bad("member " + pointer(string(wrong.JSONPointer)) + ": wrong type")
	}
	return Bad("not of the expected form")
}

// pointer is a JSON pointer without the names of members that may be somebody's: a
// vendor's are short words.
func pointer(p string) string {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		if len(part) > 40 || strings.ContainsFunc(part, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
		}) {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}

// loose is a JSON string or number, as vendors write ids.
type loose string

// UnmarshalJSON implements json.Unmarshaler.
func (l *loose) UnmarshalJSON(raw []byte) error {
	s, ok := plain(raw)
	if !ok {
		return Bad("neither a word nor a number")
	}
	*l = loose(clean(s))
	return nil
}
