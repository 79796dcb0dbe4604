// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"

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
