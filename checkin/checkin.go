// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"daylight/audit"
	"daylight/enrich"
	"daylight/interview"
	"daylight/notice"
	"daylight/record"
	"daylight/store"
)

// State is how far a check-in has come.
type State string

// The states. Those after Done have ended without anything being kept but that they
// did, and none of them is evidence of anything.
const (
	Invited    State = "invited"
	Started    State = "started"
	Finished   State = "done"
	Refused    State = "refused"
	Another    State = "another way"
	Withdrawn  State = "withdrawn"
	Unfinished State = "unfinished"
	Expired    State = "expired"
	Revoked    State = "revoked" // by whoever invited
)

// closed stands for every end but [Finished] in plain columns: which it was is for
// those who answer the person.
const closed = "closed"

// Errors that callers tell apart.
var (
	// ErrGone: the link is not one of ours, is used up, or belongs to another browser.
	// All are told alike.
	ErrGone = errors.New("the link is not good")
	// ErrOver: the time of a check-in that was begun is over.
	ErrOver = errors.New("the time of the check-in is over")
	// ErrEarly: something else has to come first: the agreement, or earlier steps.
	ErrEarly = errors.New("something else comes first")
	// ErrMany: more of something than a page sends.
	ErrMany = errors.New("too often")
)

const (
	// shownFor is how long the person can look at what was handed in, and download it,
	// in the browser it was done with.
	shownFor = 24 * time.Hour
	// KeptDays is for how many days measurements are kept after a check-in.
	KeptDays = 180
	// maxOpen is how many links of one person may wait.
	maxOpen = 3
	// maxMore is how often the person may ask for as much time again.
	maxMore = 3
	// maxTries is how often the way may be measured in one check-in.
	maxTries = 5
	maxWords = 1000 // bytes of what the person wrote
)

