// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
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

// layers has each package after all those that it may import: the module has no
// other order. A package that is not listed has no place in the architecture, and
// a permission that nothing uses is taken out.
var layers = []layer{
	{"record", nil},
	{"source", nil},
	{"sun", nil},
	{"texts", nil},
	{"activity", []string{"record"}},
	{"document/pdf", nil},
	{"document", []string{"record", "document/pdf"}},
	{"enrich/internal/table", nil},
	{"enrich/internal/compile", []string{"enrich/internal/table"}},
	{"enrich/mmdb", nil},
	{"enrich", []string{"record", "enrich/internal/table"}},
	{"link", []string{"record"}},
	{"normalize", []string{"record", "source", "document"}},
	{"detect", []string{"record", "activity", "enrich", "link"}},
	{"detect/detecttest", []string{"record", "activity", "enrich", "link", "detect"}},
	{"detect/indicators/arabic", []string{"detect"}},
	{"detect/indicators", []string{"record", "activity", "document", "enrich", "sun", "link", "detect", "detect/indicators/arabic"}},
	{"weigh", []string{"record", "detect"}},
	{"sanctions", []string{"record"}},
	{"pipeline", []string{"record", "sanctions", "source", "normalize", "activity", "document", "enrich", "link", "detect", "weigh"}},
	{"report", []string{"record", "activity", "enrich", "sun", "link", "detect", "weigh", "pipeline"}},
	{"evaluate", []string{"record", "detect", "weigh", "pipeline", "report"}},
	{"evaluate/calibrate", []string{"record", "detect", "weigh"}},
	{"sample/paper", nil},
	{"sample", []string{"enrich/mmdb", "sample/paper"}},
	// The simulated company knows nothing of what it is measured with.
	{"evaluate/simulate", []string{"enrich/mmdb", "sample/paper"}},
	{"egress", nil},
	{"secret", nil},
	{"store", nil},
	{"span", []string{"store"}},
	{"store/sqlite", []string{"store"}},
	{"store/storetest", []string{"store"}},
	{"store/tamper", nil},
	{"audit", []string{"store"}},
	{"policy", []string{"record", "detect", "weigh", "store", "audit"}},
	{"account", []string{"record", "store", "audit"}},
	{"casework", []string{"record", "detect", "weigh", "store", "audit"}},
	{"interview", []string{"record", "texts", "store", "audit"}},
	{"notice", []string{"record", "store"}},
	{"intake", []string{"record", "notice", "sanctions", "normalize", "activity", "enrich", "detect", "weigh", "pipeline", "report", "store", "span", "audit", "casework", "policy"}},
	{"notify", []string{"secret", "span", "report", "store", "audit", "casework"}},
	{"connect", []string{"egress", "secret", "record", "normalize", "store", "span", "notice", "intake"}},
	{"checkin", []string{"record", "enrich", "notice", "store", "audit", "interview"}},
	{"papers", []string{"record", "document", "store", "audit", "casework", "interview"}},
	{"vantage", []string{"checkin"}},
	{"web", []string{"record", "enrich", "sun", "detect", "weigh", "report", "store", "audit", "account", "casework", "interview", "checkin", "texts", "vantage", "papers", "policy", "notice", "intake", "connect"}},
	{"app", []string{"*"}},
	{"cmd/daylight", []string{"app"}},
	{"internal/arch", nil},
	{"internal/htmlcheck", nil},
	{"internal/reading", nil},
}

// pure packages compute; they may not reach the world. That they read no clock is
// not seen in what they import, and the linter holds it (forbidigo, of every
// package but app).
var (
	pure   = []string{"record", "normalize", "activity", "sun", "link", "detect", "detect/indicators", "weigh", "sanctions", "evaluate/calibrate", "audit", "casework", "interview", "papers"}
	impure = []string{"os", "net", "net/http", "database/sql", "math/rand", "math/rand/v2", "log", "os/exec", "syscall"}
)

// network packages appear only in those that serve and connect: a scan opens no
// socket. TestScanReachesNoNetwork holds the same of everything that they import.
var (
	network = []string{"net", "net/http", "net/rpc", "crypto/tls"}
	online  = []string{"account", "connect", "egress", "notify", "vantage", "web"}
)

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

// TestImports holds the table of who may import whom, and that nobody may who
// does not.
func TestImports(t *testing.T) {
	all := packages(t)
	for _, l := range layers {
		i := slices.IndexFunc(all, func(p listed) bool { return p.ImportPath == l.pkg })
		if i < 0 {
			t.Errorf("there is no package %s; take it out of the layers", l.pkg)
			continue
		}
		for _, own := range l.imports {
			if own != "*" && !slices.Contains(all[i].Imports, module+"/"+own) {
				t.Errorf("%s may import %s and does not; take it out of the layers", l.pkg, own)
			}
		}
	}
	for _, p := range all {
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
			if slices.Contains(network, imp) && !slices.Contains(online, p.ImportPath) && p.ImportPath != "app" {
				t.Errorf("%s imports %s, and nothing that a scan runs may open a socket", p.ImportPath, imp)
			}
		}
	}
}

// TestLayersAreInOrder holds that the table reads from what imports nothing to
// what imports all.
func TestLayersAreInOrder(t *testing.T) {
	above := map[string]bool{}
	for _, l := range layers {
		for _, imp := range l.imports {
			if imp != "*" && !above[imp] {
				t.Errorf("%s may import %s, which does not stand above it", l.pkg, imp)
			}
		}
		if above[l.pkg] {
			t.Errorf("%s is listed twice", l.pkg)
		}
		above[l.pkg] = true
	}
}

// TestScanReachesNoNetwork holds that nothing a scan, an evaluation or the demo
// computes with can reach the network, down to the standard library. In package
// app only the files named after what goes online may.
func TestScanReachesNoNetwork(t *testing.T) {
	args := []string{"list", "-deps"}
	for _, l := range layers {
		if !slices.Contains(online, l.pkg) && !slices.Contains([]string{"app", "cmd/daylight", "internal/htmlcheck"}, l.pkg) && !strings.HasPrefix(l.pkg, "store") {
			args = append(args, "./"+l.pkg)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list dependencies: %v", err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, module+"/pipeline") {
		t.Fatal("the list of dependencies lacks the pipeline: the test looks at the wrong thing")
	}
	for _, d := range deps {
		if slices.Contains(network, d) {
			t.Errorf("something a scan runs reaches %s", d)
		}
	}
	for f, imports := range importsOf(t, "../../app") {
		for _, imp := range imports {
			if slices.Contains(network, imp) && f != "serve.go" && f != "vantage.go" && !strings.HasSuffix(f, "_test.go") {
				t.Errorf("app/%s imports %s; only serve.go and vantage.go go online", f, imp)
			}
		}
	}
}

// TestTracing holds that spans come from few places, where what they hold is seen.
func TestTracing(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains([]string{"app", "span", "web"}, p.ImportPath) {
			continue
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, "go.opentelemetry.io/") {
				t.Errorf("%s imports %s; background work begins its spans by package span", p.ImportPath, imp)
			}
		}
	}
}

// importsOf returns the imports of each file of a folder.
func importsOf(t *testing.T, dir string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	out := map[string][]string{}
	for _, f := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range parsed.Imports {
			out[filepath.Base(f)] = append(out[filepath.Base(f)], strings.Trim(imp.Path.Value, `"`))
		}
	}
	return out
}

// TestPackageComments holds that every package says what it is for.
func TestPackageComments(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("package %s has no comment", p.ImportPath)
		}
	}
}
