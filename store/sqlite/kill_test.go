// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"daylight/store"
)

var kills = flag.Int("kills", 20, "how often TestKill kills the writing process")

// childPath names the store in the environment of the process that is killed.
const childPath = "DAYLIGHT_TEST_STORE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := write(context.Background(), path, os.Stdout); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// writers is how many goroutines count in the child.
const writers = 3

// write counts, in several goroutines, until it is killed: every step is one update
// of a counter, the log, a row of a new holder, a job, and now and then an erasure;
// what was acknowledged is printed. Another goroutine does the jobs.
func write(ctx context.Context, path string, out io.Writer) error {
	s, err := Open(ctx, Options{Path: path, Master: master(1)})
	if err != nil {
		return err
	}
	failed := make(chan error)
	var mu sync.Mutex
	for g := range writers {
		go func() {
			for {
				i, err := step(ctx, s, g)
				if err != nil {
					failed <- err
					return
				}
				mu.Lock()
				_, _ = fmt.Fprintf(out, "%d %d\n", g, i)
				mu.Unlock()
			}
		}()
	}
	go func() {
		for {
			now := time.Now()
			jobs, err := s.Claim(ctx, store.Dirty, "worker", 5, now, now.Add(30*time.Millisecond))
			for _, j := range jobs {
				if err == nil {
					err = do(ctx, s, j)
				}
			}
			if err != nil {
				failed <- err
				return
			}
		}
	}()
	return <-failed
}

func counter(g int) string       { return fmt.Sprint("writer-", g) }
func unit(g, i int) string       { return fmt.Sprintf("%d-%06d", g, i) }
func erasedUnit(i int) int       { return i - 3 }
func erases(i int) bool          { return i%7 == 0 && i > 3 }
func count(r store.Row) int      { n, _ := strconv.Atoi(string(r.Body)); return n }
func isErased(i, until int) bool { return erases(i+3) && i+3 <= until }

func step(ctx context.Context, s *Store, g int) (i int, err error) {
	err = s.Update(ctx, func(w store.Writer) error {
		row, err := w.Get(store.Settings, counter(g))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		i = count(row) + 1
		row.Key, row.Body = counter(g), []byte(strconv.Itoa(i))
		key := unit(g, i)
		_, appendErr := w.Append(store.Audit, time.Now(), []byte(key))
		err = errors.Join(appendErr, w.Put(store.Settings, row), w.Enqueue(store.Dirty, key, time.Now()),
			w.Put(store.Faces, store.Row{Key: key, Holder: "s:" + key, Body: []byte(key)}))
		if err == nil && erases(i) {
			err = w.Destroy("s:" + unit(g, erasedUnit(i)))
		}
		return err
	})
	return i, err
}

// do counts how often a job is done.
func do(ctx context.Context, s *Store, j store.Job) error {
	err := s.Update(ctx, func(w store.Writer) error {
		row, err := w.Get(store.Rings, j.Key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		row.Key, row.Body = j.Key, []byte(strconv.Itoa(count(row)+1))
		return errors.Join(w.Put(store.Rings, row), w.Finish(j))
	})
	if errors.Is(err, store.ErrConflict) {
		return nil // the lease ran out; another does it
	}
	return err
}

// killed is what the test knows of the store between two lives of the writer.
type killed struct {
	acked  [writers]int // steps acknowledged or seen
	logged int64        // entries checked
	listed [writers]int // the last step of each writer in the log
	lost   int          // commits that were not acknowledged
}

// TestKill kills a writing process at random instants: nothing that it acknowledged
// is lost, no step is half done or done twice, the log has no gap, every job is done
// once, and an erasure stays one. (A power cut is more: what the disk was told to
// keep; for that the store synchronises every commit.)
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	var k killed
	for n := range *kills {
		k.live(t, path, time.Duration(rng.IntN(150))*time.Millisecond, n%2 == 0)
		s, err := Open(t.Context(), Options{Path: path, Master: master(1)})
		if err != nil {
			t.Fatalf("open after kill %d: %v", n, err)
		}
		k.verify(t, s, n == *kills-1)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("after kill %d", n)
		}
	}
	if k.logged == 0 {
		t.Error("nothing was written")
	}
	t.Logf("%d kills, %d steps, %d of them committed and not yet acknowledged", *kills, k.logged, k.lost)
}

// live runs a writer for some time and kills it. The time counts from its first
// acknowledgement, so that it is writing, or from its start, so that it may be
// opening the store, making it the first time.
func (k *killed) live(t *testing.T, path string, long time.Duration, writing bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childPath+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	die := func() { _ = cmd.Process.Kill() }
	if !writing {
		defer time.AfterFunc(long, die).Stop()
	}
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadString('\n') // a torn line is no acknowledgement
		if err != nil {
			break
		}
		var g, i int
		if _, err := fmt.Sscan(line, &g, &i); err != nil {
			t.Fatalf("the writer says %q", line)
		}
		k.acked[g] = i
		if writing {
			writing = false
			defer time.AfterFunc(long, die).Stop()
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("the writer was not killed: %v", err)
	}
}

func (k *killed) verify(t *testing.T, s *Store, last bool) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		var sum int64
		for g := range writers {
			row, err := r.Get(store.Settings, counter(g))
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			have := count(row)
			if have < k.acked[g] || have > k.acked[g]+1 {
				t.Errorf("writer %d acknowledged step %d, and the store is at %d", g, k.acked[g], have)
			}
			k.lost += have - k.acked[g]
			k.acked[g] = have
			sum += int64(have)
		}
		for e, err := range r.Entries(store.Audit, k.logged) {
			if err != nil {
				return err
			}
			var g, i int
			if _, err := fmt.Sscanf(string(e.Data), "%d-%d", &g, &i); err != nil || e.Number != k.logged || i != k.listed[g]+1 {
				t.Errorf("entry %d, in the place of %d, is %q after step %d of its writer", e.Number, k.logged, e.Data, k.listed[g])
			}
			k.listed[g] = i
			k.logged++
		}
		if k.logged != sum {
			t.Errorf("the log has %d entries of %d steps", k.logged, sum)
		}
		waiting, _, err := r.Depth(store.Dirty)
		if err != nil {
			return err
		}
		done, err := r.Count(store.Rings, store.Query{})
		if err != nil {
			return err
		}
		if int64(waiting+done) != sum {
			t.Errorf("%d jobs wait and %d are done, of %d", waiting, done, sum)
		}
		faces, err := r.Count(store.Faces, store.Query{})
		if err != nil || int64(faces) != sum {
			t.Errorf("%d rows of %d steps, %v", faces, sum, err)
		}
		if !last {
			return nil
		}
		for row, err := range r.Find(store.Rings, store.Query{}) {
			if err != nil || count(row) != 1 {
				t.Errorf("job %s was done %d times, %v", row.Key, count(row), err)
			}
		}
		for g := range writers {
			for i := 1; i <= k.acked[g]; i++ {
				row, err := r.Get(store.Faces, unit(g, i))
				if gone := isErased(i, k.acked[g]); gone != errors.Is(err, store.ErrErased) || !gone && string(row.Body) != unit(g, i) {
					t.Errorf("%s reads %q, %v", unit(g, i), row.Body, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if last {
		if faults, err := s.Check(t.Context(), 5); err != nil || len(faults) > 0 {
			t.Errorf("faults %v, %v", faults, err)
		}
		words, err := s.ledgers[0].read()
		if err != nil {
			t.Error(err)
		}
		for h, word := range words {
			if word == ledgerErasing {
				t.Errorf("the ledger does not say how the erasure of %s ended", h)
			}
		}
	}
}
