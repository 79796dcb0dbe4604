// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/connect"
	"daylight/intake"
	"daylight/store"
)

func sourceRoutes() []route {
	return []route{
		{pattern: "GET /sources", acts: "show what was read, what was skipped, how each connector does, and whose rows do not open", recorded: true, roles: sourceReaders, handle: (*Server).sources},
		{pattern: "GET /sources/{receipt}", acts: "show what was skipped of one file, and why, or that it waits to be read", recorded: true, roles: sourceReaders, example: "-", handle: (*Server).source},
	}
}

// sourceReaders are those who look after what comes in.
var sourceReaders = []account.Role{account.Administrator, account.Security, account.HR, account.Auditor}

// sourcesView is what the page of sources shows.
type sourcesView struct {
	pager
	Connectors []connectorLine
	Back       intake.Back // what is held back of people who were not told
	MayTell    bool        // the reader records notices
	MaySend    bool        // the reader sends files, and makes tokens of programs that do
	Waiting    int         // inputs
	Oldest     string
	Dirty      int // people
	Damaged    intake.Damaged
	Unnamed    bool // who is damaged is not said: the look could not be recorded
	LogDamaged bool // nothing can be recorded
	Checked    Checked
	Kinds      []checkedKind // of what the check found
	Doubted    bool          // the clock jumped ahead
	Since      time.Time     // when it did
	Ahead      int           // by how many days
	Progress   intake.Progress
	Files      []sourceLine
	Sent       []sourceLine // files that people sent in, the newest
	SentAll    int
	All        int
}

type connectorLine struct {
	connect.Health
	Age string // since it last came to an end
}

// sourceLine is one file that was read. The name of a file that a person sent in
// may be theirs, and is not shown.
type sourceLine struct {
	intake.Status
	Source string
	Masked bool
	Gone   bool // its person was erased
	Broken bool // its row does not open
}

func (s *Server) sources(x *exchange) error {
	v := &sourcesView{pager: pagerOf(x.r), MayTell: x.who.Has(noticeKeepers...), MaySend: x.who.Has(account.Administrator)}
	if s.Progress != nil {
		v.Progress = s.Progress()
	}
	now := s.Now()
	v.Checked = s.faults()
	v.Kinds = v.Checked.kinds()
	var ahead time.Duration
	v.Since, ahead, v.Doubted = s.doubt()
	v.Ahead = int(ahead / (24 * time.Hour))
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		v.LogDamaged = errors.Is(audit.Intact(r), audit.ErrTree)
		healths, err := connect.Healths(r)
		if err != nil {
			return err
		}
		for _, h := range healths {
			v.Connectors = append(v.Connectors, connectorLine{h, age(now, h.LastSuccess)})
		}
		var since time.Time
		if v.Waiting, since, err = r.Depth(store.Inbox); err != nil {
			return err
		}
		v.Oldest = age(now, since)
		if v.Dirty, _, err = r.Depth(store.Dirty); err != nil {
			return err
		}
		if v.Back, err = intake.ReadBack(r); err != nil {
			return err
		}
		if v.Damaged, err = intake.ReadDamaged(r); err != nil && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		if v.All, err = r.Count(store.Files, store.Query{}); err != nil {
			return err
		}
		sent := func(n int64) []store.Cond { return []store.Cond{{Column: "sent", Op: store.Equal, Int: n}} }
		if v.SentAll, err = r.Count(store.Files, store.Query{Where: sent(1)}); err != nil {
			return err
		}
		v.of(v.All - v.SentAll)
		if v.Files, err = filesOf(r, store.Query{Where: sent(0), By: "at", Desc: true, Limit: v.Size, Skip: v.skip()}); err != nil {
			return err
		}
		v.Sent, err = filesOf(r, store.Query{Where: sent(1), By: "at", Desc: true, Limit: v.Size})
		for i := range v.Sent {
			v.Sent[i].Masked = true
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list the sources: %w", err)
	}
	people := len(v.Damaged.People)
	err = x.listed("sources.list", people == 0, "", v.Page, people)
	// The page says what is wrong while nothing can be written, and then names nobody.
	if v.Unnamed = errors.Is(err, store.ErrReadOnly) || errors.Is(err, audit.ErrTree); err != nil && !v.Unnamed {
		return err
	}
	return x.page("sources", v)
}

// locations is the format of tables of where addresses are, which no person sends in.
const locations = "maxmind"

// filesOf lists files.
func filesOf(r store.Reader, q store.Query) ([]sourceLine, error) {
	var out []sourceLine
	for row, err := range r.Find(store.Files, q) {
		l, err := sourceOf(row, err)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// sourceOf reads the row of a file, or what is left of one whose person was erased.
func sourceOf(row store.Row, err error) (sourceLine, error) {
	l := sourceLine{Source: row.Text["source"], Gone: errors.Is(err, store.ErrErased), Broken: errors.Is(err, store.ErrCorrupt)}
	if l.Gone || l.Broken {
		l.Receipt, l.Format, l.Received = row.Key, row.Text["format"], millis(row.Ints["at"])
		return l, nil
	}
	if err != nil {
		return l, err
	}
	if l.Status, err = intake.FileStatus(row); err != nil {
		return l, err
	}
	l.Masked = l.Format != locations && NamedByPerson(l.Path)
	return l, nil
}

func (s *Server) source(x *exchange) error {
	var v sourceLine
	err := s.Store.View(x.r.Context(), func(r store.Reader) error {
		row, err := r.Get(store.Files, x.r.PathValue("receipt"))
		if errors.Is(err, store.ErrNotFound) {
			v.Status, err = intake.ReadStatus(r, x.r.PathValue("receipt"))
			return err // of one that waits
		}
		if err != nil && (row.Key == "" || !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt)) {
			return err
		}
		v, err = sourceOf(row, err)
		return err
	})
	if err != nil {
		return fmt.Errorf("show a file: %w", err)
	}
	// Reasons name file, line and field, and quote nothing; who looks is recorded all the same.
	if err := x.note("source.view", v.Receipt, nil); err != nil {
		return err
	}
	return x.page("sources/source", v)
}
