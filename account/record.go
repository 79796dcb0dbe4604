// SPDX-License-Identifier: Apache-2.0

package account

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"daylight/audit"
	vocab "daylight/record"
	"daylight/store"
)

// State is whether an account may be used.
type State string

// The states.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// Account is an account as administrators see it.
type Account struct {
	ID       string
	Login    string // "" if the identity provider vouches for it
	Name     string
	Roles    []Role
	State    State
	Created  time.Time
	Provider bool   // signs in by the identity provider, which also gives the roles
	Invited  string // account whose link made it; audit.System for the first administrator
	Reset    string // account whose link last gave it a new password, "" for none
	Password bool
	Passkeys int
	Version  int64 // of the row, for [Service.Change]
	Damaged  bool  // the row does not open: ID, State and Created are known, and the ID stands for the name
}

// record is what is stored of an account, sealed under a key of its own.
type record struct {
	Login    string   `json:"login,omitempty"`
	Name     string   `json:"name"`
	Roles    []Role   `json:"roles"`
	Password string   `json:"password,omitempty"` // hash
	OTP      string   `json:"otp,omitempty"`      // secret of the authenticator app
	Step     int64    `json:"step,omitempty"`     // of the last code that was used
	Recovery []string `json:"recovery,omitempty"` // hashes of codes that were not used
	Known    []string `json:"known,omitempty"`    // hashes of the secrets of known browsers
	Issuer   string   `json:"issuer,omitempty"`
	Subject  string   `json:"subject,omitempty"`
	Person   string   `json:"person,omitempty"` // see [Identity]; written once
	Invited  string   `json:"invited,omitempty"`
	Reset    string   `json:"reset,omitempty"`
	Hands    []string `json:"hands,omitempty"` // see [Identity]

	State   State     `json:"-"` // plain columns
	Created time.Time `json:"-"`
}

// holder names the key that what is known of an account is sealed under.
func holder(id string) string { return "a:" + id }

// load reads an account.
func load(r store.Reader, id string) (record, store.Row, error) {
	row, err := r.Get(store.Accounts, id)
	if err != nil {
		return record{}, row, fmt.Errorf("read an account: %w", err)
	}
	acc, err := decode(row)
	return acc, row, err
}

func decode(row store.Row) (record, error) {
	var acc record
	if err := json.Unmarshal(row.Body, &acc); err != nil {
		return acc, fmt.Errorf("read account %s: %w", row.Key, err)
	}
	acc.State, acc.Created = State(row.Text["state"]), time.UnixMilli(row.Ints["created"]).UTC()
	return acc, nil
}

// save writes an account over the row that it was read from.
func (a *record) save(w store.Writer, row store.Row) error {
	body, err := json.Marshal(a) //nolint:gosec // a hash, and the row is sealed
	if err != nil {
		return fmt.Errorf("write an account: %w", err)
	}
	roles := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		roles[i] = string(r)
	}
	row.Holder, row.Body = holder(row.Key), body
	row.Text = map[string]string{"login": a.loginHash(w), "role": strings.Join(roles, ","), "state": string(a.State)}
	row.Ints = map[string]int64{"created": a.Created.UnixMilli()}
	if err := w.Put(store.Accounts, row); err != nil {
		return fmt.Errorf("write an account: %w", err)
	}
	return nil
}

// loginHash is how an account is found when somebody signs in.
func (a *record) loginHash(r store.Reader) string {
	if a.Issuer != "" {
		return r.Hash("account provider", a.Issuer+"\x00"+a.Subject)
	}
	return r.Hash("account login", fold(a.Login))
}

// fold is the one spelling of a name that somebody signs in by.
func fold(login string) string {
	return norm.NFKC.String(strings.ToLower(norm.NFKC.String(strings.TrimSpace(login))))
}

// byLogin finds an account by the name that somebody signs in by.
func byLogin(r store.Reader, login string) (string, record, error) {
	acc := record{Login: login}
	return byHash(r, acc.loginHash(r))
}

func byHash(r store.Reader, hash string) (string, record, error) {
	for row, err := range r.Find(store.Accounts, store.Query{Where: []store.Cond{{Column: "login", Op: store.Equal, Text: hash}}, Limit: 1}) {
		if err != nil {
			return "", record{}, fmt.Errorf("find an account: %w", err)
		}
		acc, err := decode(row)
		return row.Key, acc, err
	}
	return "", record{}, store.ErrNotFound
}

