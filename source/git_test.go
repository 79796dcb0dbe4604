// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gitRun runs git in the folder as one person at one time.
func gitRun(tb testing.TB, dir, who, when string, args ...string) {
	tb.Helper()
	name, mail, _ := strings.Cut(strings.TrimSuffix(who, ">"), " <")
	cmd := exec.CommandContext(tb.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(),
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "HOME="+dir,
		"GIT_AUTHOR_NAME="+name, "GIT_AUTHOR_EMAIL="+mail, "GIT_AUTHOR_DATE="+when,
		"GIT_COMMITTER_NAME="+name, "GIT_COMMITTER_EMAIL="+mail, "GIT_COMMITTER_DATE="+when)
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// sampleRepository has two branches, a merge, an annotated tag and a commit that
// only the tag reaches.
func sampleRepository(tb testing.TB) string {
	tb.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		tb.Skip("no git to make a repository with")
	}
	dir := tb.TempDir()
	amina, soren := "Amina Okafor <amina.okafor@example.com>", "Søren Lindqvist <soren@example.com>"
	gitRun(tb, dir, amina, "", "init", "-q", "-b", "main")
	commit := func(who, when, message string) {
		gitRun(tb, dir, who, when, "commit", "-q", "--allow-empty", "-m", message)
	}
	commit(amina, "1772600000 +0530", "one")
	gitRun(tb, dir, amina, "", "checkout", "-q", "-b", "side")
	commit(soren, "1772600100 -0700", "two\n\nauthor Nobody <x> 1 +0000")
	gitRun(tb, dir, amina, "", "checkout", "-q", "main")
	commit(amina, "1772600200 +0000", "three")
	gitRun(tb, dir, amina, "1772600300 +1400", "merge", "-q", "--no-ff", "-m", "four", "side")
	gitRun(tb, dir, amina, "", "checkout", "-q", "--detach")
	commit(soren, "1772600400 +0930", "five")
	gitRun(tb, dir, soren, "1772600400 +0930", "tag", "-a", "-m", "sample", "v1")
	gitRun(tb, dir, amina, "", "checkout", "-q", "main")
	return dir
}

// readGit returns the repository's commits as lines, sorted, and the reasons.
func readGit(tb testing.TB, dir string) (commits, reasons []string) {
	tb.Helper()
	for f, bad := range Walk(tb.Context(), os.DirFS(dir)) {
		if bad != nil || f.Shape != Git {
			continue
		}
		for c, bad := range f.Commits(tb.Context()) {
			if bad != nil {
				reasons = append(reasons, bad.Reason)
				continue
			}
			a := c.Author
			commits = append(commits, fmt.Sprintf("%d %+d %t %s <%s> %d by %s", a.Unix, a.OffsetMinutes, a.HasOffset,
				a.Name, a.Email, c.Parents, c.Committer.Name))
		}
	}
	slices.Sort(commits)
	return commits, reasons
}

var sampleCommits = []string{
	"1772600000 +330 true Amina Okafor <amina.okafor@example.com> 0 by Amina Okafor",
	"1772600100 -420 true Søren Lindqvist <soren@example.com> 1 by Søren Lindqvist",
	"1772600200 +0 true Amina Okafor <amina.okafor@example.com> 1 by Amina Okafor",
	"1772600300 +840 true Amina Okafor <amina.okafor@example.com> 2 by Amina Okafor",
	"1772600400 +570 true Søren Lindqvist <soren@example.com> 1 by Søren Lindqvist",
}

func TestCommits(t *testing.T) {
	dir := sampleRepository(t)
	bare := filepath.Join(t.TempDir(), "copy.git")
	gitRun(t, dir, "", "", "clone", "-q", "--bare", "--no-local", dir, bare)
	packed := filepath.Join(t.TempDir(), "packed")
	gitRun(t, dir, "", "", "clone", "-q", "--no-local", dir, packed)
	gitRun(t, packed, "", "", "gc", "-q", "--aggressive", "--prune=now")
	for name, dir := range map[string]string{"loose": dir, "bare": filepath.Dir(bare), "packed": packed} {
		t.Run(name, func(t *testing.T) {
			commits, reasons := readGit(t, dir)
			if diff := cmp.Diff(sampleCommits, commits); diff != "" {
				t.Errorf("commits (-want +got):\n%s", diff)
			}
			if len(reasons) > 0 {
				t.Errorf("rejected: %q", reasons)
			}
		})
	}
}

func TestCommitsShallow(t *testing.T) {
	dir := sampleRepository(t)
	shallow := filepath.Join(t.TempDir(), "shallow")
	gitRun(t, dir, "", "", "clone", "-q", "--depth=1", "--branch=main", "file://"+dir, shallow)
	commits, reasons := readGit(t, shallow)
	if want := sampleCommits[3:4]; !slices.Equal(commits, want) {
		t.Errorf("got %q, want %q", commits, want)
	}
	if want := []string{"shallow clone: older commits are missing"}; !slices.Equal(reasons, want) {
		t.Errorf("rejected %q, want %q", reasons, want)
	}
}

