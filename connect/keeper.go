// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// keeper holds secrets for a while, so that a request that anybody may send does
// not make a command run. It is safe for several goroutines.
type keeper struct {
	now func() time.Time

	mu     sync.Mutex
	values map[string]kept
}

type kept struct {
	value string
	err   error
	until time.Time
}

// keptFor is how long a change of a secret takes to count.
const keptFor = time.Minute

// read returns the secret of a place.
func (k *keeper) read(ctx context.Context, s Secret) (string, error) {
	at := fmt.Sprintf("%q", s)
	k.mu.Lock()
	defer k.mu.Unlock()
	if v, ok := k.values[at]; ok && k.now().Before(v.until) {
		return v.value, v.err
	}
	value, err := s.Read(context.WithoutCancel(ctx))
	if k.values == nil {
		k.values = map[string]kept{}
	}
	k.values[at] = kept{value, err, k.now().Add(keptFor)}
	return value, err
}
