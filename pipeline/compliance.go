// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"daylight/activity"
	"daylight/enrich"
	"daylight/normalize"
	"daylight/record"
	"daylight/sanctions"
	"daylight/source"
)

// Concern is something that a legal duty is attached to, for counsel to decide.
// It is found apart from the assessment: no indicator sees what it rests on, and
// no weight, probability or state depends on it.
type Concern struct {
	Subject record.SubjectID
	Kind    ConcernKind
	// Statement says what was found, without the value and without a country.
	Statement string
	// Entries are the numbers of the list's entries; of a territory there are none.
	Entries []string
	Cites   []record.Citation // the person's record first
}

// ConcernKind is what a concern is about.
type ConcernKind string

// The kinds of concern.
const (
	SanctionedIdentifier ConcernKind = "sanctioned_identifier"
	SanctionedTerritory  ConcernKind = "sanctioned_territory"
)

// isSanctions recognises a file of a sanctions list, which other shapes would
// claim: the tables of one have no header, so that they look like plain text.
func (s *scan) isSanctions(ctx context.Context, in *input) bool {
	// Few files are opened once more: a table of a list has a number where others
	// have the name of their first column.
	switch f := in.file; f.Shape {
	case source.Text, source.Markdown:
	case source.Unknown:
		if !strings.HasPrefix(f.Why, "XML") {
			return false
		}
	case source.CSV:
		if _, err := strconv.Atoi(f.Header[0]); err != nil {
			return false
		}
	case source.JSONLines, source.JSONArray, source.JSONPage, source.JSONDocument, source.PDF, source.DOCX, source.HTML, source.Image,
		source.MaxMind, source.Git, source.Empty:
		return false
	}
	head, err := in.file.Beginning(ctx)
	if err != nil {
		return false // reading the file as what it seems to be says why
	}
	in.sanctions = sanctions.Recognise(head)
	return in.sanctions != sanctions.None
}

// readSanctions reads the files of sanctions lists.
func (s *scan) readSanctions(ctx context.Context) error {
	canon := sanctions.Canon{
		Email:   normalize.Email,
		Phone:   func(v string) record.Redacted { return normalize.Phone(v, record.Country{}) },
		Wallet:  normalize.Wallet,
		Website: normalize.ProfileURL,
	}
	per := make([][]sanctions.Entry, len(s.files))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.Workers)
	for i, in := range s.files {
		if in.sanctions == sanctions.None {
			continue
		}
		g.Go(func() error {
			data, err := in.file.Document(ctx)
			if err != nil {
				in.skip(0, rejected(err))
				return ctx.Err()
			}
			list := sanctions.Read(in.sanctions, in.Path, data, canon)
			for _, bad := range list.Rejected {
				in.skip(bad.Line, bad.Reason)
			}
			in.Records = len(list.Entries)
			if in.sanctions == sanctions.Unused {
				in.Notes = append(in.Notes, "names and addresses of a sanctions list are never matched; nothing of this file is used")
			} else {
				in.Notes = append(in.Notes, fmt.Sprintf("%d entries of a sanctions list; only wallets, e-mail addresses, telephone numbers and websites are compared, never names", list.Read))
			}
			per[i] = list.Entries
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	s.sanctioned = slices.Concat(per...)
	return nil
}

// comply gathers what counsel has to see of one subject.
func (s *scan) comply(index sanctions.Index, i int, p *activity.Profile) {
	id := s.directory.subjects[i]
	for _, m := range index.Matches(s.bySubject[i]) {
		s.concerns = append(s.concerns, Concern{
			Subject: id, Kind: SanctionedIdentifier, Entries: []string{m.UID}, Cites: []record.Citation{m.Held, m.Cite},
			Statement: fmt.Sprintf("%s of this person equals an identifier of entry %s on the sanctions list (%s). Whether the two are the same is for counsel to decide.",
				holds(m.Type), m.UID, m.What),
		})
	}
	s.concerns = append(s.concerns, s.territories(i, id, p)...)
}

// holds words an identifier of the list.
func holds(t record.IdentifierType) string {
	words := map[record.IdentifierType]string{
		record.Wallet: "A wallet", record.Email: "An e-mail address", record.Phone: "A telephone number", record.ProfileURL: "A web address",
	}
	return words[t]
}

// territories says whether the subject acted, or applied, from an address
// that lies in a territory of counsel's list. The company's own networks stand
// for no place of a person.
func (s *scan) territories(i int, id record.SubjectID, p *activity.Profile) []Concern {
	if len(s.Territories) == 0 {
		return nil
	}
	var acts, applications []record.Citation
	hidden := false
	if p != nil {
		for _, n := range p.Networks() {
			if s.inTerritory(n.Addr) {
				acts = append(acts, s.citeOf(n.First))
				hidden = hidden || n.Proxy || s.facts.Networks[n.Addr.Unmap()].Class.Anonymous()
			}
		}
	}
	for _, r := range s.bySubject[i] {
		if p, ok := r.Body.(record.Person); ok && s.inTerritory(p.ClientAddr) {
			applications = append(applications, r.Cite())
			hidden = hidden || s.facts.Networks[p.ClientAddr.Unmap()].Class.Anonymous()
		}
	}
	doubt := "Where an address is can be wrong."
	if hidden {
		doubt = "Some of the addresses belong to networks that hide where their users are."
	}
	var out []Concern
	for _, c := range []struct {
		what  string
		cites []record.Citation
	}{{"Activity of this person", acts}, {"Applications of this person", applications}} {
		if len(c.cites) > 0 {
			out = append(out, Concern{
				Subject: id, Kind: SanctionedTerritory, Cites: c.cites,
				Statement: c.what + " came from addresses in a territory on the company's list of sanctioned ones. " + doubt,
			})
		}
	}
	return out
}

func (s *scan) inTerritory(a netip.Addr) bool {
	n, ok := s.facts.Networks[a.Unmap()]
	if !ok || n.Class == enrich.Corporate {
		return false
	}
	return slices.ContainsFunc(s.Territories, func(t sanctions.Territory) bool { return t.Holds(n.Country, n.Region) })
}
