// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/account"
	"daylight/detect"
	"daylight/intake"
	"daylight/policy"
	"daylight/record"
	"daylight/store"
	"daylight/weigh"
)

// Who may do what with a policy. Adoption takes one of the adopters who did not
// propose it.
var (
	policyReaders   = []account.Role{account.HR, account.Security, account.Legal, account.Auditor, account.Administrator}
	policyProposers = []account.Role{account.Security, account.Administrator}
	policyAdopters  = []account.Role{account.Legal, account.Security, account.Administrator}
)

func policyRoutes() []route {
	return []route{
		{pattern: "GET /policy", acts: "show the policy in force, those before it and those proposed", roles: policyReaders, handle: (*Server).policies},
		{pattern: "POST /policy", acts: "propose a policy", recorded: true, roles: policyProposers, handle: (*Server).proposePolicy},
		{
			pattern: "GET /policy/{digest}", acts: "show one policy, and whom it would move to another state", recorded: true,
			roles: append([]account.Role{account.Auditor}, policyAdopters...), example: "/policy/{policy}", handle: (*Server).policyPage,
		},
		{pattern: "POST /policy/{digest}/compare", acts: "work out again whom a proposed policy would move", roles: policyAdopters, recorded: true, handle: (*Server).comparePolicy},
		{pattern: "POST /policy/{digest}/adopt", acts: "put a policy in force that somebody else proposed", recorded: true, roles: policyAdopters, handle: (*Server).adoptPolicy},
		{pattern: "POST /policy/{digest}/withdraw", acts: "take a proposed policy back", recorded: true, roles: policyAdopters, handle: (*Server).withdrawPolicy},
	}
}

// judgement is a policy in words.
type judgement struct {
	weigh.Policy
	Prior      policy.Priors
	Thresholds policy.Thresholds
	Slope      int
	Why        string // of the scale
	Weights    []weightLine
}

// weightLine is a weight that differs from another.
type weightLine struct {
	Indicator string
	Side      detect.Outcome
	From, To  record.Weight
	Why       string
}

// judgementOf words a policy; f is the file it was written in, or one made of it.
func judgementOf(p weigh.Policy, f policy.File, catalog []*detect.Indicator) judgement {
	j := judgement{Policy: p, Slope: cmp.Or(p.Scale.Slope, 100)}
	j.Prior, j.Thresholds = policy.Of(p)
	if f.Scale != nil {
		j.Why = f.Scale.Why
	}
	base := weigh.DefaultPolicy()
	base.Weights = nil
	j.Weights = weightsBetween(base, p, f, catalog)
	return j
}

// weightsBetween lists the weights that two policies do not share, with the reasons
// that the file of the second gives.
func weightsBetween(before, after weigh.Policy, f policy.File, catalog []*detect.Indicator) []weightLine {
	var out []weightLine
	for _, ind := range catalog {
		was, is := before.WeightsOf(ind), after.WeightsOf(ind)
		if was.Present != is.Present {
			out = append(out, weightLine{Indicator: ind.ID, Side: detect.Present, From: was.Present, To: is.Present})
		}
		if was.Absent != is.Absent {
			out = append(out, weightLine{Indicator: ind.ID, Side: detect.Absent, From: was.Absent, To: is.Absent})
		}
	}
	for i := range out {
		for _, c := range f.Changed {
			if c.Indicator == out[i].Indicator && c.Side == out[i].Side {
				out[i].Why = c.Why
			}
		}
	}
	slices.SortStableFunc(out, func(a, b weightLine) int { return cmp.Compare(a.Indicator, b.Indicator) })
	return out
}

// policiesView is the page of the policy in force.
type policiesView struct {
	judgement
	Kept     *policy.Kept // nil: that of the configuration
	Term     policy.Term
	Names    map[string]string // of accounts
	Proposed []policy.Kept
	Past     []policy.Kept
	Broken   []string // why the policy in force cannot be read
	Damaged  bool     // its row does not open
	May      bool     // the reader may propose
	// As typed, when it was not accepted.
	Text, Reason string
	Wrong        []string
}

func (s *Server) policies(x *exchange) error {
	v := &policiesView{}
	if err := s.readPolicies(x, v); err != nil {
		return err
	}
	return x.page("policy", v)
}

