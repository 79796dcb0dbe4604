// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// act is one moment of work.
type act struct {
	at    time.Time
	agent string
	ip    string
	first bool // the first of its day
}

// acts lays out a worker's activity over the weeks of the logs, in time order.
func (c *company) acts(p person, perDay int) []act {
	var out []act
	if p.quiet {
		return nil
	}
	loc := p.location()
	for d := range logWeeks * 7 {
		date := logStart.AddDate(0, 0, d)
		if wd := date.Weekday(); wd == time.Saturday || wd == time.Sunday || c.rng.IntN(14) == 0 {
			continue
		}
		local := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, loc)
		if local.Before(p.hired) || !p.left.IsZero() && local.After(p.left) {
			continue
		}
		ip := p.ip
		if p.absence != "" && p.note == "nomad who told HR" && !local.Before(day(2026, 3, 16)) && local.Before(day(2026, 4, 18)) {
			ip = nomadStay
		} else if len(p.extraIPs) > 0 && p.absence == "" && c.rng.IntN(4) == 0 {
			ip = p.extraIPs[0]
		}
		var hours []float64
		for range perDay {
			from, to := p.start, p.end
			if p.second != [2]float64{} && c.rng.IntN(2) == 0 {
				from, to = p.second[0], p.second[1]
			}
			hours = append(hours, from+c.rng.Float64()*(to-from))
		}
		slices.Sort(hours)
		for i, h := range hours {
			out = append(out, act{local.Add(time.Duration(h * float64(time.Hour))).UTC(), p.agents[0], ip, i == 0})
		}
	}
	return out
}

// jsonLines writes values one a line.
func jsonLines(values []object) ([]byte, error) {
	var b bytes.Buffer
	for _, v := range values {
		line, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		b.Write(append(line, '\n'))
	}
	return b.Bytes(), nil
}

