// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"context"
	"net/netip"
	"path"
	"strings"

	"daylight/enrich"
	"daylight/record"
)

// enrich asks reference data about everything in the population that it could
// know, once a value.
func (s *scan) enrich(ctx context.Context) error {
	s.facts = enrich.NewFacts()
	if err := s.Tables.Load(); err != nil {
		return err
	}
	for _, rs := range s.bySubject {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, r := range rs {
			s.enrichRecord(r)
		}
	}
	for i := range s.bySubject {
		p, err := s.profileOf(i)
		if err != nil {
			return err
		}
		if p == nil {
			continue
		}
		for _, n := range p.Networks() {
			s.enrichAddr(n.Addr)
		}
	}
	return ctx.Err()
}

func (s *scan) enrichRecord(r record.Record) {
	switch b := r.Body.(type) {
	case record.Person:
		s.enrichPlace(b.Address)
		for _, a := range b.Absences {
			s.enrichPlace(record.Address{City: a.City, Country: a.Land})
		}
		if b.ClientAddr.IsValid() {
			s.enrichAddr(b.ClientAddr)
		}
		for _, e := range b.Emails {
			s.enrichMail(e)
		}
	case record.Resume:
		for _, e := range b.Emails {
			s.enrichMail(e)
		}
	case record.Shipment:
		s.enrichPlace(b.Address)
	case record.Device:
		s.enrichDevice(b)
	case record.Interview:
		s.enrichTool(b.CameraDevice, "")
	case record.Call:
		s.enrichAddr(b.Addr)
		s.enrichTool(b.Camera, "")
	case record.Photo, record.IdentityDocument, record.Check, record.Payout, record.CodeHistory, record.Outcome:
	}
}

func (s *scan) enrichAddr(a netip.Addr) {
	a = a.Unmap()
	if _, ok := s.facts.Networks[a]; ok {
		return
	}
	n, ok := s.Tables.Network(a)
	for _, p := range s.Company.Egress {
		if p.Contains(a) {
			n.Class, ok = enrich.Corporate, true
		}
	}
	if ok {
		s.facts.Networks[a] = n
	}
}

func (s *scan) enrichPlace(a record.Address) {
	k := a.Place()
	if k == (record.PlaceKey{}) {
		return
	}
	if _, ok := s.facts.Places[k]; ok {
		return
	}
	if p, ok := s.Tables.Place(k); ok {
		s.facts.Places[k] = p
	}
}

func (s *scan) enrichMail(e record.Redacted) {
	if _, domain, ok := strings.Cut(e.Reveal(), "@"); ok {
		domain = strings.ToLower(domain)
		s.facts.Mail[domain] = s.Tables.Mail(domain)
	}
}

func (s *scan) enrichTool(name, file string) {
	if name == "" {
		return
	}
	if t, ok := s.Tables.Tool(name, file); ok {
		s.facts.Tools[strings.ToLower(strings.TrimSpace(name))] = t
	}
}

func (s *scan) enrichDevice(d record.Device) {
	switch d.Fact {
	case record.Software, record.Process, record.Listening, record.Camera:
		s.enrichTool(d.Name, d.Path)
		if d.Name == "" && d.Path != "" {
			s.enrichTool(path.Base(strings.ReplaceAll(d.Path, `\`, "/")), d.Path)
		}
	case record.USB, record.Display, record.Neighbour, record.Extension, record.BrowserAccount:
	case record.Interface, record.Clock, record.Enrolled, record.RemoteLogon:
		if a, err := netip.ParseAddr(d.Addr); err == nil {
			s.enrichAddr(a)
		}
	}
	if h, ok := s.Tables.Hardware(d); ok {
		s.facts.Hardware[enrich.KeyOf(d)] = h
	}
}
