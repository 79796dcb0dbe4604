// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"time"

	"daylight/record"
	"daylight/source"
)

// githubUsers decodes user objects of the GitHub REST API (GET /users/{login}).
// Of the profile, only what tells the account's age is kept.
type githubUsers struct{ file File }

func newGitHubUsers(f File) RecordDecoder { return githubUsers{f} }

func matchesGitHubUser(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("login", "id", "node_id", "type", "created_at") || m.Has("login", "id", "html_url", "public_repos", "created_at")
	})
}

// Decode implements [RecordDecoder].
func (d githubUsers) Decode(row source.Row, emit func(record.Record)) error {
	m := membersOf(row.JSON)
	login := m.Text("login")
	made := m.Text("created_at")
	switch kind := m.Text("type"); {
	case m == nil:
		return ErrNotObject
	case login == "":
		return Bad("no login")
	case kind != "" && kind != "User":
		return NotEvent("not a person's account")
	case made == "":
		return ErrNoTime
	}
	ms, ok := parseTime([]byte(made))
	if !ok {
		return ErrBadTime
	}
	at := time.UnixMilli(ms).UTC()
	r, err := Seal(d.file.origin("github.user", row), record.Ref{Email: Email(m.Text("email")), Username: login}, at,
		record.CodeHistory{Account: login, AccountMade: at})
	if err != nil {
		return err
	}
	emit(r)
	return nil
}
