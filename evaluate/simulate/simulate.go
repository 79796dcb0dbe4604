// SPDX-License-Identifier: Apache-2.0

// Package simulate makes a company of invented people in the formats of the
// vendors whose exports Daylight reads, with the truth about each of them beside
// it, so that Daylight can be measured.
//
// It knows nothing of the indicators: people behave as published cases, surveys
// and vendors' figures describe them, each figure is an assumption that
// docs/simulator.md lists, and what Daylight makes of it is another package's
// business. A test of the architecture holds that.
//
// Every network lies in a range kept for benchmarks or documentation, every
// family name means "example", "sample" or "test" in some language, and names
// are drawn from the same traditions for everyone.
package simulate

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// Config says what company to make.
type Config struct {
	Seed   uint64
	People int // honest people, at least 1
	// Deceptive is the number of deceptive people; negative for one in
	// [HonestPerDeceptive], rounded.
	Deceptive int
	Weeks     int // weeks of activity logs, 1 to 52
	Tactics   Tactics
	Process   Process
	// Answer are the checks asked for after the end of the logs, a round a week, at
	// most [MaxRounds]; none leaves the company as it was.
	Answer []Asked
	// Names, if not nil, replaces every given and family name, for the test that a
	// name never matters. It must give different names for different names.
	Names func(string) string
}

// HonestPerDeceptive is how many honest people there are for each deceptive one
// unless it is set: of the order of the 1 in 343 applicants that one vendor ties
// to this scheme (Pindrop 2026).
const HonestPerDeceptive = 300

// Limits of a company's size, which its networks have room for.
const (
	MaxPeople = 200_000
	MaxWeeks  = 52
)

// Default is the company made without a choice.
func Default() Config {
	return Config{Seed: 1, People: 3000, Deceptive: -1, Weeks: 8, Tactics: DefaultTactics(), Process: Usual()}
}

// LogStart is the first day of the activity logs, a Monday. Clocks change in
// North America two weeks later and in Europe five.
var LogStart = time.Date(2026, 2, 23, 0, 0, 0, 0, time.UTC)

// ErrConfig is wrapped by errors about a company that cannot be made.
var ErrConfig = errors.New("no such company")

// Paths of the files beside the exports, relative to the folder of the company.
const (
	TruthFile   = "truth.csv"
	GroupsFile  = "self_identification.csv"
	ConfigFile  = "daylight.yaml"
	PlacesFile  = "exports/places/networks.mmdb"
	ExportsPath = "exports"
)

// Summary counts what was made.
type Summary struct {
	Honest, Deceptive int // people
	Applicants        int
	Workers           int
	Events            int // of the activity logs
	Files             int
	Tactics, Groups   map[string]int // people by slug
	Start, End        time.Time      // of the activity logs; End is not in them
	Answered          time.Time      // when the last round of checks is over; End without one
}

// Write makes the company's files through create, which is called with a
// slash-separated path once a file, in a fixed order; each is closed before the
// next is made. The same configuration gives the same bytes. Each person is
// drawn from a generator of their own, so more people do not change the first
// ones, but for whom the last unfinished household or ring is completed by.
func Write(create func(path string) (io.WriteCloser, error), c Config) (Summary, error) {
	if err := c.check(); err != nil {
		return Summary{}, err
	}
	s := newCompany(c)
	files := []struct {
		path  string
		write func(io.Writer) error
	}{
		{"exports/ats/candidates.json", s.candidates},
		{"exports/hr/people.csv", s.peopleCSV},
		{"exports/hr/users.json", s.scim},
		{"exports/interviews/interviews.csv", s.interviewsCSV},
		{"exports/checks/checks.csv", s.checksCSV},
		{"exports/payroll/accounts.csv", s.payCSV},
		{"exports/it/shipping.csv", s.shippingCSV},
		{"exports/it/osquery.jsonl", s.osquery},
		{PlacesFile, s.networks},
		{TruthFile, s.truth},
		{GroupsFile, s.selfIdentification},
		{ConfigFile, s.configuration},
	}
	count := func(path string) (io.WriteCloser, error) {
		s.sum.Files++
		return create(path)
	}
	for _, f := range files {
		if err := writeFile(count, f.path, f.write); err != nil {
			return s.sum, err
		}
	}
	if err := s.writeResumes(count); err != nil {
		return s.sum, err
	}
	return s.sum, s.writeLogs(count)
}

func (c Config) check() error {
	switch {
	case c.People < 1 || c.People > MaxPeople:
		return fmt.Errorf("%w: %d honest people; 1 to %d are possible", ErrConfig, c.People, MaxPeople)
	case c.Deceptive > MaxPeople:
		return fmt.Errorf("%w: %d deceptive people; up to %d are possible", ErrConfig, c.Deceptive, MaxPeople)
	case c.Weeks < 1 || c.Weeks > MaxWeeks:
		return fmt.Errorf("%w: %d weeks; 1 to %d are possible", ErrConfig, c.Weeks, MaxWeeks)
	}
	if len(c.Answer) > MaxRounds {
		return fmt.Errorf("%w: %d rounds of checks; up to %d are possible", ErrConfig, len(c.Answer), MaxRounds)
	}
	return c.Tactics.check()
}

func (c Config) deceptive() int {
	if c.Deceptive >= 0 {
		return c.Deceptive
	}
	return (c.People + HonestPerDeceptive/2) / HonestPerDeceptive
}

func writeFile(create func(string) (io.WriteCloser, error), path string, write func(io.Writer) error) error {
	f, err := create(path)
	if err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	if err := write(f); err != nil {
		_ = f.Close() // the first error is the one to tell
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("close %s: %w", path, err)
	}
	return nil
}
