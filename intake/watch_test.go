// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"daylight/store"
)

// watching is a folder and a watcher whose looks a test makes, by a clock of its own.
type watching struct {
	*Watcher
	t       *testing.T
	folder  string
	now     time.Time
	heard   *fsnotify.Watcher
	service *service
}

func newWatching(t *testing.T) *watching {
	t.Helper()
	w := &watching{t: t, folder: t.TempDir(), now: now()}
	w.service = newService(t, temporary(t))
	w.service.box.Now = func() time.Time { return w.now }
	var err error
	if w.heard, err = fsnotify.NewWatcher(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.heard.Close() })
	w.Watcher = &Watcher{Folder: w.folder, Box: w.service.box, Log: slog.New(slog.DiscardHandler), Quiet: 10 * time.Second, seen: map[string]seenFile{}}
	return w
}

// write writes a file whose time is that of the clock.
func (w *watching) write(name, text string) {
	w.t.Helper()
	full := filepath.Join(w.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Chtimes(full, w.now, w.now); err != nil {
		w.t.Fatal(err)
	}
}

// after looks once, a time later, and returns how many inputs wait then and whether a
// file is waited for.
func (w *watching) after(d time.Duration) (waiting int, unsettled bool) {
	w.t.Helper()
	w.now = w.now.Add(d)
	unsettled, err := w.look(w.t.Context(), w.heard)
	if err != nil {
		w.t.Fatal(err)
	}
	return inbox(w.t, w.service.store), unsettled
}

func inbox(t *testing.T, st store.Store) (n int) {
	t.Helper()
	err := st.View(t.Context(), func(r store.Reader) (err error) {
		n, _, err = r.Depth(store.Inbox)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// holds fails the test unless a file was taken in with exactly this text: the same again
// is then no new input.
func holds(t *testing.T, s *service, name, text string) {
	t.Helper()
	before := inbox(t, s.store)
	if _, err := s.box.Receive(t.Context(), Source, name, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	if got := inbox(t, s.store); got != before {
		t.Errorf("%s was not taken in as %q", name, text)
	}
}

// TestWatcherTakesWholeFiles: one that is being written is taken once, when it stood
// still, however its writer pauses within that; changed later, once more.
func TestWatcherTakesWholeFiles(t *testing.T) {
	w := newWatching(t)
	const line = "w-1,Amara Okonkwo\n"
	text := "id,name\n"
	w.write("hr/people.csv", text)
	for i := range 8 { // the writer pauses for nine seconds each time
		if n, unsettled := w.after(9 * time.Second); n != 0 || !unsettled {
			t.Fatalf("pause %d: %d taken in, waited for: %v", i, n, unsettled)
		}
		text += line
		w.write("hr/people.csv", text)
	}
	w.after(time.Second)
	for range 3 { // looks that come early, as something else was heard
		if n, unsettled := w.after(3 * time.Second); n != 0 || !unsettled {
			t.Fatalf("%d taken in while it may be growing", n)
		}
	}
	if n, unsettled := w.after(time.Second); n != 1 || unsettled {
		t.Fatalf("%d taken in, waited for: %v", n, unsettled)
	}
	holds(t, w.service, "hr/people.csv", text)
	if n, _ := w.after(time.Hour); n != 1 {
		t.Errorf("it was taken in %d times", n)
	}
	w.write("hr/people.csv", text+line)
	if n, _ := w.after(0); n != 1 {
		t.Error("a changed file was taken in at once")
	}
	if n, _ := w.after(10 * time.Second); n != 2 {
		t.Error("a changed file was not taken in")
	}
	holds(t, w.service, "hr/people.csv", text+line)
}

// TestWatcherAtTheStart: what was written long before is taken in at the first look,
// what was written lately is waited for, also where the file server's clock is behind.
func TestWatcherAtTheStart(t *testing.T) {
	w := newWatching(t)
	w.write("old.csv", "id\n1\n")
	w.now = w.now.Add(time.Hour)
	w.write("new.csv", "id\n2\n")
	w.now = w.now.Add(45 * time.Second) // or it was written now, by a clock 45 s behind
	if n, unsettled := w.after(0); n != 1 || !unsettled {
		t.Errorf("%d taken in at the start, waited for: %v", n, unsettled)
	}
	holds(t, w.service, "old.csv", "id\n1\n")
	if n, _ := w.after(10 * time.Second); n != 2 {
		t.Errorf("%d taken in", n)
	}
	w.now = w.now.Add(-time.Hour) // the clock is put back
	w.write("later.csv", "id\n3\n")
	w.after(0)
	if n, _ := w.after(10 * time.Second); n != 3 {
		t.Errorf("%d taken in after the clock was put back", n)
	}
}

// TestWatcherPassesOver: what is being written under a name that says so, hidden files
// and what links lead to are not taken in; a file that is renamed in is.
func TestWatcherPassesOver(t *testing.T) {
	w := newWatching(t)
	outside := filepath.Join(t.TempDir(), "outside.csv")
	if err := os.WriteFile(outside, []byte("id\n9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"people.csv.part", "people.csv.PARTIAL", "b.filepart", "c.crdownload", "d.tmp", ".people.csv.x7Ty", ".git/config"} {
		w.write(name, "id\n1\n")
	}
	for link, to := range map[string]string{"link.csv": outside, "folder": filepath.Dir(outside), "up": "../.."} {
		if err := os.Symlink(to, filepath.Join(w.folder, link)); err != nil {
			t.Fatal(err)
		}
	}
	w.now = w.now.Add(time.Hour)
	if n, unsettled := w.after(0); n != 0 || unsettled {
		t.Errorf("%d taken in, waited for: %v", n, unsettled)
	}
	if err := os.Rename(filepath.Join(w.folder, "people.csv.part"), filepath.Join(w.folder, "people.csv")); err != nil {
		t.Fatal(err)
	}
	if n, _ := w.after(10 * time.Second); n != 1 {
		t.Errorf("%d taken in after a file was renamed in", n)
	}
	holds(t, w.service, "people.csv", "id\n1\n")
}

// TestSteadyRead: a file that changes while it is read does not come to its end.
func TestSteadyRead(t *testing.T) {
	w := newWatching(t)
	w.write("a.csv", "id\n1\n")
	full := filepath.Join(w.folder, "a.csv")
	f, err := os.Open(full)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	seen := seenFile{size: info.Size(), modified: info.ModTime()}
	if _, err := w.service.box.Receive(t.Context(), Source, "a.csv", steady{f, seen}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	w.write("a.csv", "id\n1\n2\n")
	if _, err := w.service.box.Receive(t.Context(), Source, "a.csv", steady{f, seen}); err == nil || inbox(t, w.service.store) != 1 {
		t.Errorf("a file that grew was taken in: %v", err)
	}
}

// TestWatcherGoesOn: a file that cannot be read keeps none that sorts after it, and the
// look says so; it is taken in when it can be read.
func TestWatcherGoesOn(t *testing.T) {
	w := newWatching(t)
	w.write("a.csv", "id\n1\n")
	w.write("b.csv", "id\n2\n")
	w.now = w.now.Add(time.Hour)
	// Between its being listed and opened, the first becomes something that opens and
	// whose reading fails.
	full := filepath.Join(w.folder, "a.csv")
	clock, broken := w.service.box.Now, false
	w.service.box.Now = func() time.Time {
		if !broken {
			broken = true
			if err := errors.Join(os.Remove(full), os.Mkdir(full, 0o750)); err != nil {
				t.Error(err)
			}
		}
		return clock()
	}
	unsettled, err := w.look(t.Context(), w.heard)
	unread, ok := errors.AsType[*UnreadError](err)
	if !ok || !errors.Is(err, errUnreadable) || unread.First != "a.csv" || unread.Files != 1 || strings.Contains(err.Error(), "a.csv") || unsettled {
		t.Errorf("the look says %v, waited for: %v", err, unsettled)
	}
	if !broken || inbox(t, w.service.store) != 1 {
		t.Errorf("%d taken in", inbox(t, w.service.store))
	}
	holds(t, w.service, "b.csv", "id\n2\n")
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	w.write("a.csv", "id\n1\n")
	w.after(0)
	if n, _ := w.after(10 * time.Second); n != 2 {
		t.Errorf("%d taken in after it could be read", n)
	}
}

// TestWatcherNamesWhatDoesNotOpen: a file that cannot be opened and one that is refused
// are said at every look, whatever else is taken in, and the first is tried again.
func TestWatcherNamesWhatDoesNotOpen(t *testing.T) {
	w := newWatching(t)
	w.write("a.csv", "id\n1\n")
	w.write("b.csv", "id\n2\n")
	long := strings.Repeat("folder/", 150) + "c.csv"
	w.write(long, "id\n3\n")
	w.now = w.now.Add(time.Hour)
	// Between its being listed and opened, the first becomes something that does not open,
	// as a file does whose rights are too few.
	full := filepath.Join(w.folder, "a.csv")
	clock, loops := w.service.box.Now, true
	w.service.box.Now = func() time.Time {
		if loops {
			loops = false
			if err := errors.Join(os.Remove(full), os.Symlink("a.csv", full)); err != nil {
				t.Error(err)
			}
		}
		return clock()
	}
	unsettled, err := w.look(t.Context(), w.heard)
	unread, ok := errors.AsType[*UnreadError](err)
	if !ok || unread.Files != 2 || unread.First != "a.csv" || !errors.Is(err, errUnreadable) || unsettled {
		t.Fatalf("the look says %v, waited for: %v", err, unsettled)
	}
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	w.write("a.csv", "id\n1\n")
	for _, later := range []time.Duration{0, time.Minute, time.Minute} {
		w.now = w.now.Add(later)
		_, err := w.look(t.Context(), w.heard)
		if unread, ok := errors.AsType[*UnreadError](err); !ok || unread.Files != 1 || unread.First != long || !errors.Is(err, ErrPath) {
			t.Errorf("the look says %v", err)
		}
	}
	if n := inbox(t, w.service.store); n != 2 {
		t.Errorf("%d taken in once it could be opened", n)
	}
}

// TestWatcherTellsHowItLooked: after each look it is told how much came, and why a look
// failed.
func TestWatcherTellsHowItLooked(t *testing.T) {
	w := newWatching(t)
	w.service.box.Now = time.Now
	w.Quiet, w.Every = 10*time.Millisecond, 10*time.Millisecond
	came, gone := make(chan int, 1000), make(chan error, 1000)
	w.Looked = func(received int, err error) {
		if err != nil {
			gone <- err
		} else if received > 0 {
			came <- received
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	w.write("a.csv", "id\n1\n") // of long ago
	go func() { ended <- w.Run(ctx) }()
	if n := <-came; n != 1 {
		t.Errorf("%d files came", n)
	}
	if err := os.RemoveAll(w.folder); err != nil {
		t.Fatal(err)
	}
	if err := <-gone; !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that vanished: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestWatcherHears runs a watcher on the machine's clock: a file that is dropped in, one
// in a new subfolder, and a change are taken in long before the folder is looked through
// anyway, and a file that is written all the time keeps no other waiting.
func TestWatcherHears(t *testing.T) {
	w := newWatching(t)
	w.service.box.Now = time.Now
	w.Quiet, w.Every = 40*time.Millisecond, time.Hour
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	busy := time.NewTicker(15 * time.Millisecond)
	defer busy.Stop()
	w.write("first.csv", "id\n0\n")
	for i, step := range []func(){
		func() {},
		func() { w.write("dropped.csv", "id\n1\n") },
		func() { w.write("new/deeper/people.csv", "id\n2\n") },
		func() { w.write("dropped.csv", "id\n1\n3\n") },
	} {
		step()
		end := time.Now().Add(20 * time.Second)
		for text := ""; inbox(t, w.service.store) <= i; <-busy.C {
			text += "x"
			if time.Now().After(end) {
				t.Fatalf("step %d: nothing was taken in", i)
			}
			w.write("busy.tmp", text) // heard, and passed over
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	holds(t, w.service, "first.csv", "id\n0\n")
	holds(t, w.service, "new/deeper/people.csv", "id\n2\n")
	holds(t, w.service, "dropped.csv", "id\n1\n3\n")
}
