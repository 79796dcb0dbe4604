// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"math"
	"strings"
)

// EarthKM is the mean radius of the Earth (IUGG), kilometres.
const EarthKM = 6371.0088

// DistanceKM returns the great-circle distance between two points in kilometres
// (haversine on the mean sphere; at most 0.56 % from the WGS 84 geodesic).
func DistanceKM(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	sLat, sLon := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	h := sLat*sLat + math.Cos(lat1*rad)*math.Cos(lat2*rad)*sLon*sLon
	return 2 * EarthKM * math.Asin(math.Min(1, math.Sqrt(h)))
}

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
