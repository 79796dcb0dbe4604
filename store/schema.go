// SPDX-License-Identifier: Apache-2.0

package store

// Collection is one kind of row and the plain columns by which it is found. A
// store has a table for each; adding a column is a migration.
type Collection struct {
	Name string
	// Text and Ints are the plain columns. Each has an index, alone.
	Text, Ints []string
	// Pairs are columns that pages ask for together, a text column or the holder to select
	// by and one to select or order by. Each pair has an index.
	Pairs [][2]string
}

// Queue is one kind of work.
type Queue string

// Log is one append-only list.
type Log string

// The queues.
const (
	// Inbox holds the keys of [Received] that are not read yet.
	Inbox Queue = "inbox"
	// Dirty holds the handles of people to assess again; [Everybody] stands for all.
	Dirty Queue = "dirty"
)

// Everybody is the key in [Dirty] that stands for a change of the rules or of
// reference data.
const Everybody = "*"

// The logs.
const (
	// Audit is who saw, decided, changed and exported what, as package audit writes it.
	Audit Log = "audit"
)

// The collections. Times in plain columns are Unix milliseconds, UTC.
var (
	// Received is input as it came, sealed whole until it is read: key a digest.
	Received = Collection{Name: "received", Text: []string{"state", "source", "digest"}, Ints: []string{"at"}}
	// Records are normalised records, sealed under the person they name: key the
	// record's id.
	Records = Collection{Name: "records", Text: []string{"kind", "file"}, Ints: []string{"at"}, Pairs: [][2]string{{"holder", "kind"}}}
	// Documents are files that people sent in, with what was read out of them.
	Documents = Collection{Name: "documents", Text: []string{"digest", "file"}, Ints: []string{"at"}}
	// Profiles are folded activity, one row an account: key the account's hash.
	Profiles = Collection{Name: "profiles", Ints: []string{"last"}}
	// Files are what was read, with its counts and what was skipped.
	// sent is 1 for a document that a person sent in, of which there are many.
	Files = Collection{Name: "files", Text: []string{"source", "format"}, Ints: []string{"at", "number", "sent"}, Pairs: [][2]string{{"sent", "at"}}}
	// Identifiers are who holds which identifier: key "hash holder".
	Identifiers = Collection{Name: "identifiers", Text: []string{"hash", "type", "subject"}}
	// Subjects are people as last assessed: key the handle that stands for them. The
	// body is the assessment as the console shows it, without a name.
	Subjects = Collection{
		Name: "subjects",
		// rule is that of retention by which they are erased one day, "" for none, and from
		// the day from which it counts, 0 for none.
		Text:  []string{"source_hash", "stage", "state", "families", "ring", "merged", "rule"},
		Ints:  []string{"weight", "probability", "since", "assessed", "from"},
		Pairs: [][2]string{{"state", "weight"}, {"state", "since"}, {"stage", "weight"}, {"stage", "state"}, {"stage", "since"}, {"weight", "state"}, {"rule", "from"}},
	}
	// Faces are names, contact points and ids of people, apart from their
	// assessment: key the handle. Reading one is a recorded act.
	Faces = Collection{Name: "faces"}
	// Rings are groups of people connected by what they share.
	Rings = Collection{Name: "rings", Ints: []string{"size", "assessed"}}
	// Cases are what people decide about; audience says whether not everybody who works
	// on cases sees one, held is 1 for one under legal hold.
	Cases = Collection{
		Name:  "cases",
		Text:  []string{"subject", "state", "owner", "disposition", "audience"},
		Ints:  []string{"opened", "due", "closed", "weight", "held"},
		Pairs: [][2]string{{"state", "due"}, {"state", "weight"}},
	}
	// Packages are frozen evidence of cases.
	Packages = Collection{Name: "packages", Text: []string{"case", "digest"}, Ints: []string{"at"}}
	// Concerns are what a legal duty may be attached to, apart from every assessment.
	Concerns = Collection{Name: "concerns", Text: []string{"subject", "kind", "state"}, Ints: []string{"at"}}
	// Shared are identifiers of confirmed cases that were given away, by the id they were
	// given away under, so that they can be taken back: key a hash of that id.
	Shared = Collection{Name: "shared", Ints: []string{"until"}}
	// Suppressions are dated exceptions with a reason and an expiry.
	Suppressions = Collection{Name: "suppressions", Text: []string{"subject", "indicator"}, Ints: []string{"until"}}
	// Notices are recorded notices and consents: key "hash of the person's id, kind".
	Notices = Collection{Name: "notices", Text: []string{"person", "kind", "version"}, Ints: []string{"at", "until"}}
	// Requests are checks that somebody asked for, and corrections and appeals of the
	// people concerned.
	Requests = Collection{Name: "requests", Text: []string{"subject", "kind", "state", "case"}, Ints: []string{"at", "due"}}
	// Plans are what is asked of every finalist of a requisition, as package interview
	// writes it, like the five that follow.
	Plans = Collection{Name: "plans", Ints: []string{"at"}}
	// Sittings are interviews: what was asked, and the recorded outcomes.
	Sittings = Collection{Name: "sittings", Text: []string{"subject", "plan", "state"}, Ints: []string{"at"}}
	// Draws are the follow-ups drawn for one person, with the seed: key the draw's id.
	Draws = Collection{Name: "draws", Text: []string{"subject", "plan", "state"}, Ints: []string{"at"}}
	// FollowUps are short calls or check-ins at times that were drawn.
	FollowUps = Collection{Name: "follow_ups", Text: []string{"subject", "plan", "draw", "state"}, Ints: []string{"at", "until"}}
	// Stills are pictures of a check-in that two people compare, until their time is
	// over: sealed under a key of their own each, which is destroyed with them.
	Stills = Collection{Name: "stills", Text: []string{"subject", "visit"}, Ints: []string{"at", "until"}}
	// Comparisons are what two people said who looked at stills of two rounds.
	Comparisons = Collection{Name: "comparisons", Text: []string{"subject", "state"}, Ints: []string{"at"}}
	// Papers are documents of a person that somebody uploaded: what was found in each,
	// and the file until its time is over, sealed under a key of its own.
	Papers = Collection{Name: "papers", Text: []string{"subject", "part"}, Ints: []string{"at", "until"}}
	// Links are one-time addresses: key the hash of the secret.
	Links = Collection{Name: "links", Text: []string{"purpose", "subject"}, Ints: []string{"until", "used"}}
	// Accounts are those who sign in: key a random id; login is a keyed hash.
	Accounts = Collection{Name: "accounts", Text: []string{"login", "role", "state"}, Ints: []string{"created"}}
	// Credentials are passkeys: key the hash of the credential's id.
	Credentials = Collection{Name: "credentials", Text: []string{"account"}}
	// Sessions are signed-in browsers: key the hash of the cookie's secret.
	Sessions = Collection{Name: "sessions", Text: []string{"account"}, Ints: []string{"until", "seen"}}
	// Tokens are of programs that use the interface: key the hash of the secret.
	Tokens = Collection{Name: "tokens", Ints: []string{"created", "until", "seen"}}
	// Settings are one row a topic: the policy in force, retention, integrations.
	Settings = Collection{Name: "settings"}
	// Policies are every policy that was ever in force or proposed: key its digest.
	Policies = Collection{Name: "policies", Text: []string{"state"}, Ints: []string{"at"}}
	// Filters are saved selections of the queue, one row an account and name.
	Filters = Collection{Name: "filters", Text: []string{"account"}}
	// Cursors are how far each connector has read.
	Cursors = Collection{Name: "cursors", Text: []string{"connector", "state"}, Ints: []string{"at"}}
	// Hooked are deliveries of webhooks that were taken, so that none is taken twice: key
	// a hash of the delivery.
	Hooked = Collection{Name: "hooked", Ints: []string{"until"}}
	// ScimUsers are people as an identity provider pushed them: key the id given to
	// them. The names by which they are looked up are keyed hashes.
	ScimUsers = Collection{Name: "scim_users", Text: []string{"username", "external", "state"}, Ints: []string{"modified"}}
	// Deliveries are messages on their way out and what became of them.
	Deliveries = Collection{Name: "deliveries", Text: []string{"target", "state"}, Ints: []string{"at", "next"}}
	// Details are what entries of the audit log say of a person, sealed under that
	// person's key: key the number of the entry, which holds their hash.
	Details = Collection{Name: "details"}
	// CheckIns are checks that people make alone by a link: key a random id; link and
	// visit are hashes of secrets, until is when something of it is due, asked is
	// "alone" for one outside the follow-ups whose link was not taken back.
	CheckIns = Collection{Name: "checkins", Text: []string{"subject", "state", "link", "visit", "asked"}, Ints: []string{"made", "until"}}
	// Tree are the inner hashes of the audit log's Merkle tree, its checkpoints, and the
	// row of key [HeadRow].
	Tree = Collection{Name: "tree", Text: []string{"kind"}, Ints: []string{"number"}}
)

// HeadRow is the key of the row of [Tree] that says where the audit log ends, and its
// kind. A store is made with it, its body empty: one that has none was tampered with.
const HeadRow = "head"

// Collections returns every collection.
func Collections() []Collection {
	return []Collection{
		Received, Records, Documents, Profiles, Files, Identifiers, Subjects, Faces, Rings,
		Cases, Packages, Concerns, Shared, Suppressions, Notices, Requests, Links, Accounts, Credentials, Sessions,
		Plans, Sittings, Draws, FollowUps, Stills, Comparisons, Papers,
		Tokens, Settings, Policies, Filters, Cursors, Hooked, ScimUsers, Deliveries, Details, CheckIns, Tree,
	}
}
