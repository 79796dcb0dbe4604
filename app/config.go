// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"daylight/connect"
	"daylight/detect"
	"daylight/normalize"
	"daylight/notify"
	"daylight/policy"
	"daylight/sanctions"
	"daylight/weigh"
)

// Config is the one configuration file, decoded strictly onto the defaults.
type Config struct {
	// Policy is a policy file, or "default" for the one that ships. What the
	// configuration itself says of prior, thresholds and weights goes before it.
	Policy     string            `yaml:"policy"`
	Prior      policy.Priors     `yaml:"prior"`
	Thresholds policy.Thresholds `yaml:"thresholds"`
	// Weights overrides the policy's weights, in decibans, by indicator.
	Weights map[string]Weights `yaml:"weights"`
	// Parameters tunes indicators, by indicator, strictly by parameter name.
	Parameters map[string]map[string]any `yaml:"parameters"`
	Company    Company                   `yaml:"company"`
	// Columns maps the header of a CSV file to a column of docs/formats.md.
	Columns map[string]string `yaml:"columns"`
	// GeoIP are MaxMind-format files, later ones refining earlier ones.
	GeoIP []string `yaml:"geoip"`
	// Lists are files of networks (CIDR or AS numbers) of one class.
	Lists []List `yaml:"lists"`
	// Boilerplate are files with the company's own wording: advertisements, the
	// templates it hands out, what its agencies put at the head of everybody.
	Boilerplate []string `yaml:"boilerplate"`
	// Connect is where else data comes from, for "serve".
	Connect connect.Config `yaml:"connect,omitempty"`

	// Notify is whom the running service tells that somebody is needed.
	Notify []notify.Target `yaml:"notify,omitempty"`
	// Serve is for the running service alone.
	Serve Serve `yaml:"serve,omitempty"`

	base *policy.File // what Policy names; nil is the policy that ships
}

// Weights overrides one indicator's weights, decibans.
type Weights struct {
	Present *float64 `yaml:"present_db"` // nil: the policy's
	Absent  *float64 `yaml:"absent_db"`  // nil: the policy's
	Why     string   `yaml:"why"`
}

// Company is what the organisation itself deploys and uses.
type Company struct {
	ApprovedTools []string `yaml:"approved_tools"`
	ApprovedVPN   []string `yaml:"approved_vpn"`
	Egress        []string `yaml:"egress"`
	// Screening are the outside firms that check people for the company, as tables of
	// checks name them in "by": what they say is a consumer report.
	Screening []string `yaml:"screening,omitempty"`
	// OwnChecks are who checks people inside the company, named likewise.
	OwnChecks []string `yaml:"own_checks,omitempty"`
	// SanctionedTerritories are countries ("XX") or regions ("XX/Region") that
	// counsel lists. They lead to the compliance queue and never to a weight.
	SanctionedTerritories []string `yaml:"sanctioned_territories"`
}

// List is a file of networks of one class, with where it came from and when it
// stops counting.
type List struct {
	File    string `yaml:"file"`
	Class   string `yaml:"class"`
	Source  string `yaml:"source"`
	Expires string `yaml:"expires"` // a date; empty: never
}

// DefaultConfig is the configuration in force without a file.
func DefaultConfig() Config {
	c := Config{Policy: policy.Shipped}
	c.Prior, c.Thresholds = policy.Of(weigh.DefaultPolicy())
	return c
}

// configName is the file looked for in the working directory when none is named.
const configName = "daylight.yaml"

// loadConfig reads the named file, or configName in the working directory, or
// the defaults. The second result is the path that was read, "" for none.
func loadConfig(path string) (Config, string, error) { return loadConfigUnder(path, "") }

// loadConfigUnder is loadConfig with the policy file named instead of the one in
// the configuration; "" leaves that.
func loadConfigUnder(path, under string) (Config, string, error) {
	c := DefaultConfig()
	named := path != ""
	if !named {
		path = configName
	}
	data, err := readConfig(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		path, data = "", nil
	case err != nil:
		return c, path, fmt.Errorf("read the configuration: %w", err)
	}
	if err := c.decode(path, data); err != nil {
		return c, path, err
	}
	if name := cmp.Or(under, c.Policy, policy.Shipped); name != policy.Shipped {
		// The policy's prior and thresholds lie below those of the configuration, so
		// that is read again onto them.
		base, err := readPolicy(name)
		if err != nil {
			return c, path, err
		}
		c = DefaultConfig()
		c.Prior, c.Thresholds = base.Prior, base.Thresholds
		err = c.decode(path, data)
		c.Policy, c.base = name, &base
		return c, path, err
	}
	c.Policy = policy.Shipped
	return c, path, nil
}

// decode reads a document strictly onto the configuration.
func (c *Config) decode(path string, data []byte) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("configuration %s: %w", path, err)
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("configuration %s: there is more after the end of the document (---), which would not be read", path)
	}
	return nil
}

// maxConfig is far more than any configuration needs.
const maxConfig = 1 << 20

func readConfig(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the path is the user's own argument
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	data, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(data) > maxConfig {
		err = fmt.Errorf("%s is larger than %d MiB", path, maxConfig>>20)
	}
	return data, err
}

