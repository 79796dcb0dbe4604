// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"daylight/notify"
	"daylight/secret"
	"daylight/web"
)

// withSecrets fills in the secrets of the targets, from where the configuration
// says that they are.
func withSecrets(ctx context.Context, targets []notify.Target) ([]notify.Target, error) {
	out := slices.Clone(targets)
	for i, t := range out {
		if !t.SecretAt.IsSet() {
			continue
		}
		var err error
		if out[i].Secret, err = t.SecretAt.Read(ctx); err != nil {
			return nil, fmt.Errorf("read the secret of target %s: %w", t.Name, err)
		}
	}
	return out, nil
}

// openSecrets opens whatever the configuration only names: each secret, the master
// key, and the certificate with its key. It says all that fails, and holds nothing of
// what it read.
func (a *app) openSecrets(ctx context.Context, p servePlan) error {
	var problems []error
	try := func(what string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", what, err))
		}
	}
	read := func(what string, from secret.Source) {
		_, err := from.Read(ctx)
		try(what, err)
	}
	try("serve: master_key", a.tryKey(ctx, p))
	if p.TLSCert != "" || p.TLSKey != "" {
		try("serve: tls_cert and tls_key", web.Certificate{Cert: p.TLSCert, Key: p.TLSKey}.Check(a.Now()))
	}
	_, err := p.vantageKey(ctx)
	try("serve: vantage_key", err)
	if p.OIDC.isSet() {
		read("serve: oidc: secret", p.OIDC.Secret)
	}
	for _, t := range p.config.Notify {
		if t.SecretAt.IsSet() {
			read("notify: "+t.Name+": secret", t.SecretAt)
		}
	}
	for _, pull := range p.config.Connect.Pull {
		read("connect: pull: "+pull.Name+": secret", pull.Secret)
	}
	for _, vendor := range slices.Sorted(maps.Keys(p.config.Connect.Hooks)) {
		for i, from := range p.config.Connect.Hooks[vendor].Secrets {
			read(fmt.Sprintf("connect: hooks: %s: secret %d", vendor, i+1), from)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("what the configuration names cannot be used:\n%w", err)
	}
	return nil
}

// tryKey reads the master key. One in a file is made with the store, and is not
// missed before that.
func (a *app) tryKey(ctx context.Context, p servePlan) error {
	_, err := p.store.key.read(ctx)
	if _, there := os.Stat(p.store.path); errors.Is(there, fs.ErrNotExist) && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
