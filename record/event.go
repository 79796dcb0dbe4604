// SPDX-License-Identifier: Apache-2.0

package record

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

// Class is the kind of system an event comes from. Rhythm keeps the classes
// apart, because a chat and a commit say different things about a day.
type Class uint8

// The classes.
const (
	SignIns Class = iota // identity provider
	Chat
	Code
	Meeting
	Endpoint
	Classes // the number of classes
)

// String returns the class in words.
func (c Class) String() string {
	return [...]string{"sign-ins", "chat", "code", "meetings", "endpoint", "unknown"}[min(c, Classes)]
}

// Act is what happened, across vendors.
type Act uint8

// The acts. Other is activity that only shows presence.
const (
	Other Act = iota
	SignIn
	SignInFailed
	SignOut
	FactorEnrolled // Device is the authenticator
	FactorUsed
	Message
	Commit
	Push
	Clone
	Fork
	RepositoryCreated
	Downloaded
	CopiedOut // company material to a personal place
	KeyAdded
	AccessGranted
	AccountRemoved
	CreatedOutside // a repository of an owner other than the organisation; what went into it is not known
	PushedOutside  // to such a repository
	SecretsRead    // a program that is no browser opened a browser's stored sessions or passwords; Object is the program
	BuildChanged   // secrets, runners, protection or packages of what is built and published; Object is the repository
)

// String returns the act in words.
func (a Act) String() string {
	names := [...]string{
		"activity", "sign-in", "failed sign-in", "sign-out", "factor enrolled", "factor used", "message", "commit",
		"push", "clone", "fork", "repository created", "download", "copy to a personal place", "key added",
		"access granted", "account removed", "repository created outside", "push outside", "stored secrets read", "build changed",
	}
	if int(a) < len(names) {
		return names[a]
	}
	return "activity"
}

// Event is one act in time by one account. A decoder fills one Event again and
// again: its byte slices point into the decoder's input or buffers and are valid
// only until the next call. Nothing in it is allocated per event.
type Event struct {
	At     int64 // Unix milliseconds, UTC
	Class  Class
	Act    Act
	Failed bool
	// Automated marks traffic that shows no deliberate act of a person (token
	// refresh, bots, schedulers); it never counts for rhythm.
	Automated bool

	// The account, as the source names it. The pipeline joins on any of them.
	ActorID, ActorEmail, ActorName []byte

	Addr    netip.Addr
	Device  []byte // device id: endpoint or authenticator
	Token   []byte // browser token hash
	Session []byte
	Agent   []byte // client or user agent
	Object  []byte // repository, application or file acted on

	// Place is the source's own idea of where the address is, if HasPlace.
	HasPlace bool
	Lat, Lon float32 // degrees
	// Proxy is set when the source itself says the address is a proxy.
	Proxy bool
	// Managed says whether the source takes the machine for one that the company
	// manages.
	Managed Managed

	// OffsetMinutes is the UTC offset the client wrote, if HasOffset (commits).
	HasOffset     bool
	OffsetMinutes int16

	Pos Locus
}

// Managed is what a source says of the machine an act was done on.
type Managed uint8

// The zero value is that it says nothing.
const (
	ManagedUnknown Managed = iota
	IsManaged
	NotManaged
)

// Reset clears the event, keeping nothing.
func (e *Event) Reset() { *e = Event{} }

// Locus is a compact pointer to an event: which file, and which line or which
// leading 64 bits of a commit hash. The pipeline turns it into a [Citation].
type Locus struct {
	File uint32
	Pos  uint64
}

// Less orders loci, so that of two copies of one event the same one is cited
// whatever the order of reading.
func (l Locus) Less(o Locus) bool {
	if l.File != o.File {
		return l.File < o.File
	}
	return l.Pos < o.Pos
}

// Source is one file of events, by which a [Locus] becomes a [Citation].
type Source struct {
	Path string
	// Unit is what positions count: "line", "row", or "commit" for the leading 64
	// bits of a commit hash. Empty is "line".
	Unit string
}

// Sources are files of events by the numbers that a Locus gives them.
type Sources map[uint32]Source

// Cite returns the citation of a position, of which only the time is known if its
// file is not among them.
func (s Sources) Cite(l Locus, at time.Time) Citation {
	if f, ok := s[l.File]; ok {
		return f.Cite(l, at)
	}
	return Citation{At: at}
}

// Cite returns the citation of a position in the file.
func (s Source) Cite(l Locus, at time.Time) Citation {
	c := Citation{Path: s.Path, At: at}
	switch s.Unit {
	case "commit":
		c.Locator = fmt.Sprintf("commit %016x", l.Pos)
	case "row":
		c.Locator = "row " + strconv.FormatUint(l.Pos, 10)
	default:
		c.Locator = "line " + strconv.FormatUint(l.Pos, 10)
	}
	return c
}
