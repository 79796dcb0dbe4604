// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"net/netip"
	"path"
	"strconv"
	"strings"
	"time"

	"daylight/record"
)

// osqueryTables maps the tables that are used to how a row of them is read.
// Sources: osquery's table specifications; docs/formats.md says what is kept.
// Columns of language, locale and keyboard layout are never read.
var osqueryTables = map[string]func(*result, map[string]string, *record.Device) string{
	"apps":                         readApp,
	"programs":                     readProgram,
	"deb_packages":                 readPackage,
	"rpm_packages":                 readPackage,
	"homebrew_packages":            readPackage,
	"chocolatey_packages":          readPackage,
	"portage_packages":             readPackage,
	"processes":                    readProcess,
	"process_events":               readProcess,
	"es_process_events":            readProcess,
	"bpf_process_events":           readProcess,
	"process_etw_events":           readProcess,
	"usb_devices":                  readUSB,
	"connected_displays":           readDisplay,
	"registry":                     readRegistry,
	"drivers":                      readDriver,
	"interface_addresses":          readInterfaceAddress,
	"interface_details":            readInterface,
	"listening_ports":              readListening,
	"time":                         readClock,
	"cameras":                      readCamera,
	"camera":                       readCamera,
	"video_devices":                readCamera,
	"system_profiler_camera_items": readCamera,
	"arp_cache":                    readNeighbour,
	"chrome_extensions":            readExtension,
	"firefox_addons":               readExtension,
	"google_chrome_profiles":       readBrowserAccount,
	"logged_in_users":              readLogon,
}

// skipped is the answer of a reader to rows that are in order and say nothing
// that is used.
const skipped = "skipped"

// tableOf finds the table in the name of a query: the longest one at its end,
// such as listening_ports in "pack_incident-response_listening_ports".
func tableOf(query string) string {
	query = strings.ToLower(query)
	best := ""
	for table := range osqueryTables {
		before, ok := strings.CutSuffix(query, table)
		if ok && len(table) > len(best) && (before == "" || strings.ContainsAny(before[len(before)-1:], "_/:-. ")) {
			best = table
		}
	}
	return best
}

// tableLike finds the table by columns that only it has, for queries with a
// name of their own.
func tableLike(c map[string]string) string {
	for _, shape := range []struct {
		table string
		has   []string
	}{
		// First, because other tables have a mac too, and of these it is cut short.
		{"arp_cache", []string{"address", "mac", "permanent"}},
		{"usb_devices", []string{"vendor_id", "model_id"}},
		{"connected_displays", []string{"vendor_id", "product_id", "manufactured_year"}},
		{"connected_displays", []string{"vendor_id", "product_id", "display_id"}},
		{"apps", []string{"bundle_identifier", "path"}},
		{"apps", []string{"bundle_executable", "path"}},
		{"programs", []string{"name", "identifying_number"}},
		{"programs", []string{"name", "uninstall_string"}},
		{"deb_packages", []string{"name", "version", "maintainer"}},
		{"rpm_packages", []string{"name", "version", "release"}},
		{"registry", []string{"path", "data"}},
		{"drivers", []string{"device_id", "device_name"}},
		{"processes", []string{"pid", "path", "cmdline"}},
		{"listening_ports", []string{"port", "protocol", "address"}},
		{"interface_details", []string{"interface", "mac"}},
		{"interface_addresses", []string{"interface", "address", "mask"}},
		{"time", []string{"local_timezone"}},
		{"chrome_extensions", []string{"identifier", "profile_path"}},
		{"firefox_addons", []string{"identifier", "creator", "visible"}},
		{"logged_in_users", []string{"type", "tty", "host"}},
	} {
		if hasAll(c, shape.has) {
			return shape.table
		}
	}
	return ""
}

func hasAll(c map[string]string, names []string) bool {
	for _, n := range names {
		if _, ok := c[n]; !ok {
			return false
		}
	}
	return true
}

// row reads one row and reports whether its table is one that is used.
func (r *result) row(c map[string]string, removed bool, emit func(record.Record), bad *troubles) bool {
	table := r.table
	if table == "" {
		table = tableLike(c)
	}
	read := osqueryTables[table]
	if read == nil {
		return false
	}
	device := r.device
	device.Removed = removed
	switch problem := read(r, c, &device); problem {
	case skipped:
		return true
	case "":
	default:
		bad.add(table + ": " + problem)
		return true
	}
	sealed, err := Seal(r.origin, r.ref, r.at, device)
	if err != nil {
		bad.add(table + ": " + err.Error())
		return true
	}
	emit(sealed)
	return true
}

