// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// tools knows programs by their exact normalised names. Parts of names never
// match: a rule that looked for "dock" flagged Docker in a published tool.
type tools struct {
	byName map[string][]toolRule
	// excluded are names that published lists give to tools and that must never
	// become one's; see the end of tools.csv.
	excluded map[string]string
	count    int
}

// notATool is the class of rows that only exclude names.
const notATool ToolClass = "none"

// toolRule is one name of a tool. A name that other programs share also needs a
// folder of the program's path to be the tool's.
type toolRule struct {
	tool   Tool
	folder string // normalised; "" for a name that is the tool's alone
}

// newTools reads rows of product, vendor, class, and names on Windows, macOS
// and Linux, and a reason.
func newTools(text string) (*tools, error) {
	rs, err := rows("tools", text, 7)
	if err != nil {
		return nil, err
	}
	t := &tools{byName: map[string][]toolRule{}, excluded: map[string]string{}}
	version := "tools@" + digest(text)
	for _, r := range rs {
		tool := Tool{Name: r[0], Vendor: r[1], Class: ToolClass(r[2]), Table: version}
		switch tool.Class {
		case RemoteAccess, Jiggler, VirtualCamera, VPNClient, notATool:
		default:
			return nil, fmt.Errorf("table tools: unknown class %q of %s", r[2], r[0])
		}
		names := []string{r[0]}
		for _, cell := range r[3:6] {
			names = append(names, values(cell)...)
		}
		if strings.HasPrefix(r[3], "=") { // the product's own name is too common a word
			names = names[1:]
		}
		if err := t.add(tool, names); err != nil {
			return nil, err
		}
	}
	for key, by := range t.excluded {
		if slices.ContainsFunc(t.byName[key], func(r toolRule) bool { return r.folder == "" }) {
			return nil, fmt.Errorf("table tools: %q is excluded by %s and claimed by %s", key, by, t.byName[key][0].tool.Name)
		}
	}
	return t, nil
}

func (t *tools) add(tool Tool, names []string) error {
	if tool.Class == notATool {
		for _, n := range names {
			t.excluded[programName(n)] = tool.Name
		}
		return nil
	}
	t.count++
	for _, n := range names {
		folder, base, ok := strings.Cut(strings.TrimPrefix(n, "="), "/")
		if !ok {
			folder, base = "", folder
		}
		key := programName(base)
		if key == "" {
			return fmt.Errorf("table tools: %s has the empty name %q", tool.Name, n)
		}
		rule := toolRule{tool, programName(folder)}
		for _, other := range t.byName[key] {
			if other.folder == rule.folder && other.tool.Name != tool.Name {
				return fmt.Errorf("table tools: %q is claimed by %s and %s", n, other.tool.Name, tool.Name)
			}
		}
		t.byName[key] = append(t.byName[key], rule)
	}
	return nil
}

// Tool returns the tool that a program is, from its name as an inventory gives
// it ("AnyDesk 8.0.10", "TeamViewer_Service.exe") and its path, either of which
// may be empty. Names are compared whole: lower-case, without extension,
// version, architecture, anything in brackets, blanks and punctuation.
func (t *Tables) Tool(name, path string) (Tool, bool) {
	k, err := builtinTools()
	if err != nil {
		return Tool{}, false
	}
	folders, base := splitPath(path)
	if strings.ContainsAny(name, `/\`) {
		more, b := splitPath(name)
		folders, name = append(folders, more...), b
	}
	for _, n := range []string{name, base} {
		if tool, ok := k.find(programName(n), folders); ok {
			return tool, true
		}
	}
	// A process inside a macOS bundle is the bundle's.
	for _, f := range folders {
		if strings.HasSuffix(f, ".app") {
			if tool, ok := k.find(programName(f), folders); ok {
				return tool, true
			}
		}
	}
	return Tool{}, false
}

func (t *tools) find(key string, folders []string) (Tool, bool) {
	if key == "" {
		return Tool{}, false
	}
	for _, r := range t.byName[key] {
		if r.folder == "" {
			return r.tool, true
		}
		for _, f := range folders {
			if programName(f) == r.folder {
				return r.tool, true
			}
		}
	}
	return Tool{}, false
}

func splitPath(path string) (folders []string, base string) {
	parts := strings.FieldsFunc(strings.ToLower(path), func(r rune) bool { return r == '/' || r == '\\' })
	if len(parts) == 0 {
		return nil, ""
	}
	return parts[:len(parts)-1], parts[len(parts)-1]
}

// extensions of programs and packages.
var extensions = []string{".exe", ".app", ".msi", ".dmg", ".pkg", ".deb", ".rpm", ".appimage", ".com", ".bat", ".service", ".desktop"}

// programName is the form in which program names are compared.
func programName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, e := range extensions {
		s = strings.TrimSuffix(s, e)
	}
	s = withoutBrackets(s)
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("_-.,:+()™®©", r) })
	for len(words) > 1 && editionWord(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return strings.Join(words, "")
}

// withoutBrackets drops what stands in round brackets, which is an architecture,
// a language or an instance id.
func withoutBrackets(s string) string {
	for {
		open := strings.IndexByte(s, '(')
		if open < 0 {
			return s
		}
		length := strings.IndexByte(s[open:], ')')
		if length < 0 {
			return s[:open]
		}
		s = s[:open] + " " + s[open+length+1:]
	}
}

// editionWord reports whether a last word of a name is a version or an
// architecture and not part of the name.
func editionWord(w string) bool {
	switch w {
	case "x64", "x86", "x32", "amd64", "arm64", "aarch64", "i386", "i686", "64bit", "32bit", "bit", "setup", "installer", "portable", "version", "macos", "win64", "win32":
		return true
	}
	w = strings.TrimPrefix(w, "v")
	return w != "" && w[0] >= '0' && w[0] <= '9' && !strings.ContainsFunc(w, func(r rune) bool {
		return !unicode.IsDigit(r) && r != 'r' && r != 'b'
	})
}