// compiled is a configuration in the terms of the stages.
type compiled struct {
	policy  weigh.Policy
	catalog []*detect.Indicator
	company *detect.Company

	territories []sanctions.Territory
}

// compile checks the whole configuration and reports every problem at once.
func (c Config) compile(catalog []*detect.Indicator) (compiled, error) {
	p, under := weigh.DefaultPolicy(), DefaultConfig()
	if c.base != nil {
		var err error
		if p, err = c.base.Compile(catalog); err != nil {
			return compiled{}, fmt.Errorf("policy %s:\n%w", c.Policy, err)
		}
		under.Prior, under.Thresholds = c.base.Prior, c.base.Thresholds
	}
	p = c.Thresholds.Apply(p)
	p.PriorApplicant, p.PriorWorker = c.Prior.Applicant, c.Prior.Worker
	if len(c.Weights) > 0 || len(c.Parameters) > 0 || c.Prior != under.Prior || c.Thresholds != under.Thresholds {
		p.Version += "+local"
	}

	var bad faults
	byID := map[string]int{}
	catalog = slices.Clone(catalog)
	for i, ind := range catalog {
		byID[ind.ID] = i
	}
	c.weigh(p, catalog, byID, &bad)
	c.tune(catalog, byID, &bad)
	company, territories := c.company(&bad)
	c.checkColumns(&bad)
	c.checkLists(&bad)
	return compiled{p, catalog, company, territories}, errors.Join(append(bad, p.Validate(), c.Connect.Validate())...)
}

// faults are all that is wrong with a configuration: it is said at once.
type faults []error

func (p *faults) say(format string, args ...any) { *p = append(*p, fmt.Errorf(format, args...)) }

// weigh enters the configured weights into the policy.
func (c Config) weigh(p weigh.Policy, catalog []*detect.Indicator, byID map[string]int, bad *faults) {
	for _, id := range slices.Sorted(maps.Keys(c.Weights)) {
		w := c.Weights[id]
		i, ok := byID[id]
		if !ok {
			bad.say("weights: no indicator is called %q", id)
			continue
		}
		if w.Why == "" {
			bad.say("weights: %s: a changed weight needs a reason in \"why\"", id)
		}
		o := policy.Sides{Present: w.Present, Absent: w.Absent}.Onto(p.WeightsOf(catalog[i]))
		if (o.Present < 0) != (catalog[i].Present < 0) {
			bad.say("weights: %s: present_db turns what it means around", id)
		}
		if catalog[i].Habit && w.Absent != nil && *w.Absent != 0 {
			bad.say("weights: %s: absent_db is not 0, but not having a habit is no comfort", id)
		}
		p.Weights[id] = o
	}
}

// tune gives the indicators of the catalogue the configured settings.
func (c Config) tune(catalog []*detect.Indicator, byID map[string]int, bad *faults) {
	for _, id := range slices.Sorted(maps.Keys(c.Parameters)) {
		i, ok := byID[id]
		if !ok {
			bad.say("parameters: no indicator is called %q", id)
			continue
		}
		raw, err := json.Marshal(c.Parameters[id])
		if err != nil {
			bad.say("parameters: %s: %w", id, err)
			continue
		}
		tuned, err := catalog[i].Tune(raw)
		if err != nil {
			bad.say("parameters: %w", err)
			continue
		}
		catalog[i] = tuned
	}
}

// company is what is configured of the company, and the territories that counsel lists.
func (c Config) company(bad *faults) (*detect.Company, []sanctions.Territory) {
	company := &detect.Company{
		ApprovedTools: c.Company.ApprovedTools,
		ApprovedVPN:   c.Company.ApprovedVPN,
	}
	for _, s := range c.Company.Egress {
		prefix, err := netip.ParsePrefix(s)
		if err != nil {
			bad.say("company: egress: %w", err)
			continue
		}
		company.Egress = append(company.Egress, prefix.Masked())
	}
	var territories []sanctions.Territory
	for _, s := range c.Company.SanctionedTerritories {
		t, err := sanctions.ParseTerritory(s)
		if err != nil {
			bad.say("company: sanctioned_territories: %w", err)
			continue
		}
		territories = append(territories, t)
	}
	return company, territories
}

// checkColumns looks for headers that lead nowhere, and for two that are one.
func (c Config) checkColumns(bad *faults) {
	headers := map[string]string{}
	for _, header := range slices.Sorted(maps.Keys(c.Columns)) {
		if to := c.Columns[header]; !normalize.KnownColumn(to) {
			bad.say("columns: %q: there is no column %q", header, to)
		}
		folded := normalize.Column(header)
		if other, twice := headers[folded]; twice {
			bad.say("columns: %q and %q are the same header", other, header)
		}
		headers[folded] = header
	}
}

// checkLists looks for lists of networks that do not say what they are.
func (c Config) checkLists(bad *faults) {
	for _, l := range c.Lists {
		if l.File == "" || l.Class == "" || l.Source == "" {
			bad.say("lists: each needs file, class and source")
		}
		if l.Expires != "" {
			if _, err := time.Parse(time.DateOnly, l.Expires); err != nil {
				bad.say("lists: %s: expires: %w", l.File, err)
			}
		}
	}
}