// One damaged and one missing object cost only themselves and what only they
// lead to.
func TestCommitsDamaged(t *testing.T) {
	dir := sampleRepository(t)
	out, err := exec.CommandContext(t.Context(), "git", "-C", dir, "rev-parse", "side", "main^1").Output()
	if err != nil {
		t.Fatal(err)
	}
	hashes := strings.Fields(string(out))
	loose := func(h string) string { return filepath.Join(dir, ".git", "objects", h[:2], h[2:]) }
	if err := os.Chmod(loose(hashes[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(loose(hashes[0]), []byte("not zlib"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(loose(hashes[1])); err != nil {
		t.Fatal(err)
	}
	commits, reasons := readGit(t, dir)
	if want := sampleCommits[3:]; !slices.Equal(commits, want) {
		t.Errorf("got %q, want %q", commits, want)
	}
	slices.Sort(reasons)
	want := []string{"object " + hashes[0][:12] + ": damaged", "object " + hashes[1][:12] + ": missing"}
	slices.Sort(want)
	if !slices.Equal(reasons, want) {
		t.Errorf("rejected %q, want %q", reasons, want)
	}
}

// Every byte of a pack flipped in turn: no panic, and no commit that was not there.
func TestCommitsDamagedPack(t *testing.T) {
	dir := sampleRepository(t)
	gitRun(t, dir, "", "", "gc", "-q", "--prune=now")
	packs, err := filepath.Glob(filepath.Join(dir, ".git", "objects", "pack", "*.pack"))
	if err != nil || len(packs) != 1 {
		t.Fatalf("packs: %v, %v", packs, err)
	}
	good, err := os.ReadFile(packs[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(packs[0], 0o600); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(good); i += 7 {
		bad := slices.Clone(good)
		bad[i] ^= 0x5a
		if err := os.WriteFile(packs[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		commits, _ := readGit(t, dir)
		if len(commits) > len(sampleCommits) {
			t.Fatalf("byte %d flipped: %d commits, there are %d", i, len(commits), len(sampleCommits))
		}
	}
}

func TestGitRefusesOthers(t *testing.T) {
	dir := sampleRepository(t)
	config := filepath.Join(dir, ".git", "config")
	for text, want := range map[string]string{
		"[extensions]\n\tobjectFormat = sha256\n": "git repository with SHA-256 names, which are not read",
		"[extensions]\n\trefStorage = reftable\n": "git repository with reftable references, which are not read",
	} {
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if commits, reasons := readGit(t, dir); len(commits) != 0 || !slices.Equal(reasons, []string{want}) {
			t.Errorf("%s: got %q and %q, want %q", text, commits, reasons, want)
		}
	}
}

func FuzzSignature(f *testing.F) {
	f.Add([]byte("Amina Okafor <amina.okafor@example.com> 1772600000 +0530"))
	f.Add([]byte("<> 1 -0000"))
	f.Add([]byte("Søren > <a<b>c> -5 +1500"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := repository{known: map[string]string{}}
		s, ok := r.signature(b)
		again, ok2 := r.signature(b)
		if s != again || ok != ok2 {
			t.Fatalf("%+v then %+v", s, again)
		}
		if ok && (s.OffsetMinutes < -720 || s.OffsetMinutes > 840 || strings.ContainsRune(s.Name, '<')) && s.HasOffset {
			t.Fatalf("%q gives %+v", b, s)
		}
	})
}

// BenchmarkCommits reads 20,000 packed commits, beside git itself.
func BenchmarkCommits(b *testing.B) {
	if _, err := exec.LookPath("git"); err != nil {
		b.Skip("no git to make a repository with")
	}
	const count = 20_000
	dir := b.TempDir()
	gitRun(b, dir, "", "", "init", "-q", "--bare", "-b", "main")
	var script strings.Builder
	for i := range count {
		message := fmt.Sprintf("change %d", i)
		fmt.Fprintf(&script, "commit refs/heads/main\nauthor Person %d <p%d@example.com> %d +0200\n", i%50, i%50, 1700000000+60*i)
		fmt.Fprintf(&script, "committer Person 1 <p1@example.com> %d +0200\ndata %d\n%s\n", 1700000000+60*i, len(message), message)
	}
	load := exec.CommandContext(b.Context(), "git", "-C", dir, "fast-import", "--quiet")
	load.Stdin = strings.NewReader(script.String())
	if out, err := load.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	b.Run("daylight", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if commits, _ := readGit(b, dir); len(commits) != count {
				b.Fatalf("%d commits", len(commits))
			}
		}
		b.ReportMetric(count*float64(b.N)/b.Elapsed().Seconds(), "commits/s")
	})
	b.Run("git_log", func(b *testing.B) {
		for b.Loop() {
			if err := exec.CommandContext(b.Context(), "git", "-C", dir, "log", "--all", "--format=%H %an %ae %ad %cn").Run(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(count*float64(b.N)/b.Elapsed().Seconds(), "commits/s")
	})
}
