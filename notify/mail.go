// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"time"
)

// Dialer opens a connection; of a guarded one, to nowhere inside.
type Dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// mailTime bounds one conversation with a mail server.
const mailTime = 30 * time.Second

// mail sends a message by SMTP. Nothing is said before the line is encrypted,
// unless the server is on this machine.
func (o Options) mail(ctx context.Context, t Target, m message) error {
	u, err := url.Parse(t.URL)
	if err != nil {
		return refused{errors.New("the address of the mail server is none")}
	}
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	port := map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	if u.Port() != "" {
		port = u.Port()
	}
	conn, err := o.Dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	defer conn.Close() //nolint:errcheck // Quit said what there was to say
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	secure := &tls.Config{ServerName: u.Hostname(), RootCAs: o.Roots, MinVersion: tls.VersionTLS12}
	if u.Scheme == "smtps" {
		conn = tls.Client(conn, secure)
	}
	c, err := smtp.NewClient(conn, u.Hostname())
	if err != nil {
		return answered(err)
	}
	if u.Scheme == "smtp" {
		if ok, _ := c.Extension("STARTTLS"); ok {
			err = c.StartTLS(secure)
		} else if !loopback(conn) {
			err = refused{errors.New("the mail server offers no encryption")}
		}
		if err != nil {
			return answered(err)
		}
	}
	if t.User != "" {
		if err := c.Auth(smtp.PlainAuth("", t.User, t.Secret, u.Hostname())); err != nil {
			return answered(err)
		}
	}
	return answered(o.converse(c, t, m))
}

func (o Options) converse(c *smtp.Client, t Target, m message) error {
	from, err := mail.ParseAddress(t.From)
	if err != nil {
		return refused{err}
	}
	if err := c.Mail(from.Address); err != nil {
		return err
	}
	for _, to := range t.To {
		addr, err := mail.ParseAddress(to)
		if err != nil {
			return refused{err}
		}
		if err := c.Rcpt(addr.Address); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(letter(t, m, o.Now())); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// letter is the message of RFC 5322. What stands in it is ours or was checked to
// be an address, and the id is the delivery's, so a repetition is seen as one.
func letter(t Target, m message, now time.Time) []byte {
	var b bytes.Buffer
	from, _ := mail.ParseAddress(t.From)
	head := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	head("From", from.String())
	for i, to := range t.To {
		addr, _ := mail.ParseAddress(to)
		if i == 0 {
			fmt.Fprintf(&b, "To: %s", addr)
		} else {
			fmt.Fprintf(&b, ",\r\n %s", addr)
		}
	}
	b.WriteString("\r\n")
	head("Subject", "Daylight: "+m.title)
	head("Date", now.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	head("Message-ID", "<"+m.key+"@daylight.invalid>")
	head("Auto-Submitted", "auto-generated")
	head("MIME-Version", "1.0")
	head("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(&b, "\r\n%s\r\n\r\n%s\r\n", m.text, m.link)
	return b.Bytes()
}

// answered sorts what a mail server said: a code of 500 and more does not change
// by asking again (RFC 5321, section 4.2.1).
func answered(err error) error {
	var code *textproto.Error
	if errors.As(err, &code) && code.Code >= 500 {
		return refused{fmt.Errorf("it answered %d", code.Code)}
	}
	return err
}

func loopback(c net.Conn) bool {
	addr, ok := c.RemoteAddr().(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}