// okta writes sign-ins as a System Log, compressed, with one line cut short as
// real exports sometimes have it.
func (c *company) okta() ([]byte, error) {
	var events []object
	n := 0
	add := func(p person, a act, event string, target []object, token string) {
		n++
		events = append(events, object{
			"uuid": fmt.Sprintf("0a%06x-1111-4000-8000-%012x", n, n*7), "published": a.at.Format("2006-01-02T15:04:05.000Z"),
			"eventType": event, "version": "0", "severity": "INFO", "displayMessage": event,
			"actor":                 object{"id": "okta-" + p.id, "type": "User", "alternateId": p.workEmail(), "displayName": p.name()},
			"client":                object{"ipAddress": a.ip, "device": "Computer", "zone": "null", "userAgent": object{"rawUserAgent": a.agent, "os": "", "browser": ""}},
			"outcome":               object{"result": "SUCCESS"},
			"target":                target,
			"authenticationContext": object{"externalSessionId": fmt.Sprintf("trs%s%s", p.id, a.at.Format("0102"))},
			"debugContext":          object{"debugData": object{"dtHash": token}},
			"securityContext":       object{"isProxy": false},
		})
	}
	for _, p := range c.workers() {
		token := fmt.Sprintf("%064x", seed(p))
		factor := "guo" + p.id
		if p.id == "w-202" || p.id == "w-203" {
			factor = "guow-201" // one telephone answers for the three laptops
		}
		enrol := act{at: p.hired.Add(90 * time.Minute), ip: p.ip, agent: p.agents[0]}
		add(p, enrol, "device.user.add", []object{{"id": factor, "type": "Device", "alternateId": "unknown", "displayName": "Telephone"}}, token)
		for _, a := range c.acts(p, 9) {
			event := "user.authentication.sso"
			if a.first {
				event = "user.session.start"
			}
			add(p, a, event, nil, token)
		}
	}
	slices.SortStableFunc(events, func(a, b object) int {
		return compareText(a["published"], b["published"])
	})
	data, err := jsonLines(events)
	if err != nil {
		return nil, err
	}
	data = append(data, []byte(`{"uuid":"cut-short","published":"2026-04-30T17:00:00.000Z","eventType":"user.session.st`+"\n")...)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func compareText(a, b any) int {
	x, _ := a.(string)
	y, _ := b.(string)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// github writes pushes and clones as an organisation's audit log.
func (c *company) github() ([]byte, error) {
	var events []object
	n := 0
	add := func(p person, at time.Time, ip, action, repo string) {
		n++
		events = append(events, object{
			"@timestamp": at.UnixMilli(), "_document_id": fmt.Sprintf("doc%07d", n), "action": action, "actor": p.user(), "actor_ip": ip,
			"org": "larkspur", "repo": repo, "created_at": at.UnixMilli(), "user_agent": "git/2.50", "external_identity_nameid": p.workEmail(),
		})
	}
	for _, p := range c.workers() {
		for i, a := range c.acts(p, 3) {
			add(p, a.at.Add(4*time.Minute), a.ip, "git.push", fmt.Sprintf("larkspur/%s", repos[(i+int(p.id[4]))%4]))
		}
		switch {
		case p.id == "w-203":
			for i, repo := range repos {
				add(p, p.hired.AddDate(0, 0, 1+i/12).Add(time.Duration(i)*9*time.Minute), p.ip, "git.clone", "larkspur/"+repo)
			}
			add(p, day(2026, 4, 22).Add(14*time.Hour), p.ip, "repo.create", p.user()+"/gateway-backup")
			add(p, day(2026, 4, 22).Add(14*time.Hour+20*time.Minute), p.ip, "git.push", p.user()+"/gateway-backup")
		case p.note == "":
			add(p, p.hired.AddDate(0, 0, 1), p.ip, "git.clone", "larkspur/gateway")
			add(p, p.hired.AddDate(0, 0, 2), p.ip, "git.clone", "larkspur/handbook")
		}
	}
	slices.SortStableFunc(events, func(a, b object) int {
		return int(a["@timestamp"].(int64) - b["@timestamp"].(int64)) //nolint:forcetypeassert // written above
	})
	return jsonLines(events)
}

var repos = []string{
	"gateway", "handbook", "sensor-firmware", "telemetry", "billing", "console", "device-cloud", "build-tools", "calibration", "edge-agent",
	"fleet-api", "ground-truth", "identity", "kiln", "ledger", "metrics", "notebooks", "ota", "pilot", "queue", "release", "schema", "signing", "vault-policy",
}

// slack writes sign-ins as a page of audit logs.
func (c *company) slack() ([]byte, error) {
	var entries []object
	for _, p := range c.workers() {
		for i, a := range c.acts(p, 2) {
			if i%3 != 0 {
				continue
			}
			entries = append(entries, object{
				"id": fmt.Sprintf("sl-%s-%04d", p.id, i), "date_create": a.at.Unix() + 120, "action": "user_login",
				"actor":   object{"type": "user", "user": object{"id": "U" + p.id[2:], "name": p.user(), "email": p.workEmail()}},
				"entity":  object{"type": "user", "user": object{"id": "U" + p.id[2:], "name": p.user(), "email": p.workEmail()}},
				"context": object{"ip_address": a.ip, "ua": a.agent, "location": object{"type": "workspace", "id": "T1", "name": "larkspur", "domain": "larkspur"}},
			})
		}
	}
	return pretty(object{"entries": entries, "response_metadata": object{"next_cursor": ""}})
}

// ocsf writes two weeks of a VPN gateway's authentications.
func (c *company) ocsf() ([]byte, error) {
	var events []object
	for _, p := range c.workers() {
		if p.note != "behind the company's VPN" && p.note != "night owl" {
			continue
		}
		for i, a := range c.acts(p, 2) {
			events = append(events, object{
				"class_uid": 3002, "category_uid": 3, "activity_id": 1, "type_uid": 300201, "severity_id": 1, "status_id": 1, "time": a.at.UnixMilli() + 60000,
				"metadata":     object{"version": "1.4.0", "uid": fmt.Sprintf("vpn-%s-%d", p.id, i), "product": object{"name": "Gate Example", "vendor_name": "Example"}},
				"user":         object{"name": p.user(), "email_addr": p.workEmail(), "uid": p.id},
				"src_endpoint": object{"ip": a.ip},
			})
		}
	}
	return jsonLines(events)
}

// osquery writes inventory rows of the laptops.
func (c *company) osquery() ([]byte, error) {
	var rows []object
	for _, p := range c.workers() {
		at := p.hired.AddDate(0, 0, 1)
		row := func(query string, at time.Time, columns object) {
			rows = append(rows, object{
				"name": query, "hostIdentifier": "host-" + p.id, "calendarTime": at.UTC().Format("Mon Jan _2 15:04:05 2006 UTC"), "unixTime": at.Unix(), "epoch": 0, "counter": 0,
				"decorations": object{"hardware_serial": p.serial(), "username": p.user()}, "columns": columns, "action": "added",
			})
		}
		for _, name := range []string{"Firefox", "Slack", "Docker Desktop", "Visual Studio Code"} {
			row("pack_inventory_programs", at, object{"name": name, "version": "1.0", "publisher": "", "install_date": ""})
		}
		row("pack_inventory_usb_devices", at, object{"vendor": "Logitech", "vendor_id": "046d", "model": "USB Receiver", "model_id": "c52b", "serial": "", "removable": "1"})
		row("pack_inventory_connected_displays", at, object{"name": "Color LCD", "vendor_id": "610", "product_id": "a050", "manufactured_year": "2024", "serial_number": ""})
		switch {
		case p.note == "laptop farm":
			row("pack_inventory_programs", p.hired.Add(20*time.Hour), object{"name": "AnyDesk", "version": "9.0.1", "publisher": "AnyDesk Software GmbH", "install_date": p.hired.Format("20060102")})
			row("pack_inventory_usb_devices", p.hired.Add(26*time.Hour), object{"vendor": "PiKVM", "vendor_id": "1d6b", "model": "PiKVM Composite Device", "model_id": "0104", "serial": "CAFEBABE", "removable": "1"})
			row("pack_inventory_connected_displays", p.hired.Add(26*time.Hour), object{"name": "PiKVM V3", "vendor_id": "LNX", "product_id": "7773", "manufactured_year": "2016", "serial_number": "CAFEBABE"})
		case p.id == "w-403":
			row("pack_inventory_programs", day(2026, 1, 12), object{"name": "TeamViewer", "version": "15", "publisher": "TeamViewer", "install_date": "20260112"})
		case p.id == "w-404":
			row("pack_inventory_programs", at, object{"name": "Mouse Jiggler", "version": "2", "publisher": "", "install_date": ""})
		}
	}
	return jsonLines(rows)
}