func (s *Server) readPolicies(x *exchange, v *policiesView) error {
	var err error
	if v.Names, err = s.accountNames(x); err != nil {
		return err
	}
	v.May = x.who.Has(policyProposers...)
	in, file := s.configured(), policy.NewFile(s.configured(), s.Catalog, nil)
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		all, err := policy.List(r)
		if err != nil {
			return err
		}
		for _, k := range all {
			switch k.State {
			case policy.InForce:
				if v.Damaged = k.Damaged; v.Damaged {
					file, in = policy.File{}, weigh.Policy{} // not those of the configuration
					break
				}
				v.Kept, v.Term = &k, k.Terms[len(k.Terms)-1]
				if file, in, err = k.Read(s.Catalog); err != nil {
					v.Broken = strings.Split(err.Error(), "\n")
				}
			case policy.Proposed:
				v.Proposed = append(v.Proposed, k)
			case policy.Past, policy.Withdrawn:
				v.Past = append(v.Past, k)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("show the policy: %w", err)
	}
	v.judgement = judgementOf(in, file, s.Catalog)
	return nil
}

// accountNames are the names that accounts show, by their ids.
func (s *Server) accountNames(x *exchange) (map[string]string, error) {
	accounts, err := s.accounts.List(x.r.Context())
	if err != nil {
		return nil, fmt.Errorf("list the accounts: %w", err)
	}
	names := map[string]string{}
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	return names, nil
}

// policyWho is who proposes or adopts, and whose their account is.
func policyWho(r store.Reader, x *exchange) policy.Who {
	who := caseActor(r, x)
	return policy.Who{Account: who.Account, Person: who.Person, Shown: who.Shown, Hands: who.Hands}
}

// proposePolicy keeps a policy file that was sent or pasted, and works out what it
// would change.
func (s *Server) proposePolicy(x *exchange) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	v := &policiesView{Text: form.Get("text"), Reason: form.Get("reason")}
	data, err := policyText(x.r, v.Text)
	if err != nil {
		return err
	}
	var kept policy.Kept
	err = s.Store.Update(x.r.Context(), func(w store.Writer) (err error) {
		kept, err = policy.Propose(w, s.Catalog, data, v.Reason, policyWho(w, x), s.Now())
		return err
	})
	if err != nil {
		if ours(err) {
			return fmt.Errorf("propose a policy: %w", err)
		}
		v.Wrong = strings.Split(strings.TrimPrefix(err.Error(), "propose a policy: "), "\n")
		if err := s.readPolicies(x, v); err != nil {
			return err
		}
		return x.again("policy", v)
	}
	if err := s.compare(x, kept); err != nil {
		return err
	}
	return x.see("/policy/" + kept.Key)
}

