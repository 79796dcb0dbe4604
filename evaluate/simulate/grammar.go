// SPDX-License-Identifier: Apache-2.0

package simulate

import "strings"

// The grammar of a line of work. Its slots are so many that two people hardly
// ever write the same seven words: a line draws one of each list, and one of
// twelve shapes.
var (
	verbs = strings.Fields(`Designed Rebuilt Owned Debugged Introduced Measured Simplified Automated Documented Migrated Prototyped Hardened Profiled
		Retired Led Maintained Extended Shipped Reviewed Specified Instrumented Replaced Consolidated Tuned Untangled Benchmarked Ported Packaged Modelled Piloted
		Audited Rewrote Stabilised Partitioned Coordinated Localised Containerised Versioned Sandboxed Paginated`)
	domains = strings.Fields(`invoice radio warehouse claims pump route label schema consent battery kiosk ferry orchard glacier harbour parcel clinic tram turbine dairy
		archive museum ticket weather mortgage pension greenhouse elevator quarry brewery lighthouse payroll satellite sewing vineyard irrigation bakery chess library
		recycling sawmill trailer voucher aquarium ambulance census translation stadium pharmacy bicycle foundry reservoir toll subtitle curling cadastre beehive
		peat orchestra tidal`)
	machines = strings.Fields(`matcher bootloader planner router ledger controller optimiser bridge registry scheduler gateway importer simulator dashboard parser
		renderer crawler broker indexer monitor sampler validator encoder sequencer rota catalogue probe notifier resolver recorder cache digest forecaster
		reconciler allocator estimator exporter viewer toolkit pipeline watchdog emulator inspector formatter`)
	qualities = []string{
		"a stubborn", "the nightly", "a regional", "our oldest", "a duplicated", "the customer-facing", "a half-finished", "the seasonal", "an unowned", "a high-volume",
		"the bilingual", "a fragile", "the shared", "an offline", "a paper-based", "the flagship", "a forgotten", "the on-premises", "a noisy", "the read-only", "a borrowed",
		"the second", "an experimental", "the Friday", "a monolithic", "the outsourced", "a chatty", "an undocumented", "the mobile", "a memory-hungry",
	}
	ways = []string{
		"with property tests", "in two quiet releases", "behind a feature switch", "using event sourcing", "from field recordings", "alongside the operators", "without downtime",
		"on borrowed hardware", "after a long audit", "as a teaching project", "by pairing weekly", "through contract tests", "on a shoestring", "from first principles",
		"with three interns", "between two audits", "under load", "with formal models", "using canary groups", "over slow links", "by deleting code", "with nightly replays",
		"from a cold start", "against a simulator", "by batching writes", "with shadow traffic", "in plain SQL", "through feature teams", "after customer visits", "with a tiny budget",
	}
	sites = []string{
		"for the Baltic depots", "across four clinics", "at the foundry", "for night shift crews", "in the returns hall", "for island branches", "at two dairies", "for the tram yard",
		"in the cold store", "for the pilot schools", "at the weighbridge", "for the repair desk", "in seven languages", "for field engineers", "across both sites", "for partner banks",
		"at the control room", "for volunteer crews", "in the customs shed", "for municipal offices", "at the test track", "for travelling nurses", "in three time zones",
		"for the museum shop", "at the pumping station", "for seasonal pickers", "in the print room", "for the licensing team", "at the border post", "for remote lodges",
	}
	effects = []string{
		"cutting mistakes by", "raising throughput by", "saving storage of", "shortening waits by", "lowering returns by", "trimming power by", "reducing pages by", "lifting uptime by",
		"halting drift beyond", "shrinking builds by", "speeding queries by", "freeing memory of", "reducing alerts by", "lowering cloud bills by", "widening coverage by", "cutting handovers by",
		"easing onboarding by", "improving recall by", "dropping latency by", "raising reuse by",
	}
	spans = []string{
		"within a season", "over eighteen months", "in the first quarter", "before the audit", "by midsummer", "since the merger", "during the strike", "in nine weeks", "year on year",
		"through winter", "after one sprint", "by the second release", "in half a year", "ahead of plan", "in the pilot", "since launch", "over two budgets", "by year's end",
		"within six weeks", "after the move", "in steady state", "during peak week", "over the rollout", "by the deadline",
	}
	fractions = []string{"a tenth", "a third", "nearly half", "two thirds", "a quarter", "an eighth", "three quarters", "a fifth"}

	jobTitles = []string{
		"Software engineer", "Senior engineer", "Platform engineer", "Firmware developer", "Data engineer", "Engineer", "Backend developer", "Site reliability engineer",
		"Frontend developer", "Staff engineer", "Systems programmer", "Test engineer", "Machine learning engineer", "Security engineer",
	}
	firmWords = strings.Fields(`Bramblegate Quillon Tern Vellum Harrowgate Nacre Sorrel Tanager Umbra Kestrel Juniper Alder Basalt Cinder Dovetail Ember Fallow Gannet
		Hollow Inkwell Jasper Kelp Lintel Marram Nettle Osier Pumice Quince Rushes Saffron Tallow Upland Verdigris Willow Yarrow Zinnia Arbour Bellows Cobalt Drift`)
	firmKinds = []string{"Sensors", "Freight", "Looms", "Clinics", "Milling", "Optics", "Ferries", "Grid", "Rail", "Lighting", "Pumps", "Bakery Systems", "Cold Chain", "Analytics", "Robotics", "Print", "Labs", "Mutual"}
	skills    = []string{
		"go", "python", "java", "kotlin", "rust", "postgresql", "kafka", "kubernetes", "terraform", "grafana", "c", "zephyr", "react", "typescript",
		"spark", "airflow", "mqtt", "can bus", "verilog", "ansible", "redis", "graphql", "elixir", "django", "rabbitmq", "prometheus", "opencv", "dbt",
		"ruby", "php", "swift", "scala", "haskell", "angular", "vue", "mysql", "mongodb", "cassandra", "elasticsearch", "jenkins", "docker", "linux",
		"nats", "opc ua", "timescaledb", "bazel", "lorawan", "clickhouse", "duckdb", "flink", "pulumi", "nomad", "consul", "vault", "istio", "envoy",
	}
	months = strings.Fields("January February March April May June July August September October November December")
)

