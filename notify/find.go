// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"daylight/report"
	"daylight/store"
)

// find sends a case as a finding.
func (o Options) find(ctx context.Context, t Target, m message) error {
	f, err := o.finding(ctx, t, m)
	if err != nil {
		return err
	}
	data, err := json.Marshal(f)
	if err != nil {
		return refused{err}
	}
	data = report.EscapeJSON(data, func(r rune) bool { return r < ' ' || r > '~' })
	switch t.Kind {
	case OCSFFile:
		return appendLine(t.Path, data)
	case OCSFHTTP:
		header := http.Header{"Content-Type": {"application/json"}}
		if t.Secret != "" {
			header.Set("Authorization", "Bearer "+t.Secret)
		}
		return o.request(ctx, t.URL, header, data)
	case Syslog:
		return o.syslog(ctx, t, m, data)
	case Slack, Teams, Email, Jira, Webhook:
	}
	return refused{fmt.Errorf("%s takes no findings", t.Kind)}
}

// finding words the case as a finding, from the assessment as it is now. Of
// somebody who was erased, nothing is left to say but that there was a case.
func (o Options) finding(ctx context.Context, t Target, m message) (report.Finding, error) {
	s := &report.Subject{ID: m.delivery.Object}
	err := o.Store.View(ctx, func(r store.Reader) error {
		c, err := r.Get(store.Cases, m.delivery.Object)
		if err != nil {
			return err
		}
		row, err := r.Get(store.Subjects, c.Text["subject"])
		if err != nil {
			return err
		}
		known, err := report.DecodeDossier(row.Body)
		if err != nil {
			return err
		}
		s = known
		s.ID = row.Key
		return nil
	})
	if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrNotFound) {
		return report.Finding{}, fmt.Errorf("read the case: %w", err)
	}
	f := report.NewFinding(s, m.finding, m.delivery.At, o.Tool, s.Assessment.Policy, t.Evidence)
	f.Info.UID = m.delivery.Object
	f.Metadata.UID = m.key
	return f, nil
}

// appendLine adds a line to a file and waits until it is on disk.
func appendLine(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600) //nolint:gosec // the path is the administrator's own
	if err != nil {
		return fmt.Errorf("open the file of findings: %w", err)
	}
	err = addLine(f, data)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write to the file of findings: %w", err)
	}
	return nil
}

// lines is a file that lines are added to.
type lines interface {
	io.Writer // at its end
	io.ReaderAt
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Sync() error
}

// addLine writes a line in one piece, so that one who follows the file sees no half of
// it. Of a line that does not fit nothing stays, and one that a power cut tore is ended
// first, so that it spoils no other.
func addLine(f lines, data []byte) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	line := append(slices.Clone(data), '\n')
	if info.Size() > 0 && info.Mode().IsRegular() {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, info.Size()-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = slices.Insert(line, 0, '\n')
		}
	}
	_, err = f.Write(line)
	if err == nil {
		err = f.Sync()
	}
	if err != nil && info.Mode().IsRegular() {
		err = errors.Join(err, f.Truncate(info.Size()))
	}
	return err
}

// syslogTime bounds one connection to a syslog server.
const syslogTime = 10 * time.Second

// syslog sends one message of RFC 5424, facility 13 (log audit), severity 5
// (notice), over TCP or TLS with its length before it (RFC 6587, section 3.4.1).
func (o Options) syslog(ctx context.Context, t Target, m message, data []byte) error {
	u, err := url.Parse(t.URL)
	if err != nil {
		return refused{errors.New("the address of the syslog server is none")}
	}
	ctx, cancel := context.WithTimeout(ctx, syslogTime)
	defer cancel()
	network := "tcp"
	if u.Scheme == "udp" {
		network = "udp"
	}
	conn, err := o.Dial(ctx, network, u.Host)
	if err != nil {
		return fmt.Errorf("reach the syslog server: %w", err)
	}
	if u.Scheme == "tls" {
		conn = tls.Client(conn, &tls.Config{ServerName: u.Hostname(), RootCAs: o.Roots, MinVersion: tls.VersionTLS12})
	}
	if deadline, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(deadline)
	}
	if err == nil {
		_, err = conn.Write(syslogFrame(m, data, network == "tcp"))
	}
	if closing := conn.Close(); err == nil && !errors.Is(closing, net.ErrClosed) {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write to the syslog server: %w", err)
	}
	return nil
}

func syslogFrame(m message, data []byte, counted bool) []byte {
	const auditNotice = 13*8 + 5
	line := fmt.Appendf(nil, "<%d>1 %s - daylight - %s - %s", auditNotice, m.delivery.At.UTC().Format("2006-01-02T15:04:05.000Z"), m.slug, data)
	if !counted {
		return line
	}
	return append(fmt.Appendf(nil, "%d ", len(line)), line...)
}
