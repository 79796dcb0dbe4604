// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"daylight/account"
	"daylight/audit"
	"daylight/intake"
	"daylight/interview"
	"daylight/papers"
	"daylight/policy"
	"daylight/store"
)

// What a handler returns when a request cannot be answered. Errors of package store
// are returned as they are.
var (
	errMine       = errors.New("the link of a person concerned does not work")
	errBadRequest = errors.New("the request cannot be understood")
	errForbidden  = errors.New("not allowed for this account")
	errSignIn     = errors.New("nobody is signed in")
	errStale      = errors.New("the form is not of this session")
	errTooLarge   = errors.New("the request is too large")
	errTooMany    = errors.New("too many requests")
	errElsewhere  = errors.New("the request is for another host")
	errForeign    = errors.New("the request comes from another site")
	errNoMethod   = errors.New("the page does not take this method")
)

// answer is what an error page says: what happened, what was kept, what to do.
type answer struct {
	Status                int
	Title, Kept, Do, Code string
}

// errorView is the page of an answer.
type errorView struct {
	answer
	Home string // what the console's own page is called; "" for those who have no account
}

// answers maps an error to its page. The first that fits is taken; an error that is
// not here is one of ours.
var answers = []struct {
	err error
	answer
}{
	{audit.ErrTree, answer{503, "This cannot be recorded, so it is kept back", "The audit log is damaged where its next entry would stand. What has to be recorded is neither shown nor done, for anybody; nothing is lost, and sources, the catalogue and the state of the service can be read.", "Tell whoever runs the service. It mends itself within a minute where what was signed proves the log; if not, daylight audit verify says what is wrong.", ""}},
	{store.ErrNotFound, answer{404, "There is no such page", "Nothing was changed.", "The address may be mistyped, or what it led to was removed when its time of keeping was over.", ""}},
	{store.ErrErased, answer{410, "This was erased", "The key that opened it is destroyed; nobody can read it any more. The audit log keeps that it was erased and when.", "Nothing is left to do here.", ""}},
	{store.ErrConflict, answer{409, "Somebody else changed this first", "Their change was kept, yours was not.", "Go back, load the page again and look at what changed.", ""}},
	{store.ErrReadOnly, answer{503, "Nothing can be written at the moment", "Everything accepted earlier is kept and can be read. This change was not accepted.", "The disk of the service is full or read-only: tell whoever runs it, then try again.", ""}},
	{store.ErrBusy, answer{503, "Another program holds the store", "Everything accepted earlier is kept. This change was not accepted.", "Try again in a minute. If it stays, tell whoever runs the service which commands use its store.", ""}},
	{policy.ErrDamaged, answer{503, "The policy in force is damaged", "Its row does not open, and nothing is assessed or explained by another in its place. Assessments stay as they were; the queue, cases and sources can be read.", "Propose another policy on the page Policy, where somebody else adopts it, or tell whoever runs the service: a backup may hold it.", ""}},
	{store.ErrCorrupt, answer{500, "This row is damaged", "It does not open under its key, so nothing of it is shown. Everything else is unharmed.", "Tell whoever runs the service: a backup may hold it.", ""}},
	{store.ErrKey, answer{503, "The key of the store is missing", "What is stored is kept, sealed.", "Tell whoever runs the service.", ""}},
	{errSignIn, answer{401, "Nobody is signed in", "Nothing was changed.", "Sign in, then try again.", ""}},
	{account.ErrToken, answer{401, "The token is not valid for this", "Nothing was changed.", "Send a service token with the right scope as Authorization: Bearer.", ""}},
	{account.ErrLink, answer{410, "This link is not valid any more", "Nothing was changed.", "Links work once and for a limited time. Ask whoever gave it to you for a new one.", ""}},
	{errMine, answer{410, "This link does not work any more", "Nothing was changed.", "It works for a limited time, and as long as anything is kept about you. Ask whoever gave it to you.", ""}},
	{interview.ErrRole, answer{403, "Your account may not do this", "Nothing was changed.", "Recruiters, HR and security ask candidates.", ""}},
	{papers.ErrRole, answer{403, "Your account may not do this", "Nothing was changed.", "HR, security and legal look at documents.", ""}},
	{papers.ErrHeld, answer{409, "A case about the person is under legal hold", "Nothing was removed.", "Legal lifts the hold.", ""}},
	{account.ErrLast, answer{409, "This is the last administrator", "Nothing was changed.", "Make another account an administrator first.", ""}},
	{account.ErrProvider, answer{403, "The sign-in could not be completed", "Nobody was signed in.", "Go back to the sign-in page and begin again. If it happens again, tell whoever runs the service.", ""}},
	{account.ErrRoles, answer{403, "Your groups have no role here", "Nobody was signed in.", "Ask an administrator which group gives access to the console.", ""}},
	{account.ErrRefused, answer{403, "The sign-in was refused", "Nobody was signed in.", "Go back to the sign-in page and begin again.", ""}},
	{account.ErrSlow, answer{429, "Too many attempts", "Nothing was changed.", "Wait a quarter of an hour at most and try again.", ""}},
	{errForbidden, answer{403, "Your account may not do this", "Nothing was changed.", "An administrator gives roles to accounts.", ""}},
	{errStale, answer{403, "This form is too old", "Nothing was changed.", "Go back, load the page again and send the form once more. Signing in or out makes older forms invalid.", ""}},
	{errForeign, answer{403, "This request came from another site", "Nothing was changed.", "Open the console by its own address and try from there.", ""}},
	{errElsewhere, answer{421, "This is not the address of the console", "Nothing was changed.", "Use the address that the console was set up with.", ""}},
	{errTooMany, answer{429, "Too many attempts", "Nothing was changed.", "Wait a minute and try again.", ""}},
	{errTooLarge, answer{413, "That is too large", "Nothing of it was kept.", "Send it in smaller parts.", ""}},
	{intake.ErrTooLarge, answer{413, "That is too large", "Nothing of it was kept.", "Send it in smaller parts.", ""}},
	{intake.ErrBusy, answer{503, "Too much waits to be read", "Nothing of it was kept. Everything accepted earlier is kept and will be read.", "Send it again later.", ""}},
	{intake.ErrPath, answer{400, "The path is not one of a file", "Nothing was kept.", "Send a relative path with slashes as the parameter path.", ""}},
	{errEncoding, answer{415, "The content coding is not understood", "Nothing was kept.", "Send the body plain, or compressed by gzip or zstd.", ""}},
	{errNoIntake, answer{503, "Nothing is taken in here", "Nothing was kept.", "Ask whoever runs the service.", ""}},
	{errNoMethod, answer{405, "This page cannot do that", "Nothing was changed.", "Go back and use the buttons of the page.", ""}},
	{errBadRequest, answer{400, "The request cannot be understood", "Nothing was changed.", "Go back and check what was entered.", ""}},
}

