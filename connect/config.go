// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/notice"
)

// Config is the part "connect" of the configuration.
type Config struct {
	// Allow lists what may be reached beside public addresses; see [egress.Options].
	Allow []string `yaml:"allow"`
	// Pull are the systems to read from.
	Pull []Pull `yaml:"pull"`
	// Notices says whose activity may be read.
	Notices Notices `yaml:"notices"`
	// Hooks are the webhooks to accept, by vendor: greenhouse, ashby, lever.
	Hooks map[string]Hook `yaml:"hooks"`
}

// Pull is one system to read from.
type Pull struct {
	Name string `yaml:"name"` // of one's own choice, once
	Kind string `yaml:"kind"` // okta, slack, github, google, greenhouse, lever
	// URL is where the system is, for those that are not in one place for everybody.
	URL    string `yaml:"url"`
	Secret Secret `yaml:"secret"`
	// Every is the pause between two readings; 0 is 5 minutes.
	Every time.Duration `yaml:"every"`
	// Since is how far back the first reading goes; 0 is 30 days.
	Since time.Duration `yaml:"since"`
	// Overlap is how much is read again, for what arrives late; 0 is the vendor's.
	Overlap time.Duration `yaml:"overlap"`

	Organization string   `yaml:"organization"` // github
	Enterprise   string   `yaml:"enterprise"`   // github
	Applications []string `yaml:"applications"` // google
	Subject      string   `yaml:"subject"`      // google: an administrator; greenhouse: a user's id
	Version      string   `yaml:"version"`      // greenhouse: v3 or v1
	ClientID     string   `yaml:"client_id"`    // greenhouse, okta
	KeyID        string   `yaml:"key_id"`       // okta
	TokenURL     string   `yaml:"token_url"`    // google, greenhouse: instead of the vendor's
}

// Notices says whose activity monitoring connectors may read: of people with a
// recorded notice, or of everybody where everybody was told.
type Notices struct {
	Everybody *Everybody `yaml:"everybody"`
}

// Everybody states that everybody was told, by what and when.
type Everybody struct {
	Policy  string `yaml:"policy"`  // the document
	Version string `yaml:"version"` // of the document
	Date    string `yaml:"date"`    // from which on it holds; nothing earlier is read
}

// Hook is a webhook to accept.
type Hook struct {
	// Secrets are one, or two while one takes the other's place.
	Secrets []Secret `yaml:"secrets"`
	// Window is how old a delivery may be that says when it was made (Lever); 0 is an
	// hour.
	Window time.Duration `yaml:"window"`
	// Wakes is the connector that a delivery wakes (Lever).
	Wakes string `yaml:"wakes"`
}

