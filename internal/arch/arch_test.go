// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "daylight"

// layer is one package and what it may import of this module.
type layer struct {
	pkg     string
	imports []string
}

// layers, from what everything may import to what nothing may. A package that
// is not listed has no place in the architecture.
var layers = []layer{
	{"record", nil},
	{"source", nil},
	{"sun", nil},
	{"activity", []string{"record"}},
	{"document/pdf", nil},
	{"document", []string{"record", "document/pdf"}},
	{"enrich/internal/table", nil},
	{"enrich/internal/compile", []string{"enrich/internal/table"}},
	{"enrich/mmdb", nil},
	{"enrich", []string{"record", "enrich/internal/table"}},
	{"link", []string{"record"}},
	{"normalize", []string{"record", "source", "document"}},
	{"detect", []string{"record", "activity", "document", "enrich", "sun", "link"}},
	{"detect/detecttest", []string{"record", "activity", "document", "enrich", "sun", "link", "detect"}},
	{"detect/indicators", []string{"record", "activity", "document", "enrich", "sun", "link", "detect"}},
	{"weigh", []string{"record", "detect"}},
	{"sanctions", []string{"record"}},
	{"pipeline", []string{"record", "sanctions", "source", "normalize", "activity", "document", "enrich", "sun", "link", "detect", "weigh"}},
	{"report", []string{"record", "activity", "enrich", "sun", "link", "detect", "weigh", "pipeline"}},
	{"evaluate", []string{"record", "detect", "weigh", "link", "pipeline", "report"}},
	{"evaluate/calibrate", []string{"record", "detect", "weigh"}},
	{"sample/paper", nil},
	{"sample", []string{"enrich/mmdb", "sample/paper"}},
	// The simulated company knows nothing of what it is measured with.
	{"evaluate/simulate", []string{"enrich/mmdb", "sample/paper"}},
	{"app", []string{"*"}},
	{"cmd/daylight", []string{"app"}},
	{"internal/arch", nil},
	{"internal/htmlcheck", nil},
}

// pure packages compute; they may not reach the world or the clock.
var (
	pure   = []string{"record", "normalize", "activity", "sun", "link", "detect", "detect/indicators", "weigh", "sanctions", "evaluate/calibrate"}
	impure = []string{"os", "net", "net/http", "database/sql", "math/rand", "math/rand/v2", "log", "os/exec", "syscall"}
)

// network packages appear in no product package: a scan opens no socket. That
// nothing it depends on can either is shown on the built program, by
// TestScanOpensNoSocket in package app.
var network = []string{"net", "net/http", "net/rpc", "crypto/tls"}

type listed struct {
	ImportPath string
	Imports    []string
	Name       string
	Doc        string
	GoFiles    []string
	Dir        string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Name,Doc,GoFiles,Dir", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("read the list of packages: %v", err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module+"/")
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages listed: the test looks at the wrong folder", len(all))
	}
	return all
}

// TestImports holds the table of who may import whom.
func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		i := slices.IndexFunc(layers, func(l layer) bool { return l.pkg == p.ImportPath })
		if i < 0 {
			t.Errorf("package %s has no place in the architecture; give it a layer here or fold it into one", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			own, ours := strings.CutPrefix(imp, module+"/")
			if ours && !slices.Contains(layers[i].imports, own) && !slices.Contains(layers[i].imports, "*") {
				t.Errorf("%s may not import %s", p.ImportPath, own)
			}
			if slices.Contains(pure, p.ImportPath) && slices.Contains(impure, imp) {
				t.Errorf("%s is pure and may not import %s", p.ImportPath, imp)
			}
			if slices.Contains(network, imp) {
				t.Errorf("%s imports %s, and nothing that a scan runs may open a socket", p.ImportPath, imp)
			}
		}
	}
}

// TestPackageComments holds that every package says what it is for.
func TestPackageComments(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("package %s has no comment", p.ImportPath)
		}
	}
}
