// SPDX-License-Identifier: Apache-2.0

package span_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"daylight/span"
	"daylight/store"
)

// TestNoTracer: work that nobody traces allocates nothing for it.
func TestNoTracer(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		s := span.Start(t.Context(), nil, "deliver")
		s.Count("attempt", 3)
		s.Word("target", "siem")
		s.End("failed")
	}); n != 0 {
		t.Errorf("%v allocations without a tracer", n)
	}
}

// TestClass: the class of an error holds none of its words.
func TestClass(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("post to https://chat.example/T0/secret?who=nadia@example.org"), "failed"},
		{fmt.Errorf("read of Nadia: %w", store.ErrCorrupt), "damaged"},
		{fmt.Errorf("write: %w", store.ErrReadOnly), "read_only"},
		{fmt.Errorf("write: %w", store.ErrConflict), "conflict"},
		{fmt.Errorf("wait: %w", context.Canceled), "interrupted"},
		{fmt.Errorf("wait: %w", context.DeadlineExceeded), "timeout"},
	} {
		if got := span.Class(c.err); got != c.want {
			t.Errorf("%v is %q, want %q", c.err, got, c.want)
		}
	}
}
