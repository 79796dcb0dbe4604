// SPDX-License-Identifier: Apache-2.0

package sanctions

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"daylight/record"
)

// This file reads the list's SDN.XML, its SDN.CSV and the overflow of remarks,
// SDN_COMMENTS.CSV, by the Treasury's data specification of 25 September 2023.
// ADD.CSV and ALT.CSV hold addresses and aliases and are recognised to say that
// nothing of them is used.

// Kind is which of the list's files a file is.
type Kind string

// The kinds. None is any other file.
const (
	None     Kind = ""
	XML      Kind = "xml"
	CSV      Kind = "csv"
	Comments Kind = "comments"
	// Unused are files of addresses and aliases.
	Unused Kind = "unused"
)

// Recognise names the kind of a file from its first bytes.
func Recognise(head []byte) Kind {
	if isSDNXML(head) {
		return XML
	}
	rows := firstRows(head)
	if len(rows) == 0 {
		return None
	}
	all := func(holds func(cells []string) bool) bool {
		for _, r := range rows {
			if _, err := strconv.Atoi(r[0]); err != nil || !holds(r) {
				return false
			}
		}
		return true
	}
	switch {
	case all(func(c []string) bool { return len(c) == 12 && isNull(c[4]) || len(c) == 12 && sdnType(c[2]) }):
		return CSV
	case all(func(c []string) bool { return len(c) == 2 && ofRemarks(c[1]) }):
		return Comments
	case all(func(c []string) bool { return len(c) == 5 && (c[2] == "aka" || c[2] == "fka" || c[2] == "nka") }),
		all(func(c []string) bool { return len(c) == 6 && number(c[1]) && (isNull(c[2]) || isNull(c[5])) }):
		return Unused
	}
	return None
}

func isSDNXML(head []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(head))
	for {
		t, err := d.Token()
		if err != nil {
			return false
		}
		if start, ok := t.(xml.StartElement); ok {
			return start.Name.Local == "sdnList"
		}
	}
}

// firstRows cuts the first whole lines of a table without a header.
func firstRows(head []byte) [][]string {
	var rows [][]string
	lines := bytes.SplitAfter(head, []byte("\n"))
	for i, l := range lines {
		if len(rows) == 4 || i == len(lines)-1 && i > 0 && !bytes.HasSuffix(l, []byte("\n")) {
			break
		}
		if len(bytes.TrimSpace(l)) == 0 {
			continue
		}
		cells, err := reader(bytes.NewReader(l)).Read()
		if err != nil {
			return nil
		}
		rows = append(rows, trimmed(cells))
	}
	return rows
}

func reader(r io.Reader) *csv.Reader {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	return c
}

