// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/audit"
	"daylight/casework"
	"daylight/detect"
	"daylight/intake"
	"daylight/policy"
	"daylight/record"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// readers are the roles that see people.
var readers = []account.Role{account.Security, account.Legal, account.HR, account.Recruiter}

// stageFor is the one stage of people that somebody sees, or "" for every stage: a
// recruiter has to do with applicants.
func stageFor(who account.Identity) record.Stage {
	if who.Has(account.HR, account.Security, account.Legal) {
		return ""
	}
	return record.Applicant
}

// plainly reports whether somebody is told how much evidence tells in words, and not
// in decibans.
func plainly(who account.Identity) bool { return stageFor(who) != "" }

// hidden reports whether what is computed is kept from somebody: in shadow mode,
// from those who decide about hiring and nothing else.
func hidden(r store.Reader, who account.Identity) (bool, error) {
	if who.Has(account.Security, account.Legal) {
		return false, nil
	}
	return casework.Shadow(r)
}

// isHandle reports whether a text can be a handle.
func isHandle(s string) bool {
	digits, ok := strings.CutPrefix(s, "p-")
	return ok && len(digits) >= 10 && len(digits) <= 32 && !strings.ContainsFunc(digits, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'f')
	})
}

// subjectRow reads the row of a person whom somebody may see. Whoever is not theirs
// is as absent as who is not there.
func subjectRow(r store.Reader, who account.Identity, handle string) (store.Row, error) {
	if !isHandle(handle) {
		return store.Row{}, store.ErrNotFound
	}
	row, err := r.Get(store.Subjects, handle)
	if err != nil && row.Key == "" && !errors.Is(err, store.ErrErased) {
		return row, err
	}
	if stage := stageFor(who); stage != "" && row.Text["stage"] != "" && row.Text["stage"] != string(stage) {
		return store.Row{}, store.ErrNotFound
	}
	return row, err
}

// dossier reads the assessment in a person's row, with the names of files that
// people sent in masked unless named is set.
func dossier(row store.Row, named bool) (*report.Subject, error) {
	s, err := report.DecodeDossier(row.Body)
	if err != nil {
		return nil, fmt.Errorf("read an assessment: %w", err)
	}
	s.ID = row.Key
	if !named {
		maskFiles(s)
	}
	return s, nil
}

// tabular are the ends of names of exports, which systems name; every other file
// was named by somebody, often after themselves.
var tabular = []string{".csv", ".tsv", ".jsonl", ".ndjson", ".log", ".xml", ".xlsx", ".parquet", ".plist", ".ldif"}

// NamedByPerson reports whether the name of a file may say whose it is.
func NamedByPerson(file string) bool {
	file = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(file, ".gz"), ".zst"))
	end := path.Ext(file)
	if end == ".json" {
		return strings.Contains(file, "resume") || strings.Contains(file, "résumé") || strings.Contains(file, "cv")
	}
	return !slices.Contains(tabular, end)
}

// maskFiles replaces the names of files that people sent in by numbers.
func maskFiles(s *report.Subject) {
	numbers := map[string]int{}
	mask := func(cites []record.Citation) []record.Citation {
		cites = slices.Clone(cites)
		for i := range cites {
			file := cites[i].Path
			if file == "" || !NamedByPerson(file) {
				continue
			}
			if numbers[file] == 0 {
				numbers[file] = len(numbers) + 1
			}
			cites[i].Path = fmt.Sprintf("attachment %d%s", numbers[file], strings.ToLower(path.Ext(file)))
		}
		return cites
	}
	s.Assessment.Contributions = slices.Clone(s.Assessment.Contributions)
	for i := range s.Assessment.Contributions {
		f := &s.Assessment.Contributions[i].Finding
		f.Cites = mask(f.Cites)
	}
	for i := range s.Evidence {
		e := &s.Evidence[i]
		e.Records, e.Part.Finding.Cites = mask(e.Records), mask(e.Part.Finding.Cites)
	}
}

// book is what assessments are worded by: the policy and the catalogue in force.
func (s *Server) book(r store.Reader) (*report.Report, error) {
	p, err := policy.Rule(r, s.Catalog, s.configured())
	if err != nil {
		return nil, err
	}
	b := s.cards()
	b.Policy, b.Prior = p, report.Prior{Applicant: p.PriorApplicant, Worker: p.PriorWorker}
	return b, nil
}

// opened is book where no transaction runs.
func (s *Server) opened(ctx context.Context) (b *report.Report, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		b, err = s.book(r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the policy in force: %w", err)
	}
	return b, nil
}

// configured is the policy that is in force where none was adopted.
func (s *Server) configured() weigh.Policy {
	if s.Policy.Version == "" {
		return weigh.DefaultPolicy()
	}
	return s.Policy
}

// cards is the catalogue, as reports hold it.
func (s *Server) cards() *report.Report {
	b := &report.Report{}
	for _, ind := range s.Catalog {
		b.Cards = append(b.Cards, ind.Meta)
	}
	slices.SortFunc(b.Cards, func(x, y detect.Meta) int { return cmp.Compare(x.ID, y.ID) })
	return b
}

// note records an act in the audit log, before its result is shown: what cannot be
// recorded is not done.
func (x *exchange) note(act, object string, detail map[string]string) error {
	err := x.s.Store.Update(x.r.Context(), func(w store.Writer) error { return x.enter(w, act, object, detail) })
	if err != nil {
		return fmt.Errorf("record an act: %w", err)
	}
	return nil
}

// listed records that somebody looked at a list of people: which selection, which
// page of it and how many it showed. One that showed nobody, as shadow mode kept it back
// or the page is about more than people, is none.
func (x *exchange) listed(act string, nobody bool, filter string, page, shown int) error {
	if nobody {
		return nil
	}
	return x.note(act, "people", map[string]string{"filter": filter, "page": strconv.Itoa(page), "count": strconv.Itoa(shown)})
}

// enter records an act in the transaction that does it, as that of whoever is signed
// in, or of the program that showed its token.
func (x *exchange) enter(w store.Writer, act, object string, detail map[string]string) error {
	return audit.Append(w, audit.Entry{At: x.s.Now(), Actor: cmp.Or(x.who.Account, x.program.ID), Act: act, Object: object, Detail: detail})
}

// enterAbout is enter for what says more of the person than the log may hold for good:
// about is sealed under the person's key.
func (x *exchange) enterAbout(w store.Writer, act, handle string, detail, about map[string]string) error {
	e := audit.Entry{At: x.s.Now(), Actor: cmp.Or(x.who.Account, x.program.ID), Act: act, Object: handle, Detail: detail}
	return audit.AppendAbout(w, e, intake.Holder(handle), "", about)
}

// millis is an instant in a plain column; the zero time for none.
func millis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// age words how long ago an instant is: "3 h", "12 d".
func age(now, then time.Time) string {
	switch d := now.Sub(then); {
	case then.IsZero():
		return ""
	case d < time.Hour:
		return fmt.Sprintf("%d min", max(0, int(d.Minutes())))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d", int(d.Hours()/24))
	}
}
