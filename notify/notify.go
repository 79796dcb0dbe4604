// SPDX-License-Identifier: Apache-2.0

// Package notify tells other systems that the console has something to decide:
// Slack, Teams, e-mail, Jira, signed webhooks, and OCSF findings for a SIEM.
//
// Its source is the audit log: what is recorded there leads to deliveries, in the
// order of the log and each once, so nothing that happened goes unsaid and no
// part of the program has to remember to say it. What is said in words is that
// somebody is needed, and where. It names no person, no state and no reason: the
// channel is read by more people than the case. A finding for a SIEM says more, and each
// one that is sent is an entry of the log itself, which nobody is told of.
//
// It decides nothing and changes no case.
package notify

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"daylight/audit"
	"daylight/secret"
)

// Kind is how a target is reached.
type Kind string

// The kinds of target.
const (
	Slack    Kind = "slack"     // an incoming webhook
	Teams    Kind = "teams"     // a workflow that posts an adaptive card
	Email    Kind = "email"     // SMTP with STARTTLS, or TLS from the start on port 465
	Jira     Kind = "jira"      // an issue, by the REST API, version 3
	Webhook  Kind = "webhook"   // a signed POST (Standard Webhooks 1.0)
	OCSFFile Kind = "ocsf_file" // a finding a line, appended
	OCSFHTTP Kind = "ocsf_http" // a finding a request, as JSON
	Syslog   Kind = "syslog"    // a finding a message (RFC 5424)
)

// Target is one place that is told.
type Target struct {
	Name string `yaml:"name"`
	Kind Kind   `yaml:"kind"`
	// On are the happenings it is told of, by their slugs; none stands for all.
	On []string `yaml:"on"`
	// URL is where to post: of Slack, Teams, a webhook, OCSF by HTTP, or the site of
	// Jira. Of syslog it is udp://, tcp:// or tls:// with host and port, of e-mail
	// smtp:// or smtps://.
	URL string `yaml:"url"`
	// SecretAt says where the secret is: the key that signs a webhook, Jira's token, a bearer
	// token of OCSF by HTTP, the password of the mail server.
	SecretAt secret.Source `yaml:"secret"`
	// User signs in with the secret at Jira or at the mail server.
	User string `yaml:"user"`
	// From and To are e-mail addresses.
	From string   `yaml:"from"`
	To   []string `yaml:"to"`
	// Project and IssueType are Jira's: a project's key, and "Task" if empty.
	Project   string `yaml:"project"`
	IssueType string `yaml:"issue_type"`
	// Path is the file of OCSF findings.
	Path string `yaml:"path"`
	// Evidence adds what the indicators found to OCSF findings. It is for a SIEM that
	// no more people read than the console.
	Evidence bool `yaml:"evidence"`

	// Secret is what is at SecretAt, filled in by who reads it.
	Secret string `yaml:"-"`
}

// secretive are the kinds that cannot do without a secret.
var secretive = []Kind{Jira, Webhook}

// Validate returns everything that is wrong with the targets, all at once.
func Validate(targets []Target) error {
	var problems []error
	names, paths := map[string]bool{}, map[string]bool{}
	for i, t := range targets {
		bad := func(format string, args ...any) {
			problems = append(problems, fmt.Errorf("notify: target %d (%s): %s", i+1, t.Name, fmt.Sprintf(format, args...)))
		}
		if t.Name == "" {
			bad("it has no name")
		} else if names[t.Name] {
			bad("another target has this name")
		}
		names[t.Name] = true
		if t.finds() && !audit.Plain(t.Name) {
			bad("the audit log takes no such name: it is too long, or holds an @ or a character that cannot be seen")
		}
		if t.Kind == OCSFFile && t.Path != "" {
			if paths[filepath.Clean(t.Path)] {
				bad("another target writes to this file")
			}
			paths[filepath.Clean(t.Path)] = true
		}
		for _, on := range t.On {
			if !slices.ContainsFunc(happenings, func(h happening) bool { return h.slug == on }) {
				bad("on: %q is none of %s", on, strings.Join(Slugs(), ", "))
			}
		}
		if problem := t.SecretAt.Problem(); problem != "" && (t.SecretAt.IsSet() || slices.Contains(secretive, t.Kind)) {
			bad("%s", problem)
		}
		t.validateKind(bad)
	}
	return errors.Join(problems...)
}

func (t Target) validateKind(bad func(string, ...any)) {
	schemes := map[Kind][]string{
		Slack: {"https", "http"}, Teams: {"https", "http"}, Webhook: {"https", "http"}, OCSFHTTP: {"https", "http"}, Jira: {"https", "http"},
		Email: {"smtp", "smtps"}, Syslog: {"udp", "tcp", "tls"},
	}
	switch t.Kind {
	case OCSFFile:
		if t.Path == "" {
			bad("it needs a path")
		}
		return
	case Slack, Teams, Email, Jira, Webhook, OCSFHTTP, Syslog:
	default:
		bad("kind %q is not known", t.Kind)
		return
	}
	u, err := url.Parse(t.URL)
	if err != nil || u.Host == "" || !slices.Contains(schemes[t.Kind], u.Scheme) {
		bad("url must begin with %s://", strings.Join(schemes[t.Kind], ":// or "))
	}
	switch t.Kind {
	case Email:
		if _, err := mail.ParseAddress(t.From); err != nil {
			bad("from is no e-mail address")
		}
		if len(t.To) == 0 {
			bad("to names nobody")
		}
		for _, to := range t.To {
			if _, err := mail.ParseAddress(to); err != nil {
				bad("to: %q is no e-mail address", to)
			}
		}
	case Jira:
		if t.Project == "" || t.User == "" {
			bad("it needs project and user")
		}
	case Slack, Teams, Webhook, OCSFFile, OCSFHTTP, Syslog:
	}
}
