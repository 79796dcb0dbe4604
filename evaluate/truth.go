// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"daylight/record"
)

// Truth is what is known of people beforehand.
type Truth struct{ People []Person } // in the order of the file

// Person is one row of truth.csv.
type Person struct {
	ID        string // a subject's id, or one of its aliases
	Deceptive bool
	Stage     record.Stage // applicant or worker, or "" where the file does not say
	Tactic    string       // of a deceptive person, a slug
	Groups    []string     // of a genuine person, slugs
	Ring      string       // of a deceptive person who works with others
	// Outside are those of Groups for which the limit of [Fairness] does not hold.
	Outside []string
}

// SelfIdentification is what people said of themselves, of their own will.
type SelfIdentification struct{ Answers []Answer } // in the order of the file

// Answer is one row of self_identification.csv.
type Answer struct{ Person, Attribute, Group string }

// slug is how a tactic, a group and a ring are written.
var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// ReadTruth reads truth.csv, see docs/formats.md. The error names the file, and
// each line that is wrong with its reason, the first twenty of them.
func ReadTruth(name string, r io.Reader) (*Truth, error) {
	t := &Truth{}
	first := map[string]int{}
	outside := map[string]bool{} // by group, as its first row has it
	err := readTable(name, r, []string{"person", "truth"}, []string{"stage", "tactic", "group", "ring", "outside_limit"}, func(line int, row map[string]string) error {
		p, err := newPerson(row)
		if err != nil {
			return err
		}
		if n := first[p.ID]; n > 0 {
			return fmt.Errorf("person %q is on line %d already", p.ID, n)
		}
		first[p.ID] = line
		for _, g := range p.Groups {
			here := slices.Contains(p.Outside, g)
			if before, known := outside[g]; known && before != here {
				return fmt.Errorf("group %q is outside_limit on some lines and not on others; a limit holds for a whole group", g)
			}
			outside[g] = here
		}
		t.People = append(t.People, p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(t.People) == 0 {
		return nil, fmt.Errorf("%s: it names nobody", name)
	}
	return t, nil
}

func newPerson(row map[string]string) (Person, error) {
	p := Person{ID: row["person"], Tactic: row["tactic"], Ring: row["ring"]}
	var errs []error
	switch row["truth"] {
	case "deceptive":
		p.Deceptive = true
	case "genuine":
	default:
		errs = append(errs, fmt.Errorf("truth is %q, and must be genuine or deceptive", row["truth"]))
	}
	p.Stage = record.Stage(row["stage"])
	if !slices.Contains([]record.Stage{"", record.Applicant, record.Worker}, p.Stage) {
		errs = append(errs, fmt.Errorf("stage is %q, and must be applicant or worker", p.Stage))
	}
	p.Groups, p.Outside = slugs(row["group"]), slugs(row["outside_limit"])
	for column, words := range map[string][]string{"tactic": {p.Tactic}, "group": p.Groups, "ring": {p.Ring}} {
		for _, w := range words {
			if w != "" && !slug.MatchString(w) {
				errs = append(errs, fmt.Errorf("%s %q is no slug: small letters, digits, dots, hyphens and underscores, at most 64", column, w))
			}
		}
	}
	for _, g := range p.Outside {
		if !slices.Contains(p.Groups, g) {
			errs = append(errs, fmt.Errorf("outside_limit names %q, which is none of the person's groups", g))
		}
	}
	if p.ID == "" {
		errs = append(errs, errors.New("person is empty"))
	}
	if !p.Deceptive && (p.Tactic != "" || p.Ring != "") {
		errs = append(errs, errors.New("a tactic or a ring is given for a person who is not deceptive"))
	}
	if p.Deceptive && len(p.Groups) > 0 {
		errs = append(errs, errors.New("a group is given for a deceptive person; groups are of honest people"))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return p, errors.Join(errs...)
}

// slugs cuts a cell at its semicolons.
func slugs(cell string) []string {
	var out []string
	for s := range strings.SplitSeq(cell, ";") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// ReadSelfIdentification reads self_identification.csv, see docs/formats.md. A
// person may give several attributes, and several groups of one.
func ReadSelfIdentification(name string, r io.Reader) (*SelfIdentification, error) {
	s := &SelfIdentification{}
	err := readTable(name, r, []string{"person", "attribute", "group"}, nil, func(_ int, row map[string]string) error {
		a := Answer{row["person"], row["attribute"], row["group"]}
		if a.Person == "" || a.Attribute == "" || a.Group == "" {
			return errors.New("person, attribute and group must all be given")
		}
		if slices.ContainsFunc([]string{a.Attribute, a.Group}, func(w string) bool { return len(w) > 200 }) {
			return errors.New("an attribute or a group is longer than 200 bytes")
		}
		s.Answers = append(s.Answers, a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}