// synonyms are other words for the same, for rewording.
var synonyms = map[string]string{
	"Designed": "Conceived", "Rebuilt": "Reconstructed", "Owned": "Headed", "Debugged": "Fixed", "Introduced": "Launched", "Measured": "Quantified", "Simplified": "Streamlined",
	"Automated": "Scripted", "Documented": "Described", "Migrated": "Moved", "Prototyped": "Sketched", "Hardened": "Secured", "Profiled": "Analysed", "Retired": "Removed", "Led": "Drove",
	"Maintained": "Supported", "Extended": "Enlarged", "Shipped": "Delivered", "Reviewed": "Examined", "Replaced": "Swapped", "Consolidated": "Merged", "Tuned": "Optimised",
	"stubborn": "difficult", "nightly": "overnight", "regional": "local", "oldest": "earliest", "duplicated": "redundant", "fragile": "brittle", "seasonal": "yearly", "shared": "common",
	"cutting": "lowering", "raising": "increasing", "saving": "sparing", "shortening": "reducing", "trimming": "cutting", "lifting": "boosting", "mistakes": "errors", "throughput": "volume",
	"waits": "queues", "returns": "refunds", "uptime": "availability", "clinics": "surgeries", "depots": "warehouses", "offices": "bureaus", "crews": "teams", "team": "group",
	"quiet": "silent", "long": "lengthy", "weekly": "regularly", "slow": "weak", "tiny": "small", "within": "in", "during": "throughout", "half": "50%", "quarter": "fourth",
}

// bullet draws one line of work.
func bullet(c chance) string {
	thing := of(c, qualities) + " " + of(c, domains) + " " + of(c, machines)
	how, where, when := of(c, ways), of(c, sites), of(c, spans)
	measure := of(c, fractions)
	if c.is(0.6) {
		measure = numberWord(2+c.IntN(88)) + " percent"
	}
	effect := of(c, effects) + " " + measure
	verb := of(c, verbs)
	switch c.IntN(12) {
	case 0:
		return verb + " " + thing + " " + how + ", " + effect + " " + when
	case 1:
		return verb + " " + thing + " " + where + ", " + effect
	case 2:
		return verb + " and " + strings.ToLower(of(c, verbs)) + " " + thing + " " + where + " " + when
	case 3:
		return title(how) + ", " + strings.ToLower(verb) + " " + thing + " " + where
	case 4:
		return verb + " " + thing + " " + where + " " + how + " " + when
	case 5:
		return title(when) + ", " + strings.ToLower(verb) + " " + thing + " " + how
	case 6:
		return verb + " " + thing + " that feeds " + of(c, qualities) + " " + of(c, domains) + " " + of(c, machines) + " " + where
	case 7:
		return title(effect) + " " + when + " after I " + strings.ToLower(verb) + " " + thing
	case 8:
		return verb + " " + of(c, machines) + "s and " + thing + " " + how + " " + where
	case 9:
		return verb + " " + thing + ", " + effect + ", and taught " + of(c, domains) + " staff to run it"
	case 10:
		return verb + " " + thing + " " + where + "; the " + of(c, domains) + " " + of(c, machines) + " followed " + when
	default:
		return verb + " " + thing + " " + how + " " + where + ", " + effect + " " + when
	}
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func numberWord(n int) string {
	ones := strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tens := strings.Fields("_ _ twenty thirty forty fifty sixty seventy eighty ninety")
	switch {
	case n < 20:
		return ones[n]
	case n%10 == 0:
		return tens[n/10]
	}
	return tens[n/10] + "-" + ones[n%10]
}

// reword says a line with other words: of the words that have another, this
// share is changed; clauses between commas now and then change places.
func reword(c chance, line string, share float64) string {
	parts := strings.Split(line, ", ")
	for i, part := range parts {
		words := strings.Split(part, " ")
		for k, w := range words {
			if other, ok := synonyms[w]; ok && c.is(share) {
				words[k] = other
			}
		}
		parts[i] = strings.Join(words, " ")
	}
	if len(parts) > 1 && c.is(share/2) {
		last := parts[len(parts)-1]
		copy(parts[1:], parts[:len(parts)-1])
		parts[0] = title(last)
	}
	return strings.Join(parts, ", ")
}
