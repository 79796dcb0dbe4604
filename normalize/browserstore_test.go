// SPDX-License-Identifier: Apache-2.0

package normalize

import "testing"

// TestBrowserStore holds which files are browsers' stores, and which programs open
// them as a matter of course.
func TestBrowserStore(t *testing.T) {
	for path, want := range map[string]bool{
		`C:\Users\a\AppData\Local\Google\Chrome\User Data\Default\Login Data`:         true,
		`C:\Users\a\AppData\Local\Microsoft\Edge\User Data\Profile 1\Network\COOKIES`: true,
		`.../Library/Application Support/BraveSoftware/Brave-Browser/Local State`:     true,
		`.../.mozilla/firefox/x.default/key4.db`:                                      true,
		`.../Library/Cookies/Cookies.binarycookies`:                                   true,
		`.../.config/google-chrome/Default/History`:                                   false,
		`.../.config/google-chrome/Default/Cookies-journal`:                           false,
		`.../work/chrome-extension/Cookies`:                                           false,
		`.../.config/chat/Cookies`:                                                    false,
		`.../firefox/Cookies`:                                                         false,
		`Cookies`:                                                                     false,
		``:                                                                            false,
	} {
		if got := browserStore([]byte(path)); got != want {
			t.Errorf("%q is a browser's store: %v", path, got)
		}
	}
	for program, want := range map[string]bool{
		"chrome.exe": true, "Google Chrome Helper (Renderer)": true, "firefox-bin": true, "brave-browser": true, "MSEDGE.EXE": true,
		"MsMpEng.exe": true, "mds_stores": true, "": true, ".exe": true,
		"python3": false, "chromedump.exe": false, "operator": false, "SearchIndexer2.exe": false, "bash": false,
	} {
		if got := opensAsOfCourse([]byte(program)); got != want {
			t.Errorf("%q opens them as of course: %v", program, got)
		}
	}
}
