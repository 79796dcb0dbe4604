// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"os"

	"daylight/store"
	"daylight/store/sqlite"
)

// testStore is a program of the scripts: "teststore put STORE HOLDER..." makes a
// store with a row of each holder, its key beside it; "erase" destroys their keys,
// "show" prints what opens.
func testStore() {
	if err := testStoreRun(context.Background(), os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func testStoreRun(ctx context.Context, act, path string, holders []string) error {
	var key keySource
	key.fallback(path)
	master, _, err := key.readOrMake(ctx)
	if err != nil {
		return err
	}
	s, err := sqlite.Open(ctx, sqlite.Options{Path: path, Master: master})
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // a test
	return s.Update(ctx, func(w store.Writer) error {
		for _, h := range holders {
			switch act {
			case "put":
				err = w.Put(store.Faces, store.Row{Key: h, Holder: h, Body: []byte("what is known of " + h)})
			case "erase":
				err = w.Destroy(h)
			case "show":
				var row store.Row
				row, err = w.Get(store.Faces, h)
				fmt.Printf("%s: %s %v\n", h, row.Body, err)
				err = nil
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
