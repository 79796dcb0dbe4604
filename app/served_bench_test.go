// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"daylight/evaluate/simulate"
	"daylight/store"
	"daylight/store/sqlite"
)

var (
	servedCompany = flag.String("company", "", "folder that daylight simulate wrote, for BenchmarkServed; empty makes one of 10,000 people and sixteen weeks")
	servedVisits  = flag.Int("visits", 300, "how often BenchmarkServed opens each page")
)

// together is how many lines of a log one request of the benchmark has.
const together = 20_000

// BenchmarkServed loads a company into the service, a process of its own, over HTTP:
// first what people and documents there are, then the logs, and opens pages when
// everybody is assessed. Beside it, in the same run, SQLite by itself stores the bytes
// of the logs and reads rows of the same store. One operation is the whole.
func BenchmarkServed(b *testing.B) {
	company := *servedCompany
	if company == "" {
		company = filepath.Join(b.TempDir(), "company")
		if code := Main(b.Context(), World{
			Args:   []string{"simulate", "--out", company, "--people", "9966", "--deceptive", "34", "--weeks", "16"},
			Stdout: io.Discard, Stderr: io.Discard, Env: func(string) string { return "" },
		}); code != exitDone {
			b.Fatalf("simulate: %d", code)
		}
	}
	for range b.N {
		served(b, company)
	}
	b.ReportMetric(0, "ns/op")
}

// load is a service that is measured.
type load struct {
	*life
	b      *testing.B
	store  *sqlite.Store
	sender *visitor
	at     time.Time
	cpu    time.Duration
}

func served(b *testing.B, company string) {
	b.Helper()
	data := filepath.Join(b.TempDir(), "data")
	l := &load{life: startLife(b, true, "--data", data, "--config", toldConfig(b, company)), b: b, sender: newVisitor(b)}
	l.ready(b)
	boss, security := newVisitor(b), newVisitor(b)
	token := l.staff(b, boss, security)
	l.sender.base, l.sender.token = l.address, token
	l.store = opened(b, data)
	defer l.store.Close() //nolint:errcheck // read only
	l.lap("")

	logs := l.sendFiles(filepath.Join(company, simulate.ExportsPath))
	l.lap("people-and-documents-s")
	l.idle(store.Inbox)
	l.idle(store.Dirty)
	l.lap("read-and-assess-s")

	stop := make(chan struct{})
	var visits sync.WaitGroup
	var under []time.Duration
	visits.Go(func() { under = l.until(stop, security, "/queue") })
	events := 0
	began := time.Now()
	for _, body := range logs {
		events += bytes.Count(body.Bytes(), []byte("\n"))
	}
	for i, body := range logs {
		// As connectors name what they fetch: the folder tells pieces apart.
		l.post(fmt.Sprintf("logs/part-%04d/log.jsonl", i), body.Bytes())
	}
	acknowledged := time.Since(began)
	l.idle(store.Inbox)
	read := time.Since(began)
	close(stop)
	visits.Wait()
	b.ReportMetric(float64(events), "events")
	b.ReportMetric(float64(events)/acknowledged.Seconds(), "acknowledged-events/s")
	b.ReportMetric(float64(events)/read.Seconds(), "read-events/s")
	b.ReportMetric(p99(under), "queue-while-reading-ms-p99")
	l.lap("logs-s")
	raw := rawInserts(b, logs)
	b.ReportMetric(float64(events)/raw.Seconds(), "raw-events/s")
	b.ReportMetric(acknowledged.Seconds()/raw.Seconds(), "acknowledged/raw")
	l.lap("")
	l.idle(store.Dirty)
	l.lap("assess-s")
	l.pages(security, boss)
	l.lap("pages-s")
	b.ReportMetric(l.proc("VmHWM:")/1024, "MiB-peak")
	l.die(b)
}