// shown is the account as administrators see it.
func (a *record) shown(row store.Row) Account {
	return Account{
		ID: row.Key, Login: a.Login, Name: a.Name, Roles: a.Roles, State: a.State, Created: a.Created,
		Provider: a.Issuer != "", Password: a.Password != "", Version: row.Version, Invited: a.Invited, Reset: a.Reset,
	}
}

// identity is who is signed in by the account.
func (a *record) identity(id string) Identity {
	return Identity{Account: id, Name: a.Name, Roles: a.Roles, Person: a.Person, Hands: a.Hands}
}

// personOf is how a human being is known who has an e-mail address, whatever the
// spelling: a name after "+" is a mailbox's own.
func personOf(r store.Reader, mail string) string {
	box, host, _ := strings.Cut(fold(mail), "@")
	box, _, _ = strings.Cut(box, "+")
	return r.Hash("human", box+"@"+host)
}

// passed notes that a link of the account by, or of the service, made this account
// or gave it a new password.
func (a *record) passed(r store.Reader, by string) error {
	if by == audit.System {
		return nil
	}
	maker, _, err := load(r, by)
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrErased) {
		return err
	}
	for _, h := range []string{by, maker.Person} {
		if h != "" && !slices.Contains(a.Hands, h) {
			a.Hands = append(a.Hands, h)
		}
	}
	return nil
}

// checkRoles puts roles into their order, each once.
func checkRoles(roles []Role) ([]Role, error) {
	var out []Role
	for _, r := range roles {
		if !r.Valid() {
			return nil, fmt.Errorf("%w: there is no role %q", ErrInput, r)
		}
	}
	for _, r := range Roles() {
		if slices.Contains(roles, r) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: an account needs at least one role", ErrInput)
	}
	return out, nil
}

// checkName checks the names of a new account.
func checkName(login, name string) error {
	for _, f := range [][2]string{{"the name to sign in by", login}, {"the name shown to others", name}} {
		what, s := f[0], strings.TrimSpace(f[1])
		switch {
		case s == "":
			return fmt.Errorf("%w: %s is missing", ErrInput, what)
		case len(s) > 120:
			return fmt.Errorf("%w: %s is longer than 120 bytes", ErrInput, what)
		case vocab.Unseen(s) >= 0:
			return fmt.Errorf("%w: %s holds characters that cannot be seen", ErrInput, what)
		}
	}
	return nil
}

// checkMail checks whom an invitation is for.
func checkMail(mail string) error {
	mail = strings.TrimSpace(mail)
	box, host, _ := strings.Cut(mail, "@")
	if err := checkName("-", mail); err != nil || box == "" || !strings.Contains(host, ".") || strings.ContainsAny(mail, " <>") {
		return fmt.Errorf("%w: an invitation needs the e-mail address of whom it is for", ErrInput)
	}
	return nil
}

// secret returns 256 random bits as text that fits into a cookie and an address.
func (s *Service) secret() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return "", fmt.Errorf("make a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// newID returns the id of a new account, which says nothing about whose it is.
func (s *Service) newID() (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return "a-" + hex.EncodeToString(b[:]), nil
}

// Get returns one account.
func (s *Service) get(r store.Reader, id string) (Account, error) {
	acc, row, err := load(r, id)
	if err != nil {
		return Account{}, err
	}
	out := acc.shown(row)
	out.Passkeys, err = r.Count(store.Credentials, store.Query{Where: []store.Cond{{Column: "account", Op: store.Equal, Text: id}}})
	if err != nil {
		return Account{}, fmt.Errorf("count passkeys: %w", err)
	}
	return out, nil
}

// list returns every account, by name. Of a damaged one it is only known that it is there,
// and in which state.
func (s *Service) list(r store.Reader) ([]Account, error) {
	var out []Account
	for row, err := range r.Find(store.Accounts, store.Query{}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if errors.Is(err, store.ErrCorrupt) {
			out = append(out, Account{ID: row.Key, Name: row.Key, State: State(row.Text["state"]), Created: time.UnixMilli(row.Ints["created"]).UTC(), Damaged: true})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list accounts: %w", err)
		}
		a, err := s.get(r, row.Key)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Account) int {
		return cmp.Or(strings.Compare(fold(a.Name), fold(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}
