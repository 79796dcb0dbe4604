// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"
)

// lead is how long before midnight UTC the acts of a date can begin: the zones
// are up to 14 hours ahead, and working days are drawn around their middle.
const lead = 20 * time.Hour

// writeLogs writes the three logs side by side, a day at a time, each in the
// order of its times; no more than a few days are held in memory.
func (s *company) writeLogs(create func(string) (io.WriteCloser, error)) error {
	return writeFile(create, "exports/logs/okta.jsonl.gz", func(okta io.Writer) error {
		z, err := gzip.NewWriterLevel(okta, gzip.BestSpeed)
		if err != nil {
			return err
		}
		// Compressing takes as long as making what is compressed: it runs beside it.
		lines, into := io.Pipe()
		var beside errgroup.Group
		beside.Go(func() error {
			_, err := io.Copy(z, lines)
			if err == nil {
				err = z.Close()
			}
			_ = lines.CloseWithError(err) // it returns none
			return err
		})
		err = writeFile(create, "exports/logs/github-audit.jsonl", func(github io.Writer) error {
			return writeFile(create, "exports/logs/slack-audit.jsonl", func(slack io.Writer) error {
				return s.stream(into, github, slack)
			})
		})
		_ = into.CloseWithError(err) // as above
		if failed := beside.Wait(); err == nil {
			err = failed
		}
		return err
	})
}

