// SPDX-License-Identifier: Apache-2.0

// Package detecttest is the golden harness for indicators, in this module or in
// a private catalogue. A catalogue's test is one call of [Run] in the folder
// that holds the indicators.
//
// Each indicator has testdata/<id>.txtar: prose, then cases. A case is two
// files, NAME/case.json (see [Case]) and NAME/want, and NAME begins with the
// outcome that the case must have: present-, absent- or unknown-. One at least
// holds "-innocent": what an honest person does that looks alike. `go test
// -update` rewrites the want files; a person reads the difference.
package detecttest

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"daylight/detect"
	"daylight/record"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Update reports whether golden files are to be rewritten.
func Update() bool { return *update }

// Run checks a catalogue whose indicators are declared in the current folder:
// their source (see [SourceProblems]), the metadata of each, its golden file, that no golden file is left over, and
// that everything declared is listed.
func Run(t *testing.T, catalog []*detect.Indicator) {
	t.Helper()
	var ids []string
	for _, ind := range catalog {
		ids = append(ids, ind.ID)
		t.Run(ind.ID, func(t *testing.T) {
			report(t, metaProblems(ind))
			checkGolden(t, ind)
		})
	}
	t.Run("source", func(t *testing.T) {
		problems, err := SourceProblems(".")
		if err != nil {
			t.Fatal(err)
		}
		report(t, problems)
	})
	t.Run("every indicator on every case", func(t *testing.T) { checkAll(t, catalog) })
	if i := misplaced(ids); i > 0 {
		t.Errorf("the catalogue is in the order of ids, each once: %s stands after %s", ids[i], ids[i-1])
	}
	declared, err := declaredIDs()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range declared {
		if !slices.Contains(ids, d.id) {
			t.Errorf("%s is declared in %s and not listed: add its variable to Catalog() in catalog.go", d.id, d.file)
		}
	}
	golden, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range golden {
		if !slices.Contains(ids, strings.TrimSuffix(filepath.Base(f), ".txtar")) {
			t.Errorf("%s belongs to no indicator", f)
		}
	}
}

// misplaced returns the index of the first id that does not come after the one
// before it, or 0.
func misplaced(ids []string) int {
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			return i
		}
	}
	return 0
}

func report(t *testing.T, problems []string) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

// declaration is an indicator's id and the file that declares it.
type declaration struct{ id, file string }

// declaredIDs parses the folder's Go files for calls of detect.Define and
// returns the ids in their literals.
func declaredIDs() ([]declaration, error) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		return nil, err
	}
	var found []declaration
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isDefine(call) {
				found = append(found, declaration{literalID(call), name})
			}
			return true
		})
	}
	return found, nil
}

func isDefine(call *ast.CallExpr) bool {
	fun := call.Fun
	if index, ok := fun.(*ast.IndexExpr); ok { // detect.Define[params](…)
		fun = index.X
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Define" || len(call.Args) == 0 {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "detect"
}

func literalID(call *ast.CallExpr) string {
	if lit, ok := call.Args[0].(*ast.CompositeLit); ok {
		for _, e := range lit.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, isName := kv.Key.(*ast.Ident)
			val, isText := kv.Value.(*ast.BasicLit)
			if isName && isText && key.Name == "ID" {
				if id, err := strconv.Unquote(val.Value); err == nil {
					return id
				}
			}
		}
	}
	return "an indicator without a literal id"
}

