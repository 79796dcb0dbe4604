// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// life is one process of the service.
type life struct {
	cmd     *exec.Cmd
	stderr  bytes.Buffer
	address string
	link    string
	serving chan struct{} // closed when it serves, or has ended
	ended   chan struct{}
}

// startLife starts a process; the first on a store also prints a link, and args name
// the store.
func startLife(tb testing.TB, first bool, args ...string) *life {
	tb.Helper()
	return startProgram(tb, first, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
}

// startProgram starts a process by a command that serves.
func startProgram(tb testing.TB, first bool, args ...string) *life {
	tb.Helper()
	l := &life{serving: make(chan struct{}), ended: make(chan struct{})}
	l.cmd = exec.CommandContext(tb.Context(), ticking, args...)
	l.cmd.Stderr = &l.stderr
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := l.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() {
		defer close(l.ended)
		served := sync.OnceFunc(func() { close(l.serving) })
		defer served()
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, a, ok := strings.Cut(lines.Text(), "The console is at "); ok {
				l.address = a
				if !first {
					served()
				}
			}
			if _, link, ok := strings.Cut(lines.Text(), "within a day: "); ok {
				l.link = link
				served()
			}
			// A demo says first whose a link is, and yours is the first.
			if link, ok := strings.CutPrefix(lines.Text(), "    http"); ok && l.address != "" && l.link == "" {
				l.link = "http" + link
				served()
			}
		}
	}()
	return l
}

// ready waits until the service serves.
func (l *life) ready(tb testing.TB) {
	tb.Helper()
	<-l.serving
	if l.address == "" {
		_ = l.cmd.Wait()
		tb.Fatalf("the service does not start: %s", &l.stderr)
	}
}

// die kills the service, and fails if it had ended by itself.
func (l *life) die(tb testing.TB) {
	tb.Helper()
	_ = l.cmd.Process.Kill()
	<-l.ended
	if err := l.cmd.Wait(); err == nil || l.cmd.ProcessState.Exited() {
		tb.Fatalf("the service ended by itself: %v\n%s", err, &l.stderr)
	}
	if strings.Contains(l.stderr.String(), "level=ERROR") {
		tb.Errorf("the service complained:\n%s", &l.stderr)
	}
}

// stop lets the service end as an operator does.
func (l *life) stop(t *testing.T) {
	t.Helper()
	if err := l.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-l.ended
	if err := l.cmd.Wait(); err != nil {
		t.Fatalf("it was stopped: %v\n%s", err, &l.stderr)
	}
}

// staffed makes an administrator, somebody of security, who is signed in, and a
// token by which a program sends files.
func (l *life) staffed(tb testing.TB) (security *visitor, token string) {
	tb.Helper()
	security = newVisitor(tb)
	return security, l.staff(tb, newVisitor(tb), security)
}

// staff makes an account of an administrator and one of security, and a token.
func (l *life) staff(tb testing.TB, boss, security *visitor) (token string) {
	tb.Helper()
	boss.base, security.base = l.address, l.address
	boss.welcome(tb, l.link, "boss")
	boss.page(tb, "/admin/accounts")
	link := shownOnce(boss.filled(tb, "/admin/accounts", url.Values{"mail": {"security@example.com"}, "role": {"security"}}))
	boss.page(tb, "/admin/tokens")
	token = shownOnce(boss.filled(tb, "/admin/tokens", url.Values{"name": {"export"}, "scope": {"ingest"}, "until": {time.Now().AddDate(0, 3, 0).Format(time.DateOnly)}}))
	security.welcome(tb, link, "security")
	return token
}
