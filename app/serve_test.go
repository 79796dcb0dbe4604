// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"daylight/connect"
	"daylight/store"
)

// running is a service that was started as it is typed.
type running struct {
	address string
	link    chan string // gets the one-time link of the first administrator
	stderr  *bytes.Buffer
	stop    func() int // stops it and returns the exit status
}

func startServe(t *testing.T, args ...string) running {
	t.Helper()
	return startMain(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
}

// startMain types a command that serves, and returns when it does.
func startMain(t *testing.T, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	in, out := io.Pipe()
	r := running{link: make(chan string, 3), stderr: &bytes.Buffer{}}
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, World{Args: args, Stdout: out, Stderr: r.stderr, Env: func(string) string { return "" }})
		_ = out.Close()
	}()
	r.stop = sync.OnceValue(func() int {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { r.stop() })
	lines := bufio.NewScanner(in)
	for r.address == "" && lines.Scan() {
		_, r.address, _ = strings.Cut(lines.Text(), "The console is at ")
	}
	go func() {
		for lines.Scan() { // nothing it prints may hold it up
			if _, link, ok := strings.Cut(lines.Text(), "within a day: "); ok {
				r.link <- link
			}
			if link, ok := strings.CutPrefix(lines.Text(), "    http"); ok { // of a demo, below whose it is
				r.link <- "http" + link
			}
		}
	}()
	if r.address == "" {
		t.Fatalf("it ended with %d:\n%s", r.stop(), r.stderr)
	}
	return r
}

// TestServe starts the service on an empty folder, stops it and starts it again.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	exports, data := filepath.Join(dir, "exports"), filepath.Join(dir, "data")
	if err := os.MkdirAll(exports, 0o750); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		path, before := filepath.Join(exports, name), time.Now().Add(-time.Hour) // so that it need not be seen to stand still
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, before, before)); err != nil {
			t.Fatal(err)
		}
	}
	write("people.csv", twoPeople)
	args := []string{"--data", data, "--watch", exports}

	s := startServe(t, args...)
	await(t, s, data, 2, 1)
	if code := s.stop(); code != exitDone {
		t.Errorf("stopped with %d:\n%s", code, s.stderr)
	}
	if info, err := os.Stat(filepath.Join(data, "daylight.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info, err)
	}

	write("later.csv", "id,stage,name,email\nx-9,applicant,Ana Souza,ana.souza@example.com\n")
	s = startServe(t, args...)
	await(t, s, data, 3, 2)
	if code := s.stop(); code != exitDone {
		t.Errorf("stopped with %d:\n%s", code, s.stderr)
	}
}

// TestServeTellsOfAFolderThatVanished: what becomes of a watched folder stands among the
// sources.
func TestServeTellsOfAFolderThatVanished(t *testing.T) {
	t.Parallel() // it waits more than it works
	dir := t.TempDir()
	folders, data := []string{filepath.Join(dir, "stays"), filepath.Join(dir, "vanishes")}, filepath.Join(dir, "data")
	args := []string{"--data", data}
	for _, folder := range folders {
		if err := os.Mkdir(folder, 0o750); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--watch", folder)
	}
	s := startServe(t, args...)
	if err := os.Remove(folders[1]); err != nil {
		t.Fatal(err)
	}
	time.Sleep(6 * time.Second) // what is heard is looked at after 2.5 s
	if code := s.stop(); code != exitDone {
		t.Errorf("stopped with %d:\n%s", code, s.stderr)
	}
	got := map[string]string{}
	st := opened(t, data)
	defer st.Close() //nolint:errcheck // read only
	err := st.View(t.Context(), func(r store.Reader) error {
		all, err := connect.Healths(r)
		for _, h := range all {
			got[h.Connector] = h.State + " " + h.Error
		}
		return err
	})
	if err != nil || got[folders[0]] != "ok " || !strings.HasPrefix(got[folders[1]], "failing the folder is not there") {
		t.Errorf("%v %q", err, got)
	}
}

