// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/intake"
	"daylight/pipeline"
	"daylight/record"
	"daylight/report"
	"daylight/sample"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/weigh"
)

// master is the key of the stores of tests.
var master = []byte("0123456789abcdef0123456789abcdef")

// sampleRows is a store with the sample company in it, as the files that it is
// kept in: made once, copied by each test.
var sampleRows = sync.OnceValues(func() (files map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "daylight-web-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx := context.Background()
	st, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(dir, "state.db"), Master: master})
	if err != nil {
		return nil, err
	}
	if err := loadSample(ctx, st, nil); err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	files = map[string][]byte{}
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if files[n.Name()], err = os.ReadFile(filepath.Join(dir, n.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
})

// loadSample reads the sample company into a store; its files are changed before, if
// change is not nil.
func loadSample(ctx context.Context, st store.Store, change func(path string, data []byte) []byte) error {
	handles := intake.NewHandles(ctx, st)
	res, err := scanSample(ctx, change, handles.Name)
	if err != nil {
		return err
	}
	if err := handles.Err(); err != nil {
		return err
	}
	rep := report.Build(res, weigh.DefaultPolicy(), indicators.Catalog(), "test")
	if err := intake.Load(ctx, st, res, rep, sampleCases{}, slog.New(slog.DiscardHandler), start); err != nil {
		return fmt.Errorf("load the sample company: %w", err)
	}
	return nil
}

// scanSample assesses the sample company. Its people are called by their ids where name
// is nil, as a scan from the command line calls them.
func scanSample(ctx context.Context, change func(path string, data []byte) []byte, name func(record.SubjectID) record.SubjectID) (*pipeline.Result, error) {
	files := fstest.MapFS{}
	err := sample.Files(func(path string, data []byte) error {
		if change != nil {
			data = change(path, data)
		}
		files[path] = &fstest.MapFile{Data: data}
		return nil
	}, nil)
	if err != nil {
		return nil, err
	}
	tables, err := enrich.Builtin()
	if err != nil {
		return nil, err
	}
	return pipeline.Scan(ctx, pipeline.Options{
		Files: files, Tables: tables, Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Name: name,
	})
}

// sampleCases opens a case about everybody who reaches escalate.
type sampleCases struct{}

func (sampleCases) Open(w store.Writer, handle string, sub *report.Subject, now time.Time) error {
	s := &Server{Options: Options{Catalog: indicators.Catalog()}}
	return s.Open(w, handle, sub, now)
}

func (sampleCases) Renew(store.Writer, string, *report.Subject, time.Time) error { return nil }

// sampleStore returns a store with the sample company in it.
func sampleStore(tb testing.TB) store.Store {
	tb.Helper()
	files, err := sampleRows()
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	st, err := sqlite.Open(tb.Context(), sqlite.Options{Path: filepath.Join(dir, "state.db"), Master: master})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = st.Close() })
	return st
}

// sampleConsole starts a console with the sample company in it.
func sampleConsole(t *testing.T) *console {
	t.Helper()
	st := sampleStore(t)
	return newConsole(t, func(o *Options) {
		o.Store, o.Catalog, o.Intake = st, indicators.Catalog(), &intake.Box{Store: st, Now: o.Now}
	})
}
