// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"go.yaml.in/yaml/v3"

	"daylight/detect"
	"daylight/report"
)

func (a *app) indicatorsCommand() *cobra.Command {
	var exports string
	cmd := &cobra.Command{
		Use:   "indicators [ID]",
		Short: "List what Daylight looks for and from what, or show one indicator's card",
		Long: `Indicators lists everything that is looked for, with its weights and the inputs that
answer it; docs/formats.md says which exports each input is. With --for it reads a
folder of exports and says for how many people each was answered and, where for
nobody, what is lacking.`,
		Example: `  daylight indicators
  daylight indicators net.impossible_travel
  daylight indicators --for exports/`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if exports != "" {
				if len(args) > 0 {
					return usage("--for is about all indicators, and goes without %q", args[0])
				}
				return a.answered(cmd.Context(), exports)
			}
			if len(args) == 0 {
				return a.listIndicators()
			}
			i := slices.IndexFunc(a.catalog, func(ind *detect.Indicator) bool { return ind.ID == args[0] })
			if i < 0 {
				return usage("no indicator is called %q; \"daylight indicators\" lists them", args[0])
			}
			// The card shows the parameters in force.
			config, _, err := loadConfig(a.configPath)
			if err != nil {
				return err
			}
			set, err := config.compile(a.catalog)
			if err != nil {
				return fmt.Errorf("configuration:\n%w", err)
			}
			_, err = fmt.Fprint(a.Stdout, detect.Card(set.catalog[i]))
			return err
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, ind := range a.catalog {
				ids = append(ids, ind.ID)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVar(&exports, "for", "", "folder of exports: say what they answer, and what is lacking for the rest")
	return cmd
}

// listIndicators writes for each indicator what it looks for, and from what.
func (a *app) listIndicators() error {
	for _, ind := range a.catalog {
		if _, err := fmt.Fprintf(a.Stdout, "%-31s %-10s %9s %9s\n", ind.ID, ind.Family, ind.Present, ind.Absent); err != nil {
			return err
		}
		for _, words := range []string{ind.Title, "from " + strings.Join(inputs(ind), ", ")} {
			if err := report.WriteParagraph(a.Stdout, words, 4, a.width()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check or show the configuration",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "check",
		Short: "Check the configuration and report every problem at once",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, path, err := loadConfig(a.configPath)
			if err != nil {
				return err
			}
			if _, err := config.compile(a.catalog); err != nil {
				return fmt.Errorf("configuration:\n%w", err)
			}
			if _, err := a.tables(config, nil, a.Now()); err != nil {
				return fmt.Errorf("configuration: %w", err)
			}
			if path == "" {
				path = "the defaults (no file)"
			}
			_, err = fmt.Fprintf(a.Stdout, "%s: in order\n", path)
			return err
		},
	}, &cobra.Command{
		Use:   "show",
		Short: "Show the configuration in force, defaults included",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, path, err := loadConfig(a.configPath)
			if err != nil {
				return err
			}
			if path == "" {
				path = "the defaults; no file was found"
			}
			if _, err := fmt.Fprintf(a.Stdout, "# from %s\n", path); err != nil {
				return err
			}
			enc := yaml.NewEncoder(a.Stdout)
			enc.SetIndent(2)
			if err := enc.Encode(config); err != nil {
				return err
			}
			return enc.Close()
		},
	})
	return cmd
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and those of the reference data",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, _, err := loadConfig(a.configPath)
			if err != nil {
				return err
			}
			tables, err := a.tables(config, nil, a.Now())
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(a.Stdout, "daylight %s, %d indicators\n", Version, len(a.catalog)); err != nil {
				return err
			}
			for _, v := range tables.Versions() {
				if _, err := fmt.Fprintf(a.Stdout, "  %-12s %s (%s)\n", v.Table, v.Edition, v.Licence); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages to a folder",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := filepath.Clean(args[0])
			if err := os.MkdirAll(dir, 0o750); err != nil {
				return fmt.Errorf("write the manual: %w", err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			if err := doc.GenManTree(root, &doc.GenManHeader{Title: "DAYLIGHT", Section: "1", Source: "Daylight " + Version}, dir); err != nil {
				return fmt.Errorf("write the manual: %w", err)
			}
			return nil
		},
	}
}
