// SPDX-License-Identifier: Apache-2.0

package simulate

import "time"

// town is a place where people say they live.
type town struct {
	city, region, country, zone string
	lat, lon                    float64 // degrees
	dial                        string  // country code
	digits                      int     // of a national telephone number
}

// towns are where the company hires; each is as likely for everyone. At most 64,
// see networks.go.
var towns = []town{
	{"Austin", "Texas", "US", "America/Chicago", 30.2672, -97.7431, "1", 10},
	{"Columbus", "Ohio", "US", "America/New_York", 39.9612, -82.9988, "1", 10},
	{"Boise", "Idaho", "US", "America/Boise", 43.6150, -116.2023, "1", 10},
	{"Denver", "Colorado", "US", "America/Denver", 39.7392, -104.9903, "1", 10},
	{"Raleigh", "North Carolina", "US", "America/New_York", 35.7796, -78.6382, "1", 10},
	{"Spokane", "Washington", "US", "America/Los_Angeles", 47.6588, -117.4260, "1", 10},
	{"Tucson", "Arizona", "US", "America/Phoenix", 32.2226, -110.9747, "1", 10},
	{"Nashville", "Tennessee", "US", "America/Chicago", 36.1627, -86.7816, "1", 10},
	{"Halifax", "Nova Scotia", "CA", "America/Halifax", 44.6488, -63.5752, "1", 10},
	{"Winnipeg", "Manitoba", "CA", "America/Winnipeg", 49.8951, -97.1384, "1", 10},
	{"Guadalajara", "Jalisco", "MX", "America/Mexico_City", 20.6597, -103.3496, "52", 10},
	{"Medellín", "Antioquia", "CO", "America/Bogota", 6.2442, -75.5812, "57", 10},
	{"Recife", "Pernambuco", "BR", "America/Recife", -8.0476, -34.8770, "55", 10},
	{"Rosario", "Santa Fe", "AR", "America/Argentina/Cordoba", -32.9442, -60.6505, "54", 10},
	{"Montevideo", "Montevideo", "UY", "America/Montevideo", -34.9033, -56.1882, "598", 8},
	{"Leeds", "England", "GB", "Europe/London", 53.7965, -1.5478, "44", 10},
	{"Cork", "Munster", "IE", "Europe/Dublin", 51.8985, -8.4756, "353", 9},
	{"Porto", "Porto", "PT", "Europe/Lisbon", 41.1496, -8.6110, "351", 9},
	{"Valencia", "Valencia", "ES", "Europe/Madrid", 39.4699, -0.3763, "34", 9},
	{"Lyon", "Auvergne-Rhône-Alpes", "FR", "Europe/Paris", 45.7640, 4.8357, "33", 9},
	{"Ghent", "Flanders", "BE", "Europe/Brussels", 51.0543, 3.7174, "32", 8},
	{"Bremen", "Bremen", "DE", "Europe/Berlin", 53.0793, 8.8017, "49", 10},
	{"Brno", "South Moravia", "CZ", "Europe/Prague", 49.1951, 16.6068, "420", 9},
	{"Kraków", "Lesser Poland", "PL", "Europe/Warsaw", 50.0614, 19.9366, "48", 9},
	{"Uppsala", "Uppsala", "SE", "Europe/Stockholm", 59.8586, 17.6389, "46", 9},
	{"Tampere", "Pirkanmaa", "FI", "Europe/Helsinki", 61.4978, 23.7610, "358", 9},
	{"Tallinn", "Harju", "EE", "Europe/Tallinn", 59.4370, 24.7535, "372", 7},
	{"Cluj", "Cluj", "RO", "Europe/Bucharest", 46.7712, 23.6236, "40", 9},
	{"Marrakesh", "Marrakesh-Safi", "MA", "Africa/Casablanca", 31.6295, -7.9811, "212", 9},
	{"Accra", "Greater Accra", "GH", "Africa/Accra", 5.5560, -0.1969, "233", 9},
	{"Lagos", "Lagos", "NG", "Africa/Lagos", 6.5244, 3.3792, "234", 10},
	{"Nairobi", "Nairobi County", "KE", "Africa/Nairobi", -1.2833, 36.8167, "254", 9},
	{"Cape Town", "Western Cape", "ZA", "Africa/Johannesburg", -33.9249, 18.4241, "27", 9},
	{"Ankara", "Ankara", "TR", "Europe/Istanbul", 39.9334, 32.8597, "90", 10},
	{"Amman", "Amman", "JO", "Asia/Amman", 31.9539, 35.9106, "962", 8},
	{"Almaty", "Almaty", "KZ", "Asia/Almaty", 43.2220, 76.8512, "7", 10},
	{"Pune", "Maharashtra", "IN", "Asia/Kolkata", 18.5196, 73.8554, "91", 10},
	{"Dhaka", "Dhaka", "BD", "Asia/Dhaka", 23.8103, 90.4125, "880", 10},
	{"Hanoi", "Hanoi", "VN", "Asia/Ho_Chi_Minh", 21.0278, 105.8342, "84", 9},
	{"Cebu", "Central Visayas", "PH", "Asia/Manila", 10.3157, 123.8854, "63", 10},
	{"Bandung", "West Java", "ID", "Asia/Jakarta", -6.9175, 107.6191, "62", 10},
	{"Taichung", "Taichung", "TW", "Asia/Taipei", 24.1477, 120.6736, "886", 9},
	{"Busan", "Busan", "KR", "Asia/Seoul", 35.1796, 129.0756, "82", 10},
	{"Osaka", "Osaka", "JP", "Asia/Tokyo", 34.6938, 135.5011, "81", 10},
	{"Perth", "Western Australia", "AU", "Australia/Perth", -31.9523, 115.8613, "61", 9},
	{"Brisbane", "Queensland", "AU", "Australia/Brisbane", -27.4698, 153.0251, "61", 9},
	{"Melbourne", "Victoria", "AU", "Australia/Melbourne", -37.8136, 144.9631, "61", 9},
	{"Christchurch", "Canterbury", "NZ", "Pacific/Auckland", -43.5333, 172.6333, "64", 9},
}

// location is the zone's clock. The zones are on every machine: the program
// carries them.
func location(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// offset is the zone's offset from UTC at the start of the logs, in hours.
func (t town) offset() float64 {
	_, seconds := LogStart.In(location(t.zone)).Zone()
	return float64(seconds) / 3600
}

// farFrom draws a town whose clock differs by at least five hours from that of
// the given one; which one it is means nothing.
func farFrom(c chance, from int) int {
	for range 1000 {
		t := c.IntN(len(towns))
		d := towns[t].offset() - towns[from].offset()
		for d < -12 {
			d += 24
		}
		for d > 12 {
			d -= 24
		}
		if d >= 5 || d <= -5 {
			return t
		}
	}
	return from
}

// otherTown draws another town than the given one.
func otherTown(c chance, than int) int {
	return (than + 1 + c.IntN(len(towns)-1)) % len(towns)
}
