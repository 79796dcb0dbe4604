// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"math"
	"strconv"
	"strings"

	"daylight/record"
)

// readFields reads one record of a MaxMind-format database: the nested shape of
// GeoIP2, GeoLite2 and DB-IP, and the flat ones of ip-location-db and IPinfo.
// Values of an unexpected type count as missing.
func readFields(m map[string]any) *fields {
	f := &fields{}
	f.readPlace(m)
	f.readOperator(m)
	f.class = readClass(m)
	f.says = f.describesPlace || f.as != 0 || f.operator != "" || f.class != Unclassified
	return f
}

func (f *fields) readPlace(m map[string]any) {
	country := first(text(m, "country", "iso_code"), text(m, "registered_country", "iso_code"), text(m, "country_code"), text(m, "country"))
	if len(country) == 2 {
		f.country = record.NewCountry(country)
	}
	f.city = first(text(m, "city", "names", "en"), text(m, "city"))
	if subs, ok := m["subdivisions"].([]any); ok && len(subs) > 0 {
		if sub, ok := subs[0].(map[string]any); ok {
			f.region = first(text(sub, "names", "en"), text(sub, "iso_code"))
		}
	}
	f.region = first(f.region, text(m, "region"), text(m, "state1"))
	f.zone = first(text(m, "location", "time_zone"), text(m, "time_zone"), text(m, "timezone"))
	where := m
	if l, ok := m["location"].(map[string]any); ok {
		where = l
	}
	lat, ok1 := number(where, "latitude", "lat")
	lon, ok2 := number(where, "longitude", "lng", "lon")
	if ok1 && ok2 && math.Abs(lat) <= 90 && math.Abs(lon) <= 180 && (lat != 0 || lon != 0) {
		f.hasPoint, f.lat, f.lon = true, lat, lon
		f.radius = defaultRadiusKM
		if r, ok := number(where, "accuracy_radius", "radius"); ok && r > 0 {
			f.radius = r
		}
	}
	f.describesPlace = !f.country.IsZero() || f.city != "" || f.hasPoint
}

// defaultRadiusKM stands for the accuracy of a city database that gives none.
// Two free ones put 22 % of consumer addresses more than 500 km apart
// (docs/reference-data.md), so the figure is wide on purpose.
const defaultRadiusKM = 100

func (f *fields) readOperator(m map[string]any) {
	where := m
	if t, ok := m["traits"].(map[string]any); ok {
		where = t
	}
	if n, ok := number(where, "autonomous_system_number"); ok && n > 0 && n <= math.MaxUint32 {
		f.as = uint32(n)
	} else if s := text(m, "asn"); len(s) > 2 && strings.EqualFold(s[:2], "AS") {
		if n, err := strconv.ParseUint(s[2:], 10, 32); err == nil {
			f.as = uint32(n)
		}
	}
	f.operator = first(text(where, "autonomous_system_organization"), text(where, "isp"), text(where, "organization"), text(m, "as_name"))
}

// readClass puts what a record says of the kind of network in our words. What
// hides the user outranks how the network is built.
func readClass(m map[string]any) NetworkClass {
	where := m
	if t, ok := m["traits"].(map[string]any); ok {
		where = t
	}
	flag := func(name string) bool {
		b, _ := where[name].(bool)
		return b
	}
	switch {
	case flag("is_tor_exit_node") || flag("is_tor"):
		return Tor
	case flag("is_relay"):
		return Relay
	case flag("is_residential_proxy"):
		return ResidentialProxy
	case flag("is_anonymous_vpn") || flag("is_public_proxy") || flag("is_proxy") || flag("is_vpn"):
		return VPN
	case flag("is_hosting_provider") || flag("is_hosting"):
		return Hosting
	case flag("is_satellite_provider") || flag("is_satellite"):
		return Satellite
	case flag("is_mobile"):
		return Mobile
	}
	switch lower(text(where, "user_type")) {
	case "residential":
		return Residential
	case "cellular":
		return Mobile
	case "hosting", "content_delivery_network", "search_engine_spider":
		return Hosting
	case "business", "government", "military", "library", "cafe":
		return Business
	case "college", "school":
		return Education
	case "consumer_privacy_network":
		return Relay
	}
	switch lower(first(text(where, "connection_type"), text(m, "connection_type"))) {
	case "cable/dsl", "dialup":
		return Residential
	case "cellular":
		return Mobile
	case "corporate":
		return Business
	case "satellite":
		return Satellite
	}
	return Unclassified
}

func first(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

// text returns the string at a path of map keys, or "".
func text(m map[string]any, path ...string) string {
	for i, key := range path {
		v := m[key]
		if i == len(path)-1 {
			s, _ := v.(string)
			return s
		}
		next, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		m = next
	}
	return ""
}

// number returns the first of several keys that holds a finite number, or a
// string that reads as one.
func number(m map[string]any, keys ...string) (float64, bool) {
	for _, k := range keys {
		var x float64
		switch v := m[k].(type) {
		case float64:
			x = v
		case float32:
			x = float64(v)
		case uint64:
			x = float64(v)
		case uint32:
			x = float64(v)
		case uint16:
			x = float64(v)
		case int32:
			x = float64(v)
		case int:
			x = float64(v)
		case string:
			n, err := strconv.ParseFloat(v, 64)
			if err != nil {
				continue
			}
			x = n
		default:
			continue
		}
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			return x, true
		}
	}
	return 0, false
}
