// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/intake"
)

// TestSlowBodiesAreBounded: whoever shows no token or signature keeps no connection by a
// body that does not come, and a program that is known, or somebody with a file of a form
// whose token is known, may take their time.
func TestSlowBodiesAreBounded(t *testing.T) {
	t.Parallel()
	const limit = 400 * time.Millisecond
	c := newConsole(t, func(o *Options) {
		o.Intake = &intake.Box{Store: o.Store, Now: o.Now}
		o.Hooks = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != nil {
				w.WriteHeader(http.StatusBadRequest)
			}
		})
	})
	c.withRoutes(route{pattern: "POST /v1/try", scope: account.ScopeIngest, acts: "try", handle: func(_ *Server, x *exchange) error {
		_, err := io.Copy(x.w, x.r.Body)
		return err
	}})
	secret, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "slow", []account.Scope{account.ScopeIngest}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c.times = times{read: limit, write: 4 * limit, left: limit}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- c.Serve(ctx, l, Certificate{}) }()
	t.Cleanup(func() { // after the cases, which run beside each other
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	boss := c.as(account.Administrator)
	kind, files := boss.form([]sending{{"", boss.anyToken()}}, []sending{{"people.csv", strings.Repeat("x", 1000)}})
	files = append(files, strings.Repeat("x", 2000-len(files))...) // what is behind the end of a form is none of it
	ofForm := "Content-Type: " + kind + "\r\nSec-Fetch-Site: same-origin\r\n"
	signedIn := ofForm + "Cookie: " + c.cookieName(sessionCookie) + "=" + boss.cookie(c, sessionCookie) + "\r\n"
	for _, tt := range []struct {
		name, path, header string
		status             int // 0: none in time
	}{
		{"a program without a token", "/v1/try", "", 401},
		{"a token that is none", "/v1/try", "Authorization: Bearer x\r\n", 401},
		{"a webhook", "/v1/hooks/greenhouse", "", 400},
		{"a form", "/sign-in", "Content-Type: application/x-www-form-urlencoded\r\n", 421},
		{"files of nobody", "/sources/send", ofForm, 401},
		{"files whose token does not come", "/sources/send", signedIn, 400},
		{"files of an administrator", "/sources/send", signedIn + "X-Whole: yes\r\n", 200},
		{"a program that is known", "/v1/try", "Authorization: Bearer " + secret + "\r\n", 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close() //nolint:errcheck // a test
			if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			host, sent := "x", []byte("abc"+strings.Repeat("x", 1997))
			first := 3 // bytes that come at once
			if tt.path == "/sources/send" {
				host, sent = c.address.Host, files
			}
			if strings.Contains(tt.header, "X-Whole") { // the token is whole, the file is not
				first = 500
			}
			if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: 2000\r\n\r\n%s", tt.path, host, tt.header, sent[:first]); err != nil {
				t.Fatal(err)
			}
			if tt.status == http.StatusOK {
				time.Sleep(2 * limit) // longer than anybody else has
				if _, err := conn.Write(sent[first:]); err != nil {
					t.Fatal(err)
				}
			}
			began := time.Now()
			reader := bufio.NewReader(conn)
			res, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			defer res.Body.Close() //nolint:errcheck // a test
			if res.StatusCode != tt.status {
				t.Errorf("it is answered %d, want %d", res.StatusCode, tt.status)
			}
			if tt.status == http.StatusOK {
				return
			}
			if tt.status == http.StatusUnauthorized && !res.Close {
				t.Error("the answer does not say that the connection ends")
			}
			if _, err := io.Copy(io.Discard, reader); err != nil { // until the other side lets go
				t.Errorf("the connection is held after %v: %v", time.Since(began), err)
			}
		})
	}
}

// TestTimesOfAConnection holds the bounds that a service is built with, of which the tests
// of slow clients change the length and nothing else: a form, or an answer to it, may take
// a minute.
func TestTimesOfAConnection(t *testing.T) {
	c := newConsole(t)
	want := times{read: 60 * time.Second, write: 60 * time.Second, left: 5 * time.Second, stall: 30 * time.Second}
	if c.times != want {
		t.Errorf("a console is built with %+v, want %+v", c.times, want)
	}
	if headerTime != 10*time.Second || idleTime != 2*time.Minute {
		t.Errorf("heads may take %v, and a connection may be idle for %v", headerTime, idleTime)
	}
}
