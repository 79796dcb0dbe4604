// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/notify"
)

const (
	opened = "A case was opened for review. Nothing has been decided."
	link   = "https://daylight.example/cases/k-1"
)

// TestChat holds what is sent against what the two interfaces expect: a text
// (Slack's incoming webhooks), an adaptive card in a message (Teams' workflows).
func TestChat(t *testing.T) {
	w := newWorld(t)
	w.happens("case.open", "k-1")
	w.once(w.options(
		notify.Target{Name: "slack", Kind: notify.Slack, URL: w.server.URL + "/slack"},
		notify.Target{Name: "teams", Kind: notify.Teams, URL: w.server.URL + "/teams"},
	))
	got := map[string]any{}
	for _, r := range w.requests {
		var body any
		if err := json.Unmarshal([]byte(r.body), &body); err != nil {
			t.Fatal(err)
		}
		if kind := r.header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("%s: content type %s", r.path, kind)
		}
		got[r.path] = body
	}
	type object = map[string]any
	want := map[string]any{
		"/slack": object{"text": opened + "\n" + link},
		"/teams": object{"type": "message", "attachments": []any{object{
			"contentType": "application/vnd.microsoft.card.adaptive",
			"content": object{
				"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
				"body":    []any{object{"type": "TextBlock", "text": opened, "wrap": true}},
				"actions": []any{object{"type": "Action.OpenUrl", "title": "Open Daylight", "url": link}},
			},
		}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// certified is a certificate for 127.0.0.1, and what trusts it.
func certified(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates, MinVersion: tls.VersionTLS12}, roots
}

// TestFindingsTravel: a finding reaches a SIEM by HTTP with its token, by UDP without
// a length before it, and by TLS; and no server whose certificate nobody signed.
func TestFindingsTravel(t *testing.T) {
	w := newWorld(t)
	config, roots := certified(t)
	datagrams, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer datagrams.Close() //nolint:errcheck // a test's own
	l, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // a test's own
	frames := make(chan string, 2)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b, err := io.ReadAll(c)
			frames <- fmt.Sprint(string(b), err)
			_ = c.Close()
		}
	}()
	w.happens("case.open", "k-1")
	targets := []notify.Target{
		{Name: "http", Kind: notify.OCSFHTTP, URL: w.server.URL + "/siem", Secret: "token"},
		{Name: "udp", Kind: notify.Syslog, URL: "udp://" + datagrams.LocalAddr().String()},
		{Name: "tls", Kind: notify.Syslog, URL: "tls://" + l.Addr().String()},
	}
	if n := w.once(w.options(targets...)); n != 2 {
		t.Errorf("%d were sent, want all but the one to a server that nobody vouches for", n)
	}
	if f := <-frames; strings.Contains(f, "case_opened") {
		t.Errorf("a finding went to a server that nobody vouches for: %s", f)
	}
	o := w.options(targets...)
	o.Roots = roots
	w.now = w.now.Add(time.Minute)
	if n := w.once(o); n != 1 {
		t.Errorf("%d were sent, want the one that waited; states %v", n, w.states())
	}
	const head = "<109>1 2026-11-02T09:00:00.000Z - daylight - case_opened - "
	var length int
	frame := strings.TrimSuffix(<-frames, "<nil>")
	if _, err := fmt.Sscanf(frame, "%d ", &length); err != nil {
		t.Errorf("no length before %s", frame)
	}
	overTLS := frame[len(frame)-length:]
	buffer := make([]byte, 64<<10)
	n, _, err := datagrams.ReadFrom(buffer)
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{"udp": string(buffer[:n]), "tls": overTLS, "http": head + w.requests[0].body} {
		text, ok := strings.CutPrefix(body, head)
		var f struct {
			ClassUID int                  `json:"class_uid"`
			Info     struct{ UID string } `json:"finding_info"`
		}
		if err := json.Unmarshal([]byte(text), &f); !ok || err != nil || f.ClassUID != 2004 || f.Info.UID != "k-1" {
			t.Errorf("%s: %v: %s", name, err, body)
		}
	}
	if r := w.requests[0]; r.path != "/siem" || r.header.Get("Authorization") != "Bearer token" || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("request %s %v", r.path, r.header)
	}
}

// far is a connection as if to another machine.
type far struct{ net.Conn }

func (far) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 25), Port: 587} }

// TestMail sends a letter to a server that speaks the protocol: as it is on the same
// machine, encrypted across a network, and not at all where it would go in the clear
// or to a server that nobody vouches for.
func TestMail(t *testing.T) {
	config, roots := certified(t)
	for _, c := range []struct {
		name      string
		remote    bool
		encrypts  *tls.Config
		roots     *x509.CertPool
		state     string
		encrypted bool
	}{
		{"on this machine", false, nil, nil, "sent", false},
		{"across a network", true, config, roots, "sent", true},
		{"in the clear", true, nil, roots, "failed", false},
		{"a certificate that nobody signed", true, config, x509.NewCertPool(), "waiting", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close() //nolint:errcheck // a test's own
			served := make(chan mailed, 1)
			go func() {
				conn, err := l.Accept()
				if err == nil {
					served <- serveMail(conn, c.encrypts)
				}
			}()
			w.happens("case.open", "k-1")
			o := w.options(notify.Target{Name: "mail", Kind: notify.Email, URL: "smtp://" + l.Addr().String(), From: "Daylight <daylight@example.com>", To: []string{"hr@example.com", "security@example.com"}})
			o.Roots = c.roots
			if c.remote {
				o.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
					conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
					return far{conn}, err
				}
			}
			w.once(o)
			got := <-served
			if w.states()[c.state] != 1 || got.encrypted != c.encrypted {
				t.Errorf("states %v, want %s; %+v", w.states(), c.state, got)
			}
			for _, word := range revealing {
				if strings.Contains(strings.ToLower(got.said), word) {
					t.Errorf("the letter says %q: %s", word, got.said)
				}
			}
			for _, want := range []string{"RCPT TO:<hr@example.com>", "RCPT TO:<security@example.com>", "Subject: Daylight: A case was opened", link, "Auto-Submitted: auto-generated"} {
				if strings.Contains(got.said, want) != (c.state == "sent") {
					t.Errorf("the server heard\n%s\nwhich is wrong about %q", got.said, want)
				}
			}
		})
	}
}

// mailed is what a mail server heard, and whether the letter came encrypted.
type mailed struct {
	said      string
	encrypted bool
}

// serveMail takes one letter. With a configuration it offers encryption.
func serveMail(c net.Conn, config *tls.Config) (m mailed) {
	defer func() { _ = c.Close() }()
	r := bufio.NewReader(c)
	answer := func(line string) { _, _ = fmt.Fprintf(c, "%s\r\n", line) }
	answer("220 mail.example ready")
	for data := false; ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return m
		}
		m.said += line
		switch word := strings.ToUpper(strings.TrimSpace(line)); {
		case data && word == ".":
			data = false
			answer("250 taken")
		case data:
		case strings.HasPrefix(word, "EHLO") && config != nil && !m.encrypted:
			answer("250-mail.example")
			answer("250 STARTTLS")
		case word == "STARTTLS":
			answer("220 go on")
			secure := tls.Server(c, config)
			if secure.Handshake() != nil {
				return m
			}
			c, r, m.encrypted = secure, bufio.NewReader(secure), true
		case strings.HasPrefix(word, "EHLO"):
			answer("250 mail.example")
		case word == "DATA":
			data = true
			answer("354 go on")
		case word == "QUIT":
			answer("221 bye")
			return m
		default:
			answer("250 ok")
		}
	}
}