// TestServeTellsOfFoldersThatFail: among the sources of a service it stands which watched
// folder is none any more, and which file never ends, since when and why; a file that
// vanishes is no trouble, and what is whole is taken in beside all that.
func TestServeTellsOfFoldersThatFail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var watch []string
	for _, name := range []string{"endless", "replaced", "fleeting"} {
		watch = append(watch, filepath.Join(dir, name))
		if err := os.Mkdir(watch[len(watch)-1], 0o750); err != nil {
			t.Fatal(err)
		}
	}
	h := startHere(t, Serve{Data: filepath.Join(dir, "data"), Watch: watch}, everybodyTold(t))
	boss := newVisitor(t)
	h.staff(t, boss, newVisitor(t))
	whole := filepath.Join(watch[0], "people.csv")
	long := time.Now().Add(-time.Hour) // so that it need not be seen to stand still
	if err := errors.Join(os.WriteFile(whole, []byte(twoPeople), 0o600), os.Chtimes(whole, long, long)); err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		f, err := os.Create(filepath.Join(watch[0], "log.csv"))
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close() //nolint:errcheck // nobody needs the end of it
		_, _ = f.WriteString("id,stage,name,email\n")
		for i := 0; ; i++ {
			_, _ = fmt.Fprintf(f, "x-%d,applicant,Ana Souza,ana.%d@example.com\n", i, i)
			brief := filepath.Join(watch[2], fmt.Sprintf("%d.csv", i))
			_ = os.WriteFile(brief, []byte("id\n"), 0o600)
			_ = os.Chtimes(brief, long, long)
			_ = os.Remove(brief)
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	if err := errors.Join(os.Remove(watch[1]), os.WriteFile(watch[1], nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	await := func(want ...string) {
		t.Helper()
		var got map[string]string
		for until := time.Now().Add(15 * time.Second); time.Now().Before(until); time.Sleep(300 * time.Millisecond) {
			if err := h.ways.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			got = connectorsOf(boss.page(t, "/sources"))
			right := 0
			for i, words := range want {
				if state := got[watch[i]+"watched folder"]; strings.HasPrefix(state, words) && strings.Contains(state, "since ") == (words != "ok") {
					right++
				}
			}
			if right == len(want) {
				return
			}
		}
		t.Errorf("the sources say %q, want %q", got, want)
	}
	const replaced = "failing: it is no folder any more"
	await("ok", replaced, "ok")
	h.jump(11 * time.Minute)
	await("failing: a file is not taken in (log.csv): it is written to again and again", replaced, "ok")
	if got, err := boss.do(t.Context(), http.MethodGet, "/readyz", "", nil); err != nil || strings.Count(string(got.body), "a way in is failing") != 2 {
		t.Errorf("ready says %s (%v)", got.body, err)
	}
	if n := h.readOf(t, "folder"); n != 2 {
		t.Errorf("%d people were read beside it, want those of the file that is whole", n)
	}
	close(stop)
	<-stopped
	h.jump(time.Minute)
	await("ok", replaced, "ok")
}

// await waits until so many people are assessed and so many files read.
func await(t *testing.T, s running, data string, people, files int) {
	t.Helper()
	st := opened(t, data)
	defer st.Close() //nolint:errcheck // read only
	var gotPeople, gotFiles int
	for range 600 {
		err := st.View(t.Context(), func(r store.Reader) (err error) {
			if gotPeople, err = r.Count(store.Subjects, store.Query{}); err != nil {
				return err
			}
			gotFiles, err = r.Count(store.Files, store.Query{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if gotPeople == people && gotFiles == files {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%d people, %d files after 30 s", gotPeople, gotFiles)
	if code := s.stop(); code != exitDone {
		t.Logf("stopped with %d:\n%s", code, s.stderr)
	}
	t.FailNow()
}

func TestServeSaysAllThatIsWrong(t *testing.T) {
	config := filepath.Join(t.TempDir(), "daylight.yaml")
	text := "serve:\n  listen: nowhere:x\n  proxies: [everything]\n  watch: [/no/such/folder]\n  master_key: {file: a, command: [b]}\nthresholds:\n  escalate_probability: 7\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, words bytes.Buffer
	code := Main(t.Context(), World{Args: []string{"serve", "--check", "--config", config}, Stdout: &out, Stderr: &words, Env: func(string) string { return "" }})
	if code != exitUsage || out.Len() > 0 {
		t.Errorf("%d %s", code, &out)
	}
	for _, want := range []string{"listen", "proxies", "/no/such/folder", "not from both", "probability"} {
		if !strings.Contains(words.String(), want) {
			t.Errorf("nothing about %s in\n%s", want, &words)
		}
	}
}

// TestServeListensHereAlone keeps the console from being served in the clear to a
// network by mistake.
func TestServeListensHereAlone(t *testing.T) {
	for listen, want := range map[string]int{"0.0.0.0:8420": exitUsage, ":8420": exitUsage, "192.0.2.1:80": exitUsage, "127.0.0.1:8420": exitDone, "[::1]:8420": exitDone, "localhost:0": exitDone} {
		var out, words bytes.Buffer
		code := Main(t.Context(), World{Args: []string{"serve", "--check", "--listen", listen}, Stdout: &out, Stderr: &words, Env: func(string) string { return "" }})
		if code != want || want == exitUsage && !strings.Contains(words.String(), "in the clear") {
			t.Errorf("%s: %d %s", listen, code, &words)
		}
	}
}

// TestDemoTwice holds that a demo runs where another program has its port, says so,
// and takes the port that it was told to or none.
func TestDemoTwice(t *testing.T) {
	taken, err := net.Listen("tcp", defaultListen)
	if err == nil { // otherwise somebody else has it
		defer taken.Close() //nolint:errcheck // nothing was sent
	}
	s := startMain(t, "demo", "--dir", t.TempDir())
	if s.address == "http://"+defaultListen {
		t.Errorf("it is at %s, which was taken", s.address)
	}
	res, err := http.Get(s.address + "/healthz")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", res, err)
	}
	_ = res.Body.Close()
	if code := s.stop(); code != exitDone {
		t.Errorf("stopped with %d:\n%s", code, s.stderr)
	}
	if !strings.Contains(s.stderr.String(), "Something else listens on "+defaultListen) {
		t.Errorf("it does not say that the port was taken:\n%s", s.stderr)
	}
	for _, args := range [][]string{
		{"serve", "--data", t.TempDir(), "--listen", busy(t)},
		{"demo", "--dir", t.TempDir(), "--listen", busy(t)},
	} {
		var words bytes.Buffer
		if code := Main(t.Context(), World{Args: args, Stdout: io.Discard, Stderr: &words, Env: func(string) string { return "" }}); code != exitFailed || !strings.Contains(words.String(), "address already in use") {
			t.Errorf("%v: %d\n%s", args, code, &words)
		}
	}
}

// TestDemoAccounts: a demo makes a link for each of its three accounts, which say what
// they are for, and its pages know the name of the sample company.
func TestDemoAccounts(t *testing.T) {
	dir := t.TempDir()
	s := startMain(t, "demo", "--dir", dir)
	for _, want := range []string{"You are the first here.", "invited as legal", "invited as recruiter"} {
		select {
		case link := <-s.link:
			res, err := http.Get(link)
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(page), want) {
				t.Errorf("%s answers %d and not %q: %v", link, res.StatusCode, want, err)
			}
		case <-time.After(time.Minute):
			t.Fatalf("no link for %q:\n%s", want, s.stderr)
		}
	}
	if code := s.stop(); code != exitDone {
		t.Errorf("stopped with %d:\n%s", code, s.stderr)
	}
	st := opened(t, filepath.Join(dir, "data"))
	defer st.Close() //nolint:errcheck // read only
	err := st.View(t.Context(), func(r store.Reader) error {
		row, err := r.Get(store.Settings, "console")
		if !strings.Contains(string(row.Body), `"organisation":"Larkspur Instruments"`) {
			t.Errorf("the settings are %s", row.Body)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// busy is the address of a port that is taken until the test ends.
func busy(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// stopper cancels as soon as the address of the console is printed, and lets the
// console end before it says that it has written.
type stopper struct {
	cancel func()
	words  bytes.Buffer
}

func (s *stopper) Write(p []byte) (int, error) {
	n, err := s.words.Write(p)
	if _, address, ok := strings.Cut(string(p), "The console is at http://"); ok {
		s.cancel()
		for {
			c, err := net.Dial("tcp", strings.TrimSpace(address))
			if err != nil {
				break
			}
			_ = c.Close()
		}
		time.Sleep(50 * time.Millisecond) // the console ends a little after its door is shut
	}
	return n, err
}

// TestStopsHoweverItEnds holds that a service ends where its console has ended before
// anybody waits for it: which of the two is seen first is chance, so it is tried often.
func TestStopsHoweverItEnds(t *testing.T) {
	data := t.TempDir()
	for range 8 {
		ctx, cancel := context.WithCancel(t.Context())
		var words bytes.Buffer
		ended := make(chan int, 1)
		go func() {
			ended <- Main(ctx, World{
				Args:   []string{"serve", "--listen", "127.0.0.1:0", "--data", data},
				Stdout: &stopper{cancel: cancel}, Stderr: &words, Env: func(string) string { return "" },
			})
		}()
		select {
		case code := <-ended:
			if code != exitDone {
				t.Fatalf("ended with %d:\n%s", code, &words)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("it does not end")
		}
		cancel()
	}
}