// unrecorded is the page instead of one that shows people, where the look at it cannot
// be recorded: what nobody would know of is not shown, whatever the reason.
var unrecorded = answer{503, "This cannot be shown while nothing can be written", "Every look at a person, a case or a list of people is recorded before it is shown, and the audit log cannot be written now. So it is kept back, from everybody. Nothing is lost; sources, the catalogue and the state of the service can be read.", "The disk of the service is full or read-only: tell whoever runs it. It goes on by itself once there is room.", ""}

// broken is the page of an error of ours.
var broken = answer{500, "Something went wrong here", "What was accepted earlier is kept; this change may not have been made.", "Try again. If it happens again, tell whoever runs the service the number below.", ""}

// fail answers with the page of an error.
func (x *exchange) fail(err error) {
	if errors.Is(err, errSignIn) && (x.r.Method == http.MethodGet || x.r.Method == http.MethodHead) {
		http.Redirect(x.w, x.r, "/sign-in?to="+url.QueryEscape(x.r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	page := broken
	for _, a := range answers {
		if errors.Is(err, a.err) {
			page = a.answer
			break
		}
	}
	if errors.Is(err, store.ErrReadOnly) {
		x.s.writing.full(x.s.Now())
	}
	if errors.Is(err, store.ErrReadOnly) && (x.r.Method == http.MethodGet || x.r.Method == http.MethodHead) {
		page = unrecorded
	}
	if page.Status >= http.StatusInternalServerError {
		x.s.Log.LogAttrs(x.r.Context(), slog.LevelError, "request failed", slog.String("request", x.id), slog.String("route", x.pattern()), slog.String("error", err.Error()))
	}
	if slow, ok := errors.AsType[*account.SlowError](err); ok {
		x.comeAgain(slow.Wait)
	}
	if page.Status == http.StatusUnauthorized {
		x.w.Header().Set("WWW-Authenticate", "Bearer")
	}
	page.Code = x.id
	if strings.HasPrefix(x.r.URL.Path, checkinPath) && x.s.pages["checkin/closed"] != nil {
		if err := x.checkinFails(page.Status); err != nil {
			http.Error(x.w, page.Title, page.Status)
		}
		return
	}
	if strings.HasPrefix(x.r.URL.Path, minePath) && x.s.pages["mine/closed"] != nil {
		if err := x.mineFails(page.Status); err != nil {
			http.Error(x.w, page.Title, page.Status)
		}
		return
	}
	if x.route != nil && (x.route.foreign || x.route.scope != "") || x.s.pages["error"] == nil {
		http.Error(x.w, strings.Join([]string{page.Title + ".", page.Kept, page.Do}, " "), page.Status)
		return
	}
	v := errorView{answer: page}
	v.Home = "To the sign-in page"
	if x.who.Account != "" {
		v.Home = "Back to the console"
	}
	if err := x.pageWith(page.Status, "error", v); err != nil {
		http.Error(x.w, page.Title, page.Status)
	}
}

// pattern is the route's, which holds no personal data, or "".
func (x *exchange) pattern() string {
	if x.route == nil {
		return ""
	}
	return x.route.pattern
}
