// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// allowed are the packages of the standard library that an indicator may
// import: those that compute. What could look behind an opaque value, reach the
// world or keep state is not among them.
var allowed = []string{
	"bytes", "cmp", "errors", "fmt", "iter", "maps", "math", "math/bits", "net/netip", "path", "regexp", "slices", "sort", "strconv",
	"strings", "time", "unicode", "unicode/utf8",
}

// forbidden are functions of allowed packages that an indicator may not name.
var forbidden = map[string]string{
	"time.Now": "reads a clock", "time.Since": "reads a clock", "time.Until": "reads a clock", "time.Sleep": "waits", "time.After": "waits",
	"time.AfterFunc": "waits", "time.Tick": "waits", "time.NewTimer": "waits", "time.NewTicker": "waits",
	"fmt.Print": "prints", "fmt.Printf": "prints", "fmt.Println": "prints",
	"record.NewCountry": "makes a country to compare with", "record.NewName": "makes a name to compare with",
}

// readers are methods that turn a hidden value into text.
var readers = []string{"Reveal", "MarshalJSON", "UnmarshalJSON", "LogValue"}

// places are the fields that name a place or who runs a network there. They are
// plain text, because people are shown them, and may not be held against a
// constant: that would read where somebody is from.
var places = map[string][]string{
	"record.Address":  {"City", "Region", "TimeZone"},
	"record.PlaceKey": {"City", "Region"},
	"record.Absence":  {"City"},
	"enrich.Place":    {"Name", "Region", "Zone"},
	"enrich.Network":  {"City", "Region", "Zone", "Operator"},
}

// SourceProblems type-checks the indicators in a folder and says what they do
// that no indicator may: import what does not only compute, read a clock, turn
// a name, a country or a redacted value into text, or compare one of them, or a
// place, with a constant. [Run] calls it; it needs the go command. It follows a
// place through variables of one package, not through other packages.
func SourceProblems(dir string) ([]string, error) {
	c, err := loadSource(dir)
	if err != nil {
		return nil, fmt.Errorf("read the indicators' source: %w", err)
	}
	c.spread()
	for _, f := range c.files {
		ast.Inspect(f, c.check)
	}
	slices.Sort(c.problems)
	return slices.Compact(c.problems), nil
}

type source struct {
	fset     *token.FileSet
	files    []*ast.File
	info     *types.Info
	named    map[types.Object]bool // variables that hold the name of a place
	problems []string
}

// loadSource parses and type-checks the package in a folder, without its tests,
// against the compiled form of what it imports.
func loadSource(dir string) (*source, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export,DepOnly,GoFiles", ".")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	c := &source{fset: token.NewFileSet(), named: map[types.Object]bool{}}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath, Export string
			DepOnly            bool
			GoFiles            []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
		if p.DepOnly {
			continue
		}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(c.fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			c.files = append(c.files, f)
		}
	}
	lookup := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	c.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	_, err = (&types.Config{Importer: importer.ForCompiler(c.fset, "gc", lookup)}).Check(dir, c.fset, c.files, c.info)
	return c, err
}

func (c *source) wrong(n ast.Node, words string, args ...any) {
	at := c.fset.Position(n.Pos())
	c.problems = append(c.problems, fmt.Sprintf("%s:%d %s", filepath.Base(at.Filename), at.Line, fmt.Sprintf(words, args...)))
}

func (c *source) check(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		c.checkImport(n)
	case *ast.SelectorExpr:
		c.checkSelector(n)
	case *ast.CallExpr:
		c.checkCall(n)
	case *ast.BinaryExpr:
		if n.Op != token.ADD {
			c.checkCompared(n, n.X, n.Y)
		}
	case *ast.SwitchStmt:
		for _, s := range n.Body.List {
			if clause, ok := s.(*ast.CaseClause); ok && n.Tag != nil {
				for _, e := range clause.List {
					c.checkCompared(e, n.Tag, e)
				}
			}
		}
	case *ast.IndexExpr:
		c.checkTaken(n, n.X)
		if c.isPlace(n.Index) {
			c.checkTable(n, n.X)
		}
	case *ast.SliceExpr:
		c.checkTaken(n, n.X)
	case *ast.RangeStmt:
		c.checkTaken(n, n.X)
	}
	if e, ok := n.(ast.Expr); ok && c.typeOf(e) == "record.Redacted" && c.hasText(e) {
		c.wrong(e, "compares a redacted value with a constant")
	}
	return true
}

func (c *source) checkImport(n *ast.ImportSpec) {
	path, err := strconv.Unquote(n.Path.Value)
	if err != nil {
		return
	}
	first, _, _ := strings.Cut(path, "/")
	own := first == "daylight" || strings.HasPrefix(path, "golang.org/x/text/")
	if !own && !slices.Contains(allowed, path) {
		c.wrong(n, "imports %s: an indicator may import %s and packages of daylight", path, strings.Join(allowed, ", "))
	}
	if n.Name != nil && n.Name.Name == "." {
		c.wrong(n, "imports %s without its name", path)
	}
}