func trimmed(cells []string) []string {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// isNull reports the list's mark for an empty cell.
func isNull(cell string) bool { return cell == "-0-" }

func number(cell string) bool {
	_, err := strconv.Atoi(cell)
	return err == nil
}

func sdnType(cell string) bool {
	return cell == "individual" || cell == "vessel" || cell == "aircraft"
}

// ofRemarks reports words that only the list's remarks have.
func ofRemarks(cell string) bool {
	for _, words := range []string{"Digital Currency Address", "Secondary sanctions risk", "Linked To:", "Email Address ", "DOB "} {
		if strings.Contains(cell, words) {
			return true
		}
	}
	return false
}

// isWallet reports the list's words for an address of a cryptocurrency.
func isWallet(what string) bool { return strings.HasPrefix(what, "Digital Currency Address") }

// Read reads a file of the kind. What cannot be read is in List.Rejected.
func Read(kind Kind, path string, data []byte, canon Canon) List {
	r := reading{path: path, canon: canon}
	switch kind {
	case XML:
		r.xml(data)
	case CSV:
		r.csv(data, 12, 11)
	case Comments:
		r.csv(data, 2, 1)
	case Unused, None:
	}
	return r.list
}

type reading struct {
	path  string
	canon Canon
	list  List
}

// maxWord is longer than any of the list's words for an identifier.
const maxWord = 64

// add keeps an identifier, or says that its value cannot be one. Words of other
// things are passed over.
func (r *reading) add(line int, locator, uid, what, value string) {
	id, ok := r.canon.kind(what, value)
	switch {
	case !ok:
	case len(what) > maxWord:
		r.reject(line, "kind of identifier not understood")
	case id.Value == "":
		r.reject(line, identifierWord(what)+": value not understood")
	default:
		r.list.Entries = append(r.list.Entries, Entry{Identifier: id, UID: uid, What: what, Cite: record.Citation{Path: r.path, Locator: locator}})
	}
}

func (r *reading) reject(line int, reason string) {
	r.list.Rejected = append(r.list.Rejected, Rejected{line, reason})
}

// identifierWord is the list's word for a reason, without what stands behind it.
func identifierWord(what string) string {
	word, _, _ := strings.Cut(what, " - ")
	return strings.ToLower(word)
}

// xmlEntry is what is read of an entry: neither names nor addresses.
type xmlEntry struct {
	UID string `xml:"uid"`
	IDs []struct {
		Type   string `xml:"idType"`
		Number string `xml:"idNumber"`
	} `xml:"idList>id"`
}

// maxDepth is far more than the list's own form has. The decoder keeps what is
// open, so depth is memory.
const maxDepth = 100

func (r *reading) xml(data []byte) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for depth := 0; ; {
		t, err := d.Token()
		line, _ := d.InputPos()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.reject(line, "not XML from here on")
			}
			return
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "sdnEntry" {
			switch t.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			}
			if depth > maxDepth {
				r.reject(line, "nested too deep")
				return
			}
			continue
		}
		var e xmlEntry
		if err := d.DecodeElement(&e, &start); err != nil {
			r.reject(line, "not XML from here on")
			return
		}
		r.list.Read++
		if e.UID = strings.TrimSpace(e.UID); !number(e.UID) {
			r.reject(line, "entry without its number")
			continue
		}
		for _, id := range e.IDs {
			r.add(line, fmt.Sprintf("entry %s, line %d", e.UID, line), e.UID, strings.TrimSpace(id.Type), strings.TrimSpace(id.Number))
		}
	}
}

// csv reads a table without a header whose cell at remarks holds what the XML
// form has in lists.
func (r *reading) csv(data []byte, width, remarks int) {
	// The file ends with the mark of the end of a file of older systems.
	c := reader(bytes.NewReader(bytes.TrimRight(data, "\x1a\r\n ")))
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line := 0
			if at, ok := errors.AsType[*csv.ParseError](err); ok {
				line = at.Line
			}
			r.reject(line, "row is no CSV")
			continue
		}
		line, _ := c.FieldPos(0)
		cells = trimmed(cells)
		if len(cells) != width || !number(cells[0]) {
			r.reject(line, fmt.Sprintf("row is not a number and %d more cells", width-1))
			continue
		}
		r.list.Read++
		for part := range strings.SplitSeq(cells[remarks], ";") {
			what, value, ok := remark(part)
			if ok {
				r.add(line, "line "+strconv.Itoa(line), cells[0], what, value)
			}
		}
	}
}

// remark cuts a part of the remarks into the list's word and the value: "alt.
// Digital Currency Address - XBT 1abc" and "Email Address a@b".
func remark(part string) (what, value string, ok bool) {
	part = strings.TrimSuffix(strings.TrimSpace(part), ".")
	part = strings.TrimPrefix(part, "alt. ")
	for _, w := range []string{"Email Address", "Phone Number", "Website"} {
		if v, found := strings.CutPrefix(part, w+" "); found {
			return w, strings.TrimSpace(v), true
		}
	}
	if rest, found := strings.CutPrefix(part, "Digital Currency Address - "); found {
		symbol, v, both := strings.Cut(rest, " ")
		return "Digital Currency Address - " + symbol, strings.TrimSpace(v), both
	}
	return "", "", false
}
