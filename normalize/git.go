// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// maxNames bounds the names kept for one e-mail, and the e-mails for one name.
// Indicators ask for three or four.
const maxNames = 64

const secondsPerDay = 24 * 60 * 60

// Git turns the commits of one repository into events, and after the last one
// into a code history for each author. The order of commits does not matter.
type Git struct {
	path    string
	authors map[record.Redacted]*author
	// mails are the addresses that commit under one name of several words. A name
	// of one word is too often shared ("root", "dev") to say anything.
	mails map[string]map[record.Redacted]struct{}
}

// author is one identity: an e-mail, or the login in a code host's no-reply one.
type author struct {
	mail  record.Redacted
	login string
	times []int64 // seconds
	last  int64
	cite  uint64 // of the last commit
	names map[string]struct{}
}

// NewGit returns a decoder for the repository at the given path, relative to the
// scanned folder.
func NewGit(path string) *Git {
	return &Git{path: path, authors: map[record.Redacted]*author{}, mails: map[string]map[record.Redacted]struct{}{}}
}

// Decode fills e (resetting it first) from one commit and counts the commit in
// its author's history. The event is at the author's time, with the offset the
// client wrote. Commits of bots and merges made in a code host's pages are
// automated, and so in no history.
func (g *Git) Decode(c *source.Commit, e *record.Event) error {
	e.Reset()
	if c.Author.Unix <= 0 {
		return ErrBadTime
	}
	e.At, e.Class, e.Act = c.Author.Unix*1000, record.Code, record.Commit
	e.HasOffset, e.OffsetMinutes = c.Author.HasOffset, c.Author.OffsetMinutes
	e.Pos.Pos = binary.BigEndian.Uint64(c.Hash[:8])
	login, noReply := hostLogin(c.Author.Email)
	if e.ActorName = []byte(login); !noReply {
		e.ActorEmail = []byte(c.Author.Email)
	}
	byHost := strings.EqualFold(c.Committer.Email, "noreply@github.com")
	e.Automated = isBot(c.Author) || byHost && (c.Parents > 1 || strings.EqualFold(c.Author.Email, c.Committer.Email))
	if !e.Automated {
		g.count(c, e.Pos.Pos, login, noReply)
	}
	return nil
}

func (g *Git) count(c *source.Commit, cite uint64, login string, noReply bool) {
	mail := Email(c.Author.Email)
	key := mail
	if noReply {
		mail, key = "", record.Redacted("login "+login)
	}
	if key == "" || noReply && login == "" {
		return // nobody to whom it could belong
	}
	a := g.authors[key]
	if a == nil {
		a = &author{mail: mail, login: login, last: c.Author.Unix, cite: cite, names: map[string]struct{}{}}
		g.authors[key] = a
	}
	a.times = append(a.times, c.Author.Unix)
	if c.Author.Unix > a.last || c.Author.Unix == a.last && cite < a.cite {
		a.last, a.cite = c.Author.Unix, cite
	}
	keep(a.names, c.Author.Name)
	if name := foldName(c.Author.Name); mail != "" && name != "" {
		if g.mails[name] == nil {
			g.mails[name] = map[record.Redacted]struct{}{}
		}
		keep(g.mails[name], mail)
	}
}

// keep adds to a set that holds the smallest entries, so that what it holds does
// not depend on the order.
func keep[T cmp.Ordered](set map[T]struct{}, v T) {
	if set[v] = struct{}{}; len(set) > maxNames {
		delete(set, slices.Max(slices.Collect(maps.Keys(set))))
	}
}

// Records calls emit with the code history of each author, in a fixed order.
// made says when the author's account on a code host was opened, or the zero
// time; it may be nil.
func (g *Git) Records(made func(record.Ref) time.Time, emit func(record.Record)) error {
	for _, key := range slices.Sorted(maps.Keys(g.authors)) {
		a := g.authors[key]
		ref := record.Ref{Email: a.mail, Username: a.login}
		h := record.CodeHistory{
			Repository: g.path, Account: a.login, Commits: len(a.times), Authors: len(g.authors), NamesPerEmail: different(a.names), EmailsPerName: 1,
			FirstCommit: time.Unix(slices.Min(a.times), 0).UTC(), LastCommit: time.Unix(a.last, 0).UTC(),
		}
		for name := range a.names {
			h.EmailsPerName = max(h.EmailsPerName, len(g.mails[foldName(name)]))
		}
		if made != nil {
			h.AccountMade = made(ref)
		}
		for _, t := range a.times {
			if t < h.AccountMade.Unix() && !h.AccountMade.IsZero() {
				h.Backdated++
			}
		}
		h.GapDays, h.Resumed, h.AfterGap = longestGap(a.times)
		locator := fmt.Sprintf("commit %016x", a.cite)
		r, err := Seal(record.Origin{Feed: "git", Path: g.path, Locator: locator}, ref, h.LastCommit, h)
		if err != nil {
			return err
		}
		emit(r)
	}
	return nil
}

// longestGap returns the longest time between two of the commits made at the
// given seconds, in whole days, when it ended and how many were made from then on.
// Of equal gaps it is the last; there is none of less than a day.
func longestGap(times []int64) (days int, resumed time.Time, after int) {
	sorted := slices.Sorted(slices.Values(times))
	var longest int64
	for i := 1; i < len(sorted); i++ {
		gap := sorted[i] - sorted[i-1]
		if d := gap / secondsPerDay; d == 0 || gap < longest {
			continue
		}
		longest = gap
		days, resumed, after = int(gap/secondsPerDay), time.Unix(sorted[i], 0).UTC(), len(sorted)-i
	}
	return days, resumed, after
}

// different counts the names that are neither the same nor close to another one
// counted before, in alphabetical order.
func different(names map[string]struct{}) int {
	var counted []record.Name
	for _, text := range slices.Sorted(maps.Keys(names)) {
		name := record.NewName(text)
		if !name.IsZero() && !slices.ContainsFunc(counted, func(o record.Name) bool {
			return name.Compare(o) != record.NameDifferent
		}) {
			counted = append(counted, name)
		}
	}
	return len(counted)
}

// foldName is a name of several words without case and order, or "".
func foldName(name string) string {
	words := strings.Fields(strings.ToLower(name))
	if len(words) < 2 {
		return ""
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// hostLogin returns the login in a code host's no-reply address, such as
// "1001+amina-o@users.noreply.github.com", and whether the address is of those
// that reach nobody.
func hostLogin(mail string) (login string, noReply bool) {
	local, domain, _ := strings.Cut(strings.ToLower(mail), "@")
	switch domain {
	case "users.noreply.github.com", "users.noreply.gitlab.com":
		if _, after, ok := strings.Cut(local, "+"); ok {
			local = after
		} else if domain == "users.noreply.gitlab.com" {
			_, local, _ = strings.Cut(local, "-") // 1001-amina-o
		}
		return local, true
	}
	return "", local == "noreply" || local == "no-reply" || strings.HasPrefix(domain, "noreply.") ||
		strings.Contains(domain, ".noreply.")
}

// isBot reports whether a signature says that software made it.
func isBot(s source.Signature) bool {
	local, _, _ := strings.Cut(strings.ToLower(s.Email), "@")
	for _, text := range []string{strings.ToLower(s.Name), local} {
		if text == "bot" || strings.HasSuffix(text, "[bot]") || strings.HasSuffix(text, "-bot") ||
			strings.HasSuffix(text, "_bot") || strings.HasSuffix(text, ".bot") || strings.HasSuffix(text, " bot") {
			return true
		}
	}
	return false
}