var name = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,40}$`)

// Validate reports every problem at once. It reads no secret.
func (c Config) Validate() error {
	var problems []error
	bad := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("connect: "+format, args...))
	}
	names := map[string]string{}
	for i, p := range c.Pull {
		who := "pull: " + p.Name
		switch {
		case !name.MatchString(p.Name):
			who = fmt.Sprintf("pull: number %d", i+1)
			bad("%s: a name is lower-case letters, digits, - and _", who)
		case names[p.Name] != "":
			bad("%s: two have this name", who)
		}
		names[p.Name] = p.Kind
		for _, problem := range p.problems() {
			bad("%s: %s", who, problem)
		}
	}
	if _, err := c.Notices.Rule(); err != nil {
		bad("notices: %w", err)
	}
	for vendor, h := range c.Hooks {
		for _, problem := range h.problems(vendor, names) {
			bad("hooks: %s: %s", vendor, problem)
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(problems...)
}

// problems returns what is wrong with a system to read from.
func (p Pull) problems() []string {
	var out []string
	k, ok := kinds[p.Kind]
	if !ok {
		return []string{fmt.Sprintf("there is no kind %q; there are github, google, greenhouse, lever, okta and slack", p.Kind)}
	}
	out = append(out, k.check(p)...)
	if problem := p.Secret.Problem(); problem != "" {
		out = append(out, problem)
	}
	for _, u := range []struct{ key, value string }{{"url", p.URL}, {"token_url", p.TokenURL}} {
		if u.value == "" {
			continue
		}
		parsed, err := url.Parse(u.value)
		if err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
			out = append(out, u.key+": it is not an address such as https://example.com")
		}
	}
	for _, d := range []struct {
		key        string
		value      time.Duration
		least, top time.Duration
	}{{"every", p.Every, 10 * time.Second, 24 * time.Hour}, {"since", p.Since, time.Minute, maxFirst}, {"overlap", p.Overlap, time.Second, 7 * 24 * time.Hour}} {
		if d.value != 0 && (d.value < d.least || d.value > d.top) {
			out = append(out, fmt.Sprintf("%s: it lies between %s and %s", d.key, d.least, d.top))
		}
	}
	return append(out, p.foreign()...)
}

// foreign returns the keys that are set and mean nothing to this kind.
func (p Pull) foreign() []string {
	var out []string
	for _, k := range []struct {
		key   string
		set   bool
		kinds []string
	}{
		{"organization", p.Organization != "", []string{"github"}},
		{"enterprise", p.Enterprise != "", []string{"github"}},
		{"applications", len(p.Applications) > 0, []string{"google"}},
		{"subject", p.Subject != "", []string{"google", "greenhouse"}},
		{"version", p.Version != "", []string{"greenhouse"}},
		{"client_id", p.ClientID != "", []string{"greenhouse", "okta"}},
		{"key_id", p.KeyID != "", []string{"okta"}},
		{"token_url", p.TokenURL != "", []string{"google", "greenhouse"}},
	} {
		if k.set && !slices.Contains(k.kinds, p.Kind) {
			out = append(out, k.key+": it means nothing to "+p.Kind)
		}
	}
	return out
}

// problems returns what is wrong with a webhook. names are the connectors' kinds.
func (h Hook) problems(vendor string, names map[string]string) []string {
	var out []string
	if schemes[vendor] == nil {
		return []string{"there are webhooks of ashby, greenhouse and lever"}
	}
	if n := len(h.Secrets); n == 0 || n > 2 {
		out = append(out, "it needs one secret, or two while one takes the other's place")
	}
	for _, s := range h.Secrets {
		if problem := s.Problem(); problem != "" {
			out = append(out, problem)
		}
	}
	if h.Window != 0 && (h.Window < time.Minute || h.Window > 7*24*time.Hour) {
		out = append(out, "window: it lies between 1m0s and 168h0m0s")
	}
	switch {
	case vendor == "lever" && names[h.Wakes] != "lever":
		out = append(out, "wakes: Lever says only what changed, so it needs the name of the connector of kind lever that reads it")
	case vendor != "lever" && (h.Wakes != "" || h.Window != 0):
		out = append(out, "wakes and window are for lever")
	}
	return out
}

// Rule reads whose activity may be read.
func (n Notices) Rule() (notice.Rule, error) {
	if n.Everybody == nil {
		return notice.Rule{}, nil
	}
	e := *n.Everybody
	if e.Policy == "" || e.Version == "" || e.Date == "" {
		return notice.Rule{}, errors.New("everybody: it needs policy, version and date")
	}
	at, err := time.Parse(time.DateOnly, e.Date)
	if err != nil {
		return notice.Rule{}, errors.New("everybody: the date is one such as 2026-01-31")
	}
	return notice.Rule{Everybody: notice.Since(at)}, nil
}

func (p Pull) every() time.Duration {
	if p.Every == 0 {
		return 5 * time.Minute
	}
	return p.Every
}

func (p Pull) first() time.Duration {
	if p.Since == 0 {
		return firstTime
	}
	return p.Since
}

func (p Pull) overlap(f feed) time.Duration {
	if p.Overlap == 0 {
		return f.overlap
	}
	return p.Overlap
}

// base is where the system is, without a slash at the end.
func (p Pull) base(usual string) string {
	if p.URL == "" {
		return usual
	}
	return strings.TrimRight(p.URL, "/")
}