func (c *source) checkSelector(n *ast.SelectorExpr) {
	obj := c.info.Uses[n.Sel]
	if obj == nil || obj.Pkg() == nil {
		return
	}
	if c.info.Selections[n] == nil {
		if why := forbidden[short(obj)]; why != "" {
			c.wrong(n, "%s %s", short(obj), why)
		}
		return
	}
	if slices.Contains(readers, n.Sel.Name) {
		c.wrong(n, "%s reads what an indicator may only compare", n.Sel.Name)
	}
}

// checkCall finds conversions of hidden values, and calls that take a place and
// a constant together, such as strings.HasPrefix.
func (c *source) checkCall(n *ast.CallExpr) {
	if c.info.Types[n.Fun].IsType() && len(n.Args) == 1 {
		if c.typeOf(n.Args[0]) == "record.Redacted" && c.typeOf(n) != "record.Redacted" {
			c.wrong(n, "turns a redacted value into text")
		}
		return
	}
	if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "len" && len(n.Args) == 1 {
		c.checkTaken(n, n.Args[0])
	}
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok || !c.from(sel, "strings", "slices", "regexp", "path", "cmp") {
		return
	}
	if slices.ContainsFunc(n.Args, c.isPlace) && (slices.ContainsFunc(n.Args, c.hasText) || c.from(sel, "regexp", "path")) {
		c.wrong(n, "compares a place with a constant")
	}
}

func (c *source) checkCompared(at ast.Node, a, b ast.Expr) {
	if c.isPlace(a) && c.hasText(b) || c.isPlace(b) && c.hasText(a) {
		c.wrong(at, "compares a place with a constant")
	}
}

// checkTable refuses to look a place up in a table that is written out here.
func (c *source) checkTable(at ast.Node, table ast.Expr) {
	switch t := ast.Unparen(table).(type) {
	case *ast.CompositeLit:
		c.wrong(at, "compares a place with constants")
	case *ast.Ident:
		if v, ok := c.info.Uses[t].(*types.Var); ok && v.Parent() == v.Pkg().Scope() {
			c.wrong(at, "compares a place with constants")
		}
	}
}

func (c *source) checkTaken(at ast.Node, of ast.Expr) {
	if c.typeOf(of) == "record.Redacted" {
		c.wrong(at, "takes a redacted value apart")
	}
}

// from reports whether a selector names something of one of the packages.
func (c *source) from(sel *ast.SelectorExpr, packages ...string) bool {
	obj := c.info.Uses[sel.Sel]
	return obj != nil && obj.Pkg() != nil && slices.Contains(packages, obj.Pkg().Path())
}

// hasText reports whether an expression is a constant text that is not empty, or
// a list of such.
func (c *source) hasText(e ast.Expr) bool {
	if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok {
		return slices.ContainsFunc(lit.Elts, c.hasText)
	}
	v := c.info.Types[e].Value
	return v != nil && v.Kind() == constant.String && constant.StringVal(v) != ""
}

// isPlace reports whether an expression holds the name of a place: one of the
// fields, a variable it was assigned to, or either in another case or cut.
func (c *source) isPlace(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		if s := c.info.Selections[e]; s != nil && s.Kind() == types.FieldVal {
			return slices.Contains(places[typeName(s.Recv())], e.Sel.Name)
		}
	case *ast.Ident:
		return c.named[c.info.Uses[e]]
	case *ast.BinaryExpr:
		return e.Op == token.ADD && (c.isPlace(e.X) || c.isPlace(e.Y))
	case *ast.CallExpr:
		sel, ok := e.Fun.(*ast.SelectorExpr)
		text := c.typeOf(e) == "string" || c.typeOf(e) == "[]string"
		return text && (!ok || c.from(sel, "strings")) && slices.ContainsFunc(e.Args, c.isPlace)
	case *ast.IndexExpr:
		return c.isPlace(e.X)
	case *ast.SliceExpr:
		return c.isPlace(e.X)
	}
	return false
}

// spread finds the variables that are given the name of a place, and those that
// are given theirs, until there are no more.
func (c *source) spread() {
	for before := -1; before != len(c.named); {
		before = len(c.named)
		for _, f := range c.files {
			ast.Inspect(f, func(n ast.Node) bool {
				a, ok := n.(*ast.AssignStmt)
				if !ok || len(a.Lhs) != len(a.Rhs) {
					return true
				}
				for i, to := range a.Lhs {
					if id, ok := to.(*ast.Ident); ok && c.isPlace(a.Rhs[i]) {
						if obj := cmp.Or(c.info.Defs[id], c.info.Uses[id]); obj != nil {
							c.named[obj] = true
						}
					}
				}
				return true
			})
		}
	}
}

func (c *source) typeOf(e ast.Expr) string {
	t := c.info.Types[e].Type
	if t == nil {
		return ""
	}
	return typeName(t)
}

// typeName is a type's name with the last part of its package's path.
func typeName(t types.Type) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return types.TypeString(t, (*types.Package).Name)
}

func short(obj types.Object) string { return obj.Pkg().Name() + "." + obj.Name() }