func checkGolden(t *testing.T, ind *detect.Indicator) {
	t.Helper()
	path := filepath.Join("testdata", ind.ID+".txtar")
	ar, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatalf("%s has no cases: %v", ind.ID, err)
	}
	if len(strings.TrimSpace(string(ar.Comment))) == 0 {
		t.Errorf("%s does not say in words what its cases show", path)
	}
	kinds, innocent := map[string]bool{}, false
	alone := map[record.Kind]bool{} // of Either, what a case is answered from without the others
	var out []txtar.File
	for i := 0; i < len(ar.Files); i++ {
		name, file, _ := strings.Cut(ar.Files[i].Name, "/")
		if file != "case.json" {
			t.Fatalf("%s: %s is neither a case nor the want that follows one", path, ar.Files[i].Name)
		}
		input, want := ar.Files[i], txtar.File{Name: name + "/want"}
		if i+1 < len(ar.Files) && ar.Files[i+1].Name == want.Name {
			want = ar.Files[i+1]
			i++
		}
		kind, _, _ := strings.Cut(name, "-")
		kinds[kind] = true
		innocent = innocent || strings.Contains(name, "-innocent")
		if there := eitherOf(ind, input.Data); len(there) == 1 && kind != string(detect.Unknown) {
			alone[there[0]] = true
		}
		t.Run(name, func(t *testing.T) {
			got := checkCase(t, ind, kind, read(t, path, input))
			if *update {
				want.Data = []byte(got)
			} else if problem := stale(path, got, string(want.Data)); problem != "" {
				t.Error(problem)
			}
		})
		out = append(out, input)
		if len(want.Data) > 0 { // a case that cannot be read has no answer to keep
			out = append(out, want)
		}
	}
	checkBounds(t, ind, path, ar.Files)
	if !innocent {
		t.Errorf("%s has no case whose name contains -innocent: what an honest person does that looks alike is what matters most", path)
	}
	for _, k := range []detect.Outcome{detect.Present, detect.Absent, detect.Unknown} {
		if !kinds[string(k)] && (k != detect.Absent || !ind.OneSided) {
			t.Errorf("%s has no case named %s-…", path, k)
		}
	}
	for _, k := range ind.Either {
		if !alone[k] {
			t.Errorf("%s has no present or absent case with %s and without the other kinds of Either", path, k)
		}
	}
	if ind.OneSided && kinds[string(detect.Absent)] {
		t.Errorf("%s says it is one-sided and has an absent case", ind.ID)
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(&txtar.Archive{Comment: ar.Comment, Files: out}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// stale says what differs between an answer and what the golden file holds, and
// how the file is written; "" when nothing does.
func stale(path, got, want string) string {
	how := "to rewrite it: go test ./detect/indicators -update (in another module, in the folder of its indicators: go test . -update)"
	switch want {
	case got:
		return ""
	case "":
		return fmt.Sprintf("%s has no want for this case; it answers\n%s%s", path, got, how)
	default:
		return fmt.Sprintf("got:\n%swant (%s):\n%s%s", got, path, want, how)
	}
}

// read parses a case of a golden file, and names both where it cannot.
func read(t *testing.T, path string, file txtar.File) Case {
	t.Helper()
	c, err := ParseCase(file.Data)
	if err != nil {
		t.Fatalf("%s, %s: %v", path, file.Name, err)
	}
	return c
}

// eitherOf returns which kinds of Either a case has records of; none where it
// cannot be read, which its own test says.
func eitherOf(ind *detect.Indicator, data []byte) (there []record.Kind) {
	c, err := ParseCase(data)
	if err != nil {
		return nil
	}
	v, err := c.View()
	if err != nil {
		return nil
	}
	for _, k := range ind.Either {
		if v.Has(k) {
			there = append(there, k)
		}
	}
	return there
}

// checkBounds asks the indicator about its cases with every number at its least,
// then at its greatest: what configuration may set must not break it.
func checkBounds(t *testing.T, ind *detect.Indicator, path string, files []txtar.File) {
	t.Helper()
	least, greatest := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	for f := range reflect.TypeOf(ind.Params()).Fields() {
		if _, _, ok := detect.Bounds(f); ok {
			least[f.Tag.Get("json")], greatest[f.Tag.Get("json")] = json.RawMessage(f.Tag.Get("min")), json.RawMessage(f.Tag.Get("max"))
		}
	}
	if len(least) == 0 {
		return
	}
	for bound, values := range map[string]map[string]json.RawMessage{"least": least, "greatest": greatest} {
		raw, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		tuned, err := ind.Tune(raw)
		if err != nil {
			t.Errorf("its own bounds are refused: %v", err)
			continue
		}
		for _, file := range files {
			if name, ok := strings.CutSuffix(file.Name, "/case.json"); ok {
				t.Run(name+" with settings at their "+bound, func(t *testing.T) { ask(t, tuned, read(t, path, file)) })
			}
		}
	}
}

// checkAll asks every indicator about the cases of all the others: none may
// fail on records that it did not expect, or say what must not be said.
func checkAll(t *testing.T, catalog []*detect.Indicator) {
	t.Helper()
	said := map[string]bool{}
	for _, ind := range catalog {
		path := filepath.Join("testdata", ind.ID+".txtar")
		ar, err := txtar.ParseFile(path)
		if err != nil {
			t.Errorf("%s has no cases: %v", ind.ID, err)
			continue
		}
		for _, file := range ar.Files {
			if name, ok := strings.CutSuffix(file.Name, "/case.json"); ok {
				t.Run(ind.ID+"/"+name, func(t *testing.T) { checkOthers(t, catalog, read(t, path, file), said) })
			}
		}
	}
}

// checkOthers asks every indicator about one case. What it finds said is not read
// again: the answer to another case holds nothing of this one.
func checkOthers(t *testing.T, catalog []*detect.Indicator, c Case, said map[string]bool) {
	t.Helper()
	v, err := c.View()
	if err != nil {
		t.Fatal(err)
	}
	findings, err := detect.Run(t.Context(), catalog, v)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Outcome == detect.Failed {
			t.Errorf("%s: %s", f.Indicator, f.Statement)
		}
		if said[f.Statement] {
			continue
		}
		said[f.Statement] = true
		report(t, wordProblems(f.Statement))
		report(t, c.leaks(f.Statement))
	}
}

// checkCase runs one case and its variants, and returns its answer as text.
func checkCase(t *testing.T, ind *detect.Indicator, kind string, c Case) string {
	t.Helper()
	f := ask(t, ind, c)
	if string(f.Outcome) != kind {
		t.Errorf("the answer is %s, the name of the case says %s:\n%s", f.Outcome, kind, Text(f))
	}
	report(t, wordProblems(f.Statement))
	report(t, c.leaks(f.Statement))
	if sentence := strings.HasSuffix(f.Statement, "."); sentence == (f.Outcome == detect.Unknown) {
		t.Errorf("what was seen is said in a sentence, what is unknown in a phrase that fits a list: %q", f.Statement)
	}
	for _, p := range f.Cites {
		if p.Path == "" || p.Locator == "" {
			t.Errorf("a citation without a path or a locator: %+v", p)
		}
	}
	got := Text(f)
	for _, variant := range []struct {
		name   string
		change func(Case) Case
	}{
		{"in reverse order", Case.reversed},
		{"with everything twice", Case.doubled},
		{"with names, countries, addresses and handles swapped", Case.swapped},
	} {
		if again := Text(ask(t, ind, variant.change(c))); again != got {
			t.Errorf("another answer %s:\n%sbefore:\n%s", variant.name, again, got)
		}
	}
	for _, w := range ind.Waivers {
		waived := c
		waived.accommodated = waived.accommodated || w == detect.Accommodated
		waived.protected = waived.protected || w == detect.AddressProtected
		if f := ask(t, ind, waived); f.Outcome != detect.Unknown {
			t.Errorf("answers %s for a person to whom it must not apply", f.Outcome)
		}
	}
	return got
}

func ask(t *testing.T, ind *detect.Indicator, c Case) detect.Finding {
	t.Helper()
	v, err := c.View()
	if err != nil {
		t.Fatal(err)
	}
	findings, err := detect.Run(t.Context(), []*detect.Indicator{ind}, v)
	if err != nil {
		t.Fatal(err)
	}
	if findings[0].Outcome == detect.Failed {
		t.Fatal(findings[0].Statement)
	}
	return findings[0]
}

// Text writes a finding as golden files hold it.
func Text(f detect.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "outcome: %s\n", f.Outcome)
	if f.Strength > 0 {
		fmt.Fprintf(&b, "strength: %d\n", f.Strength)
	}
	fmt.Fprintf(&b, "statement: %s\n", f.Statement)
	for _, mark := range []struct {
		name string
		set  bool
	}{{"spared", f.Spared}, {"more", f.More}, {"repeated", f.Repeated}, {"settled", f.Settled}} {
		if mark.set {
			fmt.Fprintln(&b, mark.name)
		}
	}
	if f.Doubt > 0 {
		fmt.Fprintf(&b, "doubt: %d\n", f.Doubt)
	}
	for _, r := range f.Related {
		fmt.Fprintf(&b, "related: %s\n", r)
	}
	if len(f.Cites) > 0 {
		fmt.Fprintf(&b, "cites: %d\n", len(f.Cites))
	}
	for _, c := range f.Cites {
		fmt.Fprintf(&b, "- %s, %s\n", c.Path, c.Locator)
	}
	return b.String()
}
