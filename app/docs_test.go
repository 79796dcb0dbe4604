// SPDX-License-Identifier: Apache-2.0

package app

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// line is a command line that somebody is told to type.
type line struct {
	where string
	words []string // from the program's name on
	whole bool     // with all its arguments, not the mere mention of a command
}

var (
	spanOf   = regexp.MustCompile("`([^`\n]+)`")
	wordOf   = regexp.MustCompile(`"[^"]*"|[^\s"]+`)
	lone     = regexp.MustCompile(`^--[a-z][a-z-]*`)
	programs = []string{"daylight", "./daylight"}
)

// words are the words of a command line up to a comment, a pipe or the end of the command.
func words(text string) (out []string) {
	for _, w := range wordOf.FindAllString(text, -1) {
		if strings.HasPrefix(w, "#") || slices.Contains([]string{"|", ">", "<", "&", "&&", ";"}, w) {
			break
		}
		out = append(out, strings.Trim(w, `"`))
	}
	return out
}

// commandLines finds what a page in Markdown tells to type, and the flags that it names alone.
func commandLines(where, page string) (lines []line, flags []string) {
	add := func(text string, whole bool) {
		text = strings.Replace(text, "go run ./cmd/daylight", "daylight", 1)
		if w := words(text); len(w) > 0 && slices.Contains(programs, w[0]) {
			lines = append(lines, line{where, w, whole})
		}
	}
	fenced := false
	for text := range strings.Lines(strings.ReplaceAll(page, "\\\n", " ")) {
		switch {
		case strings.HasPrefix(text, "```"):
			fenced = !fenced
		case fenced:
			add(text, true)
		default:
			for _, span := range spanOf.FindAllStringSubmatch(text, -1) {
				add(span[1], false)
				if f := lone.FindString(span[1]); f != "" {
					flags = append(flags, f)
				}
			}
		}
	}
	return lines, flags
}

// typed reports what the program would say of a command line, but for its files.
func typed(root *cobra.Command, l line) error {
	cmd, rest, err := root.Find(l.words[1:])
	if err != nil {
		return err
	}
	cmd.InitDefaultHelpFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if args := cmd.Flags().Args(); l.whole || len(args) > 0 {
		return cmd.ValidateArgs(args)
	}
	return nil
}

// TestDocsAreTyped holds that every command line of the documentation, and of the help,
// names commands and flags that the program has, with as many arguments as it takes; and
// that every flag that a page names alone is a flag of some command. Every command is in
// some page.
func TestDocsAreTyped(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	root := func() *cobra.Command {
		a := &app{World: World{Stdout: io.Discard, Stderr: io.Discard, Env: func(string) string { return "" }}}
		r := a.root()
		r.InitDefaultCompletionCmd()
		r.InitDefaultHelpCmd()
		return r
	}
	known := map[string]bool{"--help": true}
	var lines []line
	unnamed := map[string]bool{}
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if !c.HasSubCommands() && c.HasParent() {
			unnamed[c.CommandPath()] = true
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) { known["--"+f.Name] = true })
		for text := range strings.Lines(c.Example) {
			if w := words(text); len(w) > 0 && slices.Contains(programs, w[0]) {
				// What an example does stands behind it, two spaces apart.
				shown, _, _ := strings.Cut(strings.TrimSpace(text), "  ")
				lines = append(lines, line{"help of " + c.CommandPath(), words(shown), true})
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(root())
	for _, path := range append(pages, "../README.md", "../CONTRIBUTING.md") {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found, flags := commandLines(path, string(page))
		lines = append(lines, found...)
		for _, l := range found {
			if cmd, _, err := root().Find(l.words[1:]); err == nil {
				delete(unnamed, cmd.CommandPath())
			}
		}
		for _, f := range flags {
			if !known[f] {
				t.Errorf("%s names %s, a flag that no command has", path, f)
			}
		}
	}
	for path := range unnamed {
		if path != "daylight help" && !strings.HasPrefix(path, "daylight completion") {
			t.Errorf("no page names %s", path)
		}
	}
	if len(lines) < 60 {
		t.Fatalf("only %d command lines: the test looks at the wrong thing", len(lines))
	}
	for _, l := range lines {
		if err := typed(root(), l); err != nil { // a root of its own: flags keep what was parsed
			t.Errorf("%s: %s: %v", l.where, strings.Join(l.words, " "), err)
		}
	}
	for _, wrong := range []string{"daylight scan --no-such-flag exports/", "daylight scam exports/", "daylight case verify", "daylight config chek"} {
		if typed(root(), line{"", words(wrong), true}) == nil {
			t.Errorf("%s is taken for a command line", wrong)
		}
	}
}

// TestREADMEShowsTheDemo holds that every line that the README shows of the demo is in
// what the demo prints, in that order.
func TestREADMEShowsTheDemo(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(readme), "```\n9 of 46 people")
	shown, _, closed := strings.Cut("9 of 46 people"+after, "```")
	if !found || !closed {
		t.Fatal("the README shows nothing of the demo")
	}
	got := daylight(t, t.TempDir(), "demo", "--no-serve")
	if got.status != exitDone {
		t.Fatalf("status %d: %s", got.status, got.stderr)
	}
	rest, n := got.stdout, 0
	for text := range strings.Lines(shown) {
		text = strings.TrimRight(text, "\n")
		if text == "..." || text == "" {
			continue
		}
		n++
		_, behind, found := strings.Cut(rest, text+"\n")
		if !found {
			t.Errorf("the demo does not print, or not there:\n%s", text)
			continue
		}
		rest = behind
	}
	if n < 30 {
		t.Errorf("only %d lines are shown", n)
	}
}