func readApp(_ *result, c map[string]string, d *record.Device) string {
	d.Fact = record.Software
	d.Name = strings.TrimSuffix(firstOf(c, "name", "bundle_name", "bundle_executable"), ".app")
	d.Version, d.Path = firstOf(c, "bundle_short_version", "bundle_version"), c["path"]
	d.Vendor = c["bundle_identifier"]
	if d.Name == "" {
		d.Name = strings.TrimSuffix(baseName(d.Path), ".app")
	}
	return named(d)
}

func readProgram(_ *result, c map[string]string, d *record.Device) string {
	d.Fact = record.Software
	d.Name, d.Version, d.Vendor, d.Path = c["name"], c["version"], c["publisher"], c["install_location"]
	// Installers write the date as they like; only the documented form is read.
	if day, err := time.Parse("20060102", c["install_date"]); err == nil {
		d.InstalledAt = day
	}
	return named(d)
}

func readPackage(_ *result, c map[string]string, d *record.Device) string {
	if status := c["status"]; strings.HasPrefix(status, "deinstall") || strings.HasPrefix(status, "purge") {
		return skipped // dpkg remembers packages that are gone
	}
	d.Fact = record.Software
	d.Name, d.Version, d.Path = firstOf(c, "name", "package"), c["version"], c["path"]
	d.Vendor = firstOf(c, "vendor", "maintainer")
	if ms, ok := parseTime([]byte(c["install_time"])); ok {
		d.InstalledAt = time.UnixMilli(ms).UTC()
	}
	return named(d)
}

func readProcess(_ *result, c map[string]string, d *record.Device) string {
	d.Fact = record.Process
	command := firstOf(c, "cmdline", "cmd_line")
	d.Name, d.Path, d.Command = firstOf(c, "name", "process_name"), c["path"], record.Redacted(command)
	if d.Name == "" {
		d.Name = baseName(d.Path)
	}
	d.Sign = signOf(d.Name, command)
	return named(d)
}

func readUSB(_ *result, c map[string]string, d *record.Device) string {
	d.Fact = record.USB
	d.Name, d.Vendor, d.Unit = c["model"], c["vendor"], serial(c["serial"])
	d.VendorID, d.ModelID = hexDigits(c["vendor_id"]), hexDigits(c["model_id"])
	if d.VendorID == "" && d.Name == "" {
		return "a device without id and model"
	}
	return ""
}

func readDisplay(_ *result, c map[string]string, d *record.Device) string {
	d.Fact = record.Display
	d.Name, d.Unit = c["name"], serial(c["serial_number"])
	d.VendorID, d.ModelID = hexDigits(c["vendor_id"]), hexDigits(c["product_id"])
	if year, err := strconv.Atoi(c["manufactured_year"]); err == nil && year >= 1990 && year < 3000 {
		d.Year = year // an EDID counts from 1990
	}
	if d.VendorID == "" && d.Name == "" {
		return "a monitor without id and name"
	}
	return ""
}

