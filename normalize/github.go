// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"errors"
	"strings"

	"daylight/record"
)

// github decodes the GitHub audit log: the REST export and the stream, which
// name the time "@timestamp"; what data lakes make of it; and the syslog form
// of GitHub Enterprise Server, which holds the entry as text in a message.
type github struct {
	walker
	stamp, lake, created instant

	action, org, repo, repository, user, visibility, parent, title []byte

	userID, access []byte
	bot            bool

	inner []byte // the entry out of a syslog message
}

func newGitHub() EventDecoder { return new(github) }

func matchesGitHub(s *Sample) bool {
	return s.Any(func(m Members) bool {
		if m.Text("program") == "github_audit" && m.Has("message") {
			return true
		}
		action := m.Text("action")
		area, verb, ok := strings.Cut(action, ".")
		return ok && area != "" && verb != "" && !strings.ContainsAny(action, " :/") &&
			action == strings.ToLower(action) && m.Has("actor") && (m.Text("actor") != "" || m.Has("@timestamp")) &&
			(m.Has("_document_id") || m.Has("@timestamp") || m.Text("org") != "" || m.Text("repo") != "" ||
				m.Text("user") != "" || m.Has("business"))
	})
}

// Decode implements [EventDecoder].
func (d *github) Decode(raw []byte, e *record.Event) error {
	err := d.entry(raw, e)
	if !errors.Is(err, ErrNoAct) {
		return err
	}
	if inner := d.syslog(raw); len(inner) > 0 {
		return d.entry(inner, e)
	}
	return ErrNoAct
}

// syslog returns the entry in "<190>May 22 12:05:54 host github_audit: {...}".
func (d *github) syslog(raw []byte) []byte {
	if d.open(raw) != nil {
		return nil
	}
	var message []byte
	for name := range d.members {
		if string(name) == "message" {
			message = d.str()
		}
	}
	_, inner, _ := bytes.Cut(message, []byte(" github_audit: "))
	d.inner = append(d.inner[:0], inner...) // the next open reuses the buffer it stands in
	return d.inner
}

func (d *github) entry(raw []byte, e *record.Event) error {
	e.Reset()
	*d = github{walker: d.walker, inner: d.inner}
	if err := d.open(raw); err != nil {
		return err
	}
	for name := range d.members {
		d.field(name, e)
	}
	if err := d.close(); err != nil {
		return err
	}
	at := d.stamp.or(d.lake).or(d.created)
	switch {
	case len(d.action) == 0:
		return ErrNoAct
	case !at.ok:
		return at.err()
	}
	if len(d.repo) == 0 {
		d.repo = d.repository
	}
	e.At, e.Class, e.Object = at.ms, record.Code, d.repo
	d.judge(e)
	return nil
}

func (d *github) field(name []byte, e *record.Event) {
	switch string(name) {
	case "@timestamp":
		d.stamp = d.when()
	case "at_sign_timestamp":
		d.lake = d.when()
	case "created_at":
		d.created = d.when()
	case "action":
		d.action = d.str()
	case "actor":
		e.ActorName = known(d.str())
	case "actor_id":
		e.ActorID = known(d.scalar())
	case "actor_ip":
		e.Addr = d.addr()
	case "actor_is_bot", "actor_is_agent":
		d.bot = d.yes() || d.bot
	case "actor_location":
		for name := range d.members {
			if string(name) == "location" {
				d.place(e, "lat", "lon")
			}
		}
	case "external_identity_nameid":
		if id := d.str(); bytes.IndexByte(id, '@') > 0 {
			e.ActorEmail = id
		}
	case "user_agent":
		e.Agent = known(d.str())
	case "org":
		d.org = d.str()
	case "repo":
		d.repo = d.str()
	case "repository":
		d.repository = d.str()
	case "fork_parent":
		d.parent = d.str()
	case "visibility":
		d.visibility = d.str()
	case "user":
		d.user = known(d.str())
	case "user_id":
		d.userID = known(d.scalar())
	case "title":
		d.title = known(d.str())
	case "programmatic_access_type":
		d.access = d.str()
	}
}