// toldConfig is the company's configuration, in which everybody was told of monitoring.
func toldConfig(b *testing.B, company string) string {
	b.Helper()
	own, err := os.ReadFile(filepath.Join(company, simulate.ConfigFile))
	if err != nil {
		b.Fatal(err)
	}
	told := everybodyTold(b)
	more, err := os.ReadFile(told)
	if err == nil {
		err = os.WriteFile(told, slices.Concat(own, []byte("\n"), more, []byte("\n")), 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	return told
}

// lap reports the time, by the clock and of the processor, since the last.
func (l *load) lap(name string) {
	l.b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", l.cmd.Process.Pid))
	if err != nil {
		l.b.Skipf("the process is measured by /proc: %v", err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')'):]))
	user, _ := strconv.Atoi(fields[12])
	system, _ := strconv.Atoi(fields[13])
	cpu := time.Duration(user+system) * 10 * time.Millisecond
	if name != "" {
		l.b.ReportMetric(time.Since(l.at).Seconds(), name)
		l.b.ReportMetric((cpu - l.cpu).Seconds(), "cpu-"+name)
		l.b.Logf("%s: %.1f, %.1f of the processor, %.0f MiB now", name, time.Since(l.at).Seconds(), (cpu - l.cpu).Seconds(), l.proc("VmRSS:")/1024)
	}
	l.at, l.cpu = time.Now(), cpu
}

// proc is a figure of /proc/PID/status, in KiB.
func (l *load) proc(name string) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.cmd.Process.Pid))
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			n, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return n
		}
	}
	return 0
}

// idle waits until a queue is empty.
func (l *load) idle(q store.Queue) {
	l.b.Helper()
	for left := 1; left > 0; time.Sleep(20 * time.Millisecond) {
		err := l.store.View(l.b.Context(), func(r store.Reader) (err error) {
			left, _, err = r.Depth(q)
			return err
		})
		if err != nil {
			l.b.Fatal(err)
		}
		select {
		case <-l.ended:
			l.b.Fatalf("the service ended: %s", &l.stderr)
		default:
		}
	}
}

func (l *load) post(name string, body []byte) {
	l.b.Helper()
	got, err := l.sender.do(l.b.Context(), http.MethodPost, "/v1/ingest?path="+url.QueryEscape(name), "application/octet-stream", body)
	if err != nil || got.status != http.StatusAccepted {
		l.b.Fatalf("%s: %d %s %v", name, got.status, got.body, err)
	}
}

// sendFiles sends everything but logs, small files as forms, and returns the logs in
// pieces.
func (l *load) sendFiles(exports string) (logs []*bytes.Buffer) {
	l.b.Helper()
	forms := map[string][]string{}
	err := filepath.WalkDir(exports, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		under, err := filepath.Rel(exports, filepath.Dir(name))
		if err != nil {
			return err
		}
		if under = filepath.ToSlash(under); under != "logs" {
			forms[under] = append(forms[under], name)
			return nil
		}
		logs, err = cut(logs, name)
		return err
	})
	if err != nil {
		l.b.Fatal(err)
	}
	for under, names := range forms {
		for part := range slices.Chunk(names, 500) {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			for _, name := range part {
				data, err := os.ReadFile(name)
				if err != nil {
					l.b.Fatal(err)
				}
				w, err := form.CreateFormFile("file", path.Base(filepath.ToSlash(name)))
				if err == nil {
					_, err = w.Write(data)
				}
				if err != nil {
					l.b.Fatal(err)
				}
			}
			if err := form.Close(); err != nil {
				l.b.Fatal(err)
			}
			got, err := l.sender.do(l.b.Context(), http.MethodPost, "/v1/ingest?path="+url.QueryEscape(under), form.FormDataContentType(), body.Bytes())
			if err != nil || got.status != http.StatusAccepted {
				l.b.Fatalf("%s: %d %s %v", under, got.status, got.body, err)
			}
		}
	}
	return logs
}

// cut cuts a log into pieces, as a connector sends it.
func cut(logs []*bytes.Buffer, name string) ([]*bytes.Buffer, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	lines := bufio.NewReaderSize(in, 1<<20)
	for n := 0; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return logs, nil
		}
		if err != nil {
			return nil, err
		}
		if n%together == 0 {
			logs = append(logs, &bytes.Buffer{})
		}
		logs[len(logs)-1].Write(line)
	}
}

