// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/audit"
	"daylight/store"
)

// The purposes of one-time links of this package.
const (
	firstAdmin = "first-admin"
	invitation = "invitation"
	resetting  = "reset"
)

// How long one-time links are good for.
const (
	FirstAdminLife = 24 * time.Hour
	InvitationLife = 72 * time.Hour
	ResetLife      = 24 * time.Hour
)

// Link is what a one-time link is for.
type Link struct {
	Purpose string // "first-admin", "invitation" or "reset"
	Roles   []Role
	Account string // of a reset
	Login   string // of a reset
	Name    string // of a reset
	Until   time.Time

	by     string // account that made it
	person string // of an invitation: see [Identity]
}

type link struct {
	Roles  []Role `json:"roles,omitempty"`
	By     string `json:"by"`
	Person string `json:"person,omitempty"`
}

// FirstAdmin returns the secret of a one-time link that makes the first
// administrator, and "" if there is an account already. A new link replaces older
// ones, so only the last one printed is good. also are roles given beside that of
// an administrator: none, but where there is nobody to protect, as in a sample.
func (s *Service) FirstAdmin(ctx context.Context, also ...Role) (string, error) {
	var secret string
	err := s.store.Update(ctx, func(w store.Writer) error {
		n, err := w.Count(store.Accounts, store.Query{})
		if err != nil || n > 0 {
			return err
		}
		if err := dropLinks(w, firstAdmin, ""); err != nil {
			return err
		}
		secret, err = s.newLink(w, firstAdmin, "", link{Roles: append([]Role{Administrator}, also...), By: audit.System}, FirstAdminLife)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make the link of the first administrator: %w", err)
	}
	return secret, nil
}

// Invite returns the secret of a one-time link by which somebody makes an account
// with the roles. mail is whose it will be: nothing is sent there, and a keyed hash
// of it tells this human being from others for as long as the account lasts. actor is
// the account of whoever invites, or [audit.System] where nobody's hands are on the link.
func (s *Service) Invite(ctx context.Context, actor, mail string, roles []Role) (string, error) {
	if err := checkMail(mail); err != nil {
		return "", err
	}
	roles, err := checkRoles(roles)
	if err != nil {
		return "", err
	}
	var secret string
	err = s.store.Update(ctx, func(w store.Writer) error {
		var err error
		secret, err = s.newLink(w, invitation, "", link{Roles: roles, By: actor, Person: personOf(w, mail)}, InvitationLife)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("invite somebody: %w", err)
	}
	return secret, nil
}

// Reset returns the secret of a one-time link by which the owner of an account sets
// a new password and authenticator app. What is set stays until the link is used.
func (s *Service) Reset(ctx context.Context, actor, id string) (string, error) {
	var secret string
	err := s.store.Update(ctx, func(w store.Writer) error {
		acc, _, err := load(w, id)
		if err != nil {
			return err
		}
		if acc.Issuer != "" {
			return fmt.Errorf("%w: this account signs in by the identity provider", ErrInput)
		}
		if err := dropLinks(w, resetting, id); err != nil {
			return err
		}
		secret, err = s.newLink(w, resetting, id, link{By: actor}, ResetLife)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make a link to reset an account: %w", err)
	}
	return secret, nil
}

func (s *Service) newLink(w store.Writer, purpose, subject string, l link, life time.Duration) (string, error) {
	secret, err := s.secret()
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(l)
	if err != nil {
		return "", fmt.Errorf("write a link: %w", err)
	}
	now := s.now()
	err = w.Put(store.Links, store.Row{
		Key: sum(secret), Text: map[string]string{"purpose": purpose, "subject": subject}, Body: body,
		Ints: map[string]int64{"until": now.Add(life).UnixMilli(), "used": 0},
	})
	if err != nil {
		return "", fmt.Errorf("write a link: %w", err)
	}
	return secret, audit.Append(w, audit.Entry{At: now, Actor: l.By, Act: "link.create", Object: subject, Detail: map[string]string{"purpose": purpose, "roles": joined(l.Roles)}})
}

func joined(roles []Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// dropLinks removes the links of a purpose and subject.
func dropLinks(w store.Writer, purpose, subject string) error {
	var old []string
	for row, err := range w.Find(store.Links, store.Query{Bare: true, Where: []store.Cond{
		{Column: "purpose", Op: store.Equal, Text: purpose}, {Column: "subject", Op: store.Equal, Text: subject},
	}}) {
		if err != nil {
			return err
		}
		old = append(old, row.Key)
	}
	for _, k := range old {
		if err := w.Delete(store.Links, k); err != nil {
			return err
		}
	}
	return nil
}

// OpenLink says what a link is for, without using it. It fails with [ErrLink].
func (s *Service) OpenLink(ctx context.Context, secret string) (Link, error) {
	var out Link
	err := s.store.View(ctx, func(r store.Reader) error {
		var err error
		out, _, err = s.readLink(r, secret)
		return err
	})
	return out, err
}

func (s *Service) readLink(r store.Reader, secret string) (Link, store.Row, error) {
	row, err := r.Get(store.Links, sum(secret))
	if errors.Is(err, store.ErrNotFound) {
		return Link{}, row, ErrLink
	}
	if err != nil {
		return Link{}, row, fmt.Errorf("read a link: %w", err)
	}
	out := Link{Purpose: row.Text["purpose"], Account: row.Text["subject"], Until: time.UnixMilli(row.Ints["until"]).UTC()}
	if !slices.Contains([]string{firstAdmin, invitation, resetting}, out.Purpose) || row.Ints["used"] != 0 || !s.now().Before(out.Until) {
		return Link{}, row, ErrLink
	}
	var l link
	if err := json.Unmarshal(row.Body, &l); err != nil {
		return Link{}, row, fmt.Errorf("read a link: %w", err)
	}
	out.Roles, out.by, out.person = l.Roles, l.By, l.Person
	if out.Purpose != firstAdmin && l.By != audit.System {
		gone, err := orphan(r, l.By)
		if err != nil {
			return Link{}, row, fmt.Errorf("read who made a link: %w", err)
		}
		if gone {
			return Link{}, row, ErrLink
		}
	}
	if out.Purpose == firstAdmin {
		if n, err := r.Count(store.Accounts, store.Query{}); err != nil || n > 0 {
			return Link{}, row, errors.Join(ErrLink, err)
		}
	}
	if out.Account != "" {
		acc, _, err := load(r, out.Account)
		if err != nil || acc.State != Active {
			return Link{}, row, ErrLink
		}
		out.Login, out.Name = acc.Login, acc.Name
	}
	return out, row, nil
}

// Welcome is what somebody enters who follows a link.
type Welcome struct {
	Login, Name, Password string
	OTP, Code             string // the secret shown, and the code that the app shows for it
	From                  From
}

// UseLink makes the account that a link is for, or resets it, and signs its owner
// in. It returns recovery codes to be shown once. It fails with [ErrLink], [ErrLogin]
// or [ErrInput].
func (s *Service) UseLink(ctx context.Context, secret string, in Welcome) (Session, []string, error) {
	l, err := s.OpenLink(ctx, secret)
	if err != nil {
		return Session{}, nil, err
	}
	if l.Account != "" {
		in.Login, in.Name = l.Login, l.Name
	}
	if err := checkName(in.Login, in.Name); err != nil {
		return Session{}, nil, err
	}
	if err := checkPassword(in.Password, in.Login, in.Name); err != nil {
		return Session{}, nil, err
	}
	hash, err := s.hashed(ctx, in.Password)
	if err != nil {
		return Session{}, nil, err
	}
	var out Session
	var codes []string
	err = s.store.Update(ctx, func(w store.Writer) error {
		l, lrow, err := s.readLink(w, secret)
		if err != nil {
			return err
		}
		acc, row, err := s.linked(w, l, in)
		if err != nil {
			return err
		}
		acc.Password = hash
		if err := acc.setOTP(in.OTP, in.Code, s.now()); err != nil {
			return err
		}
		if codes, err = s.newRecovery(w, &acc); err != nil {
			return err
		}
		lrow.Ints["used"] = s.now().UnixMilli()
		if err := w.Put(store.Links, lrow); err != nil {
			return err
		}
		act := "account.create"
		if l.Account != "" {
			act = "account.reset"
		}
		if err := audit.Append(w, audit.Entry{At: s.now(), Actor: row.Key, Act: act, Object: row.Key, Detail: map[string]string{"purpose": l.Purpose, "roles": joined(acc.Roles), "link_by": l.by}}); err != nil {
			return err
		}
		out, err = s.begin(w, &acc, row, in.From, "password")
		return err
	})
	return out, codes, err
}

// linked returns the account that a link is for, new or to be reset. It remembers
// through whose hands the link went.
func (s *Service) linked(w store.Writer, l Link, in Welcome) (record, store.Row, error) {
	if l.Account != "" {
		acc, row, err := load(w, l.Account)
		if err != nil {
			return acc, row, err
		}
		acc.Known, acc.Reset = nil, l.by
		if err := acc.passed(w, l.by); err != nil {
			return acc, row, err
		}
		_, err = endSessions(w, l.Account, "")
		return acc, row, err
	}
	if _, _, err := byLogin(w, in.Login); !errors.Is(err, store.ErrNotFound) {
		if err == nil {
			err = fmt.Errorf("%w: somebody signs in by this name already", errors.Join(ErrLogin, ErrInput))
		}
		return record{}, store.Row{}, err
	}
	id, err := s.newID()
	if err != nil {
		return record{}, store.Row{}, err
	}
	acc := record{
		Login: strings.TrimSpace(in.Login), Name: strings.TrimSpace(in.Name), Roles: l.Roles, State: Active, Created: s.now(),
		Person: l.person, Invited: l.by,
	}
	if acc.Person == "" { // nobody invited the first administrator
		acc.Person = personOf(w, in.Login)
	}
	return acc, store.Row{Key: id}, acc.passed(w, l.by)
}

// Get returns one account.
func (s *Service) Get(ctx context.Context, id string) (out Account, err error) {
	err = s.store.View(ctx, func(r store.Reader) error {
		out, err = s.get(r, id)
		return err
	})
	return out, err
}

// List returns every account, by name.
func (s *Service) List(ctx context.Context) (out []Account, err error) {
	err = s.store.View(ctx, func(r store.Reader) error {
		out, err = s.list(r)
		return err
	})
	return out, err
}

// Change sets an account's roles and state, as an administrator does. version is
// that of the account as it was read; sessions of an account that is disabled end.
// It fails with [ErrLast], [ErrInput] or [store.ErrConflict].
func (s *Service) Change(ctx context.Context, actor, id string, version int64, roles []Role, state State) error {
	if state != Active && state != Disabled {
		return fmt.Errorf("%w: there is no state %q", ErrInput, state)
	}
	err := s.store.Update(ctx, func(w store.Writer) error {
		acc, row, err := load(w, id)
		if err != nil {
			return err
		}
		// Whom the identity provider has taken out of every group has no role.
		if acc.Issuer == "" || len(roles) > 0 {
			if roles, err = checkRoles(roles); err != nil {
				return err
			}
		}
		if row.Version != version {
			return store.ErrConflict
		}
		before := acc
		acc.Roles, acc.State = roles, state
		if err := s.keepOne(w, id, acc); err != nil {
			return err
		}
		if err := acc.save(w, row); err != nil {
			return err
		}
		if state == Disabled {
			if _, err := endSessions(w, id, ""); err != nil {
				return err
			}
		}
		return audit.Append(w, audit.Entry{At: s.now(), Actor: actor, Act: "account.change", Object: id, Detail: map[string]string{
			"roles": joined(roles), "roles-before": joined(before.Roles), "state": string(state), "state-before": string(before.State),
		}})
	})
	if err != nil {
		return fmt.Errorf("change an account: %w", err)
	}
	return nil
}

// keepOne refuses a change after which no account could manage accounts.
func (s *Service) keepOne(r store.Reader, id string, acc record) error {
	if acc.State == Active && slices.Contains(acc.Roles, Administrator) {
		return nil
	}
	all, err := s.list(r)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(a Account) bool {
		return a.ID != id && a.State == Active && slices.Contains(a.Roles, Administrator)
	}) {
		return ErrLast
	}
	return nil
}