// readRegistry reads what Windows keeps of USB devices and monitors it has seen,
// of installed programs, and of the time zone.
func readRegistry(r *result, c map[string]string, d *record.Device) string {
	key := firstOf(c, "path", "key")
	parts := strings.Split(strings.ReplaceAll(key, "/", `\`), `\`)
	lower := strings.ToLower(strings.Join(parts, `\`))
	under := func(folder string) []string {
		i := strings.Index(lower, `\`+folder+`\`)
		if i < 0 {
			return nil
		}
		return parts[strings.Count(lower[:i], `\`)+1+strings.Count(folder, `\`)+1:]
	}
	name := c["name"]
	if name == "" {
		name = parts[len(parts)-1]
	}
	if below := under(`enum\usb`); below != nil {
		return registryUSB(below, name, c["data"], d)
	}
	if below := under(`enum\display`); below != nil {
		return registryDisplay(below, name, c["data"], d)
	}
	if under(`currentversion\uninstall`) != nil && strings.EqualFold(name, "DisplayName") {
		d.Fact, d.Name = record.Software, c["data"]
		return named(d)
	}
	if strings.Contains(lower, `\control\timezoneinformation`) && strings.EqualFold(name, "ActiveTimeBias") {
		n, err := strconv.ParseInt(c["data"], 10, 64)
		if err != nil {
			return "time zone not understood"
		}
		// Minutes to add to local time to get UTC, as a signed 32-bit number.
		d.Fact, d.Zone = record.Clock, zoneOf(-int(int32(n))) //nolint:gosec // the low 32 bits are meant
		return clocked(d)
	}
	if strings.Contains(lower, `\control\timezoneinformation`) && strings.EqualFold(name, "TimeZoneKeyName") {
		d.Fact = record.Clock
		d.Zone, _ = windowsZone(c["data"])
		return clocked(d)
	}
	return skipped
}

// registryUSB reads VID_1D6B&PID_0104\<serial>. An instance with an ampersand is
// Windows' own numbering, given to devices without a serial number.
func registryUSB(below []string, name, data string, d *record.Device) string {
	ids := strings.Split(strings.ToLower(below[0]), "&")
	if len(ids) < 2 || !strings.HasPrefix(ids[0], "vid_") || !strings.HasPrefix(ids[1], "pid_") {
		return skipped // root hubs
	}
	d.Fact, d.VendorID, d.ModelID = record.USB, hexDigits(ids[0][4:]), hexDigits(ids[1][4:])
	if len(below) > 1 && len(ids) == 2 && !strings.Contains(below[1], "&") {
		d.Unit = serial(below[1])
	}
	switch strings.ToLower(name) {
	case "friendlyname", "devicedesc":
		d.Name = afterSemicolon(data)
	case "mfg":
		d.Vendor = afterSemicolon(data)
	default:
		if len(below) > 2 {
			return skipped
		}
	}
	return ""
}

// registryDisplay reads LNX7771\<instance>, and the EDID below it.
func registryDisplay(below []string, name, data string, d *record.Device) string {
	id := strings.ToLower(below[0])
	if len(id) != 7 {
		return skipped
	}
	d.Fact, d.VendorID, d.ModelID = record.Display, id[:3], id[3:]
	switch strings.ToLower(name) {
	case "edid":
		if d.Name = strings.ToLower(data); !strings.HasPrefix(d.Name, "00ffffffffffff00") {
			return "EDID not understood"
		}
	case "friendlyname", "devicedesc":
		d.Name = afterSemicolon(data)
	default:
		if len(below) > 2 {
			return skipped
		}
	}
	return ""
}

// afterSemicolon drops the reference to a driver file that stands before a text:
// "@usb.inf,%usb\composite.devicedesc%;USB Composite Device".
func afterSemicolon(s string) string {
	if strings.HasPrefix(s, "@") {
		s = s[strings.LastIndexByte(s, ';')+1:]
	}
	return strings.TrimSpace(s)
}

func readDriver(_ *result, c map[string]string, d *record.Device) string {
	parts := strings.Split(c["device_id"], `\`)
	class := strings.ToLower(c["class"])
	camera := class == "camera" || class == "image"
	if len(parts) > 1 && strings.EqualFold(parts[0], "USB") {
		if problem := registryUSB(parts[1:], "", "", d); problem != "" {
			return problem
		}
	} else if !camera {
		return skipped
	}
	if camera {
		d.Fact = record.Camera
	}
	d.Name, d.Vendor, d.Version = c["device_name"], firstOf(c, "manufacturer", "provider"), c["version"]
	return named(d)
}

func readInterface(_ *result, c map[string]string, d *record.Device) string {
	mac := strings.ReplaceAll(strings.ToLower(c["mac"]), "-", ":")
	if strings.Trim(mac, "0:") == "" {
		return skipped // loopback and tunnels
	}
	d.Fact, d.Name, d.MAC, d.Vendor = record.Interface, c["interface"], mac, c["manufacturer"]
	return ""
}

func readInterfaceAddress(_ *result, c map[string]string, d *record.Device) string {
	text, _, _ := strings.Cut(c["address"], "%")
	a := parseAddr([]byte(text))
	if !a.IsValid() {
		return "address not understood"
	}
	if a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() {
		return skipped
	}
	d.Fact, d.Name, d.Addr = record.Interface, c["interface"], a.String()
	return ""
}

// readListening leaves out sockets that only the machine itself can reach.
func readListening(_ *result, c map[string]string, d *record.Device) string {
	port, err := strconv.Atoi(c["port"])
	switch {
	case err != nil || port < 0 || port > 65535:
		return "port not understood"
	case port == 0:
		return skipped // Unix sockets
	}
	if a, err := netip.ParseAddr(c["address"]); err == nil && a.IsLoopback() {
		return skipped
	}
	d.Fact, d.Port, d.Path, d.Name = record.Listening, port, c["path"], firstOf(c, "name", "process_name")
	if d.Name == "" {
		d.Name = baseName(d.Path)
	}
	return ""
}

// readClock takes the local zone. The table's own "timezone" is always UTC.
func readClock(_ *result, c map[string]string, d *record.Device) string {
	zone := c["local_timezone"]
	if zone == "" {
		return skipped
	}
	d.Fact = record.Clock
	if strings.Contains(zone, "/") {
		d.Zone = zone
		return ""
	}
	if name, ok := windowsZone(zone); ok {
		d.Zone = name
	} else if minutes, ok := zoneMinutes(zone); ok {
		d.Zone = zoneOf(minutes)
	}
	return clocked(d)
}

func clocked(d *record.Device) string {
	if d.Zone == "" {
		return "time zone not understood"
	}
	return ""
}

// zoneMinutes reads offsets, and abbreviations that mean one offset wherever
// they are in use. Those with several meanings (BST, CST, IST, PST) say nothing.
func zoneMinutes(zone string) (minutes int, ok bool) {
	if zone[0] == '+' || zone[0] == '-' {
		n, err := strconv.Atoi(zone)
		switch len(zone) {
		case 3:
			return n * 60, err == nil
		case 5:
			return n/100*60 + n%100, err == nil
		}
		return 0, false
	}
	minutes, ok = map[string]int{
		"UTC": 0, "GMT": 0, "WET": 0, "CET": 60, "WEST": 60, "CEST": 120, "EET": 120, "SAST": 120, "EEST": 180, "MSK": 180,
		"PKT": 300, "WIB": 420, "HKT": 480, "AWST": 480, "JST": 540, "KST": 540, "ACST": 570, "AEST": 600, "ACDT": 630,
		"AEDT": 660, "NZST": 720, "NZDT": 780, "EDT": -240, "EST": -300, "MDT": -360, "MST": -420, "AKDT": -480, "AKST": -540,
		"HST": -600,
	}[zone]
	return minutes, ok
}

// zoneOf writes an offset as "UTC+05:30", or "" where no place has it.
func zoneOf(minutes int) string {
	if minutes < -12*60 || minutes > 14*60 {
		return ""
	}
	sign := "+"
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	return "UTC" + sign + strconv.Itoa(100 + minutes/60)[1:] + ":" + strconv.Itoa(100 + minutes%60)[1:]
}

func readCamera(_ *result, c map[string]string, d *record.Device) string {
	d.Fact = record.Camera
	d.Name, d.Vendor = firstOf(c, "name", "model", "device_name", "friendly_name"), firstOf(c, "manufacturer", "vendor")
	d.VendorID, d.ModelID = hexDigits(c["vendor_id"]), hexDigits(firstOf(c, "model_id", "product_id"))
	return named(d)
}

func named(d *record.Device) string {
	if d.Name == "" {
		return "a row without a name"
	}
	return ""
}

func firstOf(c map[string]string, names ...string) string {
	for _, n := range names {
		if c[n] != "" {
			return c[n]
		}
	}
	return ""
}

// hexDigits writes an id as lower-case hexadecimal of at least four digits. Other
// text, such as the letters of a monitor's maker, is only made lower-case.
func hexDigits(id string) string {
	id = strings.ToLower(strings.TrimSpace(id))
	digits := strings.TrimPrefix(id, "0x")
	if digits == "" || strings.Trim(digits, "0123456789abcdef") != "" {
		return id
	}
	if len(id) == 3 && strings.Trim(id, "abcdef") == "" {
		return id // the letters of a monitor's maker, which could be digits
	}
	return strings.Repeat("0", max(0, 4-len(digits))) + digits
}

// baseName is the last part of a path of any system.
func baseName(file string) string {
	if file == "" {
		return ""
	}
	return path.Base(strings.ReplaceAll(file, `\`, "/"))
}
