// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"crypto/rand"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"daylight/account"
	"daylight/audit"
	"daylight/connect"
	"daylight/detect/indicators"
	"daylight/intake"
	"daylight/store"
)

// TestOpenAPIKnowsEveryStatus reads out of package connect each status that a handler
// there answers with, so that a new one is described before anybody meets it.
func TestOpenAPIKnowsEveryStatus(t *testing.T) {
	d, _ := openAPI(t)
	for path, files := range map[string]string{"/v1/hooks/{vendor}": "../connect/hook.go", "/scim/v2/{resource}": "../connect/scim*.go"} {
		described := map[string]bool{}
		for _, op := range d.Paths[path] {
			for status := range op.Responses {
				described[status] = true
			}
		}
		seen := statusesOf(t, files)
		if len(seen) < 7 {
			t.Fatalf("only %d statuses are found in %s", len(seen), files)
		}
		for _, status := range seen {
			if status == http.StatusMethodNotAllowed || path == "/scim/v2/{resource}" && status == http.StatusUnauthorized {
				continue // the routes answer that themselves
			}
			if !described[strconv.Itoa(status)] {
				t.Errorf("%s: %s answers %d, which is not described", path, files, status)
			}
		}
	}
}

// statusesOf are the statuses that files name: constants of net/http, and numbers that
// are handed to a function as a status.
func statusesOf(t *testing.T, pattern string) []int {
	t.Helper()
	names := map[string]int{}
	for status := 100; status < 600; status++ {
		if text := http.StatusText(status); text != "" {
			names["Status"+regexp.MustCompile(`[^A-Za-z]`).ReplaceAllString(text, "")] = status
		}
	}
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); !ok || pkg.Name != "http" || !strings.HasPrefix(n.Sel.Name, "Status") || n.Sel.Name == "StatusText" {
					return true
				}
				status, ok := names[n.Sel.Name]
				if !ok {
					t.Errorf("%s names %s, which this test cannot read", file, n.Sel.Name)
				}
				out = append(out, status)
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "refuse" {
					if number, ok := n.Args[0].(*ast.BasicLit); ok {
						status, _ := strconv.Atoi(number.Value)
						out = append(out, status)
					}
				}
			}
			return true
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// failingStore fails once so many transactions went well.
type failingStore struct {
	store.Store
	err  error
	left int
}

func (f *failingStore) fails() bool {
	f.left--
	return f.err != nil && f.left < 0
}

func (f *failingStore) View(ctx context.Context, do func(store.Reader) error) error {
	if f.fails() {
		return f.err
	}
	return f.Store.View(ctx, do)
}

func (f *failingStore) Update(ctx context.Context, do func(store.Writer) error) error {
	if f.fails() {
		return f.err
	}
	return f.Store.Update(ctx, do)
}

// TestOpenAPIOfAStoreThatFails asks each handler while the store fails, before the token
// is looked up, after it, and in the middle: what is answered is described.
func TestOpenAPIOfAStoreThatFails(t *testing.T) {
	d, _ := openAPI(t)
	failing := &failingStore{Store: sampleStore(t)}
	c := newConsole(t, func(o *Options) {
		o.Catalog, o.Store, o.Intake = indicators.Catalog(), failing, &intake.Box{Store: failing, Now: o.Now}
		o.SCIM = connect.SCIM(connect.SCIMOptions{Store: failing, Sink: connect.Into(o.Intake), Now: o.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	})
	handle, _ := c.heaviest(t)
	bearer := map[string]string{}
	for path, methods := range d.Paths {
		for method, op := range methods {
			if len(op.Security) > 0 {
				scope := account.Scope(op.Security[0]["token"][0])
				if bearer[string(scope)] == "" {
					bearer[string(scope)] = c.newToken(t, scope)
				}
				at := strings.NewReplacer("{receipt}", "none", "{handle}", handle, "{resource}", "Users").Replace(path)
				if at == "/scim/v2/Users" && method != "get" && method != "post" {
					at += "/none"
				}
				body := `{"userName":"omar@example.com","Operations":[{"op":"replace","path":"active","value":true}]}`
				for _, err := range []error{store.ErrReadOnly, store.ErrBusy, store.ErrCorrupt, store.ErrKey, audit.ErrTree, errors.New("the disk burns")} {
					for well := range 4 {
						failing.err, failing.left = err, well
						status, answer := c.program(t, strings.ToUpper(method), at, bearer[string(scope)], strings.NewReader(body), nil)
						failing.err = nil
						if _, ok := op.Responses[strconv.Itoa(status)]; !ok {
							t.Errorf("%s %s with %v after %d: %d, which is not described: %s", method, path, err, well, status, answer)
						}
					}
				}
			}
		}
	}
}
