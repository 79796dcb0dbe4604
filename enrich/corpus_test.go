// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"daylight/record"
)

// corpus returns the path of real material, or skips the test.
func corpus(t *testing.T, path ...string) string {
	t.Helper()
	root := os.Getenv("DAYLIGHT_CORPUS")
	if root == "" {
		root = "../../shared/data"
	}
	full := filepath.Join(append([]string{root}, path...)...)
	if _, err := os.Stat(full); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the corpus has no %s", filepath.Join(path...))
	}
	return full
}

func builtin(tb testing.TB) *Tables {
	tb.Helper()
	tables, err := Builtin()
	if err != nil {
		tb.Fatal(err)
	}
	if err := tables.Load(); err != nil {
		tb.Fatal(err)
	}
	return tables
}

// share reports agreement and demands a floor, which is the measured figure less
// some room for a newer corpus.
func share(t *testing.T, what string, hit, total int, floor float64) {
	t.Helper()
	if total == 0 {
		t.Fatalf("%s: nothing to compare", what)
	}
	s := float64(hit) / float64(total)
	t.Logf("%s: %d of %d (%.1f %%)", what, hit, total, 100*s)
	if s < floor {
		t.Errorf("%s: %.3f is below %.3f", what, s, floor)
	}
}

// sampled calls f with the first and a middle address of every nth prefix of a
// list of networks.
func sampled(t *testing.T, path string, nth int, f func(netip.Addr)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	in := bufio.NewScanner(file)
	for n := 0; in.Scan(); n++ {
		word, _, _ := strings.Cut(strings.TrimSpace(in.Text()), " ")
		p, err := netip.ParsePrefix(word)
		if err != nil {
			a, err := netip.ParseAddr(word)
			if err != nil {
				continue
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		if n%nth == 0 {
			f(p.Addr())
		}
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestCloudRanges(t *testing.T) {
	root := corpus(t, "cloud_ipranges_cc0")
	tables := builtin(t)
	for provider, want := range map[string][]NetworkClass{
		"amazon": {Hosting}, "microsoft": {Hosting}, "google": {Hosting}, "oracle": {Hosting}, "digitalocean": {Hosting},
		"linode": {Hosting}, "vultr": {Hosting}, "cloudflare": {Relay}, "apple-proxy": {Relay}, "protonvpn": {VPN, Hosting},
	} {
		for _, family := range []string{"ipv4_merged.txt", "ipv6_merged.txt"} {
			path := filepath.Join(root, provider, family)
			if _, err := os.Stat(path); err != nil {
				continue
			}
			hit, total := 0, 0
			sampled(t, path, 1, func(a netip.Addr) {
				total++
				n, _ := tables.Network(a)
				if slices.Contains(want, n.Class) {
					hit++
				}
			})
			// The lists are from another month and hold networks not announced, or
			// announced by partners (China, carriers' edge sites).
			floor := 0.75
			share(t, provider+" "+strings.TrimSuffix(family, "_merged.txt"), hit, total, floor)
		}
	}
}

func TestVPNLists(t *testing.T) {
	root := corpus(t, "vpn_x4bnet")
	tables := builtin(t)
	anonymous := func(path string, floor float64) {
		hit, vpn, total := 0, 0, 0
		sampled(t, filepath.Join(root, filepath.FromSlash(path)), 1, func(a netip.Addr) {
			total++
			n, _ := tables.Network(a)
			if n.Class.Anonymous() {
				hit++
			}
			if n.Class == VPN {
				vpn++
			}
		})
		share(t, path+" anonymous", hit, total, floor)
		t.Logf("%s: of these %d as VPN", path, vpn)
	}
	anonymous("output/vpn/ipv4.txt", 0.6)
	anonymous("output/datacenter/ipv4.txt", 0.6)
	anonymous("input/vpn/ips/mullvadvpn.txt", 0.6)
	anonymous("input/vpn/ips/pia.txt", 0.6)
	anonymous("input/vpn/ips/protonvpn.txt", 0.6)

	as := regexp.MustCompile(`^AS(\d+)`)
	a, err := builtinAddresses()
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"vpn", "datacenter"} {
		data, err := os.ReadFile(filepath.Join(root, "input", list, "ASN.txt"))
		if err != nil {
			t.Fatal(err)
		}
		hit, total := 0, 0
		for line := range strings.Lines(string(data)) {
			if m := as.FindStringSubmatch(line); m != nil {
				if c, ok := classOfAS(a, m[1]); ok {
					total++
					if c.Anonymous() {
						hit++
					}
				}
			}
		}
		// By number, because hundreds of small companies announce a few servers.
		share(t, list+" AS numbers, of those announced", hit, total, 0.4)
	}
}

func classOfAS(a *addresses, text string) (NetworkClass, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return Unclassified, false
	}
	i, ok := a.table.Rank(uint32(n))
	if !ok {
		return Unclassified, false
	}
	return a.classes[i], true
}

// TestBadASNList also names what that list has by mistake: carriers whose
// customers are people, most of them in Africa. Ours must not copy it.
func TestBadASNList(t *testing.T) {
	f, err := os.Open(corpus(t, "bad_asn_list", "bad-asn-list.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	a, err := builtinAddresses()
	if err != nil {
		t.Fatal(err)
	}
	hit, total, people := 0, 0, 0
	for _, row := range rows[1:] {
		c, ok := classOfAS(a, row[0])
		if !ok {
			continue
		}
		total++
		switch c {
		case Hosting, VPN, Tor, Relay:
			hit++
		case Mobile, Residential, Education, Satellite:
			people++
			t.Logf("AS%s (%s) is %s with us: %s", row[0], row[1], c, a.reasons[mustAS(t, row[0])])
		case Unclassified, Business, Corporate, Private, ResidentialProxy:
		}
	}
	share(t, "hosting AS numbers, of those announced", hit, total, 0.4)
	if people == 0 {
		t.Error("the carriers that the list has by mistake are gone: say so in docs/reference-data.md")
	}
}

func mustAS(t *testing.T, s string) uint32 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}

func TestRemoteToolCoverage(t *testing.T) {
	data, err := os.ReadFile(corpus(t, "lolrmm", "rmm_tools.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Name    string
		Details struct{ InstallationPaths []string }
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	tables := builtin(t)
	k, err := builtinTools()
	if err != nil {
		t.Fatal(err)
	}
	known, excluded := 0, 0
	for _, e := range list {
		_, ok := tables.Tool(e.Name, "")
		_, not := k.excluded[programName(e.Name)]
		for _, p := range e.Details.InstallationPaths {
			p = strings.ReplaceAll(p, "*", "")
			if _, found := tables.Tool("", p); found {
				ok = true
			}
			if _, base := splitPath(p); k.excluded[programName(base)] != "" {
				not = true
			}
		}
		switch {
		case ok:
			known++
		case not:
			excluded++
		}
	}
	share(t, "entries of the public list known by name or program", known, len(list), 0.65)
	t.Logf("%d more are left out on purpose (clients, file transfer, inventory, assistive technology)", excluded)
}

func TestIPKVMFingerprints(t *testing.T) {
	data, err := os.ReadFile(corpus(t, "ip_kvm_fingerprints", "fingerprints.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		USB []struct {
			Device, Manufacturer, Product, Serial string
			VID                                   string `json:"usb_vid"`
			PID                                   string `json:"usb_pid"`
		}
		EDID []struct {
			Device, Hex string
			Decoded     struct {
				Mfg, Product string
				Serial       uint32
				Week, Year   int
			}
		}
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	tables := builtin(t)
	for _, u := range list.USB {
		h, ok := tables.Hardware(record.Device{Fact: record.USB, VendorID: u.VID, ModelID: u.PID, Vendor: u.Manufacturer, Name: u.Product, Unit: u.Serial})
		if !ok || h.Class != IPKVM || !h.Strong {
			t.Errorf("%s: %+v, %v", u.Device, h, ok)
		}
	}
	for _, e := range list.EDID {
		got, err := ParseEDIDHex(e.Hex)
		if err != nil {
			t.Errorf("%s: %v", e.Device, err)
			continue
		}
		if got.Vendor != e.Decoded.Mfg || "0x"+strconv.FormatUint(uint64(got.Product), 16) != e.Decoded.Product ||
			got.Serial != e.Decoded.Serial || got.Week != e.Decoded.Week || got.Year != e.Decoded.Year {
			t.Errorf("%s: decoded %+v, want %+v", e.Device, got, e.Decoded)
		}
		h, ok := tables.Hardware(record.Device{Fact: record.Display, Name: e.Hex})
		if want := e.Device == "jetkvm/default"; !ok || (h.Class == CaptureBridge) != want || h.Strong == want {
			t.Errorf("%s: %+v, %v", e.Device, h, ok)
		}
	}
	if len(list.USB) == 0 || len(list.EDID) == 0 {
		t.Error("the corpus is empty")
	}
}

// TestOrdinaryUSB looks up every device of the public registry of USB ids by its
// ids and names: none may be taken for a remote keyboard by its name.
func TestOrdinaryUSB(t *testing.T) {
	f, err := os.Open(corpus(t, "usb_ids", "usb.ids"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	tables := builtin(t)
	in := bufio.NewScanner(f)
	vid, vendor, n := "", "", 0
	for in.Scan() {
		line := in.Text()
		if strings.HasPrefix(line, "C ") { // classes follow
			break
		}
		switch {
		case line == "" || line[0] == '#' || strings.HasPrefix(line, "\t\t"):
		case line[0] != '\t' && len(line) > 6:
			vid, vendor = line[:4], strings.TrimSpace(line[4:])
		case len(line) > 7:
			n++
			d := record.Device{Fact: record.USB, VendorID: vid, ModelID: line[1:5], Vendor: vendor, Name: strings.TrimSpace(line[5:])}
			if h, ok := tables.Hardware(d); ok && h.Strong {
				t.Errorf("%s:%s %s %s is taken for %s", vid, d.ModelID, vendor, d.Name, h.Product)
			}
		}
	}
	if n < 10000 {
		t.Errorf("only %d devices read", n)
	}
}

func TestMailCorpus(t *testing.T) {
	root := corpus(t, "email_domains")
	tables := builtin(t)
	data, err := os.ReadFile(filepath.Join(root, "disposable", "disposable_email_blocklist.conf"))
	if err != nil {
		t.Fatal(err)
	}
	hit, total := 0, 0
	for line := range strings.Lines(string(data)) {
		if d := strings.TrimSpace(line); d != "" && d[0] != '#' {
			total++
			if tables.Mail(d) == MailDisposable {
				hit++
			}
		}
	}
	share(t, "disposable domains of another list", hit, total, 0.6)
}

// TestDamagedDatabases opens every database of the makers' own test set, whole
// and broken: none may panic or hang, and what opens must answer.
func TestDamagedDatabases(t *testing.T) {
	root := corpus(t, "maxmind_test_mmdb")
	opened, refused := 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		tables := &Tables{}
		if err := tables.AddDatabase(d.Name(), data); err != nil {
			refused++
			if !strings.Contains(err.Error(), d.Name()) {
				t.Errorf("the error does not name %s: %v", d.Name(), err)
			}
			return nil
		}
		opened++
		for _, a := range []string{"81.2.69.142", "1.128.0.1", "2001:218::1", "214.78.120.5", "::", "255.255.255.255"} {
			tables.Network(netip.MustParseAddr(a))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d opened, %d refused", opened, refused)
	if opened < 20 || refused < 3 {
		t.Errorf("%d opened, %d refused", opened, refused)
	}
}

// TestMakersDatabases checks values that the makers' own sources document.
func TestMakersDatabases(t *testing.T) {
	root := corpus(t, "maxmind_test_mmdb", "test-data")
	load := func(names ...string) *Tables {
		tables := &Tables{}
		for _, n := range names {
			data, err := os.ReadFile(filepath.Join(root, n))
			if err != nil {
				t.Fatal(err)
			}
			if err := tables.AddDatabase(n, data); err != nil {
				t.Fatal(err)
			}
		}
		return tables
	}
	london := netip.MustParseAddr("81.2.69.160")
	n, ok := load("GeoIP2-City-Test.mmdb").Network(london)
	if !ok || n.City != "London" || n.Country != record.NewCountry("GB") || n.Region != "England" || n.Zone != "Europe/London" || !n.HasPoint || n.RadiusKM <= 0 {
		t.Errorf("London: %+v (%s)", n, n.Country.Reveal())
	}
	n, _ = load("GeoLite2-ASN-Test.mmdb").Network(netip.MustParseAddr("1.128.0.1"))
	if n.AS != 1221 || !strings.Contains(n.Operator, "Telstra") {
		t.Errorf("Telstra: %+v", n)
	}
	n, _ = load("GeoIP2-Anonymous-IP-Test.mmdb").Network(netip.MustParseAddr("1.2.0.1"))
	if n.Class != VPN {
		t.Errorf("anonymous VPN: %+v", n)
	}
	n, _ = load("GeoIP2-Connection-Type-Test.mmdb").Network(netip.MustParseAddr("1.0.1.1"))
	if n.Class != Mobile {
		t.Errorf("cellular: %+v", n)
	}
	// Later databases refine: the city stays, the class is added.
	n, _ = load("GeoIP2-City-Test.mmdb", "GeoIP2-Anonymous-IP-Test.mmdb").Network(netip.MustParseAddr("81.2.69.1"))
	if n.Country != record.NewCountry("GB") || n.Class == Unclassified {
		t.Errorf("two databases: %+v (%s)", n, n.Country.Reveal())
	}
}