// rawInserts stores bodies with SQLite alone, as durably, in rows of a mebibyte and a
// transaction each, and says how long it took.
func rawInserts(b *testing.B, bodies []*bytes.Buffer) time.Duration {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "raw.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing is kept
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(b.Context(), "CREATE TABLE raw (key INTEGER PRIMARY KEY, body BLOB)"); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	for _, body := range bodies {
		tx, err := db.BeginTx(b.Context(), nil)
		if err != nil {
			b.Fatal(err)
		}
		for part := range slices.Chunk(body.Bytes(), 1<<20) {
			if _, err := tx.ExecContext(b.Context(), "INSERT INTO raw (body) VALUES (?)", part); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}

// until opens a page until it is told to stop.
func (l *load) until(stop <-chan struct{}, who *visitor, page string) (took []time.Duration) {
	for {
		began := time.Now()
		got, err := who.do(l.b.Context(), http.MethodGet, page, "", nil)
		if err != nil || got.status != http.StatusOK {
			l.b.Errorf("%s: %d %v", page, got.status, err)
			return took
		}
		took = append(took, time.Since(began))
		select {
		case <-stop:
			return took
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func p99(took []time.Duration) float64 {
	slices.Sort(took)
	return float64(took[len(took)*99/100].Microseconds()) / 1000
}

// pages opens pages, and reads the rows of a page with the store and with SQLite
// alone.
func (l *load) pages(security, boss *visitor) {
	var people, cases, rings []string
	err := l.store.View(l.b.Context(), func(r store.Reader) error {
		for _, list := range []struct {
			of   store.Collection
			keys *[]string
		}{{store.Subjects, &people}, {store.Cases, &cases}, {store.Rings, &rings}} {
			for row, err := range r.Find(list.of, store.Query{Bare: true}) {
				if err != nil {
					return err
				}
				if row.Text["merged"] != "" {
					continue
				}
				*list.keys = append(*list.keys, row.Key)
			}
		}
		return nil
	})
	if err != nil {
		l.b.Fatal(err)
	}
	l.b.Logf("%d people, %d cases, %d rings", len(people), len(cases), len(rings))
	if len(cases) == 0 || len(rings) == 0 {
		l.b.Fatal("there is nothing to open")
	}
	ctx := l.b.Context()
	get := func(who *visitor, name string, path func(i int) string) {
		l.visit(name, func(i int) error {
			got, err := who.do(ctx, http.MethodGet, path(i), "", nil)
			if err == nil && got.status != http.StatusOK {
				err = fmt.Errorf("status %d: %s", got.status, got.body)
			}
			return err
		})
	}
	get(security, "queue", func(int) string { return "/queue" })
	get(security, "person", func(i int) string { return "/people/" + people[i*7919%len(people)] })
	get(security, "case", func(i int) string { return "/cases/" + cases[i%len(cases)] })
	get(security, "ring", func(i int) string { return "/rings/" + rings[i%len(rings)] })
	get(security, "people", func(i int) string { return "/people?page=" + strconv.Itoa(1+i*31%max(1, len(people)/50)) })
	for _, page := range []string{"audit", "retention", "sources", "policy", "catalogue", "notices", "erasure"} {
		get(boss, page, func(int) string { return "/" + page })
	}
	for _, page := range []string{"interviews", "suppressions", "requests", "rings"} {
		get(security, page, func(int) string { return "/" + page })
	}
	l.visit("search", func(i int) error {
		got, err := security.send(ctx, "/search", url.Values{"q": {fmt.Sprintf("nobody%d@example.com", i)}})
		if err == nil && got.status != http.StatusOK {
			err = fmt.Errorf("status %d: %s", got.status, got.body)
		}
		return err
	})
	l.visit("store-page", func(int) error {
		return l.store.View(ctx, func(r store.Reader) error {
			for _, err := range r.Find(store.Subjects, store.Query{Bare: true, By: "weight", Desc: true, Limit: 50}) {
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dataOf(l.cmd.Args), "daylight.db")+"?mode=ro")
	if err != nil {
		l.b.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // read only
	l.visit("raw-page", func(int) error {
		rows, err := db.QueryContext(ctx, "SELECT key, state, weight FROM subjects ORDER BY weight DESC LIMIT 50")
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // read only
		var key, state string
		var weight int64
		for rows.Next() {
			if err := rows.Scan(&key, &state, &weight); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

func dataOf(args []string) string { return args[slices.Index(args, "--data")+1] }

// visit does something again and again and reports the 99th percentile.
func (l *load) visit(name string, f func(i int) error) {
	var took []time.Duration
	for i := range *servedVisits {
		began := time.Now()
		if err := f(i); err != nil {
			l.b.Fatalf("%s: %v", name, err)
		}
		took = append(took, time.Since(began))
	}
	l.b.ReportMetric(p99(took), name+"-ms-p99")
	l.b.Logf("%s: median %.1f ms, p99 %.1f ms", name, float64(took[len(took)/2].Microseconds())/1000, p99(took))
}
