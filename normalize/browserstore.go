// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"slices"
)

// browserStores are the files in which browsers keep passwords, sessions or the key
// to them, and parts of the folders that they stand in: other programs have files
// called Cookies too. Source: the rules of Sigma and Elastic on access to stored
// browser credentials.
var browserStores = []struct{ files, folders []string }{
	{
		[]string{"login data", "login data for account", "cookies", "local state", "web data"},
		[]string{
			"/google/chrome/", "/google-chrome/", "/chromium/", "/microsoft/edge/", "/microsoft edge/", "/microsoft-edge/", "/bravesoftware/",
			"/vivaldi/", "/opera software/", "/com.operasoftware.opera/",
		},
	},
	{[]string{"logins.json", "key4.db", "cookies.sqlite"}, []string{"/firefox/", "/.mozilla/"}},
	{[]string{"cookies.binarycookies"}, []string{"/library/cookies/", "/com.apple.safari/"}},
}

// browserStore reports whether a path is of one of them, in a profile of a browser.
func browserStore(path []byte) bool {
	file := lastPart(path)
	for _, store := range browserStores {
		if slices.ContainsFunc(store.files, func(f string) bool { return len(f) == len(file) && beginsFolded(file, f) }) {
			return slices.ContainsFunc(store.folders, func(f string) bool {
				for i := range path {
					if beginsFolded(path[i:], f) {
						return true
					}
				}
				return false
			})
		}
	}
	return false
}

// lastPart is what a path of any system ends with.
func lastPart(path []byte) []byte { return path[bytes.LastIndexAny(path, `/\`)+1:] }

// beginsFolded reports whether a path begins with a part in lower case, with either
// mark between folders. It allocates nothing.
func beginsFolded(path []byte, part string) bool {
	if len(path) < len(part) {
		return false
	}
	for i := range len(part) {
		c := path[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == '\\':
			c = '/'
		}
		if c != part[i] {
			return false
		}
	}
	return true
}

// browsers and systemPrograms open browsers' stores as a matter of course: a browser
// its own and, to import, others'; what a system itself runs over all files, such as
// its search, its virus scanner and its backup, any.
var (
	browsers       = []string{"google chrome", "chrome", "chromium", "firefox", "msedge", "microsoft edge", "brave", "opera", "vivaldi", "safari", "com.apple.safari"}
	systemPrograms = []string{
		"searchindexer", "searchprotocolhost", "msmpeng", "mssense", "system", "explorer", "vssvc", "wbengine",
		"mds", "mds_stores", "mdworker", "mdworker_shared", "backupd", "xprotectservice", "finder",
		"tracker-miner-fs-3", "clamd", "clamscan",
	}
)

// opensAsOfCourse reports whether a program is one of those, or is not known.
func opensAsOfCourse(program []byte) bool {
	name := program
	if end := len(name) - len(".exe"); end >= 0 && beginsFolded(name[end:], ".exe") {
		name = name[:end]
	}
	// "Google Chrome Helper (Renderer)", "firefox-bin" and "brave-browser" are browsers.
	browser := slices.ContainsFunc(browsers, func(b string) bool {
		return beginsFolded(name, b) && (len(name) == len(b) || bytes.IndexByte([]byte(" -_."), name[len(b)]) >= 0)
	})
	return len(name) == 0 || browser || slices.ContainsFunc(systemPrograms, func(s string) bool { return len(name) == len(s) && beginsFolded(name, s) })
}
