// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"slices"

	"daylight/account"
	"daylight/casework"
)

// seenBy is an account that works on cases, and whether a case is kept to it.
type seenBy struct {
	account.Account
	In, Legal bool
}

// working are the accounts that work on cases.
func working(accounts []account.Account) []account.Account {
	return slices.DeleteFunc(slices.Clone(accounts), func(a account.Account) bool {
		return a.State != account.Active || !(account.Identity{Roles: a.Roles}).Has(caseworkers...)
	})
}

// actorOf is an account as package casework knows it, to ask what it may see.
func actorOf(a account.Account) casework.Actor {
	who := casework.Actor{Account: a.ID}
	for _, r := range a.Roles {
		who.Roles = append(who.Roles, string(r))
	}
	return who
}

// mayBeNamed checks the accounts that a form names: a case is kept to, and owned by,
// nobody but those who work on cases, and its owner sees it.
func (s *Server) mayBeNamed(x *exchange, act casework.Act) (func(casework.Case) error, error) {
	accounts, err := s.accounts.List(x.r.Context())
	if err != nil {
		return nil, fmt.Errorf("list the accounts: %w", err)
	}
	accounts = working(accounts)
	return func(c casework.Case) error {
		switch a := act.(type) {
		case casework.Enclose:
			for _, id := range a.Accounts {
				if !slices.ContainsFunc(accounts, func(k account.Account) bool { return k.ID == id }) {
					return fmt.Errorf("keep a case to an account: %w", errBadRequest)
				}
			}
		case casework.Take:
			if a.Owner != "" && !slices.ContainsFunc(accounts, func(k account.Account) bool { return k.ID == a.Owner && c.Visible(actorOf(k)) }) {
				return fmt.Errorf("give a case to an account: %w", errBadRequest)
			}
		}
		return nil
	}, nil
}
