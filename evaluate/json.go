// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"

	"daylight/report"
)

// WriteJSON writes the evaluation as schema daylight.evaluation/v1: fields in the
// order of docs/formats.md, no slice null, times in RFC 3339 UTC. Characters that
// do not show are written as \u escapes, which any JSON reader undoes. Answers of
// self-identification are in it only as counts of groups.
func (e *Evaluation) WriteJSON(w io.Writer) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		return fmt.Errorf("encode evaluation: %w", err)
	}
	_, err := w.Write(report.EscapeJSON(buf.Bytes(), func(r rune) bool { return !unicode.IsPrint(r) }))
	return err
}
