// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"daylight/account"
	"daylight/notify"
	"daylight/web"
)

// reached reports what is wrong with how browsers reach the console: the host it listens on,
// whether TLS protects it there, and the address that links, cookies and sign-in go by.
func (p servePlan) reached(host string) error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf("serve: "+format, args...)) }
	if (p.TLSCert == "") != (p.TLSKey == "") {
		bad("tls_cert and tls_key go together")
	}
	if p.Address != "" {
		u, err := web.ParseAddress(p.Address)
		switch {
		case err != nil:
			bad("address: %w", err)
		case u.Scheme == "http" && p.TLSCert != "":
			bad("address: %s is without TLS, and there is a certificate (tls_cert); it begins with https://", p.Address)
		}
	}
	if account.ThisMachine(host) {
		return errors.Join(problems...)
	}
	if len(p.proxies) == 0 && p.TLSCert == "" {
		bad("listen: %s can be reached from other machines, in the clear; give it a certificate (tls_cert, tls_key), or put a reverse proxy with TLS in front and name its network under proxies", p.Listen)
	}
	if p.Address == "" {
		bad("address: it is needed where other machines reach the console (listen: %s): the one that browsers use, like https://daylight.example.com", p.Listen)
	}
	return errors.Join(problems...)
}

// addressAt is where browsers reach a console that listens at an address: there, unless
// the configuration says otherwise.
func (p servePlan) addressAt(listens string) string {
	switch {
	case p.Address != "":
		return p.Address
	case p.TLSCert != "":
		return "https://" + listens
	default:
		return "http://" + listens
	}
}

// written reports which of the files that the service writes to it could not write: its
// store, further ledgers of erasures, and findings for others. A ledger that turns out
// to be missing when somebody is erased would be found out when it is needed.
func (p servePlan) written() error {
	var problems []error
	try := func(what string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", what, err))
		}
	}
	try("serve: data", folderWritable(p.Data))
	for _, path := range p.Ledgers {
		try("serve: ledgers", fileWritable(path))
	}
	for _, t := range p.config.Notify {
		if t.Kind == notify.OCSFFile && t.Path != "" {
			try("notify: "+t.Name+": path", fileWritable(t.Path))
		}
	}
	return errors.Join(problems...)
}

// fileWritable reports whether a file can be appended to, or made. It makes none.
func fileWritable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return tryFolder(filepath.Dir(path))
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a folder", path)
	case !info.Mode().IsRegular():
		return nil // a pipe waits for whoever reads it
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0) //nolint:gosec // the operator names it
	if err != nil {
		return err
	}
	return f.Close()
}

// folderWritable reports whether files can be made in a folder, or the folder itself.
func folderWritable(folder string) error {
	folder = filepath.Clean(folder)
	for {
		_, err := os.Stat(folder)
		if !errors.Is(err, fs.ErrNotExist) || folder == filepath.Dir(folder) {
			return tryFolder(folder)
		}
		folder = filepath.Dir(folder)
	}
}

// tryFolder makes a file in a folder and removes it.
func tryFolder(folder string) error {
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", folder)
	}
	f, err := os.CreateTemp(folder, ".daylight-check-")
	if err != nil {
		return fmt.Errorf("nothing can be written there (%w): let the service's account write to %s, or name another place", bare(err), folder)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
