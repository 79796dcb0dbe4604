// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"daylight/document"
	"daylight/record"
)

// zoneChecks words what the machine-readable lines say.
func zoneChecks(id record.IdentityDocument, typed bool, now time.Time) []Check {
	const lines, dates = "Machine-readable lines", "Dates"
	if id.Format == "" {
		return []Check{{About: lines, Side: Blank, Says: "The text in a picture is not read. Type the lines to have their sums worked out."}}
	}
	from := "as the file has them"
	if typed {
		from = "as typed"
	}
	out := []Check{{About: lines, Side: Fits, Says: fmt.Sprintf("All %d check digits come out (%s, %s). Anybody can work them out, so this proves little.", id.Digits, id.Format, from)}}
	if len(id.Wrong) > 0 {
		out[0] = Check{
			About: lines, Side: Not, Says: fmt.Sprintf("%d of %d check digits do not come out (%s, %s): %s.", len(id.Wrong), id.Digits, id.Format, from, strings.Join(id.Wrong, ", ")),
			Innocent: []string{"a character that was misread or mistyped: type the lines once more", "an issuing office that does not follow the standard"},
		}
	}
	switch {
	case len(id.Impossible) > 0:
		out = append(out, Check{
			About: dates, Side: Not, Says: "No calendar has the " + strings.Join(id.Impossible, " and the ") + ".",
			Innocent: []string{"a character that was misread or mistyped", "an issuing office that writes an unknown date in its own way"},
		})
	case id.Expires.IsZero():
		out = append(out, Check{About: dates, Side: Blank, Says: "The lines have no date of expiry."})
	case id.Expires.Time().AddDate(0, 0, 1).Before(now):
		out = append(out, Check{About: dates, Side: Not, Says: "The document expired on " + id.Expires.String() + ".", Innocent: []string{"a renewal that is under way", "an identity does not end with its document"}})
	default:
		out = append(out, Check{About: dates, Side: Fits, Says: "The document is good until " + id.Expires.String() + "."})
	}
	return out
}

// fileChecks words what a file says of its own making.
func fileChecks(doc *document.Document, id record.IdentityDocument) []Check {
	making := Check{About: "Software", Side: Blank, Says: "The file names no editing software and no image generator. Most programs that copy a file remove such marks, so this says nothing."}
	switch {
	case id.Generator != "":
		known, own := tool(id.Generator)
		making = Check{
			About: "Software", Side: Not, Says: "The file names an image generator: " + known + ".", Named: record.Redacted(own),
			Innocent: []string{"a photo editor with a model in it, used to brighten or straighten", "an app of the telephone that marks every picture it touches"},
		}
	case id.Editor != "":
		known, own := tool(id.Editor)
		making = Check{
			About: "Software", Side: Not, Says: "The file names software that edits pictures: " + known + ".", Named: record.Redacted(own),
			Innocent: []string{"cropped, turned or straightened after the scan", "a number blacked out at somebody's advice"},
		}
	}
	out := []Check{making, taken(id.Capture)}
	for _, i := range doc.Images {
		if i.Credential != nil {
			out = append(out, credential(*i.Credential))
			break
		}
	}
	if doc.Format == document.PDF {
		out = append(out, written(doc.Provenance))
	}
	if n := doc.Large; n > 0 {
		out = append(out, Check{About: "What was not read", Side: Blank, Says: fmt.Sprintf("Pictures in the file that were not looked at, because they are larger than is read here, or too many: %d. Nothing above speaks of them. A scan at 300 dots an inch is small enough.", n)})
	}
	return out
}

// tool words what a file says a program is called: by the name that a well-known one has,
// or by none; and all that it says, where that is more.
func tool(said string) (known, own string) {
	if known = document.KnownTool(said); strings.EqualFold(known, said) {
		return known, ""
	}
	return cmp.Or(known, "a program that is not well known"), said
}

// taken words how a picture was taken.
func taken(c record.Capture) Check {
	var said []string
	if c.Camera != "" {
		said = append(said, "taken by a camera that it names")
	}
	if !c.Taken.IsZero() {
		when := c.Taken.Format("2 January 2006, 15:04") + " by the camera's clock"
		if c.OffsetMinutes != nil {
			when = c.Taken.Format("2 January 2006, 15:04") + " UTC"
		}
		said = append(said, "on "+when)
	}
	if len(said) == 0 {
		return Check{About: "Capture", Side: Blank, Says: "The file does not say how its picture was taken; apps that send pictures mostly remove that."}
	}
	return Check{About: "Capture", Side: Blank, Named: record.Redacted(c.Camera), Says: "The file says: " + strings.Join(said, ", ") + ". It is compared with the pictures of other people's documents, not with what anybody looks like."}
}

// written words what a PDF says of its making.
func written(p record.Provenance) Check {
	var said, own []string
	for _, made := range []struct{ as, what string }{{"made with", p.Creator}, {"written by", p.Producer}} {
		if made.what != "" {
			known, more := tool(made.what)
			said = append(said, made.as+" "+known)
			if more != "" {
				own = append(own, made.as+" “"+more+"”")
			}
		}
	}
	if !p.Created.IsZero() {
		said = append(said, "on "+p.Created.Format("2 January 2006"))
	}
	if !p.Modified.IsZero() && p.Modified.Sub(p.Created) > time.Minute {
		said = append(said, "saved again on "+p.Modified.Format("2 January 2006"))
	}
	if len(said) == 0 {
		return Check{About: "PDF", Side: Blank, Says: "The file does not say what made it, or when."}
	}
	return Check{About: "PDF", Side: Blank, Named: record.Redacted(strings.Join(own, ", ")), Says: "The file says that it was " + strings.Join(said, ", ") + "."}
}

// credential words what a picture's signed record of its making is worth.
func credential(c document.Credential) Check {
	const about = "Content credentials (C2PA)"
	if c.Signature == document.Unread || c.Claim == document.Unread && c.Content == document.Unread {
		return Check{About: about, Side: Blank, Says: "The file has a record of its making, in a form that is not checked here. What it says of software is taken as any other mark."}
	}
	who := "somebody whose certificate has no name"
	var own []string
	if c.Signer != "" {
		who = "somebody whose name is in the certificate"
		own = append(own, "signed as “"+c.Signer+"”")
	}
	if c.Issuer != "" && c.Issuer != c.Signer {
		own = append(own, "by a certificate of “"+c.Issuer+"”")
	}
	names := record.Redacted(strings.Join(own, ", "))
	const untrusted = " That name is not checked against a list of who is trusted: anybody can sign in any name."
	if c.Signature == document.Broken || c.Claim == document.Broken || c.Content == document.Broken {
		return Check{
			About: about, Side: Not, Named: names, Says: "The file has a record of its making, signed by " + who + ", and it does not belong to the file as it is now: the signature or a sum does not come out." + untrusted,
			Innocent: []string{"a copy that an app made smaller, turned or cleaned after the record was signed", "a program that writes such records wrongly"},
		}
	}
	whole := "it fits the file as it is now"
	if c.Content != document.Holds {
		whole = "whether it fits the picture is not checked: its way of binding is not read here"
	}
	return Check{About: about, Side: Blank, Named: names, Says: "The file has a record of its making, signed by " + who + "; the signature comes out, and " + whole + "." + untrusted}
}
