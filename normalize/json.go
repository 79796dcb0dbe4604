// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"errors"

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
		return Bad("member " + string(wrong.JSONPointer) + ": wrong type")
	}
	return Bad("not of the expected form")
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