func (s *company) stream(okta, github, slack io.Writer) error {
	l := &logs{s: s, okta: bufio.NewWriterSize(okta, 1<<16), github: bufio.NewWriterSize(github, 1<<16), slack: bufio.NewWriterSize(slack, 1<<16)}
	var workers []*person
	for _, p := range s.people {
		if p.worker() {
			workers = append(workers, p)
		}
	}
	waiting := l.extras(workers)
	var ready []event
	var acts []moment
	for day := range 7 * s.c.Weeks {
		for _, p := range workers {
			acts = s.acts(acts[:0], p, day)
			for _, m := range acts {
				waiting = append(waiting, l.event(m))
			}
		}
		horizon := s.start.AddDate(0, 0, day+1).Add(-lead)
		if day == 7*s.c.Weeks-1 {
			horizon = s.end
		}
		ready = ready[:0]
		waiting = slices.DeleteFunc(waiting, func(e event) bool {
			if e.at.Before(horizon) {
				ready = append(ready, e)
				return true
			}
			return false
		})
		slices.SortFunc(ready, func(a, b event) int {
			return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.p.id, b.p.id), cmp.Compare(a.roll, b.roll))
		})
		for _, e := range ready {
			l.write(e)
		}
	}
	s.sum.Events = l.n
	for _, w := range []*bufio.Writer{l.okta, l.github, l.slack} {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// event is a line of one of the logs.
type event struct {
	moment
	kind, object string
}

// Kinds of events, by the log they stand in.
const (
	kindSignIn   = "user.session.start"
	kindSingle   = "user.authentication.sso"
	kindFactor   = "user.authentication.auth_via_mfa"
	kindEnrol    = "device.user.add"
	kindPush     = "git.push"
	kindClone    = "git.clone"
	kindCreate   = "repo.create"
	kindPull     = "pull_request.create"
	kindLogin    = "user_login"
	kindDownload = "file_downloaded"
)

// event turns an act into what a log says of it.
func (l *logs) event(m moment) event {
	e := event{moment: m}
	switch r := m.roll % 100; {
	case m.first:
		e.kind = kindSignIn
	case r < 34:
		e.kind, e.object = kindSingle, appNames[m.roll>>16%uint64(len(appNames))]
	case r < 44:
		e.kind = kindFactor
	case r < 68:
		e.kind, e.object = kindPush, l.s.repository(m)
	case r < 73:
		e.kind, e.object = kindClone, l.s.repository(m)
	case r < 80:
		e.kind, e.object = kindPull, l.s.repository(m)
	case r < 90:
		e.kind = kindLogin
	default:
		e.kind = kindDownload
	}
	return e
}

// repository is one of the few that a person works in.
func (s *company) repository(m moment) string {
	return "simulated/" + repositories[(m.p.key*7+m.roll>>32%3)%uint64(len(repositories))]
}

var (
	appNames     = []string{"Chat Example", "Code Host Example", "Wiki Example", "Tickets Example", "Mail Example"}
	repositories = []string{
		"gateway", "handbook", "sensor-firmware", "telemetry", "billing", "console", "device-cloud", "build-tools", "calibration", "edge-agent", "fleet-api", "ground-truth", "identity",
		"kiln", "ledger", "metrics", "notebooks", "ota", "pilot", "queue", "release", "schema", "signing", "vault-policy", "warehouse", "yard", "zone-map", "importer", "labels", "mailer",
	}
)

// extras are the events of a few: factors enrolled, and code moved.
func (l *logs) extras(workers []*person) []event {
	var out []event
	for _, p := range workers {
		c := l.s.draw(p, "extras")
		at := p.hired.Add(time.Duration(c.between(0.5, 6) * float64(time.Hour)))
		line := l.s.line(p, p.hands[0], c, -1, p.hired)
		add := func(at time.Time, kind, object, line string) {
			if !at.Before(l.s.start) && at.Before(l.s.end) {
				out = append(out, event{moment{at: at, p: p, agent: -1, line: line, roll: c.Uint64()}, kind, object})
			}
		}
		if c.is(p.odds[farFactor]) {
			t := p.handsTown
			if t == p.town {
				t = otherTown(c, p.town)
			}
			line = mobileLine(c, t)
		}
		// Enrolments older than the logs are exported with them: a company keeps them.
		out = append(out, event{moment{at: at, p: p, agent: -1, line: line, roll: c.Uint64()}, kindEnrol, p.factor(c)})
		begin := p.hired.AddDate(0, 0, 1)
		if c.is(p.odds[bulkClone]) {
			for i, r := range some(c, repositories, 22+c.IntN(8)) {
				add(begin.Add(time.Duration(i)*7*time.Minute), kindClone, "simulated/"+r, l.s.line(p, p.hands[0], c, 0, begin))
			}
		}
		if c.is(p.odds[copyOutside]) {
			day := l.s.start.AddDate(0, 0, c.IntN(7*l.s.c.Weeks)).Add(14 * time.Hour)
			add(day, kindCreate, p.user+"/backup", l.s.line(p, p.hands[0], c, 0, day))
			add(day.Add(20*time.Minute), kindPush, p.user+"/backup", l.s.line(p, p.hands[0], c, 0, day))
		}
	}
	return out
}

// knownProxy reports whether the identity provider's list has an address: half of
// the exits of VPNs are in it.
func knownProxy(line string) bool {
	rest, ok := strings.CutPrefix(line, "198.19.")
	third, last, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(third)
	return ok && err == nil && n >= 64 && n < 80 && (last[len(last)-1]-'0')%2 == 0
}

// factor is the telephone that approves a person's sign-ins.
func (p *person) factor(c chance) string {
	if p.gang != nil && p.gang.shares[sharedFactor] && c.is(takesPart) {
		return p.gang.factor
	}
	return fmt.Sprintf("guo%012x", p.key*0x9e3779b97f4a7c15>>16)
}

type logs struct {
	s                   *company
	okta, github, slack *bufio.Writer
	buf                 []byte
	n                   int
}

// write writes one event to its log. Bufio keeps the first error for Flush.
func (l *logs) write(e event) {
	l.n++
	w := l.okta
	switch e.kind {
	case kindPush, kindClone, kindCreate, kindPull:
		w = l.github
		l.buf = l.githubLine(l.buf[:0], e)
	case kindLogin, kindDownload:
		w = l.slack
		l.buf = l.slackLine(l.buf[:0], e)
	default:
		l.buf = l.oktaLine(l.buf[:0], e)
	}
	_, _ = w.Write(append(l.buf, '\n'))
}

func (e event) userAgent() string {
	if e.agent >= 0 {
		return agents[e.agent]
	}
	return e.p.agent
}

// plain appends text of this package's own, which needs no escapes, as a JSON
// string.
func plain(b []byte, s string) []byte {
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// quoted is text as a JSON string.
func quoted(s string) []byte {
	q, err := json.Marshal(s)
	if err != nil { // a string always marshals
		return []byte(`""`)
	}
	return q
}

func (l *logs) oktaLine(b []byte, e event) []byte {
	b = fmt.Appendf(b, `{"uuid":"%08x-5a5a-4000-8000-%012x","published":"`, scramble(uint32(l.n)), l.n) //nolint:gosec // any number does
	b = e.at.AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = fmt.Appendf(b, `","eventType":"%s","version":"0","severity":"INFO","displayMessage":"%s","actor":{"id":"00u%s","type":"User","alternateId":`, e.kind, e.kind, e.p.id[2:])
	b = append(b, e.p.mail...)
	b = append(b, `,"displayName":`...)
	b = append(b, e.p.named...)
	b = append(b, `},"client":{"ipAddress":"`...)
	b = append(b, e.line...)
	b = append(b, `","device":"Computer","zone":"null","userAgent":{"rawUserAgent":`...)
	b = plain(b, e.userAgent())
	b = append(b, `,"os":"","browser":""}},"outcome":{"result":"SUCCESS"},"target":`...)
	switch e.kind {
	case kindEnrol:
		b = fmt.Appendf(b, `[{"id":"%s","type":"Device","alternateId":"unknown","displayName":"Telephone"}]`, e.object)
	case kindSingle:
		b = fmt.Appendf(b, `[{"id":"0oa%08x","type":"AppInstance","alternateId":"%s","displayName":"%s"}]`, len(e.object), e.object, e.object)
	default:
		b = append(b, "null"...)
	}
	b = fmt.Appendf(b, `,"authenticationContext":{"externalSessionId":"trs%s%s%02d"},"debugContext":{"debugData":{"dtHash":"%016x%016x"}},"securityContext":{"isProxy":%s}}`,
		e.p.id[2:], e.at.Format("0102"), e.agent+1, e.p.key*0x9e3779b97f4a7c15, uint64(e.agent+2)*0xbf58476d1ce4e5b9, strconv.FormatBool(knownProxy(e.line))) //nolint:gosec // any number does
	return b
}

func (l *logs) githubLine(b []byte, e event) []byte {
	ms := e.at.UnixMilli()
	b = fmt.Appendf(b, `{"@timestamp":%d,"_document_id":"doc%09d","action":"%s","actor":`, ms, l.n, e.kind)
	b = append(b, e.p.account...)
	b = fmt.Appendf(b, `,"actor_ip":"%s","org":"simulated","repo":`, e.line)
	b = plain(b, e.object)
	b = fmt.Appendf(b, `,"created_at":%d,"user_agent":"git/2.50","external_identity_nameid":`, ms)
	return append(append(b, e.p.mail...), '}')
}

func (l *logs) slackLine(b []byte, e event) []byte {
	user := func(b []byte) []byte {
		b = fmt.Appendf(b, `{"type":"user","user":{"id":"U%s","name":`, e.p.id[2:])
		b = append(b, e.p.account...)
		b = append(b, `,"email":`...)
		return append(append(b, e.p.mail...), "}}"...)
	}
	b = fmt.Appendf(b, `{"id":"sl%09d","date_create":%d,"action":"%s","actor":`, l.n, e.at.Unix(), e.kind)
	b = append(user(b), `,"entity":`...)
	if e.kind == kindDownload {
		b = fmt.Appendf(b, `{"type":"file","file":{"id":"F%08x","name":"notes.pdf","filetype":"application/pdf"}}`, uint32(e.roll)) //nolint:gosec // any number does
	} else {
		b = user(b)
	}
	b = append(b, `,"context":{"ip_address":"`...)
	b = append(b, e.line...)
	b = append(b, `","ua":`...)
	b = plain(b, e.userAgent())
	return append(b, `,"location":{"type":"workspace","id":"T1","name":"simulated","domain":"simulated"}}}`...)
}
