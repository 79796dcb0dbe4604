// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"daylight/notify"
)

// TestLineOnFullDisk: of a finding that the disk has no room for nothing stays in the
// file, and after one that a power cut tore the next begins a line of its own.
func TestLineOnFullDisk(t *testing.T) {
	for name, c := range map[string]struct {
		before string
		room   int
		err    error
		after  string
	}{
		"room":                 {"{}\n", 99, nil, "{}\n{\"a\":1}\n"},
		"a new file":           {"", 99, nil, "{\"a\":1}\n"},
		"half a line":          {"{}\n", 4, syscall.ENOSPC, "{}\n"},
		"no room at all":       {"{}\n", 0, syscall.ENOSPC, "{}\n"},
		"after a torn line":    {"{}\n{\"b", 99, nil, "{}\n{\"b\n{\"a\":1}\n"},
		"torn, and no room":    {"{}\n{\"b", 5, syscall.ENOSPC, "{}\n{\"b"},
		"all but the newline":  {"{}\n", 7, syscall.ENOSPC, "{}\n"},
		"half of a first line": {"", 3, syscall.ENOSPC, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "findings.jsonl")
			if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := os.OpenFile(path, os.O_APPEND|os.O_RDWR, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close() //nolint:errcheck // a test's own
			if err := notify.AddLine(f, `{"a":1}`, c.room); !errors.Is(err, c.err) {
				t.Errorf("%v, want %v", err, c.err)
			}
			if got, err := os.ReadFile(path); err != nil || string(got) != c.after {
				t.Errorf("the file holds %q, want %q (%v)", got, c.after, err)
			}
		})
	}
}