// CheckIn is one check-in, from the invitation to its end.
type CheckIn struct {
	ID     string `json:"-"`
	Handle string `json:"-"` // of the person

	By    string    `json:"by"` // account that invited
	Plan  Plan      `json:"plan"`
	Texts string    `json:"version"` // of what the person is told: [Version]
	Made  time.Time `json:"made"`
	Until time.Time `json:"until"` // the link waits
	State State     `json:"state"`
	// Seed is what the order of the steps and what is in them is drawn from. The audit
	// log has its commitment since the invitation, and the seed from the end on.
	Seed interview.Seed `json:"seed"`
	// FollowUp is the follow-up that the check-in is made for, "" for none.
	FollowUp string `json:"follow_up,omitempty"`

	Agreed   time.Time `json:"agreed,omitzero"`
	Deadline time.Time `json:"deadline,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
	More     int       `json:"more,omitempty"`
	Words    string    `json:"words,omitempty"` // of the person, who refused or needs another way
	Collected
	// Readings are what people read off it.
	Readings []Reading `json:"readings,omitempty"`

	row store.Row
}

// Collected is what a check-in has of a person, and all of it.
type Collected struct {
	Steps  []Step         `json:"steps,omitempty"`
	Camera string         `json:"camera,omitempty"` // as the browser names it
	From   netip.Addr     `json:"from,omitzero"`
	Net    enrich.Network `json:"net,omitzero"`
	Path   *Path          `json:"path,omitempty"`
	Ways   []Way          `json:"ways,omitempty"`  // from further vantage points
	Tries  int            `json:"tries,omitempty"` // at measuring the way
	Zone   string         `json:"zone,omitempty"`
	Typing *record.Typing `json:"typing,omitempty"`
}

// hash is where a secret is found: the store does not hold the secret.
func hash(kind, secret string) string {
	sum := sha256.Sum256([]byte("check-in " + kind + " " + secret))
	return hex.EncodeToString(sum[:])
}

// Pseudonym names the check-in to vantage points, which learn of nobody by it.
func (c *CheckIn) Pseudonym() string { return hash("way", c.ID) }

// Invitation is what a link is made from.
type Invitation struct {
	ID, Handle string
	By         interview.Actor
	// Secret is in the link and nowhere else.
	Secret string
	Plan   Plan
	// Seed is what everything drawn in the check-in follows from.
	Seed interview.Seed
	// FollowUp is the follow-up that is asked by it, whose window must be open; "" for
	// none. The link then waits until the window ends.
	FollowUp string
}

// Invite makes a link, and commits to what will be drawn in the check-in. It fails with
// [ErrMany] if several wait for the person, with [ErrFollowUp] for a follow-up of
// somebody else, and as [interview.MarkInvited] does.
func Invite(w store.Writer, i Invitation, now time.Time) (*CheckIn, error) {
	if err := i.Plan.Validate(); err != nil {
		return nil, fmt.Errorf("invite to a check-in: %w", err)
	}
	n, err := w.Count(store.CheckIns, store.Query{Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: i.Handle}, {Column: "state", Op: store.OneOf, In: []string{string(Invited), string(Started)}},
	}})
	if err != nil {
		return nil, fmt.Errorf("invite to a check-in: %w", err)
	}
	if n >= maxOpen {
		return nil, ErrMany
	}
	c := &CheckIn{
		ID: i.ID, Handle: i.Handle, By: i.By.Account, Plan: i.Plan, Texts: Version, Made: now.UTC(), Until: now.Add(i.Plan.waits()).UTC(), State: Invited,
		Seed: i.Seed, FollowUp: i.FollowUp,
		row: store.Row{Key: i.ID, Holder: interview.Holder(i.Handle), Text: map[string]string{"link": hash("link", i.Secret), "subject": i.Handle}},
	}
	if c.FollowUp != "" {
		if err := c.ask(w, i.By, now); err != nil {
			return nil, fmt.Errorf("invite to a check-in: %w", err)
		}
	}
	if err := c.put(w); err != nil {
		return nil, err
	}
	return c, c.commit(w, now)
}

// put writes the check-in.
func (c *CheckIn) put(w store.Writer) error {
	state, until := string(c.State), c.Until
	switch c.State {
	case Started:
		until = c.Deadline
	case Invited, Finished:
	case Refused, Another, Withdrawn, Unfinished, Expired, Revoked:
		state = closed
	}
	if !c.Ended.IsZero() {
		until = c.Ended.AddDate(0, 0, KeptDays)
	}
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write a check-in: %w", err)
	}
	row := c.row
	row.Body = body
	row.Text = map[string]string{"subject": c.Handle, "state": state, "link": c.row.Text["link"], "visit": c.row.Text["visit"], "asked": ""}
	if c.FollowUp == "" && c.State != Revoked {
		row.Text["asked"] = interview.AskedAlone
	}
	row.Ints = map[string]int64{"made": c.Made.UnixMilli(), "until": until.UnixMilli()}
	if err := w.Put(store.CheckIns, row); err != nil {
		return fmt.Errorf("write a check-in: %w", err)
	}
	c.row.Version++
	return nil
}

func decode(row store.Row) (*CheckIn, error) {
	c := &CheckIn{}
	if err := json.Unmarshal(row.Body, c); err != nil {
		return nil, fmt.Errorf("read a check-in: %w: %w", store.ErrCorrupt, err)
	}
	c.ID, c.Handle, c.row = row.Key, row.Text["subject"], row
	return c, nil
}

// Get returns a check-in as it is at an instant.
func Get(r store.Reader, id string, now time.Time) (*CheckIn, error) {
	row, err := r.Get(store.CheckIns, id)
	if err != nil {
		return nil, err
	}
	c, err := decode(row)
	if err != nil {
		return nil, err
	}
	c.age(now)
	return c, nil
}

// List returns a person's check-ins, the newest first.
func List(r store.Reader, handle string, now time.Time) ([]*CheckIn, error) {
	var out []*CheckIn
	for row, err := range r.Find(store.CheckIns, store.Query{By: "made", Desc: true, Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list check-ins: %w", err)
		}
		c, err := decode(row)
		if err != nil {
			return nil, err
		}
		c.age(now)
		out = append(out, c)
	}
	return out, nil
}

// age ends what time has ended. What was collected until then is not shown any more,
// though the sweep has yet to delete it.
func (c *CheckIn) age(now time.Time) {
	switch {
	case c.State == Invited && !now.Before(c.Until):
		c.end(Expired, c.Until)
	case c.State == Started && !now.Before(c.Deadline):
		c.end(Unfinished, c.Deadline)
	}
}

// end closes a check-in and forgets what was collected, unless it was handed in.
func (c *CheckIn) end(s State, at time.Time) {
	c.State, c.Ended = s, at.UTC()
	if s != Finished {
		c.Collected = Collected{}
	}
}

// Known reports whether there is a check-in of a link, whatever has become of it.
func Known(r store.Reader, secret string) (bool, error) {
	n, err := r.Count(store.CheckIns, store.Query{Where: []store.Cond{{Column: "link", Op: store.Equal, Text: hash("link", secret)}}})
	return n > 0, err
}

// Open finds the check-in of a link. visit is the secret of the browser in which it
// was begun, "" for a browser that has none. It fails with [ErrGone] for every link
// that is not good for this browser now, and with [ErrOver] where the browser is the
// right one and its time is over.
func Open(r store.Reader, secret, visit string, now time.Time) (*CheckIn, error) {
	key := ""
	for row, err := range r.Find(store.CheckIns, store.Query{Bare: true, Limit: 1, Where: []store.Cond{{Column: "link", Op: store.Equal, Text: hash("link", secret)}}}) {
		if err != nil && !errors.Is(err, store.ErrErased) {
			return nil, err
		}
		key = row.Key
	}
	if secret == "" || key == "" {
		return nil, ErrGone
	}
	c, err := Get(r, key, now)
	if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrNotFound) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, err
	}
	own := visit != "" && c.row.Text["visit"] == hash("visit", visit)
	switch {
	case c.State == Invited:
		return c, nil
	case own && c.State == Unfinished:
		return nil, ErrOver
	case own && (c.State == Started || c.State == Finished && now.Before(c.Ended.Add(shownFor))):
		return c, nil
	}
	return nil, ErrGone
}

// Agree records that the person agrees, before anything else is done, and binds the
// link to the browser that holds the secret visit.
func (c *CheckIn) Agree(w store.Writer, visit string, now time.Time) error {
	if c.State != Invited {
		return ErrGone
	}
	c.State, c.Agreed, c.Deadline, c.Collected = Started, now.UTC(), now.Add(c.Plan.box()).UTC(), Collected{Steps: draw(c.Plan, c.Seed)}
	c.row.Text["visit"] = hash("visit", visit)
	_, err := notice.Record(w, notice.Notice{
		People: []string{c.Handle}, Kind: Consent, Version: c.Texts, From: now, Until: c.Deadline.AddDate(0, 0, KeptDays), Acknowledged: now,
	})
	if err != nil {
		return err
	}
	if err := c.put(w); err != nil {
		return err
	}
	return c.enter(w, "checkin.answer", "checkin.agree", map[string]string{"version": c.Texts}, now)
}

// Consent is the kind of [store.Notices] of what people agreed to here.
const Consent = "check-in"

// Decline ends a check-in: the person does not want it ([Refused]; only one that was
// not begun), or needs another way ([Another]). Neither is evidence. Whoever needs
// another way has an arrangement from then on, by which nothing is weighed that depends
// on camera, speech, speed or attendance. words may be "".
func (c *CheckIn) Decline(w store.Writer, s State, words string, now time.Time) error {
	if c.State != Invited && (c.State != Started || s != Another) {
		return ErrGone
	}
	c.Words = cut(words)
	if s == Another {
		if err := c.arrange(w, now); err != nil {
			return err
		}
	}
	act := "checkin.answer"
	if c.State == Started {
		act = "checkin.end" // as of who deletes it: a second answer could only be a wish for another way
	}
	return c.close(w, s, act, "checkin.decline", now)
}

func cut(s string) string {
	if len(s) > maxWords {
		s = s[:maxWords]
	}
	return strings.TrimSpace(strings.ToValidUTF8(s, ""))
}

// close ends a check-in with nothing kept.
func (c *CheckIn) close(w store.Writer, s State, act, truly string, now time.Time) error {
	c.end(s, now)
	if err := deleteDrafts(w, c.ID); err != nil {
		return err
	}
	c.row.Text["visit"] = ""
	if err := c.put(w); err != nil {
		return err
	}
	if err := c.enter(w, act, truly, nil, now); err != nil {
		return err
	}
	return c.ended(w, now)
}

// ended tells the seed, and settles the follow-up that the check-in was made for.
func (c *CheckIn) ended(w store.Writer, now time.Time) error {
	if err := c.reveal(w, now); err != nil {
		return err
	}
	return c.settle(w, now)
}

// Withdraw deletes everything of a check-in that was begun and not handed in.
func (c *CheckIn) Withdraw(w store.Writer, now time.Time) error {
	if c.State != Started {
		return ErrGone
	}
	return c.close(w, Withdrawn, "checkin.end", "checkin.withdraw", now)
}

// Revoke takes a link back. A follow-up that it was made for can be asked again.
func (c *CheckIn) Revoke(w store.Writer, now time.Time) error {
	if c.State != Invited {
		return ErrGone
	}
	c.end(Revoked, now)
	if err := c.put(w); err != nil {
		return err
	}
	if c.FollowUp != "" {
		if err := interview.TakeBack(w, c.FollowUp, now); err != nil {
			return err
		}
	}
	return c.reveal(w, now)
}

// MayExtend reports whether the person can still ask for more time.
func (c *CheckIn) MayExtend() bool { return c.More < maxMore }

// Extend gives as much time again, to the pictures as well.
func (c *CheckIn) Extend(w store.Writer, now time.Time) error {
	if c.State != Started {
		return ErrGone
	}
	if !c.MayExtend() {
		return ErrMany
	}
	c.More++
	c.Deadline = c.Deadline.Add(c.Plan.box())
	if err := c.keepDrafts(w); err != nil {
		return err
	}
	if err := c.put(w); err != nil {
		return err
	}
	return c.enter(w, "checkin.step", "checkin.more", nil, now)
}

// enter records what the person did: that it was something, and, sealed under their
// key, what. Which entries there are, and when, tells for good whether somebody began:
// after a no the seed is told at once, after an agreement there is an end of its own.
// Whether who did not go on would not, or needs another way, is not in the log for good.
func (c *CheckIn) enter(w store.Writer, act, truly string, detail map[string]string, now time.Time) error {
	e := audit.Entry{At: now, Actor: audit.Person, Act: act, Object: c.Handle, Detail: map[string]string{"check_in": c.ID}}
	return audit.AppendAbout(w, e, c.row.Holder, truly, detail)
}
