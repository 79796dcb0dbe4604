// SPDX-License-Identifier: Apache-2.0

package source_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"daylight/source"
)

// TestBlocksInParallel reads a file of many blocks, with rows longer than a
// block among them, on several goroutines: each row is seen once, whole, with
// its own line.
func TestBlocksInParallel(t *testing.T) {
	const rows = 30_000
	text := strings.Repeat("abcdefgh ", 1<<18)
	line := func(i int) string {
		length := i % 200
		if i%10_000 == 5_000 {
			length = 2 << 20 // longer than a block
		}
		return fmt.Sprintf(`{"n":%d,"text":%q}`, i+1, text[:length])
	}
	var lines, array strings.Builder
	array.WriteString("[\n")
	for i := range rows {
		lines.WriteString(line(i) + "\n")
		array.WriteString(line(i))
		if i < rows-1 {
			array.WriteString(",\n")
		}
	}
	array.WriteString("\n]")
	for name, content := range map[string]string{"lines": lines.String(), "array": array.String()} {
		t.Run(name, func(t *testing.T) {
			f := open(t, content)
			work := make(chan *source.Block)
			seen := make([]int32, rows+1)
			var mu sync.Mutex
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					for b := range work {
						for row := range b.Rows() {
							var v struct {
								N    int    `json:"n"`
								Text string `json:"text"`
							}
							if err := json.Unmarshal(row.JSON, &v); err != nil || v.N < 1 || v.N > rows {
								t.Errorf("line %d: %v", row.Line, err)
								continue
							}
							if want := row.Line; f.Shape == source.JSONLines && v.N != want || f.Shape == source.JSONArray && (v.N != row.Index || v.N != want-1) {
								t.Errorf("row %d has line %d and index %d", v.N, row.Line, row.Index)
							}
							if string(row.JSON) != line(v.N-1) {
								t.Errorf("row %d is not what was written", v.N)
							}
							mu.Lock()
							seen[v.N]++
							mu.Unlock()
						}
						b.Release()
					}
				})
			}
			blocks := 0
			for b, bad := range f.Blocks(t.Context()) {
				if bad != nil {
					t.Error(bad)
					continue
				}
				blocks++
				work <- b
			}
			close(work)
			wg.Wait()
			for n, times := range seen[1:] {
				if times != 1 {
					t.Fatalf("row %d was seen %d times", n+1, times)
				}
			}
			if blocks < 5 {
				t.Errorf("only %d blocks", blocks)
			}
		})
	}
}
