// SPDX-License-Identifier: Apache-2.0

package web

import (
	"slices"

	"daylight/account"
)

// route is one line of the table of routes. Who may do what is decided here and
// nowhere else; TestEveryRouteWithEveryRole walks the table, and
// docs/authorisation.md is printed from it.
type route struct {
	pattern string         // as http.ServeMux reads it: "GET /people/{handle}"
	roles   []account.Role // of which one is needed; nil: anybody, signed in or not
	acts    string         // what it does, in one phrase
	// recorded is set where it leaves an entry in the audit log, which its page of the
	// documentation says; TestEveryPageOfPeopleIsRecorded holds the pages to it.
	recorded bool
	// example is a path of a GET route that a test can open in the sample company;
	// "" is the pattern's own path, which then has no wildcard.
	example string
	// scope is what a program's token has to be good for; "": the route is for people.
	// A route with a scope is foreign.
	scope account.Scope
	// foreign is set where the request comes from a program that proves itself over
	// its body or by a token, and not from a page: no form token is asked for.
	foreign bool
	// streams is set where files of a form are read as they come, and not kept in
	// memory: its token is its first field, and the handler reads on in exchange.parts.
	streams bool
	// pace refuses a request that comes too soon after others, before anything of it is
	// read; nil: none does.
	pace func(*Server, *exchange) error
	// limit is how long a body may be, in bytes; 0 is formLimit.
	limit  int64
	handle func(*Server, *exchange) error
}

// formLimit is how long the body of a form may be, in bytes.
const formLimit = 1 << 20

// anyone is every role: whoever is signed in.
var anyone = account.Roles()

// routes is the table of routes.
func routes() []route {
	return slices.Concat(
		healthRoutes(),
		assetRoutes(),
		signinRoutes(),
		welcomeRoutes(),
		queueRoutes(),
		peopleRoutes(),
		personRoutes(),
		recordRoutes(),
		ringRoutes(),
		catalogueRoutes(),
		searchRoutes(),
		requestRoutes(),
		mineRoutes(),
		checkinRoutes(),
		checkinsRoutes(),
		caseRoutes(),
		interviewRoutes(),
		sittingRoutes(),
		followUpRoutes(),
		continuityRoutes(),
		paperRoutes(),
		noticeRoutes(),
		erasureRoutes(),
		sourceRoutes(),
		sendRoutes(),
		policyRoutes(),
		suppressionRoutes(),
		complianceRoutes(),
		retentionRoutes(),
		accountRoutes(),
		adminRoutes(),
		tokenRoutes(),
		auditRoutes(),
		settingsRoutes(),
		incomingRoutes(),
		ingestRoutes(),
		apiRoutes(),
	)
}

// rail is what the rail at the left leads to, in this order and with its access
// key: each reader sees what they may open.
var rail = []struct{ Label, Path, Key string }{
	{"Queue", "/queue", "1"},
	{"People", "/people", "2"},
	{"Rings", "/rings", "3"},
	{"Requests", "/requests", "0"},
	{"Interviews", "/interviews", "i"},
	{"Search", "/search", "s"},
	{"Catalogue", "/catalogue", "4"},
	{"Sources", "/sources", "5"},
	{"Notices", "/notices", "n"},
	{"Erasure", "/erasure", "e"},
	{"Suppressions", "/suppressions", "x"},
	{"Compliance", "/compliance", "c"},
	{"Policy", "/policy", "6"},
	{"Retention", "/retention", "r"},
	{"Audit", "/audit", "7"},
	{"Accounts", "/admin/accounts", "8"},
	{"Settings", "/settings", "9"},
}