// ours reports whether an error is the store's and not about what was proposed.
func ours(err error) bool {
	for _, e := range []error{store.ErrConflict, store.ErrReadOnly, store.ErrCorrupt, store.ErrErased, store.ErrKey} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// policyText is the file that was sent, or the text that was pasted.
func policyText(r *http.Request, text string) ([]byte, error) {
	if r.MultipartForm != nil {
		for _, h := range r.MultipartForm.File["file"] {
			if h.Size == 0 {
				continue
			}
			f, err := h.Open()
			if err != nil {
				return nil, fmt.Errorf("open the file sent: %w", err)
			}
			data, err := io.ReadAll(io.LimitReader(f, policy.MaxFile+1))
			if err := errors.Join(err, f.Close()); err != nil {
				return nil, fmt.Errorf("read the file sent: %w", err)
			}
			return data, nil
		}
	}
	return []byte(strings.ReplaceAll(text, "\r\n", "\n")), nil // as browsers send lines
}

// compare works out whom a proposed policy would move, and keeps it with the policy.
func (s *Server) compare(x *exchange, k policy.Kept) error {
	_, p, err := k.Read(s.Catalog)
	if err != nil {
		return err
	}
	c, err := intake.Compare(x.r.Context(), s.Store, s.Catalog, s.configured(), p, s.Now())
	if err != nil {
		return err
	}
	err = s.Store.Update(x.r.Context(), func(w store.Writer) error {
		if err := policy.Keep(w, k.Key, c); err != nil {
			return err
		}
		return x.enter(w, "policy.compare", k.Key, map[string]string{"people": strconv.Itoa(c.People), "moved": strconv.Itoa(c.Moved)})
	})
	if err != nil {
		return fmt.Errorf("keep what a policy would change: %w", err)
	}
	return nil
}

// policyView is the page of one policy.
type policyView struct {
	policy.Kept
	judgement
	Names    map[string]string
	Base     string // version of the policy in force; "" if it is damaged
	Settings []policy.Setting
	Differs  []weightLine // from the policy in force
	Broken   []string
	Current  bool // what it would change was worked out against the policy in force
	May      bool // the reader may compare and withdraw
	Mine     bool // and proposed it, so that another has to adopt it
	Linked   bool // the reader sees people
	Problem  string
	Now      time.Time
}

func (s *Server) policyPage(x *exchange) error {
	v, err := s.policyView(x)
	if err != nil {
		return err
	}
	return x.page("policy/one", v)
}

func (s *Server) policyView(x *exchange) (v *policyView, err error) {
	v = &policyView{May: x.who.Has(policyAdopters...), Linked: x.who.Has(account.Security, account.Legal), Now: s.Now()}
	if v.Names, err = s.accountNames(x); err != nil {
		return nil, err
	}
	err = s.Store.View(x.r.Context(), func(r store.Reader) error {
		if v.Kept, err = policy.Get(r, x.r.PathValue("digest")); err != nil {
			return err
		}
		file, p, err := v.Read(s.Catalog)
		if err != nil {
			v.Broken = strings.Split(err.Error(), "\n")
			return nil
		}
		v.judgement = judgementOf(p, file, s.Catalog)
		v.Mine = !v.Second(policyWho(r, x))
		current, err := policy.Current(r)
		if errors.Is(err, policy.ErrDamaged) {
			v.Current = v.Compared != nil && v.Compared.With == current.Key
			return nil
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		before := s.configured()
		if current.Key != "" {
			if _, before, err = current.Read(s.Catalog); err != nil {
				return nil //nolint:nilerr // the page of the policy in force says it; there is nothing to set this one beside
			}
		}
		v.Base, v.Current = before.Version, v.Compared != nil && v.Compared.With == current.Key
		v.Settings, v.Differs = policy.Settings(before, p), weightsBetween(before, p, file, s.Catalog)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("show a policy: %w", err)
	}
	if v.State != policy.Proposed || v.Compared == nil || len(v.Compared.Moves) == 0 {
		return v, nil // it shows nobody
	}
	return v, x.note("policy.view", v.Key, map[string]string{"count": strconv.Itoa(len(v.Compared.Moves))})
}

func (s *Server) comparePolicy(x *exchange) error {
	var k policy.Kept
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		k, err = policy.Get(r, x.r.PathValue("digest"))
		return err
	})
	if err == nil {
		err = s.compare(x, k)
	}
	return s.afterPolicy(x, err)
}

func (s *Server) adoptPolicy(x *exchange) error {
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		return policy.Adopt(w, s.Catalog, x.r.PathValue("digest"), policyWho(w, x), s.Now())
	})
	return s.afterPolicy(x, err)
}

func (s *Server) withdrawPolicy(x *exchange) error {
	err := s.Store.Update(x.r.Context(), func(w store.Writer) error {
		return policy.Withdraw(w, x.r.PathValue("digest"), policyWho(w, x), s.Now())
	})
	return s.afterPolicy(x, err)
}

// afterPolicy shows a policy again, with the reason why something was not done.
func (s *Server) afterPolicy(x *exchange, err error) error {
	var problem string
	switch {
	case err == nil:
		return x.see("/policy/" + x.r.PathValue("digest"))
	case errors.Is(err, policy.ErrSecond):
		problem = "Another person has to adopt it: you proposed it, or your account may be of whoever did: it has the same name or owner, or one of you invited the other or gave them a new password."
	case errors.Is(err, policy.ErrState):
		problem = "It does not stand where this is possible. Somebody may have adopted or withdrawn it in the meantime."
	case errors.Is(err, policy.ErrCompare):
		problem = "What it would change was worked out against another policy than the one in force. Work it out again, and look at it first."
	default:
		return fmt.Errorf("change the policy: %w", err)
	}
	v, err := s.policyView(x)
	if err != nil {
		return err
	}
	v.Problem = problem
	return x.again("policy/one", v)
}