func (d *github) judge(e *record.Event) {
	e.Act = githubAct(d.action)
	e.Automated = d.bot || bytes.HasSuffix(e.ActorName, []byte("[bot]")) ||
		bytes.HasPrefix(d.action, []byte("workflows.")) || bytes.HasPrefix(d.action, []byte("dependabot")) && len(e.ActorName) == 0
	switch string(d.access) {
	case "github_app", "deploy_key", "GitHub App server-to-server token", "Deploy key":
		e.Automated = true
	}
	if e.Act == record.RepositoryCreated && len(d.parent) > 0 {
		e.Act = record.Fork
	}
	d.outward(e)
	if string(d.action) == "repo.access" && string(d.visibility) != "public" {
		e.Act = record.Other // not opened to everybody
	}
	if e.Act == record.KeyAdded && len(e.Object) == 0 {
		e.Object = d.title
	}
	if e.Act == record.BuildChanged {
		if len(e.Object) == 0 {
			e.Object = d.org
		}
		if e.Automated {
			e.Act = record.Other // a workflow that publishes does what its owners wrote
		}
	}
	if e.Act == record.AccountRemoved {
		d.belongs(e)
	}
}

// outward tells a push, a fork or a new repository outside the organisation from
// one within, where both the organisation and the repository's owner are named
// and differ. Only a fork is known to hold what the company has: a new
// repository may be empty, and a push may be of anything.
func (d *github) outward(e *record.Event) {
	owner, _, ok := bytes.Cut(d.repo, []byte("/"))
	if !ok || len(owner) == 0 || len(d.org) == 0 || bytes.EqualFold(owner, d.org) {
		return
	}
	switch e.Act { //nolint:exhaustive // the others are what they are anywhere
	case record.Fork:
		e.Act = record.CopiedOut
	case record.Push:
		e.Act = record.PushedOutside
	case record.RepositoryCreated:
		e.Act = record.CreatedOutside
	case record.BuildChanged:
		e.Act = record.Other // of something that is not the company's
	}
}

// belongs gives a removal to the account that was removed; see [okta.belongs].
func (d *github) belongs(e *record.Event) {
	if len(d.user) == 0 || bytes.EqualFold(d.user, e.ActorName) {
		return
	}
	*e = record.Event{
		At: e.At, Class: e.Class, Act: e.Act, Automated: true, ActorID: d.userID, ActorName: d.user, Object: d.org,
	}
}

// githubAct maps an action. Source: GitHub's audit log events reference.
func githubAct(action []byte) record.Act {
	switch string(action) {
	case "git.clone":
		return record.Clone
	case "git.push":
		return record.Push
	case "repo.create":
		return record.RepositoryCreated
	case "repo.fork":
		return record.Fork
	case "repo.download_zip":
		return record.Downloaded
	case "repo.access", "repo.transfer_outgoing":
		return record.CopiedOut
	case "public_key.create", "deploy_key.create", "personal_access_token.create", "personal_access_token.access_granted",
		"oauth_access.create", "oauth_authorization.create":
		return record.KeyAdded
	case "org.add_member", "org.update_member", "repo.add_member", "repo.update_member", "team.add_member",
		"team.add_repository", "team.promote_maintainer", "business.add_admin":
		return record.AccessGranted
	case "repo.create_actions_secret", "repo.update_actions_secret", "org.create_actions_secret", "org.update_actions_secret",
		"environment.create_actions_secret", "environment.update_actions_secret", "environment.remove_protection_rule",
		"repo.register_self_hosted_runner", "org.register_self_hosted_runner", "protected_branch.destroy",
		"packages.package_version_published":
		return record.BuildChanged
	case "org.remove_member", "org.remove_outside_collaborator", "business.remove_member", "user.suspend", "user.destroy":
		return record.AccountRemoved
	case "org.sso_response", "user.login":
		return record.SignIn
	case "user.failed_login":
		return record.SignInFailed
	}
	return record.Other
}
